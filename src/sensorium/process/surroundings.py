"""What a sample is worked up by besides itself."""

from dataclasses import dataclass

from sensorium.model.calibration import DatedCalibration
from sensorium.process.correct import DatedFormula
from sensorium.process.formulas import load_calibrations, load_formulas
from sensorium.process.increments import Increments
from sensorium.process.neighbours import Neighbours
from sensorium.process.of_devices import OfDevices
from sensorium.process.rules import Rules
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.store import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The rules, calibrations and formulas of its series, and what is stored: of it all, and near.

    Calibrations are known of each series that has any, formulas of each that is corrected or corrects others.
    """

    rules: Rules
    calibrations: OfDevices[tuple[DatedCalibration, ...]]
    formulas: OfDevices[tuple[DatedFormula, ...]]
    store: Store
    neighbours: Neighbours
    increments: Increments

    @classmethod
    def of(cls, store: Store, catalog: Catalog) -> "Surroundings":
        """With nothing in memory yet."""
        return cls(
            Rules(catalog),
            OfDevices(catalog, load_calibrations),
            OfDevices(catalog, load_formulas),
            store,
            Neighbours(store),
            Increments(store, catalog),
        )

    def keep(self) -> None:
        """What was worked up is stored now. Raises Unavailable."""
        self.neighbours.keep()
        self.increments.keep()

    def drop(self) -> None:
        """It is not stored."""
        self.neighbours.drop()
        self.increments.drop()

    def forget(self) -> None:
        """It may be stored or not."""
        self.neighbours.forget()
        self.increments.drop()

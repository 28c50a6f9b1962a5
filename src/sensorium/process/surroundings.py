"""What a sample is worked up by besides itself."""

from dataclasses import dataclass

from sensorium.model.calibration import DatedCalibration
from sensorium.process.correct import DatedFormula
from sensorium.process.formulas import load_calibrations, load_formulas
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

    @classmethod
    def of(cls, store: Store, catalog: Catalog) -> "Surroundings":
        """With nothing in memory yet."""
        return cls(
            Rules(catalog),
            OfDevices(catalog, load_calibrations),
            OfDevices(catalog, load_formulas),
            store,
            Neighbours(store),
        )

"""What a sample is worked up by besides itself."""

from dataclasses import dataclass

from sensorium.process.formulas import Formulas
from sensorium.process.neighbours import Neighbours
from sensorium.process.rules import Rules
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.store import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The rules and formulas of its series, and what is stored: of it all, and near."""

    rules: Rules
    formulas: Formulas
    store: Store
    neighbours: Neighbours

    @classmethod
    def of(cls, store: Store, catalog: Catalog) -> "Surroundings":
        """With nothing in memory yet."""
        return cls(Rules(catalog), Formulas(catalog), store, Neighbours(store))

"""What a sample is worked up by besides itself."""

from dataclasses import dataclass

from sensorium.process.neighbours import Neighbours
from sensorium.process.rules import Rules
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.store import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The rules of its series, and what is stored around it."""

    rules: Rules
    neighbours: Neighbours

    @classmethod
    def of(cls, store: Store, catalog: Catalog) -> "Surroundings":
        """With nothing in memory yet."""
        return cls(Rules(catalog), Neighbours(store))

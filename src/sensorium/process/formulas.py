"""By which formulas the values of each series are corrected, from which time on, kept in memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.process.correct import DatedFormula, make_formula
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.corrections import find_corrections_of
from sensorium.storage.catalog.datastreams import find_streams_of

_LIMIT = 100_000  # devices in memory
_AT_ONCE = 10_000  # devices in one query


class Formulas:
    """The formulas of all devices. A change of the catalog, also by another process, empties the memory."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known = Remembered[int, Mapping[int, tuple[DatedFormula, ...]]](catalog, _LIMIT)

    def of(self, devices: NDArray[Any]) -> dict[int, tuple[DatedFormula, ...]]:
        """The formulas, in the order of time, of each series of those devices of which any is corrected.

        Raises Unavailable.
        """
        found: dict[int, tuple[DatedFormula, ...]] = {}
        missing: list[int] = []
        for device in np.unique(devices).tolist():
            formulas = self._known.get(device)
            if formulas is None:
                missing.append(device)
            else:
                found.update(formulas)
        for begin in range(0, len(missing), _AT_ONCE):
            found.update(self._load(missing[begin : begin + _AT_ONCE]))
        return found

    def _load(self, missing: list[int]) -> dict[int, tuple[DatedFormula, ...]]:
        generation = self._catalog.generation
        said = find_corrections_of(self._catalog, missing)
        streams = find_streams_of(self._catalog, list(said)) if said else {}
        found: dict[int, tuple[DatedFormula, ...]] = {}
        for device in missing:
            formulas = {
                stream.id: tuple(
                    DatedFormula(since, None if each is None else make_formula(each, streams[device], stream))
                    for since, each in said[device].get(stream.id, ())
                )
                for stream in streams.get(device, ())
            }
            self._known.put(device, formulas, generation)
            found.update(formulas)
        return found

"""What the catalog says of the datastreams of some devices, kept in memory."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.subjects import of_device

_LIMIT = 100_000  # devices in memory
_AT_ONCE = 10_000  # devices in one query

Said = TypeVar("Said")


class OfDevices(Generic[Said]):
    """One kind of thing that is said of datastreams, which few devices have.

    `load` reads it of some devices: by device and datastream, without devices of which nothing is said.
    A change of a device, also by another process, makes it forgotten.
    """

    def __init__(
        self, catalog: Catalog, load: Callable[[Catalog, list[int]], Mapping[int, Mapping[int, Said]]]
    ) -> None:
        self._catalog = catalog
        self._load = load
        self._known = Remembered[int, Mapping[int, Said]](catalog, _LIMIT)

    def of(self, devices: NDArray[Any]) -> dict[int, Said]:
        """What is said of datastreams of these devices, by datastream. Raises Unavailable."""
        found: dict[int, Said] = {}
        missing: list[int] = []
        for device in _distinct(devices):
            said = self._known.get(device)
            if said is None:
                missing.append(device)
            else:
                found.update(said)
        for begin in range(0, len(missing), _AT_ONCE):
            generation, some = self._catalog.generation, missing[begin : begin + _AT_ONCE]
            loaded = self._load(self._catalog, some)
            for device in some:
                said = loaded.get(device, {})
                self._known.put(device, said, generation, of_device(device))
                found.update(said)
        return found


def _distinct(devices: NDArray[Any]) -> list[int]:
    """Each of the devices once, of which mostly many in a row are the same."""
    is_other = np.ones(len(devices), np.bool_)
    is_other[1:] = devices[1:] != devices[:-1]
    return np.unique(devices[is_other]).tolist()

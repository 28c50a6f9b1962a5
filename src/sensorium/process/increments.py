"""The increment of each instrument is measured once there are enough values of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from sensorium.model.moments import to_microseconds
from sensorium.model.quality import Increment
from sensorium.process.quality.block import Floats, Integers
from sensorium.process.quality.increments import increment_of
from sensorium.process.samples import Samples, runs
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.increments import keep_increments
from sensorium.storage.observations.store import Store

FEWEST, MOST = 200, 3200  # values of which an increment is measured
_AT_ONCE = 200_000  # stored values that are wanted for it in one batch
_REMEMBERED = 1_000_000  # series whose values are counted


@dataclass(slots=True)
class Increments:
    """Counts the values of series of which no increment is known, and measures it. For one thread.

    It is looked for among the first 200 values that came, and where those do not show it among the first 400,
    800, 1,600 and 3,200. All values there are are judged by it then, so that it does not matter in which
    batch it is found. A series that has more without showing one has none.
    """

    store: Store
    catalog: Catalog
    _counts: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _sizes: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _new: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _found: dict[int, Increment] = field(default_factory=dict[int, Increment], init=False)

    def due(self, new: Samples, unmeasured: Collection[int]) -> dict[int, int]:
        """Those of these series that are to be measured now, each with the number of its stored values.

        `new` is sorted by series. When those are too many some series wait for their next values. Raises
        Unavailable.
        """
        if len(self._counts) > _REMEMBERED:
            self._counts.clear()
            self._sizes.clear()
        pieces = [each for each in runs(new["series"]) if each[0] in unmeasured]
        self._new = {series: end - begin for series, begin, end in pieces}
        devices = {series: int(new["device"][begin]) for series, begin, _ in pieces}
        unknown = {each for each in devices if each not in self._counts}
        self._count(devices, unknown)
        enough = [each for each in devices if self._is_enough(each)]
        self._count(devices, (each for each in enough if each not in unknown))  # what came twice counts once
        wanted: dict[int, int] = {}
        room = _AT_ONCE
        for series in enough:
            count = self._counts[series]
            if count > MOST:
                self._found[series] = Increment(0.0, MOST)
            elif self._is_enough(series) and count <= room:
                wanted[series] = count
                room -= count
        return wanted

    def measure(self, series: int, packets: Integers, values: Floats, most: float) -> Increment | None:
        """The increment of a series by all its values, in the order of time; NaN is one that failed.

        `packets` are the ids of those that brought them. It is kept when the new ones are.
        """
        by_arrival = np.argsort(packets, kind="stable")
        size = FEWEST
        while size <= min(len(values), MOST):
            found = increment_of(values[np.sort(by_arrival[:size])], most)
            if found is not None:
                self._found[series] = Increment(found, size)
                return self._found[series]
            size *= 2
        if size > MOST:
            self._found[series] = Increment(0.0, MOST)
        self._sizes[series] = size
        return self._found.get(series)

    def keep(self) -> None:
        """The new values are stored now. Raises Unavailable."""
        if self._found:
            keep_increments(self.catalog, self._found, now=to_microseconds(datetime.now(UTC)))
        for series, count in self._new.items():
            self._counts[series] += count
        for series in self._found:
            del self._counts[series]
            self._sizes.pop(series, None)
        self.drop()

    def drop(self) -> None:
        """They are not stored."""
        self._new, self._found = {}, {}

    def _is_enough(self, series: int) -> bool:
        return self._counts[series] + self._new[series] >= self._sizes.get(series, FEWEST)

    def _count(self, devices: Mapping[int, int], wanted: Iterable[int]) -> None:
        """Ask how many values these series have."""
        streams = [(devices[series], series) for series in wanted]
        if streams:
            self._counts |= {series: 0 for _, series in streams} | self.store.counts(streams, MOST + 1)

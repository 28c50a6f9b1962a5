"""The increment of each instrument is measured once there are enough values of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from sensorium.model.moments import to_microseconds
from sensorium.model.quality import Increment
from sensorium.process.quality.increments import FEWEST, increment_of
from sensorium.process.samples import Samples, newest_of_equals, put_in, runs
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.increments import keep_increments
from sensorium.storage.observations.near import Near
from sensorium.storage.observations.rows import LATEST
from sensorium.storage.observations.store import Store

WHOLE = 128 * FEWEST  # stored values of a series, up to which all of them are read
_NEWEST = 2 * FEWEST  # of a longer one
_AT_ONCE = 200_000  # values in one query
_COUNTED = 1_000_000  # series in memory


@dataclass(slots=True)
class Increments:
    """Counts the values of series of which no increment is known, and measures it. For one thread.

    It is looked for at 200 values, and where those do not show it at 400, at 800 and so on: among the first
    that came, so that it does not hang on how they were cut into batches.
    """

    store: Store
    catalog: Catalog
    _counts: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _due: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _found: dict[int, Increment] = field(default_factory=dict[int, Increment], init=False)

    def look(self, new: Samples, unmeasured: Collection[int]) -> Mapping[int, Increment]:
        """What is found of those of these series that have enough values, with the new ones.

        `new` is sorted by series. It is kept when these are. Raises Unavailable.
        """
        self._found = {}
        pieces = {each: (begin, end) for each, begin, end in runs(new["series"]) if each in unmeasured}
        self._count(new, pieces)
        due = [each for each in pieces if self._counts[each] >= self._due.get(each, FEWEST)]
        for some in self._together(due):
            stored = self._stored(new, {each: pieces[each] for each in some})
            for series in some:
                begin, end = pieces[series]
                self._measure(series, newest_of_equals(put_in(new[begin:end], stored[series])))
        return self._found

    def whole(self, series: int) -> int | None:
        """How many values a series has at most, with the new ones; None where all of them are too many."""
        count = self._counts[series]
        return count if count <= WHOLE else None

    def keep(self) -> None:
        """The new values are stored now. Raises Unavailable."""
        if self._found:
            keep_increments(self.catalog, self._found, now=to_microseconds(datetime.now(UTC)))
        for series in self._found:
            del self._counts[series]
            self._due.pop(series, None)
        self._found = {}

    def drop(self) -> None:
        """They are not stored."""
        self._found = {}

    def _count(self, new: Samples, pieces: Mapping[int, tuple[int, int]]) -> None:
        """Count the new values in: what comes twice may be counted twice."""
        if len(self._counts) > _COUNTED:
            self._counts.clear()
            self._due.clear()
        unknown = [(int(new["device"][begin]), each) for each, (begin, _) in pieces.items()]
        unknown = [stream for stream in unknown if stream[1] not in self._counts]
        if unknown:
            self._counts |= dict.fromkeys((series for _, series in unknown), 0) | self.store.counts(unknown)
        for series, (begin, end) in pieces.items():
            self._counts[series] += end - begin

    def _together(self, due: Sequence[int]) -> Iterator[list[int]]:
        """The series in parts of which the values may be in memory at once; long ones stand apart."""
        part: list[int] = []
        values, is_long = 0, False
        for series in sorted(due, key=lambda each: self._counts[each]):
            most = self._most(series)
            if part and (values + most > _AT_ONCE or is_long != (self._counts[series] > WHOLE)):
                yield part
                part, values = [], 0
            is_long = self._counts[series] > WHOLE
            part.append(series)
            values += most
        if part:
            yield part

    def _most(self, series: int) -> int:
        return _NEWEST if self._counts[series] > WHOLE else self._counts[series]

    def _stored(self, new: Samples, pieces: Mapping[int, tuple[int, int]]) -> dict[int, Samples]:
        """What is stored of these series: all of it, or of long ones what is next to the new values."""
        near: list[Near] = []
        for series, (begin, end) in pieces.items():
            times, most = new["time"][begin:end], self._most(series)
            first, last = int(times.min()), int(times.max())
            near.append(Near(int(new["device"][begin]), series, 0, first, last, LATEST, most))
        stored, _ = self.store.near(near)
        found = {series: stored[begin:end] for series, begin, end in runs(stored["series"])}
        return {series: found.get(series, stored[:0]) for series in pieces}

    def _measure(self, series: int, samples: Samples) -> None:
        in_order_of_arrival = np.argsort(samples["packet"], kind="stable")
        size = FEWEST
        while size <= len(samples):
            first = np.sort(in_order_of_arrival[:size])
            found = increment_of(samples["value"][first])
            if found is not None:
                self._found[series] = found
                return
            size *= 2
        if self._counts[series] <= WHOLE:
            self._counts[series] = len(samples)
        self._due[series] = max(size, self._counts[series] + 1)

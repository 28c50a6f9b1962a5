"""Statistics of datastreams by hours, days, weeks or months, as the engine makes and formats them."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sensorium.model.device import Datastream
from sensorium.model.moments import to_microseconds
from sensorium.model.statistics import Grouping, Period, StatisticsShape
from sensorium.plans.periods import bounds
from sensorium.storage.observations.reader import Reader
from sensorium.storage.observations.rows import LATEST

_MOST, _LEAST = 63, 14  # days of which the engine has the values in memory: whole weeks
_VALUES = 4_000_000  # above which it shall not be more than the least
_A_DAY = {Period.HOURLY: 24.0, Period.DAILY: 1.0, Period.WEEKLY: 1 / 7, Period.MONTHLY: 0.0}


@dataclass(frozen=True, slots=True)
class Statistics:
    """Reads statistics. What this server has acknowledged for the devices is seen.

    `newest` gives the id of the newest acknowledged packet of some devices. The account is whose the devices
    are. Each method returns the pieces of a JSON array of rows by time, component name, datastream and place;
    a period without a value that is not left out has no row. Awaiting the first piece raises Unavailable when
    the engine cannot answer; an answer that breaks off after it raises as well.
    """

    reader: Reader
    newest: Callable[[Iterable[int]], int]

    async def read(
        self,
        account: int,
        streams: Sequence[Datastream],
        grouping: Grouping,
        shape: StatisticsShape,
        begin: datetime,
        end: datetime,
    ) -> AsyncGenerator[bytes]:
        """Every period that has a part in [`begin`, `end`), each as a whole."""
        spans = whole_periods(begin, end, grouping, days_at_once(streams)) if streams else ()
        parts = [(span, streams) for span in spans]
        return self.reader.of(account).statistics(parts, grouping, shape, self._position(streams))

    async def last(
        self, account: int, streams: Sequence[Datastream], grouping: Grouping, shape: StatisticsShape
    ) -> AsyncGenerator[bytes]:
        """The last period of each line of datastreams: the one that its newest value that counts is in."""
        return self.reader.of(account).last_statistics(streams, grouping, shape, self._position(streams))

    def _position(self, streams: Sequence[Datastream]) -> int:
        return self.newest({stream.device for stream in streams})


def days_at_once(streams: Sequence[Datastream]) -> int:
    """The days that are asked for at once: a query costs as much as the sorting of some hundred periods."""
    values = sum(86_400 / stream.resolution for stream in streams)
    return _MOST if values * _MOST <= _VALUES else _LEAST


def whole_periods(begin: datetime, end: datetime, grouping: Grouping, days: int) -> list[list[int]]:
    """When all periods with a part in the range begin, and when the last one ends, some at a time.

    Each list ends with the begin of the next one. It is of so many days or a month: the engine has the values
    of one in memory.
    """
    first, last = max(to_microseconds(begin), 0), min(to_microseconds(end), LATEST)
    if first >= last:
        return []
    found = bounds(first, last, grouping.period, grouping.zone)
    count = max(int(days * _A_DAY[grouping.period]), 1)
    return [found[at : at + count + 1] for at in range(0, len(found) - 1, count)]

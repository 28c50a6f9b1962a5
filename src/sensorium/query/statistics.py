"""Statistics of datastreams by hours, days, weeks or months, as the engine makes and formats them."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sensorium.model.device import Datastream
from sensorium.model.moments import to_microseconds
from sensorium.model.statistics import Grouping, Period, StatisticsShape
from sensorium.plans.zones import zone
from sensorium.storage.observations.reader import Reader

RESOLUTION = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
_MOST, _LEAST = 63, 14  # days of which the engine has the values in memory: whole weeks
_VALUES = 4_000_000  # above which it shall not be more than the least


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
        spans = whole_periods(begin, end, grouping, days_at_once(streams))
        return self.reader.of(account).statistics(streams, grouping, shape, spans, self._position(streams))

    async def last(
        self, account: int, streams: Sequence[Datastream], grouping: Grouping, shape: StatisticsShape
    ) -> AsyncGenerator[bytes]:
        """The last period of each datastream: the one that its newest value is in."""
        return self.reader.of(account).last_statistics(streams, grouping, shape, self._position(streams))

    def _position(self, streams: Sequence[Datastream]) -> int:
        return self.newest({stream.device for stream in streams})


def days_at_once(streams: Sequence[Datastream]) -> int:
    """The days that are asked for at once: a query costs as much as the sorting of some hundred periods."""
    values = sum(86_400 / stream.resolution for stream in streams)
    return _MOST if values * _MOST <= _VALUES else _LEAST


def whole_periods(begin: datetime, end: datetime, grouping: Grouping, days: int) -> list[tuple[int, int]]:
    """Spans of time [begin, end) in microseconds that together hold all periods with a part in the range.

    Each ends with a period, and is of so many days or a month: the engine has the values of one in memory.
    """
    local, period = zone(grouping.zone), grouping.period
    at = _begin(begin.astimezone(local), period)
    until = _end(_begin((end - RESOLUTION).astimezone(local), period), period)
    spans: list[tuple[int, int]] = []
    while at < until:
        cut = _end(at, period) if period is Period.MONTHLY else _days_later(at, days)
        spans.append((to_microseconds(at), to_microseconds(min(cut, until))))
        at = cut
    return spans


def _begin(local: datetime, period: Period) -> datetime:
    """When the period began that a local time is in.

    An hour also begins when clocks are put by a part of one, as on Lord Howe Island.
    """
    match period:
        case Period.HOURLY:
            hour = (local.astimezone(UTC) - _since_the_hour(local)).astimezone(local.tzinfo)
            put = abs(_ahead(local) - _ahead(hour)) % HOUR
            return (hour.astimezone(UTC) + put).astimezone(local.tzinfo)
        case Period.DAILY:
            return _days_later(local, 0)
        case Period.WEEKLY:
            return _days_later(local, -local.weekday())
        case Period.MONTHLY:
            return _days_later(local, 1 - local.day)


def _ahead(local: datetime) -> timedelta:
    """What a local time is ahead of UTC."""
    return local.utcoffset() or timedelta()


def _since_the_hour(local: datetime) -> timedelta:
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _end(begin: datetime, period: Period) -> datetime:
    """When the period ends that begins then."""
    match period:
        case Period.HOURLY:
            return (begin.astimezone(UTC) + HOUR - _since_the_hour(begin)).astimezone(begin.tzinfo)
        case Period.DAILY:
            return _days_later(begin, 1)
        case Period.WEEKLY:
            return _days_later(begin, 7)
        case Period.MONTHLY:
            return _days_later(begin, 32).replace(day=1)


def _days_later(local: datetime, days: int) -> datetime:
    """Midnight of a day so many days later, by the clocks there."""
    midnight = local.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight + timedelta(days=days)).replace(tzinfo=local.tzinfo)

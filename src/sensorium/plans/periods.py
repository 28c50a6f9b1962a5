"""The periods of statistics by the clocks of a zone: hours, days, weeks and months.

Everything that is said of a period comes from here: the engine, whose own time zones may be of another year,
is given bounds and no names (decision 009). Times are in microseconds since 1970 UTC.
"""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import chain, pairwise

from sensorium.model.moments import MICROSECOND, from_microseconds, to_microseconds
from sensorium.model.statistics import Period
from sensorium.plans.zones import zone

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


def bounds(begin: int, end: int, period: Period, name: str) -> list[int]:
    """When the periods begin that have a part in [`begin`, `end`), and when the last one of them ends."""
    local = zone(name)
    found = _midnights(begin, end, period, local)
    if period is Period.HOURLY:
        found = list(chain.from_iterable(_hours(*day, local) for day in pairwise(found))) + found[-1:]
    return found[bisect_right(found, begin) - 1 : bisect_left(found, end) + 1]


def _midnights(begin: int, end: int, period: Period, local: tzinfo) -> list[int]:
    """When the days, weeks or months begin from the one of `begin` on, until the first not before `end`."""
    day = _first(from_microseconds(begin).astimezone(local).date(), period)
    found = [_midnight(day, local)]
    while found[-1] < end:
        day = _next(day, period)
        at = _midnight(day, local)
        if at > found[-1]:  # a day that is left out, as when the date line was moved, is none
            found.append(at)
    return found


def _first(day: date, period: Period) -> date:
    """The first day of the period of a day."""
    match period:
        case Period.HOURLY | Period.DAILY:
            return day
        case Period.WEEKLY:
            return day - timedelta(day.weekday())
        case Period.MONTHLY:
            return day.replace(day=1)


def _next(day: date, period: Period) -> date:
    """The first day of the period after the one that begins on a day."""
    match period:
        case Period.HOURLY | Period.DAILY:
            return day + timedelta(1)
        case Period.WEEKLY:
            return day + timedelta(7)
        case Period.MONTHLY:
            return (day + timedelta(31)).replace(day=1)


def _midnight(day: date, local: tzinfo) -> int:
    """When a day begins: at one o'clock where clocks are put forward at midnight, at the first of two."""
    return to_microseconds(datetime.combine(day, time(), local))


def _hours(begin: int, end: int, local: tzinfo) -> list[int]:
    """When the hours of a day begin: when its clocks show one, and when they are put by a part of one."""
    if end - begin == _DAY and _ahead(begin, local) == _ahead(end, local):
        return list(range(begin, end, _HOUR))
    found: list[int] = []
    while begin < end:
        found.append(begin)
        begin = _next_hour(begin, local)
    return found


def _next_hour(begin: int, local: tzinfo) -> int:
    """When the hour ends that begins then: earlier than the clocks show it where they are put meanwhile."""
    end = begin + _HOUR - (begin + _ahead(begin, local)) % _HOUR
    ahead = _ahead(end, local)
    shown = end - (end + ahead) % _HOUR
    put = shown + abs(ahead - _ahead(shown, local)) % _HOUR
    return put if begin < put < end else end


def _ahead(at: int, local: tzinfo) -> int:
    """What local time is ahead of UTC then."""
    return (from_microseconds(at).astimezone(local).utcoffset() or timedelta()) // MICROSECOND

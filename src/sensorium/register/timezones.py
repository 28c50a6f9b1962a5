"""The time zones, from the tzdata package: the same on every host."""

from functools import cache

from sensorium.model.catalogue import Timezone
from sensorium.model.moments import EPOCH, add_months
from sensorium.plans.zones import zone, zone_names

# The rules in force are those of the first full year after the pinned tzdata was made: announced changes
# are in it, past ones are over.
_YEAR = 2027


@cache
def timezones() -> tuple[Timezone, ...]:
    """Every IANA time zone, by name, and whether its clocks change within a year (NI-188)."""
    return tuple(Timezone(name, _has_daylight_saving(name)) for name in sorted(zone_names()))


def _has_daylight_saving(name: str) -> bool:
    rules = zone.__wrapped__(name)  # not all of them are worth keeping in memory
    begin = EPOCH.replace(year=_YEAR)
    # Nowhere is summer time shorter than a month, so half months see every change
    days = (add_months(begin, month).replace(day=day) for month in range(12) for day in (1, 15))
    return len({day.astimezone(rules).utcoffset() for day in days}) > 1

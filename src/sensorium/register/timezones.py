"""The time zones, from the tzdata package: the same on every host."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from sensorium.model.catalogue import Timezone
from sensorium.model.moments import EPOCH, add_months

# The rules in force are those of the first full year after the pinned tzdata was made; announced changes
# are in it, past ones are over.
_YEAR = 2027


@cache
def timezones() -> tuple[Timezone, ...]:
    """Every IANA time zone, by name, and whether its clocks change within a year (NI-188)."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return tuple(Timezone(name, _has_daylight_saving(name)) for name in sorted(names))


def _has_daylight_saving(name: str) -> bool:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        zone = ZoneInfo.from_file(file, name)
    begin = EPOCH.replace(year=_YEAR)
    # No summer time is shorter than Morocco's month without it, so half months see each change
    days = (add_months(begin, month).replace(day=day) for month in range(12) for day in (1, 15))
    return len({day.astimezone(zone).utcoffset() for day in days}) > 1

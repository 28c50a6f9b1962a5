"""Time zones of the IANA database.

They are read from the tzdata package, so that answers do not depend on the host.
"""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from sensorium.model.errors import InvalidTimezone


@cache
def zone_names() -> frozenset[str]:
    """The name of every time zone."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of that exact name. Raises InvalidTimezone (NI-144)."""
    if name not in zone_names():
        raise InvalidTimezone(f"there is no time zone {name!r}")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stored:
        return ZoneInfo.from_file(stored, key=name)

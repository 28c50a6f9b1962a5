"""Moments as the APIs write them. Inside, a moment is microseconds since 1970 UTC or an aware datetime."""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EVER = 1 << 62  # microseconds since 1970: after every moment

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"\s?([Zz]|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, exactly."""
    return (moment - EPOCH) // MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970. Raises OverflowError outside years 1 to 9999."""
    return EPOCH + timedelta(microseconds=microseconds)


def parse_iso(text: str) -> datetime:
    """Read an ISO-8601 date and time, naive meaning UTC; digits past the microsecond are cut.

    Raises ValueError when the text is not such a moment.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an ISO-8601 date and time")
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    moment = datetime(
        int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
    ) + timedelta(microseconds=int((fraction or "").ljust(6, "0")[:6]))
    if zone is None or zone in "Zz":
        return moment
    return moment - _offset(zone)


def _offset(zone: str) -> timedelta:
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(f"{zone!r} is not an offset from UTC")
    span = timedelta(hours=hours, minutes=minutes)
    return -span if zone[0] == "-" else span


def format_iso(moment: datetime) -> str:
    """A UTC moment with seven digits of fraction and Z, as NILU's document prints it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time `months` calendar months later, or that month's last day where it is shorter.

    Raises ValueError outside years 1 to 9999.
    """
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            if year not in range(1, 10000):
                raise
    return moment.replace(year=year, month=month + 1)

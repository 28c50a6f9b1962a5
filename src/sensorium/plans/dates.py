"""Dates as text: a pattern of letters is compiled to a function from text to microseconds since 1970 UTC.

The letters are those that .NET's custom patterns and Unicode's LDML have in common, and of each the rest that
does not contradict the other:

    yyyy yy            year; yy means 1950 to 2049
    M MM MMM MMMM      month: one or two digits, two digits, "Oct", "October" (English, any case)
    d dd               day of the month
    ddd EEE dddd EEEE  day of the week, "Wed" and "Wednesday"; it must be the date's own
    H HH, h hh         hour 0 to 23; hour 1 to 12, which needs t, tt or a
    t, tt a            "A" or "P", "AM" or "PM" (any case)
    m mm s ss          minute, second
    f.. S..            exactly so many digits of a second, 1 to 9; those past the microsecond are cut
    F..                up to so many digits, also none; a "." before it then goes too
    z zz zzz           offset from UTC as +1, +01, +01:00
    X XX XXX           "Z", or +01 (also +0100), +0100, +01:00
    K                  "Z", +01:00, or nothing
    Z                  the letter Z, which says that the time is UTC
    T and others       T and every character that is no letter stand for themselves
    'at' "at" \\a      quoted and escaped text stands for itself; two single quotes are one

An unquoted letter that is not listed is refused, so that "YYYY-MM-DD" is not taken for a date without a
year. A quoted 'Z' is a mere letter. The text must be nothing but such a date: no spaces around it, ASCII
digits, every number in its range, no 24:00 and no second 60. A pattern needs year, month and day; a time of
day that it does not give is midnight.

An offset (or Z) in the text tells the zone; otherwise the named zone does, otherwise it is UTC. Where clocks
go forward, the times that are skipped are refused; where they go back, a time that occurs twice means the
first occurrence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sensorium.model.errors import ConversionFailed, InvalidArguments
from sensorium.model.moments import MICROSECOND
from sensorium.plans.found import describe
from sensorium.plans.slots import RANGES, TIMESTAMP
from sensorium.plans.zones import zone as zone_named

LONGEST_PATTERN = 100

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local time is handled as naive until its offset is known
_LAST_CHANGE = datetime(9999, 12, 29)  # noqa: DTZ001
_TWO_DAYS = timedelta(days=2)
_FIRST, _LAST = RANGES[TIMESTAMP]

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TOKEN = re.compile(
    r"(?P<quote>'')"
    r"|'(?P<single>(?:[^'\\]|''|\\.)+)'"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"'
    r"|\\(?P<escaped>.)"
    r"|(?P<letters>([A-Za-z])\6*)"
    r"|(?P<literal>[^'\"\\%])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Field:
    """What a run of letters stands for: a part of the date, the text it matches, and how that is read."""

    part: str
    text: str
    read: Callable[[str], int] = int
    fixed: bool = True


def _century(text: str) -> int:
    return int(text) + (2000 if int(text) < 50 else 1900)


def _names(part: str, names: tuple[str, ...], length: int | None) -> _Field:
    numbers = {name[:length]: number for number, name in enumerate(names, 1)}
    return _Field(part, f"(?ai:{'|'.join(numbers)})", lambda text: numbers[text.lower()])


def _fraction(text: str | None) -> int:
    return int((text or "").ljust(6, "0")[:6])


def _digits(part: str, letter: str) -> dict[str, _Field]:
    return {letter: _Field(part, "[0-9]{1,2}", fixed=False), letter * 2: _Field(part, "[0-9]{2}")}


_FIELDS = {
    "yyyy": _Field("year", "[0-9]{4}"),
    "yy": _Field("year", "[0-9]{2}", _century),
    **_digits("month", "M"),
    "MMM": _names("month", _MONTHS, 3),
    "MMMM": _names("month", _MONTHS, None),
    **_digits("day", "d"),
    **{letters: _names("weekday", _DAYS, 3) for letters in ("ddd", "EEE")},
    **{letters: _names("weekday", _DAYS, None) for letters in ("dddd", "EEEE")},
    **_digits("hour", "H"),
    **_digits("hour12", "h"),
    **_digits("minute", "m"),
    **_digits("second", "s"),
    "t": _Field("half", "[AaPp]"),
    **{letters: _Field("half", "[AaPp][Mm]") for letters in ("tt", "a")},
    **{letter * n: _Field("fraction", f"[0-9]{{{n}}}") for letter in "fS" for n in range(1, 10)},
    **{"F" * n: _Field("fraction", f"[0-9]{{0,{n}}}", fixed=False) for n in range(1, 10)},
    "z": _Field("offset", "[+-][0-9]{1,2}", fixed=False),
    "zz": _Field("offset", "[+-][0-9]{2}"),
    "zzz": _Field("offset", "[+-][0-9]{2}:[0-9]{2}"),
    "X": _Field("offset", "Z|[+-][0-9]{2}(?:[0-9]{2})?", fixed=False),
    "XX": _Field("offset", "Z|[+-][0-9]{4}"),
    "XXX": _Field("offset", "Z|[+-][0-9]{2}:[0-9]{2}"),
    "K": _Field("offset", "Z|[+-][0-9]{2}:[0-9]{2}|"),
    "Z": _Field("offset", "Z"),
}


@lru_cache(maxsize=256)
def compile_date(pattern: str, zone: str | None = None) -> Callable[[str], int]:
    """The function that reads dates of this pattern as microseconds since 1970 UTC.

    `zone` is the name of the time zone of dates that do not tell their offset (None: UTC). Raises
    InvalidArguments for a pattern that cannot be read or yields no date, InvalidTimezone for an unknown zone.
    The function raises ConversionFailed for a text that is not such a date.
    """
    expression, fields = _compile_text(pattern)
    clock = _clock(fields, pattern)
    offset = _zone_offset(zone_named("UTC" if zone is None else zone))
    local = _local(expression, fields, clock)
    fraction, zoned = expression.groupindex.get("fraction"), expression.groupindex.get("offset")

    # Packets that arrive together often carry the same time, and a mapped time is read a second time.
    @lru_cache(maxsize=64)
    def read(text: str) -> int:
        found = expression.fullmatch(text)
        if found is None:
            raise ConversionFailed(f"{describe(text)} is not a date of the form {pattern}")
        try:
            moment = local(found)
        except ValueError as error:
            raise ConversionFailed(f"{describe(text)} is not a date: {error}") from None
        ahead = _text_offset(found[zoned]) if zoned else None
        microseconds = (moment - _EPOCH - (offset(moment) if ahead is None else ahead)) // MICROSECOND
        if fraction:
            microseconds += _fraction(found[fraction])
        if not _FIRST <= microseconds <= _LAST:
            raise ConversionFailed(f"{describe(text)} is outside the years 1 to 9999")
        return microseconds

    return read


def _compile_text(pattern: str) -> tuple[re.Pattern[str], dict[str, _Field]]:
    """The expression of a pattern, with a group for each part of a date, and the fields by their part."""
    if len(pattern) > LONGEST_PATTERN or not pattern.isprintable():
        raise InvalidArguments(f"a date pattern is printable text of at most {LONGEST_PATTERN} characters")
    parts: list[str] = []
    fields: dict[str, _Field] = {}
    before: _Field | None = None
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise InvalidArguments(f"the date pattern cannot be read at {pattern[at:]!r}")
        at = token.end()
        letters = token["letters"]
        if letters is None or letters == "T":
            literal = _literal(token)
            _check_apart(before, literal, is_digits=literal[:1].isdigit())
            parts.append(re.escape(literal))
            before = None if literal else before
            continue
        field = _field(letters, before)
        if field.part in fields:
            raise InvalidArguments(f"the date pattern gives the {field.part} twice")
        fields[field.part] = before = field
        parts.append(_group(field, parts))
    return re.compile("".join(parts)), fields


def _field(letters: str, before: _Field | None) -> _Field:
    field = _FIELDS.get(letters)
    if field is None:
        raise InvalidArguments(
            f"{letters!r} means nothing in a date pattern; quote it when it stands for itself"
        )
    _check_apart(before, letters, is_digits=field.text.startswith("[0-9]"))
    return field


def _check_apart(before: _Field | None, text: str, *, is_digits: bool) -> None:
    """Refuse digits after a field that does not tell where its own end."""
    if before is not None and not before.fixed and is_digits:
        raise InvalidArguments(f"digits of the {before.part} of any length run into {text!r}")


def _group(field: _Field, parts: list[str]) -> str:
    """The field's part of the expression; an optional fraction takes the point before it along."""
    if field.part == "fraction" and not field.fixed and parts and parts[-1] == r"\.":
        parts.pop()
        return rf"(?:\.(?P<fraction>{field.text.replace('{0,', '{1,')}))?"
    return f"(?P<{field.part}>{field.text})"


def _literal(token: re.Match[str]) -> str:
    if token["quote"]:
        return "'"
    if token["single"]:
        return re.sub(r"''|\\(.)", lambda found: found[1] or "'", token["single"])
    if token["double"] is not None:
        return re.sub(r"\\(.)", r"\1", token["double"])
    return token["escaped"] or token[0]


def _clock(fields: dict[str, _Field], pattern: str) -> tuple[str, ...]:
    """The parts that make the date and time of day, from the year down. Raises InvalidArguments."""
    hour = "hour12" if "hour12" in fields else "hour"
    parts = ("year", "month", "day", hour, "minute", "second", "fraction")
    given = tuple(part for part in parts if part in fields)
    if given != parts[: len(given)] or len(given) < 3:
        missing = next(part for part in parts if part not in fields)
        raise InvalidArguments(f"the date pattern {pattern!r} gives no {missing}")
    if ("hour12" in fields) != ("half" in fields) or {"hour", "hour12"} <= fields.keys():
        raise InvalidArguments("in a date pattern h and AM or PM go together, and not with H")
    return given[:6]


def _local(
    expression: re.Pattern[str], fields: dict[str, _Field], clock: tuple[str, ...]
) -> Callable[[re.Match[str]], datetime]:
    """The function from a match to the date and time on the clock's face; it raises ValueError."""
    groups = tuple(expression.groupindex[part] for part in clock)
    readers = tuple(fields[part].read for part in clock)
    weekday = fields.get("weekday")

    def plain(found: re.Match[str]) -> datetime:
        return datetime(*map(int, found.group(*groups)))  # type: ignore[arg-type] # noqa: DTZ001

    def worded(found: re.Match[str]) -> datetime:
        numbers = [read(text) for read, text in zip(readers, found.group(*groups), strict=True)]
        if "half" in fields:
            if not 1 <= numbers[3] <= 12:
                raise ValueError("hour must be in 1..12")
            numbers[3] = numbers[3] % 12 + (12 if found["half"][0] in "Pp" else 0)
        moment = datetime(*numbers)  # type: ignore[arg-type] # noqa: DTZ001
        if weekday is not None and moment.isoweekday() != weekday.read(found["weekday"]):
            raise ValueError("that date is another day of the week")
        return moment

    return plain if weekday is None and "half" not in fields and set(readers) == {int} else worded


def _zone_offset(zone: ZoneInfo) -> Callable[[datetime], timedelta]:
    """The function from a local time to its offset from UTC; it raises ConversionFailed in a gap."""
    fixed = zone.utcoffset(None)
    if fixed is not None:
        return lambda _: fixed

    def offset(moment: datetime) -> timedelta:
        ahead = zone.utcoffset(moment)
        assert ahead is not None
        # A gap is followed by another offset, and no zone changes its clocks twice within two days.
        if moment < _LAST_CHANGE and ahead != zone.utcoffset(moment + _TWO_DAYS):
            _refuse_gap(zone, moment)
        return ahead

    return offset


def _refuse_gap(zone: ZoneInfo, moment: datetime) -> None:
    first, second = zone.utcoffset(moment), zone.utcoffset(moment.replace(fold=1))
    if first is not None and second is not None and first < second:
        raise ConversionFailed(f"clocks in {zone.key} skip {moment}")


def _text_offset(text: str | None) -> timedelta | None:
    """The offset that a date tells, None when it tells none. Raises ConversionFailed."""
    if not text:
        return None
    if text == "Z":
        return timedelta()
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:2]), int(digits[2:]))
    if hours > 23 or minutes > 59:
        raise ConversionFailed(f"{text} is not an offset from UTC")
    ahead = timedelta(hours=hours, minutes=minutes)
    return -ahead if text[0] == "-" else ahead

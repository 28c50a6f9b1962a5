"""The query of a request, read into the words of the platform; pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sensorium.model.errors import Malformed, Missing
from sensorium.model.moments import add_months, parse_iso, to_microseconds

MOST_INSTRUMENTS = 500
LONGEST = 12  # calendar months (C4)

_IN_UTC = re.compile(r"(.{16,}?)(?:[Zz]|[+ ]00:?00)", re.DOTALL)
"""A moment that says it is in UTC (C8). A plus that was not percent-encoded arrives as a blank."""


class Asked(NamedTuple):
    """The serial numbers of the instruments and a range, its moments in microseconds since 1970 UTC."""

    instruments: tuple[str, ...]
    begin: int
    end: int


def read_query(pairs: Sequence[tuple[str, str]]) -> Asked:
    """Read a query. Raises Missing and Malformed, which name a parameter.

    What is missing goes before what is wrong, in the order instruments, start, end (CI-008 to CI-021).
    """
    instruments = _instruments(pairs)
    texts = [_only(pairs, name) for name in ("start", "end")]
    start, end = (_moment(text, name) for text, name in zip(texts, ("start", "end"), strict=True))
    if len(instruments) > MOST_INSTRUMENTS:
        raise Malformed(f"At most {MOST_INSTRUMENTS} instruments can be asked for at once.", "instruments")
    if end < start:
        raise Malformed("The parameter end lies before start.", "end")
    if _is_too_long(start, end):
        raise Malformed("The maximum date range per request is 1 year.", "end")
    return Asked(instruments, to_microseconds(start), to_microseconds(end))


def _instruments(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """All that are named, each once: one after another, or with commas between them, or both (C1)."""
    named = [text for name, value in pairs if name == "instruments" for text in value.split(",")]
    found = tuple(dict.fromkeys(text.strip() for text in named if text.strip()))
    if not found:
        raise _missing("instruments")
    return found


def _only(pairs: Sequence[tuple[str, str]], name: str) -> str:
    """The value of a parameter that is given once."""
    values = [value for key, value in pairs if key == name]
    if not any(values):
        raise _missing(name)
    if len(values) > 1:
        raise Malformed(f"The parameter {name} was given more than once.", name)
    return values[0]


def _missing(name: str) -> Missing:
    return Missing(f"The required parameter {name} was missing from the request.", name)


def _moment(text: str, name: str) -> datetime:
    found = _IN_UTC.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        return parse_iso(f"{found[1]}Z")
    except ValueError:
        why = f"The parameter {name} must be an ISO 8601 date and time in UTC, such as 2023-01-01T00:00:00Z."
        raise Malformed(why, name) from None


def _is_too_long(start: datetime, end: datetime) -> bool:
    try:
        return end > add_months(start, LONGEST)
    except ValueError:  # a year later there is no calendar any more
        return False

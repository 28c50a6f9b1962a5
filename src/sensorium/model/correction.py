"""How the values of a datastream are corrected."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Correction:
    """The expression that makes the corrected value, and the data level of what it makes.

    The names in it are those of the components in the same packet, and `value` is the value itself.
    """

    expression: str
    level: int


class DatedCorrection(NamedTuple):
    """How values are corrected from a time on (None: not), in microseconds since 1970 UTC."""

    valid_from: int
    correction: Correction | None


@dataclass(frozen=True, slots=True)
class SaidCorrection:
    """What somebody has said about a correction; times are in microseconds since 1970 UTC."""

    valid_from: int
    correction: Correction | None
    note: str | None
    created: int

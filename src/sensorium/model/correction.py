"""How the values of a datastream are corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


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


@dataclass(frozen=True, slots=True)
class CorrectionHistory:
    """What is said of a datastream's correction, in the order of time, and the version of it (None: nothing).

    `names` are those that an expression may have, with the datastreams that they stand for.
    """

    said: tuple[SaidCorrection, ...]
    names: Mapping[str, int]
    version: str | None


@dataclass(frozen=True, slots=True)
class CorrectionChange:
    """How somebody wants values to be corrected: by an expression, or a preset and its arguments, or not.

    `level` is the data level of what comes out. `valid_from` is in microseconds since 1970 UTC (None: now).
    """

    expression: str | None
    preset: str | None
    arguments: Mapping[str, Any]
    level: int | None
    valid_from: int | None
    note: str | None

"""How raw values become values: by a table or an equation that holds from a time on."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Point(NamedTuple):
    """A raw value, after divider and multiplier, and the value that it means."""

    raw: float
    value: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a raw value becomes a value.

    It is divided by `divider` and multiplied by `multiplier`; then it is looked up in `points`, which stay in
    the order they were given in, or is `$value` in `equation`. `level` is the data level of the result (None:
    one above that of the raw value), `uncertainty` its standard uncertainty (k = 1) in its unit.
    """

    points: tuple[Point, ...] = ()
    equation: str | None = None
    divider: float | None = None
    multiplier: float | None = None
    level: int | None = None
    uncertainty: float | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether it leaves raw values as they are: then there is no calibrated value."""
        return not self.points and self.equation is None and self.divider is None and self.multiplier is None


class DatedCalibration(NamedTuple):
    """A calibration and the time from which on it holds, in microseconds since 1970 UTC."""

    valid_from: int
    id: int
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class CalibrationChange:
    """A calibration as somebody wants it: from a time on, or `for_all_time` in place of all others.

    `valid_from` is in microseconds since 1970 UTC (None: now).
    """

    calibration: Calibration
    valid_from: int | None = None
    note: str | None = None
    certificate: str | None = None
    for_all_time: bool = False


@dataclass(frozen=True, slots=True)
class SaidCalibration:
    """A calibration with who said it and when; one that is `replaced` holds no more since then.

    Times are in UTC.
    """

    id: int
    valid_from: datetime
    calibration: Calibration
    author: str
    note: str | None
    certificate: str | None
    created: datetime
    replaced: datetime | None

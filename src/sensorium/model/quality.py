"""How the values of a series are to be checked: limits, repeats, and the test for outliers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import Any, NamedTuple

MOST_REPEATS = 21_600  # six hours of seconds
FEWEST_REPEATS = 5
FEWEST_IN_WINDOW = 10


class Method(StrEnum):
    """What tells outliers."""

    MAD = "mad"
    FOREST = "isolation-forest"


@dataclass(frozen=True, slots=True)
class OutlierTest:
    """A value is an outlier when it is further than `threshold` scaled MADs from its window's median.

    The scale is 1.4826, and no MAD counts as less than `floor` (in the QC unit); where there is a floor, none
    counts as less than the instrument's `increment` either, which is measured if it is None. The window is
    centred and has `window` values; until the later half of it is there, the last `trailing` values stand in
    for it (0: nothing does). At least `share` of a window's values must be usable. It is not continuous when
    two of its values are more than `gap` resolutions apart, or when it spans more than `span` times its
    length in resolutions; what is further than that from the value, behind a gap, is not part of it. A moving
    device's window may reach `radius` metres around its middle.
    With another `scorer` than the MAD, what was learned of the datastream judges its full windows.
    """

    window: int = 25
    threshold: float = 5.7
    floor: float = 0.0
    trailing: int = 31
    share: float = 0.6
    gap: float = 5.0
    span: float = 1.5
    radius: float = 100.0
    scorer: Method = Method.MAD
    increment: float | None = None

    @property
    def asks_for_increment(self) -> bool:
        """Whether it takes the measured increment of an instrument."""
        return self.floor > 0 and self.increment is None

    def with_increment(self, measured: float) -> "OutlierTest":
        """The test for an instrument whose values differ by so much at least, in the QC unit."""
        if self.floor == 0:
            return self
        increment = measured if self.increment is None else self.increment
        return replace(self, floor=max(self.floor, increment))

    @property
    def half(self) -> int:
        """The values of a centred window on each side of its middle."""
        return self.window // 2

    def fewest(self, size: int) -> int:
        """How many usable values a window of that size must have."""
        return max(FEWEST_IN_WINDOW, ceil(self.share * size))


@dataclass(frozen=True, slots=True)
class Quality:
    """The tests of a series; each is off where it is None. Limits and tolerances are in the QC unit.

    `uncertainty` is no test, but what is known of every value: the standard uncertainty (k = 1) in that unit.

    A value is persistent when it stays within `tolerance` for `duration` seconds, not counting values within
    the `exempt` ranges. Where that is more than `MOST_REPEATS` values, it is not tested.
    """

    minimum: float | None = None
    maximum: float | None = None
    duration: float | None = None
    tolerance: float = 0.0
    exempt: tuple[tuple[float, float], ...] = ()
    outlier: OutlierTest | None = None
    uncertainty: float | None = None

    def repeats(self, resolution: int) -> int:
        """So many equal values in a row are persistent; 0 when that is not tested."""
        if self.duration is None:
            return 0
        count = max(FEWEST_REPEATS, int(self.duration // resolution))
        return count if count <= MOST_REPEATS else 0

    @property
    def has_tests(self) -> bool:
        """Whether any test is on."""
        tests = (self.minimum, self.maximum, self.duration, self.outlier)
        return any(each is not None for each in tests)


UNCHECKED = Quality()


@dataclass(frozen=True, slots=True)
class Increment:
    """The least step between values of an instrument, in the QC unit, as so many `samples` show it.

    It is 0 when these show none.
    """

    size: float
    samples: int


@dataclass(frozen=True, slots=True)
class MeasuredIncrement:
    """An increment, and when it was measured (microseconds since 1970 UTC)."""

    increment: Increment
    measured: int


class Source(StrEnum):
    """Who says how values are checked; each goes before those that stand below it."""

    DATASTREAM = "datastream"
    ACCOUNT = "account"
    SHIPPED = "shipped"
    NOBODY = "nobody"


class DatedQuality(NamedTuple):
    """How values are checked from a time on, in microseconds since 1970 UTC, and who says so."""

    valid_from: int
    quality: Quality
    source: Source


@dataclass(frozen=True, slots=True)
class SaidQuality:
    """What somebody has said about quality; times are in microseconds since 1970 UTC."""

    valid_from: int
    quality: Quality
    note: str | None
    created: int


@dataclass(frozen=True, slots=True)
class QualityHistory:
    """What an account has said, what holds of that and of all else, and the version of what it has said.

    Both are in the order of time. The version is None when it has said nothing. Of a datastream there may be
    an increment.
    """

    said: tuple[SaidQuality, ...]
    in_force: tuple[DatedQuality, ...]
    version: str | None
    increment: MeasuredIncrement | None = None


@dataclass(frozen=True, slots=True)
class QualityChange:
    """How somebody wants values to be checked: all that differs from a preset, or all there is without one.

    `settings` have the names of `Quality`'s members. `valid_from` is in microseconds since 1970 UTC (None:
    now).
    """

    preset: str | None
    settings: Mapping[str, Any]
    valid_from: int | None
    note: str | None

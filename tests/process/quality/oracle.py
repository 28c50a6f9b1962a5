"""Quality control once more, one value at a time and by the definitions: what blocks are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, ceil, cos, isfinite, nan, radians, sin, sqrt
from statistics import median

from sensorium.model.quality import OutlierTest
from sensorium.process.quality.block import Rule

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A value in its series."""

    time: int
    value: float
    longitude: float = 10.0
    latitude: float = 60.0


Words = tuple[int, int, int, int]


def words(series: Sequence[Sample], rule: Rule, at: int, *, complete: bool) -> Words:
    """QC, QCS, QA and QAS of one value."""
    quality = rule.quality
    if rule.factor == 0 or not quality.has_tests:
        return 0, 0, 4 * complete, 0
    value = series[at].value * rule.factor
    below = quality.minimum is not None and value < quality.minimum
    above = quality.maximum is not None and value > quality.maximum
    repeats = repeating(series, rule, at)
    configured = (
        2 * (quality.minimum is not None)
        + 4 * (quality.maximum is not None)
        + 8 * (quality.duration is not None)
        + 16 * (quality.outlier is not None)
    )
    is_outlier, reasons = outlier(series, rule, at) if quality.outlier is not None else (False, 0)
    ran = bool(configured & 14) or (quality.outlier is not None and not reasons)
    accepted = not (below or above or repeats or is_outlier or reasons)
    return (
        ran + 2 * below + 4 * above + 8 * repeats + 16 * is_outlier,
        configured + 64 * bool(reasons),
        4 * complete + 8 * accepted,
        2 * (below or above) + 4 * repeats + 8 * is_outlier + reasons,
    )


def repeating(series: Sequence[Sample], rule: Rule, at: int) -> bool:
    """Whether the value is one of enough that stay where they are."""
    quality = rule.quality
    needed = quality.repeats(rule.resolution)

    def counts(index: int) -> bool:
        value = series[index].value * rule.factor
        return not any(low <= value <= high for low, high in quality.exempt)

    def linked(index: int) -> bool:
        one, other = series[index], series[index + 1]
        return (
            counts(index)
            and counts(index + 1)
            and abs(one.value * rule.factor - other.value * rule.factor) <= quality.tolerance
            and other.time - one.time <= 5 * SECOND * rule.resolution
        )

    if not needed or not counts(at):
        return False
    first = last = at
    while first > 0 and linked(first - 1):
        first -= 1
    while last < len(series) - 1 and linked(last):
        last += 1
    return last - first + 1 >= needed


def outlier(series: Sequence[Sample], rule: Rule, at: int) -> tuple[bool, int]:
    """Whether the value is an outlier, and the reasons why that cannot be told."""
    test = rule.quality.outlier
    assert test is not None
    half, unit = test.window // 2, SECOND * rule.resolution
    longest = test.span * test.window * unit
    if at + half < len(series) and series[at + half].time - series[at].time <= longest:
        return decide(series, rule, at, range(max(at - half, 0), at + half + 1), test.window)
    if test.trailing and rule.resolution <= 300:
        return decide(series, rule, at, range(max(at - test.trailing + 1, 0), at + 1), test.trailing)
    return False, 128


def decide(series: Sequence[Sample], rule: Rule, at: int, places: range, size: int) -> tuple[bool, int]:
    """The verdict by one window."""
    test = rule.quality.outlier
    assert test is not None
    unit, middle = SECOND * rule.resolution, series[at]
    near = [each for each in places if abs(series[each].time - middle.time) <= test.span * size * unit]
    usable = [series[each].value * rule.factor for each in near if not is_masked(series, rule, each)]
    reasons = 0
    if len(usable) < max(10, ceil(test.share * size)):
        reasons |= 128
    times = [series[each].time for each in near]
    if any(later - earlier > test.gap * unit for earlier, later in pairwise(times)):
        reasons |= 1024
    centre = median(usable) if usable else nan
    spread = median(abs(value - centre) for value in usable) if usable else nan
    if test.floor == 0 and spread == 0:
        reasons |= 256
    if is_spread_out([series[each] for each in near], test):
        reasons |= 512
    far = abs(middle.value * rule.factor - centre) > test.threshold * max(1.4826 * spread, test.floor)
    return far and not reasons, reasons


def is_masked(series: Sequence[Sample], rule: Rule, at: int) -> bool:
    """Whether another test found fault with the value."""
    quality, value = rule.quality, series[at].value * rule.factor
    return (
        not isfinite(value)
        or (quality.minimum is not None and value < quality.minimum)
        or (quality.maximum is not None and value > quality.maximum)
        or repeating(series, rule, at)
    )


def is_spread_out(window: Sequence[Sample], test: OutlierTest) -> bool:
    """Whether the window's places are further apart than they may be."""
    places = {(each.longitude, each.latitude) for each in window}
    if len(places) < 2:
        return False
    east, north = median(each.longitude for each in window), median(each.latitude for each in window)
    return any(metres(each.longitude, each.latitude, east, north) > test.radius for each in window)


def metres(longitude: float, latitude: float, east: float, north: float) -> float:
    """How far two places are apart, on a sphere."""
    up, across = radians(latitude - north) / 2, radians(longitude - east) / 2
    half = sin(up) ** 2 + cos(radians(latitude)) * cos(radians(north)) * sin(across) ** 2
    return 2 * 6_371_000 * asin(sqrt(half))

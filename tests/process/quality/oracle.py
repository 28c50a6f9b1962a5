"""Quality control once more, one value at a time and by the definitions: what blocks are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import asin, ceil, cos, dist, isclose, isfinite, nan, radians, sin, sqrt
from statistics import median

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
    below, above = out_of_range(value, rule)
    repeats = repeating(series, rule, at)
    configured = (
        2 * (quality.minimum is not None)
        + 4 * (quality.maximum is not None)
        + 8 * (quality.repeats(rule.resolution) > 0)
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


def out_of_range(value: float, rule: Rule) -> tuple[bool, bool]:
    """Whether it is below the minimum and above the maximum, by more than doubles are rounded."""
    low, high = rule.quality.minimum, rule.quality.maximum
    below = low is not None and value < low and not isclose(value, low, rel_tol=1e-12)
    above = high is not None and value > high and not isclose(value, high, rel_tol=1e-12)
    return below, above


def repeating(series: Sequence[Sample], rule: Rule, at: int) -> bool:
    """Whether the value is one of enough that stay where they are."""
    quality = rule.quality
    needed = quality.repeats(rule.resolution)

    def counts(index: int) -> bool:
        value = series[index].value * rule.factor
        near = partial(isclose, value, rel_tol=1e-12)
        return not any(low <= value <= high or near(low) or near(high) for low, high in quality.exempt)

    def linked(index: int) -> bool:
        one, other = series[index], series[index + 1]
        before, after = one.value * rule.factor, other.value * rule.factor
        rounding = 1e-12 * min(abs(before), abs(after))
        return (
            counts(index)
            and counts(index + 1)
            and abs(before - after) <= quality.tolerance + rounding
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
    around = range(max(at - half, 0), min(at + half + 1, len(series)))
    return False, 128 + 1024 * is_interrupted(series, rule, at, around, test.window)


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
    reasons |= 1024 * is_interrupted(series, rule, at, places, size)
    centre = median(usable) if usable else nan
    spread = median(abs(value - centre) for value in usable) if usable else nan
    if test.floor == 0 and spread == 0:
        reasons |= 256
    if is_spread_out([series[each] for each in near], middle, rule):
        reasons |= 512
    far = abs(middle.value * rule.factor - centre) > test.threshold * max(1.4826 * spread, test.floor)
    return far and not reasons, reasons


def is_interrupted(series: Sequence[Sample], rule: Rule, at: int, places: range, size: int) -> bool:
    """Whether the window is not continuous: it has a gap, or goes on for longer than it may.

    It ends where a gap ends beyond its bound; what follows without one goes on with it.
    """
    test = rule.quality.outlier
    assert test is not None
    unit = SECOND * rule.resolution
    longest, gap = test.span * size * unit, test.gap * unit
    first = last = at
    while first > places[0] and (
        series[at].time - series[first - 1].time <= longest
        or series[first].time - series[first - 1].time <= gap
    ):
        first -= 1
    while last < places[-1] and (
        series[last + 1].time - series[at].time <= longest or series[last + 1].time - series[last].time <= gap
    ):
        last += 1
    times = [series[each].time for each in range(first, last + 1)]
    return times[-1] - times[0] > longest or any(later - earlier > gap for earlier, later in pairwise(times))


def is_masked(series: Sequence[Sample], rule: Rule, at: int) -> bool:
    """Whether another test found fault with the value."""
    value = series[at].value * rule.factor
    return not isfinite(value) or any(out_of_range(value, rule)) or repeating(series, rule, at)


def is_spread_out(window: Sequence[Sample], own: Sample, rule: Rule) -> bool:
    """Whether the window's places are further apart than they may be: on a plane, or on a sphere."""
    test, unit = rule.quality.outlier, rule.axes.unit
    assert test is not None
    places = {(each.longitude, each.latitude) for each in window}
    if len(places) < 2:
        return False
    if rule.axes.is_plane:
        x, y = median(each.longitude for each in window), median(each.latitude for each in window)
        return any(dist((each.longitude, each.latitude), (x, y)) * unit > test.radius for each in window)
    eastward = [turned(each.longitude * unit, own.longitude * unit) for each in window]
    northward = [each.latitude * unit for each in window]
    east, north = median(eastward), median(northward)
    return any(
        metres(longitude, latitude, east, north) > test.radius
        for longitude, latitude in zip(eastward, northward, strict=True)
    )


def turned(longitude: float, own: float) -> float:
    """The same meridian, within half a turn of one's own."""
    while longitude - own > 180:
        longitude -= 360
    while own - longitude > 180:
        longitude += 360
    return longitude


def metres(longitude: float, latitude: float, east: float, north: float) -> float:
    """How far two places are apart, on a sphere."""
    up, across = radians(latitude - north) / 2, radians(longitude - east) / 2
    half = sin(up) ** 2 + cos(radians(latitude)) * cos(radians(north)) * sin(across) ** 2
    return 2 * 6_371_000 * asin(sqrt(half))

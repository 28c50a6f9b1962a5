"""The test for outliers: how far a value is from the median of its window, in median absolute deviations.

The window is the value's own, centred when as many values follow as it needs, else trailing. Values that
other tests have found fault with are left out. A window that cannot be trusted gives no verdict and says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sensorium.model.flags import QAS
from sensorium.model.quality import OutlierTest
from sensorium.process.quality.block import (
    PROVISIONAL_UP_TO,
    SECOND,
    Block,
    Floats,
    Integers,
    Rule,
    Truths,
    Words,
    bits,
)
from sensorium.process.quality.forest import SHORT
from sensorium.process.quality.masks import Masks
from sensorium.process.quality.places import varies
from sensorium.process.quality.sliding import medians, medians_and_mads
from sensorium.process.quality.windows import (
    Field,
    are_apart,
    are_calm,
    are_whole,
    ends_of,
    field_of,
    median_of,
    windows_of,
)

SCALE = 1.4826  # of a MAD, so that it is a standard deviation where values are normally distributed
_ROWS = 16_384  # windows that are in memory at once
_LONGEST = 63  # values of a window: longer ones are quicker sorted each by itself
_MANY, _SPARSE = 256, 4  # windows that are worth to be measured together, and how many they may be among
_FAR = 512  # windows between two that are left out with less work than they are measured with


@dataclass(frozen=True, slots=True)
class Found:
    """For each judged sample: whether it was to be tested, is an outlier, and why there is no verdict."""

    tested: Truths
    outlier: Truths
    reasons: Words


@dataclass(frozen=True, slots=True)
class _Spread:
    """What windows come to: median and MAD, of how many values, and which windows are not continuous."""

    median: Floats
    mad: Floats
    count: Integers
    apart: Truths


@np.errstate(over="ignore", invalid="ignore")
def find_outliers(block: Block, masks: Masks, at: Integers) -> Found:
    """Judge the samples with the indices `at`."""
    size = len(at)
    found = Found(np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.int16))
    field = field_of(block, masks)
    for number, rule in enumerate(block.rules):
        test = rule.quality.outlier
        if test is None or not rule.tests:
            continue
        own = np.flatnonzero(block.rule[at] == number)
        found.tested[own] = True
        for some in np.split(own, range(_ROWS, len(own), _ROWS)):
            found.outlier[some], found.reasons[some] = _judge(field, at[some], rule, test)
    return found


@dataclass(frozen=True, slots=True)
class Described:
    """Samples by what a forest learns: their distances from two medians, and that of the longer window."""

    distances: tuple[Floats, Floats]
    level: Floats


@np.errstate(over="ignore", invalid="ignore")
def describe(block: Block, masks: Masks) -> Described:
    """Those samples of a series of which a forest can learn: good ones in full windows, by one rule."""
    field = field_of(block, masks)
    (rule,) = block.rules
    test = rule.quality.outlier
    assert test is not None
    at = np.arange(len(block.time))
    full = at[_is_complete(block, at, rule, test) & ~masks.any]
    parts: list[tuple[Floats, Floats, Floats]] = []
    for some in np.split(full, range(_ROWS, len(full), _ROWS)):
        found, reasons = _described(field, some, rule, test)
        good = reasons == 0
        parts.append((found.distances[0][good], found.distances[1][good], found.level[good]))
    far, short, level = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Described((far, short), level)


def _judge(field: Field, at: Integers, rule: Rule, test: OutlierTest) -> tuple[Truths, Words]:
    """Which samples are outliers, and why there is no verdict on others."""
    outlier, reasons = np.zeros(len(at), np.bool_), np.zeros(len(at), np.int16)
    is_left = np.ones(len(at), np.bool_)
    for some in _calm(field, at, rule, test):
        spread = _of_all(field, at[some], (test.half, test.half), test)
        outlier[some], reasons[some] = _judged(field, at[some], spread, test, test.window)
        is_left[some] = False
    outlier &= reasons == 0
    left = np.flatnonzero(is_left)
    if len(left):
        outlier[left], reasons[left] = _judge_any(field, at[left], rule, test)
    return outlier, reasons


def _calm(field: Field, at: Integers, rule: Rule, test: OutlierTest) -> Iterator[Integers]:
    """Samples in whose centred windows nothing is missing, too far, or at another place; as places in `at`.

    Most samples of a batch are such, and it is told of a long run of them at once.
    """
    if rule.scorer is not None or test.window % 2 == 0 or test.window > _LONGEST or len(at) < _MANY:
        return
    longest, gap = _bounds(rule, test, test.window)
    series = field.block.series
    is_cut = (at[1:] != at[:-1] + 1) | (series[at[1:]] != series[at[:-1]])
    begins = np.concatenate([[0], np.flatnonzero(is_cut) + 1])
    ends = np.append(begins[1:], len(at))
    is_long = ends - begins >= _MANY
    for begin, end in zip(begins[is_long].tolist(), ends[is_long].tolist(), strict=True):
        place = int(at[begin])
        of = series[place]
        since, until = np.searchsorted(series, [of, of + 1]).tolist()
        first, after = max(place, since + test.half), min(place + end - begin, until - test.half)
        if after - first < _MANY:
            continue
        calm = np.flatnonzero(
            are_calm(field, first - test.half, after - test.half, test.window, longest, gap)
        )
        if len(calm) * _SPARSE > after - first:
            yield calm + (begin + first - place)


def _judge_any(field: Field, at: Integers, rule: Rule, test: OutlierTest) -> tuple[Truths, Words]:
    """The same, whatever their windows are like."""
    complete = _is_complete(field.block, at, rule, test)
    outlier, reasons = np.zeros(len(at), np.bool_), np.zeros(len(at), np.int16)
    outlier[complete], reasons[complete] = _decide(field, at[complete], rule, test, (test.half, test.half))
    if test.trailing and rule.resolution <= PROVISIONAL_UP_TO:
        before = (test.trailing - 1, 0)
        outlier[~complete], reasons[~complete] = _decide(field, at[~complete], rule, test, before)
    elif not complete.all():
        longest, gap = _bounds(rule, test, test.window)
        windows = windows_of(field, at[~complete], (test.half, test.half), longest, gap)
        reasons[~complete] = int(QAS.WINDOW_SMALL) | bits(windows.apart, QAS.NOT_CONTINUOUS)
    return outlier, reasons


def _bounds(rule: Rule, test: OutlierTest, size: int) -> tuple[int, int]:
    """How far from its middle a window of that size may reach, and what a gap is, in microseconds."""
    unit = SECOND * rule.resolution
    return int(test.span * size * unit), int(test.gap * unit)


def _is_complete(block: Block, at: Integers, rule: Rule, test: OutlierTest) -> Truths:
    """Whether as many samples follow as a centred window needs."""
    last = np.minimum(at + test.half, len(block.time) - 1)
    longest, _ = _bounds(rule, test, test.window)
    return (
        (last == at + test.half)
        & (block.series[last] == block.series[at])
        & (block.time[last] - block.time[at] <= longest)
    )


def _decide(
    field: Field, at: Integers, rule: Rule, test: OutlierTest, around: tuple[int, int]
) -> tuple[Truths, Words]:
    """Judge samples by windows that have so many values before and after each of them."""
    if rule.scorer is not None and around[0] == around[1]:
        described, reasons = _described(field, at, rule, test)
        return rule.scorer.forest.outlying(described.distances, described.level) & (reasons == 0), reasons
    size = sum(around) + 1
    longest, gap = _bounds(rule, test, size)
    outlier, reasons = np.zeros(len(at), np.bool_), np.zeros(len(at), np.int16)
    is_left = np.ones(len(at), np.bool_)
    for some in _stretches(field, at, around, longest):
        is_left[some] = False
        spread = _of_all(field, at[some], around, test)
        spread.apart[:] = are_apart(field, at[some] - around[0], at[some] + around[1], longest, gap)
        outlier[some], reasons[some] = _judged(field, at[some], spread, test, size)
    each = np.flatnonzero(is_left)
    if len(each):
        spread = _of_each(field, at[each], around, test, longest, gap)
        outlier[each], reasons[each] = _judged(field, at[each], spread, test, size)
    reasons |= bits(varies(field, at, around, longest, test.radius, rule.axes), QAS.POSITIONS_VARY)
    return outlier & (reasons == 0), reasons


def _described(field: Field, at: Integers, rule: Rule, test: OutlierTest) -> tuple[Described, Words]:
    """Samples by what a forest knows, and why nothing should be concluded from their centred windows."""
    half, (longest, gap) = (test.half, test.half), _bounds(rule, test, test.window)
    windows = windows_of(field, at, half, longest, gap)
    median = median_of(windows.values.copy(), windows.count)
    middle = windows.values[:, test.half - SHORT // 2 : test.half + SHORT // 2 + 1].copy()
    short = median_of(middle, np.isfinite(middle).sum(axis=1))
    reasons = bits(windows.count < test.fewest(test.window), QAS.WINDOW_SMALL)
    reasons |= bits(windows.apart, QAS.NOT_CONTINUOUS)
    reasons |= bits(varies(field, at, half, longest, test.radius, rule.axes), QAS.POSITIONS_VARY)
    value = field.value[at]
    return Described((value - median, value - short), median), reasons


def _judged(
    field: Field, at: Integers, spread: _Spread, test: OutlierTest, size: int
) -> tuple[Truths, Words]:
    """Which samples are far from the median of their windows, and which windows cannot be trusted."""
    reasons = bits(spread.count < test.fewest(size), QAS.WINDOW_SMALL)
    reasons |= bits(spread.apart, QAS.NOT_CONTINUOUS)
    if test.floor == 0:
        reasons |= bits((spread.mad == 0) & (spread.count > 0), QAS.MAD_ZERO)
    least = test.threshold * np.maximum(SCALE * spread.mad, test.floor)
    return np.abs(field.value[at] - spread.median) > least, reasons


def _stretches(field: Field, at: Integers, around: tuple[int, int], longest: int) -> Iterator[Integers]:
    """The windows that are measured all at once, those together that lie near each other; as places in `at`.

    All values of such a window are in the series, near enough, and usable. The others are few, or lie so far
    from each other that it is more work to measure all between them.
    """
    size = sum(around) + 1
    if size % 2 == 0 or size > _LONGEST or len(at) < _MANY:
        return
    low, high = ends_of(field, at, around)
    is_full = are_whole(field.block, at, low, high, size, longest)
    is_full &= field.masked[np.minimum(high + 1, len(field.masked) - 1)] == field.masked[low]
    full = np.flatnonzero(is_full)
    ends = np.append(np.flatnonzero(np.diff(at[full]) > _FAR) + 1, len(full))
    begins = np.concatenate([[0], ends[:-1]])
    is_long = ends - begins >= _MANY
    for begin, end in zip(begins[is_long].tolist(), ends[is_long].tolist(), strict=True):
        some = full[begin:end]
        if at[some[-1]] - at[some[0]] < _SPARSE * len(some):
            yield some


def _of_all(field: Field, at: Integers, around: tuple[int, int], test: OutlierTest) -> _Spread:
    """Full windows, measured together with all that lie between them; none is taken for not continuous.

    Where values so near to the median that the floor alone clears them need no MAD, 0 stands in its place.
    """
    size, first = sum(around) + 1, at - around[0]
    begin = int(first[0])
    values = field.filled[begin : at[-1] + around[1] + 1]
    if test.floor == 0:
        median, mad = (each[first - begin] for each in medians_and_mads(values, size))
    else:
        median, mad = medians(values, size)[first - begin], np.zeros(len(at))
        far = _far(field, at, median, test)
        if len(far):
            rows = sliding_window_view(field.clean, size)[first[far]]
            mad[far] = median_of(np.abs(rows - median[far, None]), np.full(len(far), size))
    return _Spread(median, mad, np.full(len(at), size), np.zeros(len(at), np.bool_))


def _of_each(
    field: Field, at: Integers, around: tuple[int, int], test: OutlierTest, longest: int, gap: int
) -> _Spread:
    """Windows of any kind, each measured by itself; a MAD that is not needed is 0, as in `_of_all`.

    Those that cannot be trusted anyway are not measured at all: the median is NaN.
    """
    windows = windows_of(field, at, around, longest, gap)
    median, mad = np.full(len(at), np.nan), np.zeros(len(at))
    is_trusted = (windows.count >= test.fewest(sum(around) + 1)) & ~windows.apart
    enough = np.flatnonzero(is_trusted | (test.floor == 0))  # without a floor, a MAD of 0 is told of each
    median[enough] = median_of(windows.values[enough], windows.count[enough])
    far = enough[_far(field, at[enough], median[enough], test)]
    mad[far] = median_of(np.abs(windows.values[far] - median[far, None]), windows.count[far])
    return _Spread(median, mad, windows.count, windows.apart)


def _far(field: Field, at: Integers, median: Floats, test: OutlierTest) -> Integers:
    """Which samples are so far from the median that it takes the MAD to tell what they are."""
    if test.floor == 0:
        return np.arange(len(at))
    return np.flatnonzero(np.abs(field.value[at] - median) > test.threshold * test.floor)

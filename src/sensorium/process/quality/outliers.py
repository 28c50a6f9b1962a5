"""The test for outliers: how far a value is from the median of its window, in median absolute deviations.

The window is the value's own, centred when as many values follow as it needs, else trailing. Values that
other tests have found fault with are left out. A window that cannot be trusted gives no verdict and says why.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

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
from sensorium.process.quality.sliding import medians, medians_and_mads

SCALE = 1.4826  # of a MAD, so that it is a standard deviation where values are normally distributed
_ROWS = 16_384  # windows that are in memory at once
_LONGEST = 63  # values of a window: longer ones are quicker sorted each by itself
_MANY, _SPARSE = 256, 4  # windows that are worth to be measured together, and how many they may be among
_EARTH = 6_371_000.0  # metres


@dataclass(frozen=True, slots=True)
class Found:
    """For each judged sample: whether it was to be tested, is an outlier, and why there is no verdict."""

    tested: Truths
    outlier: Truths
    reasons: Words


@dataclass(frozen=True, slots=True)
class _Field:
    """A block, its values in the QC unit, and the same with NaN for those that take no part in windows.

    `masked` counts the latter before each index, `moved` the changes of place.
    """

    block: Block
    value: Floats
    clean: Floats
    masked: Integers
    moved: Integers


@dataclass(frozen=True, slots=True)
class _Windows:
    """Windows of one size: their values with NaN for what is missing, how many are there, and which windows
    are not continuous.
    """

    values: Floats
    count: Integers
    apart: Truths


@dataclass(frozen=True, slots=True)
class _Spread:
    """What windows come to: median and MAD, of how many values, and which windows are not continuous."""

    median: Floats
    mad: Floats
    count: Integers
    apart: Truths


def find_outliers(block: Block, masks: Masks, at: Integers) -> Found:
    """Judge the samples with the indices `at`."""
    size = len(at)
    found = Found(np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.int16))
    field = _field(block, masks)
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


def describe(block: Block, masks: Masks) -> Described:
    """Those samples of a series of which a forest can learn: good ones in full windows, by one rule."""
    field = _field(block, masks)
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


def _field(block: Block, masks: Masks) -> _Field:
    masked = masks.any
    clean = np.where(masked, np.nan, masks.value)
    return _Field(block, masks.value, clean, _counted(masked), _counted(_moved(block)))


def _counted(where: Truths) -> Integers:
    """How often it holds before each index, and in all."""
    return np.concatenate([[0], np.cumsum(where)])


def _moved(block: Block) -> Truths:
    """Whether a sample is at another place than the one before it; no place at all is one too."""
    moved = np.zeros(len(block.time), np.bool_)
    for place in (block.longitude, block.latitude):
        known = np.nan_to_num(place, nan=np.inf)
        moved[1:] |= known[1:] != known[:-1]
    return moved


def _judge(field: _Field, at: Integers, rule: Rule, test: OutlierTest) -> tuple[Truths, Words]:
    """Which samples are outliers, and why there is no verdict on others."""
    complete = _is_complete(field.block, at, rule, test)
    outlier, reasons = np.zeros(len(at), np.bool_), np.zeros(len(at), np.int16)
    outlier[complete], reasons[complete] = _decide(field, at[complete], rule, test, (test.half, test.half))
    if test.trailing and rule.resolution <= PROVISIONAL_UP_TO:
        before = (test.trailing - 1, 0)
        outlier[~complete], reasons[~complete] = _decide(field, at[~complete], rule, test, before)
    else:
        reasons[~complete] = int(QAS.WINDOW_SMALL)
    return outlier, reasons


def _is_complete(block: Block, at: Integers, rule: Rule, test: OutlierTest) -> Truths:
    """Whether as many samples follow as a centred window needs."""
    last = np.minimum(at + test.half, len(block.time) - 1)
    longest = test.span * test.window * SECOND * rule.resolution
    return (
        (last == at + test.half)
        & (block.series[last] == block.series[at])
        & (block.time[last] - block.time[at] <= longest)
    )


def _decide(
    field: _Field, at: Integers, rule: Rule, test: OutlierTest, around: tuple[int, int]
) -> tuple[Truths, Words]:
    """Judge samples by windows that have so many values before and after each of them."""
    if rule.scorer is not None and around[0] == around[1]:
        described, reasons = _described(field, at, rule, test)
        return rule.scorer.forest.outlying(described.distances, described.level) & (reasons == 0), reasons
    size, unit = sum(around) + 1, SECOND * rule.resolution
    longest, gap = int(test.span * size * unit), int(test.gap * unit)
    outlier, reasons = np.zeros(len(at), np.bool_), np.zeros(len(at), np.int16)
    is_full = _full(field, at, around, longest)
    if is_full.any():
        full = at[is_full]
        spread = _of_all(field, full, around, test, gap)
        outlier[is_full], reasons[is_full] = _judged(field, full, spread, test, size)
    each = np.flatnonzero(~is_full)
    if len(each):
        spread = _of_each(field, at[each], around, test, longest, gap)
        outlier[each], reasons[each] = _judged(field, at[each], spread, test, size)
    reasons |= bits(_moves(field, at, around, longest, test.radius), QAS.POSITIONS_VARY)
    return outlier & (reasons == 0), reasons


def _described(field: _Field, at: Integers, rule: Rule, test: OutlierTest) -> tuple[Described, Words]:
    """Samples by what a forest knows, and why nothing should be concluded from their centred windows."""
    unit, half = SECOND * rule.resolution, (test.half, test.half)
    longest = int(test.span * test.window * unit)
    windows = _windows(field, at, half, longest, int(test.gap * unit))
    median = _median(windows.values.copy(), windows.count)
    middle = windows.values[:, test.half - SHORT // 2 : test.half + SHORT // 2 + 1].copy()
    short = _median(middle, np.isfinite(middle).sum(axis=1))
    reasons = bits(windows.count < test.fewest(test.window), QAS.WINDOW_SMALL)
    reasons |= bits(windows.apart, QAS.NOT_CONTINUOUS)
    reasons |= bits(_moves(field, at, half, longest, test.radius), QAS.POSITIONS_VARY)
    value = field.value[at]
    return Described((value - median, value - short), median), reasons


def _judged(
    field: _Field, at: Integers, spread: _Spread, test: OutlierTest, size: int
) -> tuple[Truths, Words]:
    """Which samples are far from the median of their windows, and which windows cannot be trusted."""
    reasons = bits(spread.count < test.fewest(size), QAS.WINDOW_SMALL)
    reasons |= bits(spread.apart, QAS.NOT_CONTINUOUS)
    if test.floor == 0:
        reasons |= bits((spread.mad == 0) & (spread.count > 0), QAS.MAD_ZERO)
    with np.errstate(invalid="ignore"):
        least = test.threshold * np.maximum(SCALE * spread.mad, test.floor)
        return np.abs(field.value[at] - spread.median) > least, reasons


def _full(field: _Field, at: Integers, around: tuple[int, int], longest: int) -> Truths:
    """Which windows are to be measured all at once: none when they are few, or lie far from each other.

    All values of such a window are in the series, near enough, and usable.
    """
    size = sum(around) + 1
    if size % 2 == 0 or size > _LONGEST or len(at) < _MANY:
        return np.zeros(len(at), np.bool_)
    low, high = _ends(field, at, around)
    full = _is_whole(field.block, at, low, high, size, longest)
    full &= field.masked[np.minimum(high + 1, len(field.masked) - 1)] == field.masked[low]
    if full.sum() * _SPARSE < at[-1] - at[0]:
        full[:] = False
    return full


def _of_all(field: _Field, at: Integers, around: tuple[int, int], test: OutlierTest, gap: int) -> _Spread:
    """Full windows, measured together with all that lie between them.

    Where values so near to the median that the floor alone clears them need no MAD, 0 stands in its place.
    """
    size, first, last = sum(around) + 1, at - around[0], at + around[1]
    begin = int(first[0])
    clean = np.nan_to_num(field.clean[begin : last[-1] + 1])
    apart = _apart(field, first, last, gap)
    if test.floor == 0:
        median, mad = (each[first - begin] for each in medians_and_mads(clean, size))
    else:
        median, mad = medians(clean, size)[first - begin], np.zeros(len(at))
        far = _far(field, at, median, test)
        rows = sliding_window_view(field.clean, size)[first[far]]
        mad[far] = np.median(np.abs(rows - median[far, None]), axis=1)
    return _Spread(median, mad, np.full(len(at), size), apart)


def _of_each(
    field: _Field, at: Integers, around: tuple[int, int], test: OutlierTest, longest: int, gap: int
) -> _Spread:
    """Windows of any kind, each measured by itself; a MAD that is not needed is 0, as in `_of_all`."""
    windows = _windows(field, at, around, longest, gap)
    median = _median(windows.values.copy(), windows.count)
    far = _far(field, at, median, test)
    mad = np.zeros(len(at))
    distances = np.abs(windows.values[far] - median[far, None])
    mad[far] = _median(distances, windows.count[far])
    return _Spread(median, mad, windows.count, windows.apart)


def _far(field: _Field, at: Integers, median: Floats, test: OutlierTest) -> Integers:
    """Which samples are so far from the median that it takes the MAD to tell what they are."""
    if test.floor == 0:
        return np.arange(len(at))
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(np.abs(field.value[at] - median) > test.threshold * test.floor)


def _moves(field: _Field, at: Integers, around: tuple[int, int], longest: int, radius: float) -> Truths:
    """In which windows the place varies."""
    low, high = _ends(field, at, around)
    found = np.zeros(len(at), np.bool_)
    moves = np.flatnonzero(field.moved[high + 1] > field.moved[low + 1])
    if len(moves):
        found[moves] = _vary(field, at[moves], around, longest, radius)
    return found


def _ends(field: _Field, at: Integers, around: tuple[int, int]) -> tuple[Integers, Integers]:
    """The first and the last index of each window, as far as there are samples."""
    return np.maximum(at - around[0], 0), np.minimum(at + around[1], len(field.value) - 1)


def _is_whole(block: Block, at: Integers, low: Integers, high: Integers, size: int, longest: int) -> Truths:
    """Which windows have all their samples in one series, and near enough."""
    return (
        (high - low == size - 1)
        & (block.series[low] == block.series[high])
        & (block.time[at] - block.time[low] <= longest)
        & (block.time[high] - block.time[at] <= longest)
    )


def _windows(field: _Field, at: Integers, around: tuple[int, int], longest: int, gap: int) -> _Windows:
    """The windows around samples. Nothing in them is further than `longest` microseconds from the middle.

    Most windows are whole: all their places are in the series and near enough.
    """
    block, size = field.block, sum(around) + 1
    low, high = _ends(field, at, around)
    whole = _is_whole(block, at, low, high, size, longest)
    if whole.all() and len(at):
        return _whole(field, low, high, gap)
    values = np.empty((len(at), size))
    count, apart = np.empty(len(at), np.int64), np.empty(len(at), np.bool_)
    if whole.any():
        found = _whole(field, low[whole], high[whole], gap)
        values[whole], count[whole], apart[whole] = found.values, found.count, found.apart
    cut = ~whole
    places, inside = _inside(block, at[cut], around, longest)
    values[cut] = np.where(inside, field.clean[places], np.nan)
    count[cut] = np.isfinite(values[cut]).sum(axis=1)
    steps = (np.diff(block.time[places], axis=1) > gap) & inside[:, 1:] & inside[:, :-1]
    apart[cut] = steps.any(axis=1)
    return _Windows(values, count, apart)


def _whole(field: _Field, first: Integers, last: Integers, gap: int) -> _Windows:
    """The windows from one index to another, all of the same size and in one series each."""
    size = int(last[0] - first[0]) + 1
    return _Windows(
        sliding_window_view(field.clean, size)[first],
        size - (field.masked[last + 1] - field.masked[first]),
        _apart(field, first, last, gap),
    )


def _apart(field: _Field, first: Integers, last: Integers, gap: int) -> Truths:
    """Which windows, from one index to another and in their order, have a step in time that is too large."""
    begin = int(first[0])
    gaps = _counted(np.diff(field.block.time[begin : last[-1] + 1]) > gap)
    return gaps[last - begin] > gaps[first - begin]


def _inside(
    block: Block, at: Integers, around: tuple[int, int], longest: int
) -> tuple[Integers, NDArray[np.bool_]]:
    """The indices of the samples of each window, and which of them are part of it."""
    reach = at[:, None] + np.arange(-around[0], around[1] + 1)
    places = np.clip(reach, 0, len(block.time) - 1)
    inside = (
        (reach == places)
        & (block.series[places] == block.series[at][:, None])
        & (np.abs(block.time[places] - block.time[at][:, None]) <= longest)
    )
    return places, inside


def _median(rows: Floats, count: Integers) -> Floats:
    """The median of the finite values of each row, of which it has `count`; NaN where it has none.

    The rows are sorted in place.
    """
    rows.sort(axis=1)  # NaN come last
    size = rows.shape[1]
    if size % 2 and (count == size).all():
        return rows[:, size // 2]
    lower, upper = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, size - 1)
    which = np.arange(len(rows))
    return (rows[which, lower] + rows[which, upper]) / 2


def _vary(field: _Field, at: Integers, around: tuple[int, int], longest: int, radius: float) -> Truths:
    """Whether a place of the window is unknown, or further than `radius` metres from its median place."""
    block = field.block
    places, inside = _inside(block, at, around, longest)
    longitude, latitude = block.longitude[places], block.latitude[places]
    known = inside & np.isfinite(longitude) & np.isfinite(latitude)
    count = known.sum(axis=1)
    east = _median(np.where(known, longitude, np.nan), count)[:, None]
    north = _median(np.where(known, latitude, np.nan), count)[:, None]
    with np.errstate(invalid="ignore"):
        metres = _distance(longitude, latitude, east, north)
        return np.asarray(((metres > radius) & known).any(axis=1) | (inside & ~known).any(axis=1))


def _distance(longitude: Floats, latitude: Floats, east: Floats, north: Floats) -> Floats:
    """The great circle distance between places, in metres (haversine)."""
    one, other = np.radians(latitude), np.radians(north)
    half = (
        np.sin((one - other) / 2) ** 2
        + np.cos(one) * np.cos(other) * np.sin(np.radians(longitude - east) / 2) ** 2
    )
    return 2 * _EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))

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
    bits,
)
from sensorium.process.quality.masks import Masks

SCALE = 1.4826  # of a MAD, so that it is a standard deviation where values are normally distributed
_ROWS = 16_384  # windows that are in memory at once
_EARTH = 6_371_000.0  # metres


@dataclass(frozen=True, slots=True)
class Found:
    """For each judged sample: whether it was to be tested, is an outlier, and why there is no verdict."""

    tested: Truths
    outlier: Truths
    reasons: Integers


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
    are not continuous. `first` and `last` are indices that hold all of a window.
    """

    values: Floats
    count: Integers
    apart: Truths
    first: Integers
    last: Integers


def find_outliers(block: Block, masks: Masks, at: Integers) -> Found:
    """Judge the samples with the indices `at`."""
    size = len(at)
    found = Found(np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.int64))
    masked = masks.any
    clean = np.where(masked, np.nan, masks.value)
    field = _Field(block, masks.value, clean, _counted(masked), _counted(_moved(block)))
    for number, rule in enumerate(block.rules):
        test = rule.quality.outlier
        if test is None or not rule.tests:
            continue
        own = np.flatnonzero(block.rule[at] == number)
        found.tested[own] = True
        for some in np.split(own, range(_ROWS, len(own), _ROWS)):
            found.outlier[some], found.reasons[some] = _judge(field, at[some], rule, test)
    return found


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


def _judge(field: _Field, at: Integers, rule: Rule, test: OutlierTest) -> tuple[Truths, Integers]:
    """Which samples are outliers, and why there is no verdict on others."""
    block = field.block
    last = np.minimum(at + test.half, len(field.value) - 1)
    longest = test.span * test.window * SECOND * rule.resolution
    complete = (
        (last == at + test.half)
        & (block.series[last] == block.series[at])
        & (block.time[last] - block.time[at] <= longest)
    )
    outlier, reasons = np.zeros(len(at), np.bool_), np.zeros(len(at), np.int64)
    outlier[complete], reasons[complete] = _decide(field, at[complete], rule, test, (test.half, test.half))
    if test.trailing and rule.resolution <= PROVISIONAL_UP_TO:
        before = (test.trailing - 1, 0)
        outlier[~complete], reasons[~complete] = _decide(field, at[~complete], rule, test, before)
    else:
        reasons[~complete] = int(QAS.WINDOW_SMALL)
    return outlier, reasons


def _decide(
    field: _Field, at: Integers, rule: Rule, test: OutlierTest, around: tuple[int, int]
) -> tuple[Truths, Integers]:
    """Judge samples by windows that have so many values before and after each of them."""
    size, unit = sum(around) + 1, SECOND * rule.resolution
    windows = _windows(field, at, around, int(test.span * size * unit), int(test.gap * unit))
    median = _median(windows.values.copy(), windows.count)
    np.subtract(windows.values, median[:, None], out=windows.values)
    deviation = _median(np.abs(windows.values, out=windows.values), windows.count)
    reasons = bits(windows.count < test.fewest(size), QAS.WINDOW_SMALL)
    reasons |= bits(windows.apart, QAS.NOT_CONTINUOUS)
    if test.floor == 0:
        reasons |= bits((deviation == 0) & (windows.count > 0), QAS.MAD_ZERO)
    moves = np.flatnonzero(field.moved[windows.last + 1] > field.moved[windows.first + 1])
    if len(moves):
        vary = _vary(field, at[moves], around, int(test.span * size * unit), test.radius)
        reasons[moves] |= bits(vary, QAS.POSITIONS_VARY)
    with np.errstate(invalid="ignore"):
        least = test.threshold * np.maximum(SCALE * deviation, test.floor)
        far = np.abs(field.value[at] - median) > least
    return far & (reasons == 0), reasons


def _windows(field: _Field, at: Integers, around: tuple[int, int], longest: int, gap: int) -> _Windows:
    """The windows around samples. Nothing in them is further than `longest` microseconds from the middle.

    Most windows are whole: all their places are in the series and near enough.
    """
    block, size = field.block, sum(around) + 1
    low, high = np.maximum(at - around[0], 0), np.minimum(at + around[1], len(field.value) - 1)
    whole = (
        (high - low == size - 1)
        & (block.series[low] == block.series[high])
        & (block.time[at] - block.time[low] <= longest)
        & (block.time[high] - block.time[at] <= longest)
    )
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
    return _Windows(values, count, apart, low, high)


def _whole(field: _Field, first: Integers, last: Integers, gap: int) -> _Windows:
    """The windows from one index to another, all of the same size and in one series each."""
    size = int(last[0] - first[0]) + 1
    gaps = np.concatenate([[0], np.cumsum(np.diff(field.block.time) > gap)])
    return _Windows(
        sliding_window_view(field.clean, size)[first],
        size - (field.masked[last + 1] - field.masked[first]),
        gaps[last] > gaps[first],
        first,
        last,
    )


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

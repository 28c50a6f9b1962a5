"""Windows of values around samples: which values they have, and whether these follow each other closely."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from sensorium.process.quality.block import Block, Floats, Integers, Truths
from sensorium.process.quality.masks import Masks


@dataclass(frozen=True, slots=True)
class Field:
    """A block, its values in the QC unit, and these with NaN, or 0, for those that take no part in windows.

    `masked` counts the latter before each index, `moved` the changes of place; `steps` are those in time.
    """

    block: Block
    value: Floats
    clean: Floats
    filled: Floats
    masked: Integers
    moved: Integers
    steps: Integers


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of one size: their values with NaN for what is missing, how many are there, and which windows
    are not continuous.
    """

    values: Floats
    count: Integers
    apart: Truths


def field_of(block: Block, masks: Masks) -> Field:
    """The block with what has been found of its samples."""
    masked = masks.any
    clean, filled = np.where(masked, [[np.nan], [0.0]], masks.value)
    counted = _counted(masked), _counted(_moved(block))
    return Field(block, masks.value, clean, filled, *counted, np.diff(block.time))


def _counted(where: Truths) -> Integers:
    """How often it holds before each index, and in all."""
    return np.concatenate([[0], np.cumsum(where)])


def _moved(block: Block) -> Truths:
    """Whether a sample is at another place than the one before it; no place at all is one too."""
    moved = np.zeros(len(block.time), np.bool_)
    for place in (block.longitude, block.latitude):
        moved[1:] |= (place[1:] != place[:-1]) & ~(np.isnan(place[1:]) & np.isnan(place[:-1]))
    return moved


def ends_of(field: Field, at: Integers, around: tuple[int, int]) -> tuple[Integers, Integers]:
    """The first and the last index of each window, as far as there are samples."""
    return np.maximum(at - around[0], 0), np.minimum(at + around[1], len(field.value) - 1)


def are_whole(block: Block, at: Integers, low: Integers, high: Integers, size: int, longest: int) -> Truths:
    """Which windows have all their samples in one series, and near enough."""
    return (
        (high - low == size - 1)
        & (block.series[low] == block.series[high])
        & (block.time[at] - block.time[low] <= longest)
        & (block.time[high] - block.time[at] <= longest)
    )


def windows_of(field: Field, at: Integers, around: tuple[int, int], longest: int, gap: int) -> Windows:
    """The windows around samples. Nothing in them is further than `longest` microseconds from the middle.

    One that spans more than that, or would with what follows upon it, is not continuous. Most windows are
    whole: all their places are in the series and near enough.
    """
    block, size = field.block, sum(around) + 1
    low, high = ends_of(field, at, around)
    whole = are_whole(block, at, low, high, size, longest)
    if whole.all() and len(at):
        return _whole(field, low, high, longest, gap)
    values = np.empty((len(at), size))
    count, apart = np.empty(len(at), np.int64), np.empty(len(at), np.bool_)
    if whole.any():
        found = _whole(field, low[whole], high[whole], longest, gap)
        values[whole], count[whole], apart[whole] = found.values, found.count, found.apart
    cut = ~whole
    places, inside = reach_of(block, at[cut], around, longest)
    values[cut] = np.where(inside, field.clean[places], np.nan)
    count[cut] = np.isfinite(values[cut]).sum(axis=1)
    apart[cut] = _are_cut_apart(block, places, inside, longest, gap)
    return Windows(values, count, apart)


def _whole(field: Field, first: Integers, last: Integers, longest: int, gap: int) -> Windows:
    """The windows from one index to another, all of the same size and in one series each."""
    size = int(last[0] - first[0]) + 1
    return Windows(
        sliding_window_view(field.clean, size)[first],
        size - (field.masked[last + 1] - field.masked[first]),
        are_apart(field, first, last, longest, gap),
    )


def are_apart(field: Field, first: Integers, last: Integers, longest: int, gap: int) -> Truths:
    """Which windows, from one index to another and in their order, have a step in time that is too large, or
    span too much of it.
    """
    begin, time = int(first[0]), field.block.time
    is_gap = field.steps[begin : last[-1]] > gap
    if not is_gap.any():  # as it nearly always is
        return time[last] - time[first] > longest
    gaps = _counted(is_gap)
    return (gaps[last - begin] > gaps[first - begin]) | (time[last] - time[first] > longest)


def are_calm(field: Field, begin: int, end: int, size: int, longest: int, gap: int) -> Truths:
    """Which windows of a series, whose first samples are those in [`begin`, `end`), have nothing in them that
    takes no part, no change of place and no gap, and span no more than `longest` microseconds.
    """
    first, last = slice(begin, end), slice(begin + size - 1, end + size - 1)
    behind_first, behind_last = slice(begin + 1, end + 1), slice(begin + size, end + size)
    gaps = _counted(field.steps[begin : end + size - 2] > gap)
    return (
        (field.masked[behind_last] == field.masked[first])
        & (field.moved[behind_last] == field.moved[behind_first])
        & (gaps[size - 1 :] == gaps[: end - begin])
        & (field.block.time[last] - field.block.time[first] <= longest)
    )


def _are_cut_apart(
    block: Block, places: Integers, inside: NDArray[np.bool_], longest: int, gap: int
) -> Truths:
    """The same of windows whose samples are not all there or near enough.

    What is too far belongs to the window when it follows upon it, without a gap.
    """
    time = block.time[places]
    steps = np.diff(time, axis=1)
    both, one = inside[:, 1:] & inside[:, :-1], inside[:, 1:] ^ inside[:, :-1]
    is_same = np.diff(block.series[places], axis=1) == 0
    follows = one & is_same & (steps > 0) & (steps <= gap)  # no step: a place beyond the block's end
    own = np.where(inside, time, np.iinfo(np.int64).max).min(axis=1)
    span = np.where(inside, time, np.iinfo(np.int64).min).max(axis=1) - own
    return ((steps > gap) & both).any(axis=1) | follows.any(axis=1) | (span > longest)


def reach_of(
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


def median_of(rows: Floats, count: Integers) -> Floats:
    """The median of the finite values of each row, of which it has `count`; NaN where it has none.

    The rows are sorted in place.
    """
    rows.sort(axis=1)  # NaN come last
    size = rows.shape[1]
    if size % 2 and (count == size).all():
        return rows[:, size // 2]
    lower, upper = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, size - 1)
    which = np.arange(len(rows))
    one, other = rows[which, lower], rows[which, upper]
    return np.where(one == other, one, one / 2 + other / 2)  # their sum may be too large for a number

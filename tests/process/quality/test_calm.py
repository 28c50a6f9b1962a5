"""Which windows are calm: all that have nothing wrong in them, and no others."""

import numpy as np
import pytest

from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.quality.block import Block, Rule
from sensorium.process.quality.masks import find_masks
from sensorium.process.quality.windows import are_calm, field_of, median_of

MINUTE = 60_000_000
SIZE, COUNT = 11, 60
GAP, LONGEST = 5 * MINUTE, 15 * MINUTE
RULE = Rule(Quality(0, 50, outlier=OutlierTest(window=SIZE)), 1.0, 60)


def calm(block: Block) -> list[int]:
    """The first samples of the windows that are calm."""
    found = are_calm(field_of(block, find_masks(block)), 0, COUNT - SIZE + 1, SIZE, LONGEST, GAP)
    assert len(found) == COUNT - SIZE + 1
    return np.flatnonzero(found).tolist()


def block() -> Block:
    """A series with nothing wrong in it."""
    numbers = np.zeros(COUNT, np.int64)
    place = np.full(COUNT, 10.0)
    time = MINUTE * np.arange(COUNT)
    return Block(numbers, time, 20 + np.arange(COUNT) % 7.0, place, place.copy(), numbers, (RULE,))


ALL = range(COUNT - SIZE + 1)


def test_nothing_wrong_is_calm():
    """Every window of a series without faults is."""
    assert calm(block()) == list(ALL)


@pytest.mark.parametrize("value", [99.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("at", [0, 1, SIZE - 1, SIZE, 30, COUNT - 2, COUNT - 1])
def test_a_value_that_takes_no_part_is_in_no_calm_window(at: int, value: float):
    """From the window that it ends to the one that it begins."""
    spoiled = block()
    spoiled.value[at] = value
    assert calm(spoiled) == [first for first in ALL if not first <= at < first + SIZE]


@pytest.mark.parametrize("at", [1, SIZE - 1, SIZE, 30, COUNT - 1])
def test_a_gap_or_another_place_is_within_no_calm_window(at: int):
    """What changes between two samples is of the windows that have both."""
    late, moved, unknown = block(), block(), block()
    late.time[at:] += GAP
    moved.longitude[at:] = 10.001
    unknown.latitude[at:] = np.nan
    expected = [first for first in ALL if not first < at < first + SIZE]
    assert calm(late) == calm(moved) == calm(unknown) == expected


@pytest.mark.parametrize(("late", "is_calm"), [(5, True), (6, False)])
def test_a_window_that_spans_too_much_is_not_calm(late: int, is_calm: bool):
    """Steps of which none is a gap, and which together are just as long as allowed, or a minute longer."""
    slow = block()
    for number in range(late):
        slow.time[21 + number :] += MINUTE
    assert (20 in calm(slow)) == is_calm


def test_medians_of_the_largest_numbers_are_finite():
    """The mean of two is not made of their sum, which would be infinite; the smallest number stays itself."""
    rows = np.array([[1e308, 1e308, np.nan], [5e-324, 5e-324, np.nan], [1.0, 4.0, np.nan]])
    assert median_of(rows, np.array([2, 2, 2])).tolist() == [1e308, 5e-324, 2.5]

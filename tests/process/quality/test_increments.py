"""The increment of an instrument is told by its values."""

import math
import random
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.quality import Increment
from sensorium.process.quality.increments import FEWEST, increment_of


def day(count: int, digits: int | None, noise: float = 0.3) -> np.ndarray:
    """Minutes of a temperature, as an instrument of so many digits gives them."""
    drawn = random.Random(count)
    exact = [20 + 6 * math.sin(at / 200) + drawn.gauss(0, noise) for at in range(count)]
    return np.asarray([each if digits is None else round(each, digits) for each in exact])


@pytest.mark.parametrize(("digits", "size"), [(0, 1.0), (1, 0.1), (2, 0.01)])
def test_rounded_values_differ_by_what_they_are_rounded_to(digits: int, size: float):
    """As far as doubles can tell."""
    found = increment_of(day(FEWEST, digits))
    assert found is not None
    assert found.size == pytest.approx(size)
    assert found.samples == FEWEST


def test_values_in_half_degrees_of_another_unit():
    """The increment is what it is: no power of ten."""
    found = increment_of(np.round(day(FEWEST, None) * 2) / 2 * 1.8 + 32)
    assert found is not None
    assert found.size == pytest.approx(0.9)


def test_values_that_are_never_alike_have_none():
    """Any two steps differ, so nothing is to be seen of an increment."""
    assert increment_of(day(FEWEST, None)) == Increment(0.0, FEWEST)


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1])
def test_fewer_values_are_too_few(count: int):
    """However clear they are."""
    assert increment_of(day(count, 0)) is None


def test_values_that_hardly_change_tell_nothing_yet():
    """A night of zeros, with a spike or two."""
    night = np.zeros(1000)
    assert increment_of(night) is None
    night[[100, 500]] = 50.0, 70.0
    assert increment_of(night) is None


def test_spikes_of_a_constant_series_are_no_increment():
    """Each goes up and down by the same, but no two by the same."""
    spiky = np.zeros(1000)
    spiky[50:1000:50] = 20 + np.arange(19) * math.pi
    assert increment_of(spiky) == Increment(0.0, 1000)


def test_spikes_between_whole_numbers_leave_the_increment_as_it_is():
    """The least step counts, not the largest."""
    spiky = day(400, 0)
    spiky[::40] += 30
    found = increment_of(spiky)
    assert found is not None
    assert found.size == 1.0


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=FEWEST, max_size=FEWEST + 9))
def test_any_values_have_an_increment_that_is_finite_or_none(values: list[float]):
    """Also the largest and the smallest that there are."""
    found = increment_of(np.asarray(values))
    assert found is None or (0 <= found.size < math.inf and found.samples == len(values))


@given(
    st.sampled_from([0.01, 0.1, 0.25, 0.5, 1.0, 5.0]),
    st.lists(st.sampled_from([-2, -1, 1, 2]), min_size=FEWEST, max_size=FEWEST + 50),
)
def test_a_walk_in_steps_has_the_least_of_those_it_takes_often(step: float, ways: list[int]):
    """Of one step or two at once: one, unless it hardly ever is one."""
    walk = np.asarray(list(accumulate(ways))) * step
    found = increment_of(walk)
    ones = sum(abs(way) == 1 for way in ways[1:])
    assert found is not None
    assert found.size == pytest.approx(step if ones >= 3 else 2 * step)

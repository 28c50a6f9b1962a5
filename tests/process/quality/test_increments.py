"""The increment of an instrument is told by its values."""

import math
import random
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.process.quality.increments import increment_of


def day(count: int, digits: int | None, noise: float = 0.3) -> np.ndarray:
    """Minutes of a temperature, as an instrument of so many digits gives them."""
    drawn = random.Random(count)
    exact = [20 + 6 * math.sin(at / 200) + drawn.gauss(0, noise) for at in range(count)]
    return np.asarray([each if digits is None else round(each, digits) for each in exact])


@pytest.mark.parametrize(("digits", "size"), [(0, 1.0), (1, 0.1), (2, 0.01)])
def test_rounded_values_differ_by_what_they_are_rounded_to(digits: int, size: float):
    """In decimals, though no double is a tenth."""
    assert increment_of(day(200, digits), 20.0) == size


def test_values_in_half_degrees_of_another_unit():
    """The increment is what it is: no power of ten."""
    assert increment_of(np.round(day(200, None) * 2) / 2 * 1.8 + 32, 20.0) == 0.9


def test_single_precision_shows_the_same_levels():
    """Between its tenths are not quite tenths, but always the same."""
    found = increment_of(day(200, 1).astype(np.float32).astype(np.float64), 20.0)
    assert found == pytest.approx(0.1, rel=1e-4)


def test_large_counts_differ_by_one():
    """However large they are."""
    found = increment_of(1e12 + np.cumsum(np.arange(200) % 4), 20.0)
    assert found == 1.0


def test_values_that_are_never_alike_have_none():
    """Any two steps differ, so nothing is to be seen of an increment."""
    assert increment_of(day(200, None), 20.0) == 0.0


def test_values_that_hardly_change_tell_nothing_yet():
    """A night of zeros, with a spike or two; or hardly any value."""
    night = np.zeros(1000)
    assert increment_of(night, 20.0) is None
    night[[100, 500]] = 50.0, 70.0
    assert increment_of(night, 20.0) is None
    assert increment_of(day(20, 0), 20.0) is None
    assert increment_of(night[:0], 20.0) is None


def test_spikes_of_a_constant_series_are_no_increment():
    """Each goes up and down by the same, but no two by the same; or all by more than an instrument's."""
    spiky = np.zeros(1000)
    spiky[50:1000:50] = 2 + np.arange(19) * math.pi / 4
    assert increment_of(spiky, 20.0) == 0.0
    spiky[50:1000:50] = 85.0
    assert increment_of(spiky, 20.0) == 0.0
    assert increment_of(np.resize([18.0, 22.0], 200), 2.0) == 0.0


def test_spikes_between_whole_numbers_leave_the_increment_as_it_is():
    """The least step counts, not the largest; nor do values that are left out."""
    spiky = day(400, 0)
    spiky[::40] += 30
    assert increment_of(spiky, 20.0) == 1.0
    spiky[::40] = 9.97e36
    spiky[7::40] = math.nan
    assert increment_of(spiky, 20.0) == 1.0


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=60))
def test_any_values_have_an_increment_that_is_an_instruments_or_none(values: list[float]):
    """Also the largest and the smallest that there are."""
    found = increment_of(np.asarray(values, np.float64), 20.0)
    assert found is None or 0 <= found <= 20


@given(
    st.sampled_from([0.01, 0.1, 0.25, 0.5, 1.0, 5.0]),
    st.lists(st.sampled_from([-2, -1, 1, 2]), min_size=30, max_size=300),
)
def test_a_walk_in_steps_has_the_least_of_those_it_takes_often(step: float, ways: list[int]):
    """Of one step or two at once: one, unless it hardly ever is one."""
    ones = sum(abs(way) == 1 for way in ways[1:])
    walk = np.asarray(list(accumulate(ways))) * step
    assert increment_of(walk, 20.0) == pytest.approx(step if ones >= 3 else 2 * step)

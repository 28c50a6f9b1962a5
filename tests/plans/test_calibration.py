"""A calibration is straight between its points, flat beyond them, and done after divider and multiplier."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.calibration import Calibration, Point
from sensorium.model.errors import InvalidExpression
from sensorium.plans.calibration import calibrate, calibrate_one, compile_equation, is_monotone

TANK = Calibration((Point(200, 20), Point(0, 0), Point(1000, 480)))
NUMBERS = st.floats(-1e6, 1e6)


def values(calibration: Calibration, *raw: float) -> list[float]:
    return calibrate(calibration, np.asarray(raw, np.float64)).value.tolist()


@pytest.mark.check("CD-072", "CD-073", "CD-074", "CD-075")
def test_table_holds_at_its_points_between_them_and_beyond_them():
    """On a point its value, between two the straight line, beyond the ends the value of the end."""
    assert values(TANK, 0, 200, 1000) == [0, 20, 480]
    assert values(TANK, 100, 600) == [10, 250]
    assert values(TANK, -5, 65454) == [0, 480]


def test_line_is_as_a_reader_of_the_table_computes_it():
    """Whole slopes give whole values, half the way half the rise, and the steepest step has two ends."""
    line = Calibration((Point(0, 0), Point(40_000, 80_000)))
    assert values(line, *range(40_000)) == [2.0 * at for at in range(40_000)]
    assert values(Calibration((Point(0, 0), Point(0.7, 60))), 0.35) == [30]
    step = Calibration((Point(0, 1), Point(5e-324, 2)))
    assert values(step, -1, 0, 5e-324, 1) == [1, 1, 2, 2]
    assert [calibrate_one(step, each) for each in (-1, 0, 5e-324, 1)] == [1, 1, 2, 2]


@given(
    st.tuples(*[st.integers(-10_000, 10_000).map(lambda tenths: tenths / 10)] * 2),
    st.floats(0.1, 1000),
    st.floats(-1000, 1000),
    st.floats(0, 1),
)
def test_line_is_right_to_the_last_digit(begin: tuple[float, float], run: float, rise: float, share: float):
    """Or the one before it: as in exact arithmetic."""
    first, last = Point(*begin), Point(begin[0] + run, begin[1] + rise)
    raw = min(first.raw + share * run, last.raw)
    way = (Fraction(raw) - Fraction(first.raw)) / (Fraction(last.raw) - Fraction(first.raw))
    exact = float(Fraction(first.value) + way * (Fraction(last.value) - Fraction(first.value)))
    (value,) = values(Calibration((first, last)), raw)
    assert value in (exact, math.nextafter(exact, value))


@pytest.mark.check("CD-078")
def test_divider_and_multiplier_come_before_the_table():
    """A raw value of 1000 with a divider of 5 is looked up as 200."""
    assert values(Calibration(TANK.points, divider=5), 1000) == [20]
    assert values(Calibration(TANK.points, multiplier=0.2), 1000) == [20]
    assert values(Calibration(divider=4, multiplier=2), 10) == [5]


def test_equation_is_over_the_raw_value():
    """It is called `$value`, is scaled before, and may be without it."""
    assert values(Calibration(equation="($value - 32) * 5 / 9", divider=10), 2120) == [100]
    assert values(Calibration(equation="7"), 1, 2) == [7, 7]
    assert np.isnan(values(Calibration(equation="1 / $value"), 0)).all()
    with pytest.raises(InvalidExpression) as refusal:
        compile_equation("$value + Humidity")
    assert refusal.value.where == "equation"


def test_slope_is_that_of_the_line_where_the_value_lies():
    """Of a table, an equation and a factor; beyond the ends of a table it is 0."""
    at = np.asarray([-1.0, 100, 600, 2000])
    assert calibrate(TANK, at).slope.tolist() == [0, 0.1, 0.575, 0]
    assert calibrate(Calibration(equation="$value * $value", multiplier=2), at[1:2]).slope.tolist() == [800]
    assert calibrate(Calibration(equation="7"), at).slope.tolist() == [0, 0, 0, 0]
    assert calibrate(Calibration(divider=4), at).slope.tolist() == [0.25] * 4


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20, unique_by=lambda each: each[0]), NUMBERS
)
def test_value_is_never_outside_those_of_the_points(points: list[tuple[float, float]], raw: float):
    """Whatever the order of the points."""
    there = [value for _, value in points]
    (value,) = values(Calibration(tuple(Point(*each) for each in points)), raw)
    slack = 1e-9 * max(map(abs, there))
    assert min(there) - slack <= value <= max(there) + slack


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20, unique_by=lambda each: each[0]),
    st.none() | NUMBERS.filter(bool),
    st.none() | NUMBERS.filter(bool),
    NUMBERS | st.sampled_from([0.0, 1.0, float("inf"), float("nan")]),
)
def test_one_value_is_as_in_a_block(
    points: list[tuple[float, float]], divider: float | None, multiplier: float | None, raw: float
):
    """To the last digit, also where there is none."""
    table = tuple(Point(*each) for each in points)
    calibration = Calibration(table, divider=divider, multiplier=multiplier)
    assert np.array_equal(values(calibration, raw), [calibrate_one(calibration, raw)], equal_nan=True)


def test_table_that_turns_is_known():
    """One that only rises or only falls is monotone, one that does both is not."""
    assert is_monotone(TANK)
    assert is_monotone(Calibration((Point(0, 9), Point(1, 5), Point(2, 5))))
    assert not is_monotone(Calibration((Point(0, 0), Point(1, 5), Point(2, 4))))

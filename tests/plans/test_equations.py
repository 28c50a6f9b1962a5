"""A calibration told as an equation is the same calibration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.calibration import Calibration, Point
from sensorium.plans.calibration import calibrate
from sensorium.plans.equations import equation_of

TABLE = (Point(0, 0), Point(200, 20))


@pytest.mark.parametrize(
    ("calibration", "equation"),
    [
        (Calibration(equation="$value * 2"), "$value * 2"),
        (Calibration(equation="value*2 + values(value)"), "$value*2 + values($value)"),
        (Calibration(divider=10), "$value / 10"),
        (Calibration(multiplier=0.1), "$value * 0.1"),
        (Calibration(divider=10, multiplier=3), "$value / 10 * 3"),
        (
            Calibration(equation="100 - $value * value", divider=-2.5),
            "100 - ($value / -2.5) * ($value / -2.5)",
        ),
        (Calibration(equation="7", divider=10), "7"),
        (Calibration(TABLE), None),
        (Calibration(TABLE, divider=10), None),
        (Calibration(), None),
    ],
)
def test_calibration_is_told_as_one_equation(calibration: Calibration, equation: str | None):
    """With its divider and multiplier in it; a table is none."""
    assert equation_of(calibration) == equation


@given(
    st.sampled_from([None, "$value", "2 * $value + 1", "1 - value * value", "-$value", "sqrt(abs($value))"]),
    st.sampled_from([None, 10.0, -0.3, 1e30]),
    st.sampled_from([None, 2.0, 1e-9]),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5),
)
def test_equation_that_is_told_makes_the_same_values(
    equation: str | None, divider: float | None, multiplier: float | None, raw: list[float]
):
    """Whoever applies it to the raw values has the calibrated ones."""
    calibration = Calibration(equation=equation, divider=divider, multiplier=multiplier)
    told = Calibration(equation=equation_of(calibration))
    made, expected = (calibrate(each, np.array(raw)).value for each in (told, calibration))
    assert np.allclose(made, expected, rtol=1e-14, atol=0, equal_nan=True)

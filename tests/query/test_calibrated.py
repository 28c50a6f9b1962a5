"""What a sensor shows of raw values: those within its limits, by the calibration of their time."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.calibration import Calibration, DatedCalibration, Point
from sensorium.model.series import TimedValue
from sensorium.query.calibrated import Lens

TANK = Calibration((Point(0, 0), Point(10, 100)))
DATED = (
    DatedCalibration(100, 1, Calibration(divider=2.0)),
    DatedCalibration(200, 2, TANK),
    DatedCalibration(300, 3, Calibration(equation="1 / $value")),
)


def test_each_value_is_calibrated_by_what_holds_for_its_time():
    """Nothing before the first; a value that cannot be computed is not shown."""
    given = [
        TimedValue(99, 4.0),
        TimedValue(100, 4.0),
        TimedValue(199, 4.0),
        TimedValue(200, 4.0),
        TimedValue(300, 0.0),
    ]
    assert Lens(DATED).look(given) == [
        TimedValue(99, 4.0),
        TimedValue(100, 2.0),
        TimedValue(199, 2.0),
        TimedValue(200, 40.0),
    ]


def test_limits_are_those_of_raw_values():
    """Both belong to what is shown."""
    given = [TimedValue(200, raw) for raw in (-0.5, 0.0, 5.0, 10.0, 10.5)]
    assert [each.value for each in Lens(DATED, 0.0, 10.0).look(given)] == [0.0, 50.0, 100.0]
    assert Lens().look([]) == []


RAW = st.floats(allow_nan=False, width=32) | st.sampled_from([0.0, 5.0, 10.0, inf, -inf])
POINTS = st.lists(st.tuples(RAW.filter(lambda each: abs(each) < inf), st.floats(-1e9, 1e9)), max_size=5)


@given(st.lists(st.tuples(st.integers(0, 400), RAW), max_size=8), POINTS, st.floats(-10, 0), st.floats(0, 10))
def test_one_value_is_shown_as_among_many(values, points, low: float, high: float):
    """To the last digit."""
    table = Calibration(tuple(Point(*each) for each in {raw: (raw, value) for raw, value in points}.values()))
    lens = Lens((*DATED, DatedCalibration(350, 4, table)), low, high)
    made = [TimedValue(*each) for each in values]
    one_by_one = [lens.look_at(each) for each in made]
    assert lens.look(made) == [each for each in one_by_one if each is not None]

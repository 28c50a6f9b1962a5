"""Raw values are calibrated by what holds at their time, and corrections work on what comes of that."""

import pytest

from sensorium.model.calibration import Calibration, Point
from sensorium.model.flags import QC, QCS
from sensorium.model.quality import Quality
from tests.process.logger import Logger, Row, logger, processing, say_calibration, say_correction

UNCERTAIN = Quality(uncertainty=0.5)
TANK = Calibration((Point(0, 0), Point(200, 20), Point(1000, 480)), divider=5)


def store(made: Logger, *values: float, other: float | None = None, **as_of: int) -> list[Row]:
    """The rows of the first series once these values have come, one a minute."""
    packets = [made.packet(at, value, other) for at, value in enumerate(values)]
    processing(**as_of).process(packets, archive=False)
    return [row for row in made.rows() if row.stream == 0]


def corrected(rows: list[Row]) -> list[float | None]:
    return [row.corrected for row in rows]


def test_calibrated_value_stands_beside_the_raw_one():
    """One level above it, or at that of the calibration."""
    made = logger(Quality(), Quality())
    say_calibration(made.streams[0], TANK)
    (row,) = store(made, 1000.0)
    assert (row.value, row.corrected, row.level) == (1000.0, 20.0, 1)
    assert row.qcs & QCS.CORRECTION
    say_calibration(made.streams[0], Calibration(TANK.points, level=3))
    (row,) = store(made, 200.0)
    assert (row.corrected, row.level) == (20.0, 3)


def test_each_value_is_calibrated_by_what_holds_at_its_time():
    """Before the first calibration, and from an empty one on, there is no calibrated value."""
    made = logger(Quality(), Quality())
    say_calibration(made.streams[0], Calibration(multiplier=2), since=1)
    say_calibration(made.streams[0], Calibration(equation="$value * $value"), since=3)
    say_calibration(made.streams[0], Calibration(), since=4)
    rows = store(made, 5.0, 5.0, 5.0, 5.0, 5.0)
    assert corrected(rows) == [None, 10.0, 10.0, 25.0, None]
    assert [row.level for row in rows] == [None, 1, 1, 1, None]


def test_value_whose_calibration_has_no_result_says_so():
    """As a correction does whose result is no number."""
    made = logger(Quality(), Quality())
    say_calibration(made.streams[0], Calibration(equation="1 / $value"))
    bad, good = store(made, 0.0, 4.0)
    assert (bad.corrected, bad.level) == (None, None)
    assert bad.qcs & QCS.CORRECTION_NAN
    assert good.corrected == 0.25


def test_correction_works_on_calibrated_values():
    """Its own and those of others; its level is that of the correction."""
    made = logger(Quality(), Quality())
    say_calibration(made.streams[0], TANK)
    say_calibration(made.streams[1], Calibration(multiplier=10))
    say_correction(made.streams[0], "value + Humidity", level=3)
    (row,) = store(made, 1000.0, other=4.0)
    assert (row.corrected, row.level) == (60.0, 3)
    other = next(row for row in made.rows() if row.stream == 1)
    assert (other.corrected, other.level) == (40.0, 1)


def test_correction_fails_where_an_input_could_not_be_calibrated():
    """There is no value that it could work on."""
    made = logger(Quality(), Quality())
    say_calibration(made.streams[1], Calibration(equation="log($value)"))
    say_correction(made.streams[0], "value + Humidity")
    (row,) = store(made, 1.0, other=-4.0)
    assert row.corrected is None
    assert row.qcs & QCS.CORRECTION_NAN


def test_verdict_is_about_the_raw_value():
    """And a value that fails is calibrated all the same: the flag tells."""
    made = logger(Quality(minimum=0, maximum=100), Quality())
    say_calibration(made.streams[0], Calibration(divider=100))
    low, high = store(made, 50.0, 200.0)
    assert (low.qc & QC.ABOVE, high.qc & QC.ABOVE) == (0, QC.ABOVE)
    assert corrected([low, high]) == [0.5, 2.0]


def test_uncertainty_is_that_of_the_calibration_or_follows_the_slope():
    """Of a raw value with a known one, times the slope of the line that it is on."""
    made = logger(UNCERTAIN, Quality())
    say_calibration(made.streams[0], TANK)
    say_calibration(made.streams[0], Calibration(divider=5, uncertainty=0.25), since=1)
    slope, told = store(made, 2000.0, 2000.0)
    assert slope.uncertainty == pytest.approx(0.5 * (460 / 800) / 5)
    assert told.uncertainty == 0.25


def test_calibration_of_the_past_holds_for_what_is_processed_again():
    """The rows that were there are made anew, and those that it does not touch stay."""
    made = logger(Quality(), Quality())
    packets = [made.packet(at, 10.0, None) for at in range(4)]
    processing().process(packets, archive=False)
    say_calibration(made.streams[0], Calibration(divider=2), since=2)
    processing(packets[-1].id).process(packets, archive=False)
    assert corrected(made.rows()) == [None, None, 5.0, 5.0]

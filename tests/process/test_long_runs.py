"""Sensors that are fast and stuck: long rows of equal values are counted, and not kept in memory."""

from dataclasses import replace

import pytest

from sensorium.model.flags import QC, QCS
from sensorium.model.quality import MOST_REPEATS, OutlierTest, Quality
from sensorium.process.neighbours import Neighbours
from sensorium.process.processing import Processing
from sensorium.process.quality.block import Rule
from sensorium.process.quality.verdicts import configured
from tests.process.test_check_quality import Thermometer, processing, thermometer, wave
from tests.storage.observations.shared import the_store

LONG = 100
TESTS = Quality(duration=LONG * 60.0, outlier=OutlierTest(window=11, trailing=13, floor=0.1))
TAIL = 1 + 2 * 13


def counting(whole: int) -> Processing:
    """As after a start, with longer rows of equal values counted."""
    fresh = processing()
    neighbours = Neighbours(the_store(), whole=whole)
    return replace(fresh, around=replace(fresh.around, neighbours=neighbours))


def repeating(sensor: Thermometer) -> set[int]:
    """The minutes whose values are persistent."""
    return {row[0] for row in sensor.rows() if row[2] & QC.REPEATING}


@pytest.mark.parametrize(
    ("duration", "resolution", "repeats"),
    [
        (10_800.0, 1, 10_800),
        (21_600.0, 1, MOST_REPEATS),
        (86_400.0, 60, 1440),
        (86_400.0, 1, 0),
        (21_601.0, 1, 0),
        (3600.0, 86_400, 5),
    ],
)
def test_a_duration_is_so_many_values(duration: float, resolution: int, repeats: int):
    """As many as it has resolutions, five at least; where these are too many it is not said to be tested."""
    rule = Rule(Quality(duration=duration), 1.0, resolution)
    assert rule.quality.repeats(resolution) == repeats
    assert configured(rule) == (QCS.PERSISTENCE if repeats else 0)


@pytest.mark.parametrize("whole", [0, 60, 720])
@pytest.mark.parametrize("step", [1, 7])
def test_a_long_row_of_equal_values_is_flagged_as_a_whole_when_it_is_long_enough(whole: int, step: int):
    """And not before, though most of it is only counted; what is in memory does not grow with it."""
    sensor, what = thermometer(TESTS), counting(whole)
    stuck = [sensor.packet(at, wave(at) if at < 40 else 16.0) for at in range(40 + LONG + 60)]
    enough = 40 + LONG
    for begin in range(0, len(stuck), step):
        what.process(stuck[begin : begin + step], archive=False)
        if begin + step in range(enough - step, enough):
            assert repeating(sensor) == set()
    assert repeating(sensor) == set(range(40, len(stuck)))
    assert len(what.around.neighbours._tails[sensor.stream].samples) == TAIL  # pyright: ignore[reportPrivateUsage]
    what.process([sensor.packet(len(stuck), wave(1))], archive=False)
    assert repeating(sensor) == set(range(40, len(stuck)))


def test_a_late_value_that_parts_a_counted_row_is_seen():
    """What is left on either side is not long enough; a later start finds the same."""
    sensor, what = thermometer(TESTS), counting(0)
    packets = [sensor.packet(at, 16.0) for at in range(LONG + 20) if at != 60]
    for packet in packets:
        what.process([packet], archive=False)
    assert repeating(sensor) == set(range(LONG + 20)) - {60}
    what.process([sensor.packet(60, 25.0)], archive=False)
    assert repeating(sensor) == set()
    what.process([sensor.packet(at, 16.0) for at in range(LONG + 20, LONG + 60)], archive=False)
    assert repeating(sensor) == set()
    again = counting(0)
    for at in range(LONG + 60, LONG + 62):
        again.process([sensor.packet(at, 16.0)], archive=False)
    assert repeating(sensor) == set(range(61, LONG + 62))

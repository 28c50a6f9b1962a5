"""What becomes of stored values when their tests are changed, and others come in near them."""

from itertools import pairwise

import pytest

from sensorium.model.flags import QA, QAS, QC, QCS
from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.processing import Processing
from tests.process.test_check_quality import Thermometer, processing, say, stored, thermometer, wave

LOUD = {at: round(140 + wave(at) - 15, 3) for at in range(60)}
LIMITS = QCS.MINIMUM | QCS.MAXIMUM
COMPLETE, ACCEPTED = int(QA.METADATA_COMPLETE), int(QA.METADATA_COMPLETE | QA.ACCEPTED)


def words(sensor: Thermometer, minute: int) -> tuple[int, ...]:
    """QC, QCS, QA and QAS."""
    return next(row[2:] for row in sensor.rows() if row[0] == minute)


def test_a_stored_value_near_a_new_one_is_judged_by_the_tests_of_now():
    """A maximum that did not hold when it was stored: as it is after a replay."""
    sensor = thermometer(Quality(outlier=OutlierTest(floor=20)))
    first = [sensor.packet(at, 151.5 if at == 19 else LOUD[at]) for at in range(20)]
    what = stored(first)
    say(sensor.stream, Quality(0, 150, 3600.0, outlier=OutlierTest(floor=20)))
    what.around.rules.renew()
    last = [sensor.packet(at, LOUD[at]) for at in range(20, 40)]
    what.process(last, archive=False)
    tests = LIMITS | QCS.PERSISTENCE | QCS.OUTLIER
    assert words(sensor, 19) == (QC.EXECUTED | QC.ABOVE, tests, COMPLETE, QAS.OUT_OF_RANGE)
    assert words(sensor, 20) == (QC.EXECUTED, tests, ACCEPTED, 0)
    near = sensor.rows()[8:]  # twelve values before the first new one
    processing(as_of=last[-1].id).process([*first, *last], archive=False)
    assert sensor.rows()[8:] == near


def test_a_stored_value_is_not_out_of_a_range_that_is_none_any_more():
    """The maximum is taken away: no bit says that it was exceeded when none says that it is tested."""
    sensor = thermometer(Quality(0, 150, outlier=OutlierTest(floor=0.5)))
    what = stored([sensor.packet(0, 5000.0)])
    reason = QAS.OUT_OF_RANGE | QAS.WINDOW_SMALL
    failed = LIMITS | QCS.OUTLIER | QCS.OUTLIER_FAILED
    assert words(sensor, 0) == (QC.EXECUTED | QC.ABOVE, failed, COMPLETE, reason)
    say(sensor.stream, Quality(outlier=OutlierTest(floor=1)))
    what.around.rules.renew()
    what.process([sensor.packet(1, 140.0)], archive=False)
    assert words(sensor, 0) == (0, QCS.OUTLIER | QCS.OUTLIER_FAILED, COMPLETE, QAS.WINDOW_SMALL)


PLAIN = OutlierTest(window=11, trailing=13, floor=20)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (Quality(duration=360.0, outlier=PLAIN), Quality(outlier=PLAIN), 0),
        (Quality(outlier=PLAIN), Quality(duration=360.0, outlier=PLAIN), QC.REPEATING),
        (Quality(duration=360.0, outlier=PLAIN), Quality(duration=1200.0, outlier=PLAIN), 0),
        (
            Quality(duration=360.0, outlier=PLAIN),
            Quality(duration=360.0, exempt=((16, 16),), outlier=PLAIN),
            0,
        ),
        (Quality(duration=1200.0, outlier=PLAIN), Quality(duration=360.0, outlier=PLAIN), QC.REPEATING),
    ],
)
@pytest.mark.parametrize("is_restarted", [False, True])
def test_stuck_values_near_a_new_one_are_told_by_the_test_of_now(
    before: Quality, after: Quality, found: int, is_restarted: bool
):
    """Ten of them, with another value between these and the new one: whether there was a test then or not."""
    sensor = thermometer(before)
    values = {at: 16.0 if 30 <= at < 40 else wave(at) for at in range(41)}
    packets = [sensor.packet(at, value) for at, value in values.items()]
    what: Processing = stored(packets)
    was = QC.REPEATING if (before.duration or 1e9) <= 600 else 0
    assert {words(sensor, at)[0] for at in range(30, 40)} == {QC.EXECUTED | was}
    say(sensor.stream, after)
    what.around.rules.renew()
    what = processing() if is_restarted else what
    packets.append(sensor.packet(41, wave(41)))
    what.process(packets[-1:], archive=False)
    assert {words(sensor, at)[0] for at in range(37, 40)} == {QC.EXECUTED | found}
    near = {row[0]: row[2:] for row in sensor.rows() if row[0] >= 37}
    processing(as_of=packets[-1].id).process(packets, archive=False)
    assert {row[0]: row[2:] for row in sensor.rows() if row[0] >= 37} == near


def test_what_is_far_from_new_values_keeps_its_words():
    """Only what a new value can have a part in is judged again."""
    sensor = thermometer(Quality(0, 150, outlier=PLAIN))
    what = stored([sensor.packet(at, LOUD[at]) for at in range(40)])
    before = sensor.rows()
    say(sensor.stream, Quality(0, 100, outlier=PLAIN))
    what.around.rules.renew()
    what.process([sensor.packet(40, LOUD[40])], archive=False)
    rows = sensor.rows()
    assert rows[:34] == before[:34]
    assert all(now[2] & QC.ABOVE for now in rows[36:])
    assert all(one[0] < other[0] for one, other in pairwise(rows))

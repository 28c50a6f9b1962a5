"""Instruments of coarse steps: what they resolve is measured, and their steps are no outliers."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from sensorium.model.device import Device, NewDevice
from sensorium.model.flags import QC
from sensorium.model.packet import Packet
from sensorium.model.quality import Increment, OutlierTest, Quality
from sensorium.process.check_quality import check_quality
from sensorium.process.increments import FEWEST, MOST
from sensorium.process.processing import Processing
from sensorium.process.samples import Made
from sensorium.register.devices import Devices
from sensorium.storage.catalog.devices import find_owner
from sensorium.storage.catalog.increments import find_increments
from sensorium.storage.catalog.tables import datastreams, increments
from tests.chance import cases
from tests.process.scene import NOON, PLACE, SECOND, the_catalog
from tests.process.test_check_quality import Thermometer, processing, say, stored, thermometer

TESTS = Quality(outlier=OutlierTest(floor=0.1))


def coarse(at: int) -> float:
    """A temperature in whole degrees, half an hour at each and now and then one beside it."""
    return round(20 + 6 * math.sin(at / 230) + random.Random(at).gauss(0, 0.3))


def packets(sensor: Thermometer, count: int, spikes: Sequence[int] = ()) -> list[Packet]:
    """Minutes of that, with spikes of 15 degrees."""
    return [sensor.packet(at, coarse(at) + 15 * (at in spikes)) for at in range(count)]


def outliers(sensor: Thermometer) -> list[int]:
    """The minutes whose values are outliers."""
    return [row[0] for row in sensor.rows() if row[2] & QC.OUTLIER]


def increment(sensor: Thermometer) -> Increment | None:
    """What is kept."""
    found = find_increments(the_catalog(), [sensor.stream])
    return found[sensor.stream].increment if found else None


def test_steps_of_a_coarse_instrument_are_no_outliers_once_it_is_known_for_one():
    """Those of before are judged again then; a spike stays one."""
    sensor = thermometer(TESTS)
    sent, what = packets(sensor, 400, [90, 300]), processing()
    what.process(sent[: FEWEST - 1], archive=False)
    assert len(outliers(sensor)) > 20
    assert increment(sensor) is None
    what.process([sent[FEWEST - 1]], archive=False)
    assert outliers(sensor) == [90]
    assert increment(sensor) == Increment(1.0, FEWEST)
    what.process(sent[FEWEST:], archive=False)
    assert outliers(sensor) == [90, 300]


@cases(8)
@given(st.data())
def test_any_batches_lives_and_lateness_come_to_the_same(data: st.DataObject):
    """What is measured, and every word of every row; and a replay changes nothing."""
    length = data.draw(st.integers(FEWEST - 5, 3 * FEWEST))
    late = data.draw(st.lists(st.integers(0, length - 1), max_size=9, unique=True))
    order = [*(at for at in range(length) if at not in late), *late]
    cuts = sorted(data.draw(st.sets(st.integers(1, length - 1), max_size=5)))
    is_new_life = data.draw(st.lists(st.booleans(), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    one, other = thermometer(TESTS), thermometer(TESTS)
    stored([one.packet(at, coarse(at)) for at in order])
    sent, what = [other.packet(at, coarse(at)) for at in order], processing()
    for begin, end, is_new in zip((0, *cuts), (*cuts, length), is_new_life, strict=True):
        what = processing() if is_new else what
        what.process(sent[begin:end], archive=False)
    rows = one.rows()
    assert other.rows() == rows
    assert increment(other) == increment(one)
    processing(as_of=sent[-1].id).process(sent, archive=False)
    assert other.rows() == rows


def test_what_was_not_kept_is_measured_again():
    """As when the process ended after its rows were stored: the batch comes once more."""
    sensor = thermometer(TESTS)
    sent = packets(sensor, FEWEST + 50)
    stored(sent, FEWEST - 20)
    rows = sensor.rows()
    with the_catalog().change() as connection:
        connection.execute(delete(increments).where(increments.c.line == sensor.stream))
    processing().process(sent[FEWEST - 20 :], archive=False)
    assert increment(sensor) == Increment(1.0, FEWEST)
    assert sensor.rows() == rows


def test_a_series_that_hardly_changes_is_looked_at_later():
    """A clean night of zeros tells nothing; the day after it does, and what the night had is judged again."""
    sensor = thermometer(TESTS)
    values = [float(at in (60, 160)) for at in range(FEWEST + 50)] + [coarse(at) for at in range(300)]
    sent, what = [sensor.packet(at, value) for at, value in enumerate(values)], processing()
    for begin in range(0, 399, 50):
        what.process(sent[begin : min(begin + 50, 399)], archive=False)
    assert increment(sensor) is None
    assert outliers(sensor)[:2] == [60, 160]
    what.process(sent[399:], archive=False)
    assert increment(sensor) == Increment(1.0, 2 * FEWEST)
    assert [at for at in outliers(sensor) if at < FEWEST] == []


@pytest.mark.parametrize(
    ("test", "is_flagged"),
    [
        (OutlierTest(floor=0.1, increment=0.0), True),
        (OutlierTest(floor=0.1, increment=1.0), False),
        (OutlierTest(floor=1.0, increment=0.0), False),
    ],
)
def test_what_is_said_of_an_increment_goes_before_what_would_be_measured(test: OutlierTest, is_flagged: bool):
    """And then nothing is measured."""
    sensor = thermometer(Quality(outlier=test))
    stored(packets(sensor, 2 * FEWEST))
    assert bool(outliers(sensor)) == is_flagged
    assert increment(sensor) is None


def test_a_test_without_a_floor_has_none_by_an_increment():
    """`classic` is what its authors wrote."""
    classic = Quality(outlier=OutlierTest(window=61, trailing=61, threshold=3.5))
    sensor, as_measured = thermometer(classic), thermometer(TESTS)
    for each in (sensor, as_measured):
        stored(packets(each, 2 * FEWEST))
    assert increment(sensor) is None
    say(as_measured.stream, classic, since=FEWEST)
    more = [as_measured.packet(at, coarse(at)) for at in range(2 * FEWEST, 3 * FEWEST)]
    more += [sensor.packet(at, coarse(at)) for at in range(2 * FEWEST, 3 * FEWEST)]
    processing().process(more, archive=False)
    assert words(as_measured)[2 * FEWEST + 61 :] == words(sensor)[2 * FEWEST + 61 :]


def words(sensor: Thermometer) -> list[tuple[Any, ...]]:
    """The four words of each row."""
    return [row[2:] for row in sensor.rows()]


def test_a_device_that_is_described_anew_keeps_its_increment():
    """Another resolution makes another series in the same line."""
    sensor = thermometer(TESTS)
    stored(packets(sensor, FEWEST))
    devices, account = Devices(the_catalog()), find_owner(the_catalog(), sensor.device)
    assert account is not None

    def described(before: Device) -> NewDevice:
        return NewDevice(before.name, None, 120, 4326, True, True, PLACE, before.schema)

    devices.disable(account, sensor.device)
    devices.reconfigure(account, sensor.device, described, now=NOON * SECOND)
    was, stream = devices.streams(sensor.device)
    assert was.id == sensor.stream
    assert find_increments(the_catalog(), [stream.id])[stream.id].increment.size == 1.0


def test_of_two_series_of_a_line_the_first_tells_it():
    """When both are measured in one batch."""
    one, other = thermometer(TESTS), thermometer(TESTS)
    with the_catalog().change() as connection:
        connection.execute(
            update(datastreams).where(datastreams.c.id == other.stream).values(line=one.stream)
        )
    sent = [other.packet(at, coarse(at) / 2) for at in range(FEWEST)]
    stored([*sent, *packets(one, FEWEST)])
    assert increment(one) == increment(other) == Increment(1.0, FEWEST)


def test_trials_that_fail_count_nothing():
    """What an outage has tried again and again is there once when it is over."""
    sensor, what = thermometer(TESTS), processing()
    sent = packets(sensor, 2 * FEWEST)
    what.process(sent[:100], archive=False)
    made = Made()
    for packet in sent[100:150]:
        made.add(packet, packet.id, [sensor.stream], [20.0])
    for _ in range(MOST // 50 + 1):
        check_quality(made.samples(), what.around)
        what.around.drop()
    what.process(sent[100:], archive=False)
    assert outliers(sensor) == []
    assert increment(sensor) == Increment(1.0, FEWEST)


def test_replays_count_nothing():
    """A series that was replayed before it is measured is not a longer one."""
    sensor = thermometer(TESTS)
    sent = packets(sensor, 2 * FEWEST)
    stored(sent[:150])
    again = processing(as_of=sent[149].id)
    for _ in range(MOST // 150 + 1):
        again.process(sent[:150], archive=False)
    Processing(again.store, again.plans, again.around).process(sent[150:], archive=False)
    assert outliers(sensor) == []
    assert increment(sensor) == Increment(1.0, FEWEST)


def test_the_first_values_are_those_that_came_first():
    """Not those of the earliest times: an instrument of tenths that was there before, told of later."""
    in_two, at_once = thermometer(TESTS), thermometer(TESTS)
    order = [*range(300, 300 + FEWEST), *range(300)]
    for sensor, cuts in ((in_two, [FEWEST]), (at_once, [])):
        stored(
            [sensor.packet(at, coarse(at) if at >= 300 else coarse(at) + at % 10 / 10) for at in order], *cuts
        )
    assert increment(in_two) == increment(at_once) == Increment(1.0, FEWEST)
    assert in_two.rows() == at_once.rows()


@pytest.mark.parametrize("fill", [-999.0, 60.0, 9.97e36])
def test_values_that_failed_are_no_part_of_it(fill: float):
    """Such as stand for none, and come several times."""
    sensor = thermometer(replace(TESTS, minimum=-40.0, maximum=50.0))
    sent = [sensor.packet(at, fill if at % 15 == 0 else coarse(at) / 10) for at in range(2 * FEWEST)]
    stored(sent)
    assert increment(sensor) == Increment(0.1, FEWEST)


@pytest.mark.parametrize("cuts", [[], [MOST - 1], [MOST], [MOST + 1], [1000, MOST - 100]])
def test_a_series_that_shows_none_for_long_has_none(cuts: Sequence[int]):
    """Wherever batches end; nothing is read of it any more."""
    sensor = thermometer(TESTS)
    what = stored([sensor.packet(at, 20.0 if at < MOST else coarse(at)) for at in range(MOST + 300)], *cuts)
    assert increment(sensor) == Increment(0.0, MOST)
    what.around.rules.of([sensor.stream])
    assert what.around.rules.unmeasured([sensor.stream]) == set()


@pytest.mark.parametrize("stored_before", [MOST, MOST + 1])
def test_a_series_of_before_is_judged_again_unless_it_is_long(stored_before: int):
    """Somebody said that it had none, and takes that back."""
    sensor = thermometer(Quality(outlier=OutlierTest(floor=0.1, increment=0.0)))
    stored(packets(sensor, stored_before))
    before = outliers(sensor)
    assert before
    say(sensor.stream, TESTS, since=-1)
    stored([sensor.packet(stored_before, coarse(stored_before))])
    is_long = stored_before > MOST
    assert increment(sensor) == (Increment(0.0, MOST) if is_long else Increment(1.0, FEWEST))
    assert outliers(sensor)[: len(before) // 2] == (before[: len(before) // 2] if is_long else [])

"""Verdicts are a function of what is stored: not of the order, the batches or the lives of the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from sensorium.model.device import Binding, FieldMapping, NewDevice, Parameter, Position, Schema
from sensorium.model.flags import QA, QAS, QC, QCS, Pipeline
from sensorium.model.packet import Format, Packet
from sensorium.model.quality import OutlierTest, Quality
from sensorium.plans.plan import Plan, compile_plan
from sensorium.process.processing import Processing
from sensorium.register.devices import Devices
from sensorium.storage.catalog.tables import quality
from tests.chance import cases
from tests.process.scene import NOON, PLACE, SECOND, owner, the_catalog
from tests.storage.observations.shared import the_store

MINUTE = 60 * SECOND
TESTS = Quality(-40, 50, 6 * 60.0, outlier=OutlierTest(floor=0.1))
CONFIGURED = QCS.MINIMUM | QCS.MAXIMUM | QCS.PERSISTENCE | QCS.OUTLIER

ROWS = """
    SELECT intDiv(toUnixTimestamp(time) - {noon:Int64}, 60), value, qc, qcs, qa, qas FROM observations FINAL
    WHERE device = {device:UInt32} ORDER BY time FORMAT JSONCompactEachRow
"""

_numbers = count(1)
_ids = count(1_000_000)


@dataclass(frozen=True)
class Thermometer:
    """A device that sends a temperature each minute."""

    device: int
    stream: int
    plan: Plan

    def packet(self, at: int, value: float, place: Position = PLACE) -> Packet:
        """Its packet of a minute after noon; packets are accepted in the order in which they are made."""
        number = next(_ids)
        time, record = self.plan.convert({"t": value, "ts": NOON + 60 * at})
        return Packet(number, NOON * SECOND + number, self.device, 1, time, place, Format.JSON, record, b"{}")

    def rows(self) -> list[tuple[Any, ...]]:
        """(minute, value, QC, QCS, QA, QAS) of each row in force."""
        text = b"".join(the_store().stream(ROWS, {"device": str(self.device), "noon": str(NOON)}))
        return [tuple(msgspec.json.decode(line)) for line in text.splitlines()]


def thermometer(tests: Quality | None = TESTS) -> Thermometer:
    """A new one, whose values are checked by these tests (None: by the shipped ones)."""
    catalog = the_catalog()
    schema = Schema(
        (Parameter("t", "double"), Parameter("ts", "long")),
        (Binding(15, 2, 0, "t"),),
        (),
        (FieldMapping("Timestamp", "ts"),),
    )
    devices = Devices(catalog)
    new = NewDevice(f"thermometer {next(_numbers)}", None, 60, 4326, True, True, PLACE, schema)
    device = devices.configure(owner(catalog), new, now=NOON * SECOND)
    (stream,) = devices.streams(device)
    if tests is not None:
        say(stream.id, tests)
    return Thermometer(device, stream.id, compile_plan(schema))


def say(stream: int, tests: Quality, since: int = 0) -> None:
    """Have a datastream's values checked like this from a minute after noon on (0: always)."""
    document = msgspec.json.encode(tests).decode()
    begin = NOON * SECOND + since * MINUTE if since else 0
    with the_catalog().change() as connection:
        connection.execute(
            insert(quality).values(datastream=stream, valid_from=begin, document=document, created=0)
        )


def processing(as_of: int | None = None) -> Processing:
    """As after a start of the engine process."""
    fresh = Processing.of(the_store(), the_catalog())
    return Processing(fresh.store, fresh.plans, fresh.around, as_of)


def stored(packets: Sequence[Packet], *cuts: int) -> Processing:
    """Process packets in batches that end at these places."""
    what = processing()
    for begin, end in zip((0, *cuts), (*cuts, len(packets)), strict=True):
        what.process(packets[begin:end], archive=False)
    return what


def wave(at: int) -> float:
    """A temperature that goes up and down by less than a degree a minute and never repeats."""
    return round(15 + (at * 37 % 11) / 10 + at / 1000, 3)


@pytest.mark.check("NI-091", "NI-093", "NI-095", "NI-096")
def test_each_value_is_judged():
    """A spike, a value out of range and a value that is stuck, among good ones."""
    sensor = thermometer()
    values = {at: wave(at) for at in range(90)} | {30: 31.0, 40: 60.0} | dict.fromkeys(range(60, 67), 15.5)
    stored([sensor.packet(at, value) for at, value in values.items()])
    rows = {row[0]: row[2:] for row in sensor.rows()}
    complete = int(QA.METADATA_COMPLETE)
    assert rows[20] == (QC.EXECUTED, CONFIGURED, QA.METADATA_COMPLETE | QA.ACCEPTED, 0)
    assert rows[30] == (QC.EXECUTED | QC.OUTLIER, CONFIGURED, complete, QAS.OUTLIER)
    outside = QC.EXECUTED | QC.ABOVE | QC.OUTLIER
    assert rows[40] == (outside, CONFIGURED, complete, QAS.OUT_OF_RANGE | QAS.OUTLIER)
    assert {at for at in rows if rows[at][0] & QC.REPEATING} == set(range(60, 67))
    assert rows[63][3] & QAS.PERSISTENT


def test_a_verdict_becomes_final_when_its_window_is_full():
    """First by the values before it, then by those around it: a step up is no outlier once it lasts."""
    sensor = thermometer()
    values = [wave(at) for at in range(40)] + [wave(at) + 12 for at in range(40, 80)]
    what = processing()
    for at, value in enumerate(values[:41]):
        what.process([sensor.packet(at, value)], archive=False)
    assert sensor.rows()[40][2] == QC.EXECUTED | QC.OUTLIER
    for at, value in enumerate(values[41:], 41):
        what.process([sensor.packet(at, value)], archive=False)
    assert [row[0] for row in sensor.rows() if row[2] & QC.OUTLIER] == []


def test_what_was_small_is_judged_later():
    """The first values have no window yet and say so; it is made up for."""
    sensor = thermometer()
    what = processing()
    what.process([sensor.packet(0, 15.0)], archive=False)
    assert sensor.rows() == [
        (0, 15.0, QC.EXECUTED, CONFIGURED | QCS.OUTLIER_FAILED, QA.METADATA_COMPLETE, QAS.WINDOW_SMALL)
    ]
    what.process([sensor.packet(at, wave(at)) for at in range(1, 30)], archive=False)
    late = sensor.rows()[5]
    assert late[2:] == (QC.EXECUTED, CONFIGURED, QA.METADATA_COMPLETE | QA.ACCEPTED, 0)


SPECIAL = st.sampled_from([None, None, None, None, None, 15.5, 15.5, 15.5, 60.0, 30.0])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[int, float]], list[int], list[int], set[int]]:
    """Values with what can be wrong with them; an order of arrival; cuts into batches; which begin a life."""
    length = draw(st.integers(20, 160))
    series: list[tuple[int, float]] = []
    at = 0
    stuck = 0
    for number in range(length):
        at += draw(st.sampled_from([1, 1, 1, 1, 1, 1, 1, 2, 9])) if stuck == 0 else 1
        stuck = max(stuck - 1, 0) or draw(st.sampled_from([0] * 20 + [7, 25]))
        special = 16.0 if stuck else draw(SPECIAL)
        series.append((at, wave(number) if special is None else special))
    late = draw(st.lists(st.integers(0, 30), min_size=length, max_size=length))
    order = sorted(range(length), key=lambda each: each + (late[each] if late[each] > 22 else 0))
    cuts = sorted(draw(st.sets(st.integers(1, length - 1), max_size=12)))
    return series, order, cuts, draw(st.sets(st.sampled_from(cuts or [0])))


@cases(10)
@given(histories())
def test_live_late_restarted_and_replayed_give_equal_rows(
    history: tuple[list[tuple[int, float]], list[int], list[int], set[int]],
):
    """What is stored in the end is what one batch in the order of time would have stored."""
    series, order, cuts, lives = history
    small = Quality(-40, 50, 6 * 60.0, outlier=OutlierTest(window=11, trailing=13, floor=0.1))
    plain, tried = thermometer(small), thermometer(small)
    stored([plain.packet(*each) for each in series])
    packets = [tried.packet(*series[each]) for each in order]
    what = processing()
    for begin, end in zip((0, *cuts), (*cuts, len(packets)), strict=True):
        what = processing() if begin in lives else what
        what.process(packets[begin:end], archive=False)
    assert tried.rows() == plain.rows()
    what.process(packets[cuts[-1] if cuts else 0 :], archive=False)  # stored, but the offset was not kept
    assert tried.rows() == plain.rows()
    again = processing(as_of=packets[-1].id)
    for begin in range(0, len(packets), 17):
        again.process(packets[begin : begin + 17], archive=False)
    assert tried.rows() == plain.rows()


def test_other_tests_hold_from_their_time_on_and_are_applied_by_a_replay():
    """What is stored keeps its verdicts until it is processed again."""
    sensor = thermometer(Quality(minimum=0))
    packets = [sensor.packet(at, 10.0 + at % 3) for at in range(20)]
    stored(packets)
    before = sensor.rows()
    assert {row[2] for row in before} == {int(QC.EXECUTED)}
    say(sensor.stream, Quality(minimum=11), since=10)
    assert sensor.rows() == before
    processing(as_of=packets[-1].id).process(packets, archive=False)
    assert sensor.rows()[:10] == before[:10]
    assert [row[2] & QC.BELOW > 0 for row in sensor.rows()[10:]] == [row[1] < 11 for row in before[10:]]


def test_the_shipped_tests_are_on():
    """A newcomer's first wrong value is flagged."""
    sensor = thermometer(tests=None)
    stored([sensor.packet(0, 15.0), sensor.packet(1, 99.0)])
    assert [row[2] & QC.ABOVE for row in sensor.rows()] == [0, QC.ABOVE]


def test_without_tests_a_value_is_only_described():
    """No test ran, so none is passed."""
    sensor = thermometer(Quality())
    outcome = processing().process([sensor.packet(0, 15.0)], archive=False)
    assert sensor.rows() == [(0, 15.0, 0, 0, QA.METADATA_COMPLETE, 0)]
    assert outcome.last[sensor.device][1] == Pipeline.STORED


@pytest.mark.check("NI-099")
def test_the_pipeline_tells_that_values_were_checked():
    """10: stored, and quality control executed."""
    sensor = thermometer()
    outcome = processing().process([sensor.packet(0, 15.0)], archive=False)
    assert outcome.last[sensor.device][1] == Pipeline.STORED | Pipeline.QUALITY_EXECUTED


def test_a_moving_device_is_not_judged_by_values_of_other_places():
    """A window that reaches too far has no verdict, and says so."""
    sensor = thermometer()
    places = [Position(10.0, 59.0 + at / 100, 0.0) for at in range(60)]
    stored([sensor.packet(at, wave(at), place) for at, place in enumerate(places)])
    row = sensor.rows()[30]
    assert (row[3] & QCS.OUTLIER_FAILED, row[5]) == (QCS.OUTLIER_FAILED, QAS.POSITIONS_VARY)

"""Packets become rows."""

import pytest

from sensorium.model.flags import Pipeline
from sensorium.model.packet import NewPacket, Packet
from sensorium.process.check_quality import check_quality
from sensorium.process.correct_values import correct_values
from sensorium.process.processing import Outcome
from sensorium.process.steps import STEPS
from tests.process.scene import NOON, PLACE, SECOND, Sensor, processing, sensor
from tests.storage.observations.shared import EVER, WHOLE_ROW, read, the_store, values

RECEIVED = (NOON + 1000) * SECOND


def accepted(packets: list[NewPacket], first: int = 1) -> list[Packet]:
    """The packets as the log has them."""
    return [
        Packet(
            number,
            RECEIVED + number,
            each.device,
            each.version,
            each.time,
            each.position,
            each.format,
            each.record,
            each.raw,
        )
        for number, each in enumerate(packets, first)
    ]


def archived(device: int) -> list[Packet]:
    parts = the_store().archived(device, after=0, until=EVER, begin=0, end=EVER)
    return [packet for part in parts for packet in part]


def flags(outcome: Outcome) -> dict[int, Pipeline]:
    return {device: given for device, (_, given) in outcome.last.items()}


def by_component(device: Sensor) -> dict[object, list[object]]:
    return {stream.component.name: values(stream) for stream in device.streams}


def test_the_steps_in_their_order():
    """Quality control comes first: a correction must know what it found."""
    assert (check_quality, correct_values) == STEPS


def test_a_packet_makes_one_row_of_each_value():
    """Value, time and position of the packet stand in each of its rows, and the packet in the archive."""
    device = sensor(2)
    packets = accepted([device.packet(1.5, -2.0, time=NOON)])
    outcome = processing().process(packets, archive=True)
    rows = read(*device.streams, shape=WHOLE_ROW)
    assert sorted(row["value"] for row in rows) == [-2.0, 1.5]
    for row in rows:
        assert (row["longitude"], row["latitude"], row["altitude"]) == (
            PLACE.longitude,
            PLACE.latitude,
            PLACE.altitude,
        )
        assert (row["begin"], row["end"]) == (NOON, NOON + 60)
    assert flags(outcome) == {device.id: Pipeline.STORED}
    assert archived(device.id) == packets


@pytest.mark.check("NI-196", "NI-220")
def test_without_a_time_of_its_own_a_packet_has_that_of_its_receipt():
    """Two packets that carry no time are two packets, at the times of their receipt."""
    device = sensor(1, timed=False)
    processing().process(accepted([device.packet(1.0), device.packet(1.0)]), archive=False)
    (stream,) = device.streams
    found = (
        read(stream, begin=RECEIVED + 1, end=RECEIVED + 1),
        read(stream, begin=RECEIVED + 2, end=RECEIVED + 2),
    )
    assert [len(each) for each in found] == [1, 1]


@pytest.mark.check("NI-198")
@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_missing_value_is_not_stored_and_the_others_are(missing: float | None):
    """Null and NaN make no row; the values beside them do, each at its own component."""
    device = sensor(3)
    outcome = processing().process(accepted([device.packet(1.0, missing, 3.0, time=NOON)]), archive=True)
    assert [values(stream) for stream in device.streams] == [[1.0], [], [3.0]]
    assert flags(outcome) == {device.id: Pipeline.STORED}


@pytest.mark.check("NI-099", "NI-199")
def test_when_all_values_are_missing_there_are_no_rows():
    """Such a packet is processed with the flag for no data, and kept in the archive."""
    device = sensor(2)
    packets = accepted([device.packet(float("nan"), None, time=NOON)])
    outcome = processing().process(packets, archive=True)
    assert by_component(device) == {stream.component.name: [] for stream in device.streams}
    assert flags(outcome) == {device.id: Pipeline.NO_DATA}
    assert archived(device.id) == packets


def test_the_flags_are_those_of_the_devices_last_packet():
    """Flags are per device, and of its last packet of the batch."""
    first, second = sensor(1), sensor(1)
    packets = accepted(
        [
            first.packet(None, time=NOON),
            second.packet(1.0, time=NOON),
            first.packet(1.0, time=NOON),
            second.packet(None, time=NOON),
        ]
    )
    outcome = processing().process(packets, archive=False)
    assert flags(outcome) == {first.id: Pipeline.STORED, second.id: Pipeline.NO_DATA}


def test_a_packet_that_cannot_be_read_is_rejected_alone():
    """A damaged record and an unknown schema version are rejected with the reason; the others are stored."""
    device = sensor(1)
    good = [device.packet(float(number), time=NOON + number) for number in range(4)]
    packets = accepted([good[0], good[1]._replace(record=b""), good[2], good[3]._replace(version=99)])
    outcome = processing().process(packets, archive=True)
    assert values(*device.streams) == [0.0, 2.0]
    assert [each.packet for each in outcome.rejected] == [2, 4]
    assert "no schema version 99" in outcome.rejected[1].reason
    assert flags(outcome) == {device.id: Pipeline.STORED_WITH_ERRORS}
    assert archived(device.id) == packets


def test_a_packet_that_the_engine_refuses_is_found_and_rejected():
    """A batch that cannot be stored is cut in halves until the offender stands alone; the rest is stored."""
    device = sensor(1)
    good = [device.packet(float(number), time=NOON + number) for number in range(101)]
    packets = accepted(
        [each._replace(time=2**70) if number == 37 else each for number, each in enumerate(good)]
    )
    outcome = processing().process(packets, archive=True)
    assert values(*device.streams) == [float(number) for number in range(101) if number != 37]
    assert [each.packet for each in outcome.rejected] == [38]
    assert archived(device.id) == [packet for packet in packets if packet.id != 38]


def test_a_batch_of_offenders_only_is_rejected():
    """When no packet of a batch can be stored all are on the rejected list and nothing is raised."""
    device = sensor(1)
    packets = accepted([device.packet(1.0, time=NOON)._replace(time=2**70)] * 5)
    outcome = processing().process(packets, archive=True)
    assert [each.packet for each in outcome.rejected] == [1, 2, 3, 4, 5]
    assert values(*device.streams) == []

"""Packets of readings become rows of the datastreams that they name."""

from sensorium.model.flags import Pipeline
from sensorium.model.packet import Format, NewPacket
from sensorium.model.reading import Reading, Readings
from sensorium.plans.readings import write_readings
from sensorium.storage.observations.select import Query
from tests.process.scene import NOON, PLACE, SECOND, Sensor, processing, sensor
from tests.process.test_processing import accepted, flags
from tests.storage.observations.shared import WHOLE_ROW, answer, read, values

ORIGINS = """
    SELECT packet, first, agent, datastreams, texts FROM origins FINAL WHERE device = {device:UInt32}
    ORDER BY packet FORMAT JSONEachRow
"""


def readings(device: Sensor, *given: Reading, first: int = 0, agent: str = "A#1") -> NewPacket:
    """A packet of readings at noon."""
    record = write_readings(Readings(first, agent, given))
    return NewPacket(device.id, 1, NOON * SECOND, PLACE, Format.READINGS, record, b'{"as": "sent"}')


def test_values_go_to_the_datastreams_that_the_packet_names():
    """Whatever the device's schema binds, which has two parameters of which one is not sent here."""
    device = sensor(2)
    one, other = device.streams
    outcome = processing().process(accepted([readings(device, Reading(other.id, 7.5))]), archive=True)
    (row,) = read(one, other, shape=WHOLE_ROW)
    assert (row["component"], row["value"], row["begin"]) == (other.component.name, 7.5, NOON)
    assert (row["longitude"], row["latitude"], row["altitude"]) == (10.75, 59.9, 12.0)
    assert flags(outcome) == {device.id: Pipeline.STORED}


def test_who_has_sent_a_value_and_how_it_was_written_is_kept_beside_it():
    """Of a text there is a row without a number; a replay changes nothing of that."""
    device = sensor(2)
    one, other = device.streams
    packets = accepted(
        [
            readings(device, Reading(one.id, 12.34, "12.340")),
            readings(device, Reading(other.id, None, "TEST"), first=1, agent="B"),
        ]
    )
    for as_of in (None, 2, 2):
        work = processing()
        work = type(work)(work.store, work.plans, work.around, as_of)
        work.process(packets, archive=False)
        assert (values(one), values(other)) == ([12.34], [None])
        assert answer(Query(ORIGINS, {"device": str(device.id)})) == [
            {"packet": 1, "first": 1, "agent": "A#1", "datastreams": [one.id], "texts": ["12.340"]},
            {"packet": 2, "first": 1, "agent": "B", "datastreams": [other.id], "texts": ["TEST"]},
        ]


def test_damaged_record_is_rejected_alone():
    """The packets beside it are stored."""
    device = sensor(1)
    good, bad = readings(device, Reading(device.streams[0].id, 1.0)), readings(device)
    damaged = NewPacket(bad.device, 1, bad.time, None, Format.READINGS, b"\x00\x7e", b"{}")
    outcome = processing().process(accepted([good, damaged]), archive=True)
    assert [each.packet for each in outcome.rejected] == [2]
    assert values(*device.streams) == [1.0]

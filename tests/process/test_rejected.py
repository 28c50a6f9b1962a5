"""Packets that their schema refuses are kept, say why, and are read once it is mended."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from sensorium.model.device import Converter, Device, NewDevice, Parameter, Schema
from sensorium.model.flags import Pipeline
from sensorium.model.packet import Format, NewPacket, Packet
from sensorium.process.replay import Replay, Replayed, replay
from sensorium.register.devices import Devices
from sensorium.storage.catalog.devices import find_owner
from tests.process.scene import NOON, PLACE, SECOND, Sensor, Work, append, sensor, the_catalog, work
from tests.process.test_replay import delete
from tests.storage.observations.shared import the_store, values

DAY = 86_400
EVER = {"after": 0, "until": 1 << 52, "begin": 0, "end": 1 << 62}
FROM_TEXT = Converter("string", "StringDouble", "a")


def sent(device: Sensor, version: int = 1, **members: Any) -> NewPacket:
    """A packet that was refused when it came: it has no record and no time of its own."""
    return NewPacket(device.id, version, None, PLACE, Format.JSON, b"", msgspec.json.encode(members))


def mend(device: Sensor, *more: Parameter, converters: tuple[Converter, ...] = (FROM_TEXT,)) -> None:
    """Describe the device's packets anew: with converters, and with more parameters."""
    devices, account = Devices(the_catalog()), find_owner(the_catalog(), device.id)
    assert account is not None
    devices.disable(account, device.id)

    def described(before: Device) -> NewDevice:
        was = before.schema
        schema = Schema((*was.parameters, *more), was.bindings, converters, was.mappings)
        return NewDevice(before.name, None, 60, 4326, True, True, PLACE, schema)

    devices.reconfigure(account, device.id, described, now=NOON * SECOND)


@pytest.fixture
def device() -> Sensor:
    """A device with one value `a` and a time `ts`."""
    return sensor(1)


def started(folder: Path, *packets: NewPacket) -> Work:
    """A worker that has worked off these packets."""
    append(folder, packets)
    at = work(folder)
    at.worker.turn()
    return at


def again(at: Work, device: Sensor, **wanted: Any) -> list[Replayed]:
    """Replay the device's rejected packets."""
    return list(replay(at.worker, Replay(device=device.id, rejected=True, **wanted)))


def rejected(at: Work, device: Sensor) -> dict[int, tuple[str, str]]:
    """What the list says of the device's packets: reason and path."""
    return {each.packet: (each.reason, each.path) for each in at.progress.rejected(device=device.id)}


def archived(device: Sensor) -> list[Packet]:
    """The device's packets in the archive."""
    return [packet for part in the_store().archived(device.id, **EVER) for packet in part]


def test_refused_packet_says_why_and_where(tmp_path: Path, device: Sensor):
    """As its sender was told; those around it are stored, and it is in the archive without a record."""
    good = device.packet(1.0, time=NOON)
    at = started(tmp_path, good, sent(device, a="2", ts=NOON + 1), sent(device, a=1, ts=NOON + 9 * DAY), good)
    assert set(rejected(at, device)) == {2}
    reason, path = rejected(at, device)[2]
    assert ("number" in reason or "type" in reason, path) == (True, "a"), reason
    assert [packet.record == b"" for packet in archived(device)] == [False, True, False, False]
    at.close()


def test_time_in_the_future_is_refused_by_the_time_of_receipt(tmp_path: Path, device: Sensor):
    """More than a day after it; the clock at the time of processing does not matter."""
    at = started(tmp_path, sent(device, a=1, ts=4_000_000_000))
    assert rejected(at, device) == {1: ("the packet's time is in the future", "Timestamp")}
    at.close()


def test_status_is_that_of_the_last_packet(tmp_path: Path, device: Sensor):
    """Processed with errors when it was refused, stored once it is read."""
    at = started(tmp_path, device.packet(1.0, time=NOON), sent(device, a="2", ts=NOON + 1))
    assert at.progress.statuses([device.id])[device.id].flags == Pipeline.STORED_WITH_ERRORS
    mend(device)
    again(at, device)
    assert Pipeline.STORED in at.progress.statuses([device.id])[device.id].flags
    at.close()


def test_mended_schema_reads_what_the_old_one_refused(tmp_path: Path, device: Sensor):
    """The packet is one of the new version from then on; packets of the old version stay what they are."""
    at = started(
        tmp_path, device.packet(1.0, time=NOON), sent(device, a="2", ts=NOON + 1), sent(device, a="x")
    )
    mend(device)
    assert [(each.processed, each.rejected) for each in again(at, device)] == [(1, 1)]
    assert values(*device.streams) == [1.0, 2.0]
    assert [(packet.version, packet.time is None) for packet in archived(device)] == [
        (1, False),
        (2, False),
        (1, True),
    ]
    assert rejected(at, device).keys() == {3}
    assert [(each.processed, each.rejected) for each in again(at, device)] == [(0, 1)]
    at.close()


def test_rows_come_back_by_the_versions_of_their_packets(tmp_path: Path, device: Sensor):
    """What a replay of everything makes later is the same, also after the schema has changed once more."""
    at = started(tmp_path, device.packet(1.0, time=NOON), sent(device, a="2", ts=NOON + 1))
    mend(device)
    again(at, device)
    mend(device, Parameter("more", "long"))
    delete(device)
    list(replay(at.worker, Replay(device=device.id)))
    assert values(*device.streams) == [1.0, 2.0]
    assert [packet.version for packet in archived(device)] == [1, 2]
    at.close()


def test_replay_of_everything_reads_refused_packets_too(tmp_path: Path, device: Sensor):
    """They are among all."""
    at = started(tmp_path, sent(device, a="2", ts=NOON), device.packet(1.0, time=NOON + 1))
    mend(device)
    assert [(each.processed, each.rejected) for each in replay(at.worker, Replay(device=device.id))] == [
        (2, 0)
    ]
    assert values(*device.streams) == [2.0, 1.0]
    assert rejected(at, device) == {}
    at.close()


def test_later_packet_of_the_same_time_keeps_its_row(tmp_path: Path, device: Sensor):
    """The sender may have sent the value again when it was refused; an earlier packet's row is replaced."""
    packets = [
        device.packet(1.0, time=NOON),
        sent(device, a="2", ts=NOON),
        sent(device, a="3", ts=NOON + 60),
        device.packet(4.0, time=NOON + 60),
    ]
    at = started(tmp_path, *packets)
    mend(device)
    again(at, device)
    assert values(*device.streams) == [2.0, 4.0]
    assert rejected(at, device) == {}
    at.close()


def test_damaged_record_is_read_out_of_the_bytes(tmp_path: Path, device: Sensor):
    """By the packet's own version, when that is good; at first it is rejected."""
    packet = sent(device, a=5, ts=NOON)
    broken = NewPacket(device.id, 1, NOON * SECOND, PLACE, Format.JSON, b"\xff", packet.raw)
    lost = NewPacket(device.id, 77, NOON * SECOND, PLACE, Format.JSON, b"\x02", packet.raw)
    at = started(tmp_path, broken, lost)
    assert rejected(at, device).keys() == {1, 2}
    again(at, device)
    assert values(*device.streams) == [5.0]
    assert [packet.version for packet in archived(device)] == [1, 1]
    at.close()


def test_replay_of_rejected_packets_can_be_of_a_range(tmp_path: Path, device: Sensor):
    """Of times of receipt, since they have no other; and of all devices."""
    other = sensor(1)
    at = started(tmp_path, sent(device, a="1", ts=NOON), sent(other, a="2", ts=NOON))
    mend(device)
    mend(other)
    assert again(at, device, end=NOON * SECOND) == []
    before = len(at.progress.rejected())
    every = list(replay(at.worker, Replay(after_device=device.id, rejected=True)))
    assert sum(values(*each.streams) == [] for each in (device, other)) == 0
    assert (every[-1].processed, len(at.progress.rejected())) == (2, before - 2)
    at.close()

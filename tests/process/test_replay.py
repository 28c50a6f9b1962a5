"""Packets of the archive are processed once more."""

from pathlib import Path

import pytest

from sensorium.model.flags import Pipeline
from sensorium.process.replay import Replay, Replayed, replay
from sensorium.process.worker import Worker
from tests.process.scene import NOON, SECOND, Sensor, append, sensor, work
from tests.storage.observations.shared import read, rows_of, the_store, truncate, values


def worker(folder: Path) -> Worker:
    """One that has worked off the folder's log."""
    at = work(folder)
    at.worker.turn()
    return at.worker


def rows(*devices: Sensor) -> list[list[dict[str, object]]]:
    return [read(stream) for device in devices for stream in device.streams]


def delete(*devices: Sensor) -> None:
    """Delete their observations, with whatever else earlier tests have stored."""
    truncate("observations")
    assert not any(rows(*devices))


def test_deleted_observations_come_back_the_same(tmp_path: Path):
    """When the rows are deleted and the packets replayed, the same rows are there with the same versions."""
    first, second = sensor(2), sensor(3)
    packets = [first.packet(float(n), None if n % 3 else 2.0, time=NOON + n) for n in range(100)]
    packets += [second.packet(1.0, float(n), None, time=NOON + n % 50) for n in range(100)]
    append(tmp_path, packets)
    again = worker(tmp_path)
    before, versions = rows(first, second), _made(first, second)
    delete(first, second)
    assert rows(first, second) == [[] for _ in before]
    for device in (first, second):
        list(replay(again, Replay(device=device.id)))
    assert rows(first, second) == before
    assert _made(first, second) == versions


def _made(*devices: Sensor) -> list[list[tuple[int, int, int]]]:
    """The datastream, time and packet of each row in force."""
    ids = list(range(1, 1000))
    return [sorted(row[:3] for row in the_store().rows_of(device.id, ids, 0, 1 << 52)) for device in devices]


def test_a_replay_changes_nothing_that_is_right(tmp_path: Path):
    """A replay of rows that are there leaves them as they are."""
    device = sensor(2)
    append(tmp_path, [device.packet(float(n), 1.0, time=NOON + n) for n in range(20)])
    again = worker(tmp_path)
    before = _made(device)
    assert [part.processed for part in replay(again, Replay(device=device.id))] == [20]
    assert _made(device) == before


def test_rows_that_a_packet_no_longer_makes_go(tmp_path: Path):
    """A row that an earlier processing of a packet made, and this one does not, is withdrawn."""
    device = sensor(2)
    append(tmp_path, [device.packet(float(n), None, time=NOON + n) for n in range(3)])
    again = worker(tmp_path)
    made_before = rows_of(device.streams[1], {(NOON + 1) * SECOND: 7.0}, packet=2)
    of_another = rows_of(device.streams[1], {(NOON + 2) * SECOND: 8.0}, packet=2**40)
    the_store().write(made_before)
    the_store().write(of_another)
    assert values(device.streams[1]) == [7.0, 8.0]
    list(replay(again, Replay(device=device.id)))
    assert values(device.streams[1]) == [8.0]
    assert values(device.streams[0]) == [0.0, 1.0, 2.0]


def test_a_replay_can_be_of_a_range_of_time(tmp_path: Path):
    """Only packets with times in the range, both ends included, are processed again."""
    device = sensor(1)
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(10)])
    again = worker(tmp_path)
    delete(device)
    list(replay(again, Replay(device=device.id, begin=(NOON + 3) * SECOND, end=(NOON + 5) * SECOND)))
    assert values(*device.streams) == [3.0, 4.0, 5.0]


def test_a_replay_goes_on_where_an_earlier_one_stopped(tmp_path: Path):
    """With the device and packet that were reported last, the rest is replayed."""
    device = sensor(1)
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(10)])
    again = worker(tmp_path)
    delete(device)
    reported = list(replay(again, Replay(device=device.id, after_device=device.id, after=4)))
    assert reported[-1] == Replayed(device.id, 10, 6, 0)
    assert values(*device.streams) == [4.0, 5.0, 6.0, 7.0, 8.0, 9.0]


def test_a_replay_of_all_devices_is_reported_part_by_part(tmp_path: Path):
    """Every device of the archive is replayed, one after the other, and the report adds up."""
    first, second = sensor(1), sensor(1)
    append(tmp_path, [each.packet(float(n), time=NOON + n) for n in range(5) for each in (first, second)])
    again = worker(tmp_path)
    delete(first, second)
    reported = list(replay(again, Replay(after_device=first.id)))
    assert [part.device for part in reported][:2] == [first.id, second.id]
    assert [part.processed for part in reported][:2] == [5, 10]
    assert values(*first.streams) == values(*second.streams) == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_a_rejected_packet_that_can_be_processed_now_leaves_the_list(tmp_path: Path):
    """After the fault is mended a replay stores the packet, takes it off the list and mends the flags."""
    device = sensor(1)
    good = device.packet(1.0, time=NOON)
    append(tmp_path, [good._replace(record=b"")])
    at = work(tmp_path)
    at.worker.turn()
    assert [each.packet for each in at.progress.rejected()] == [1]
    (kept,) = at.packets.read(0)
    the_store().archive([kept._replace(record=good.record)])
    list(replay(at.worker, Replay(device=device.id)))
    assert at.progress.rejected() == []
    assert at.progress.statuses([device.id])[device.id].flags == Pipeline.STORED
    assert values(*device.streams) == [1.0]
    at.close()


def test_what_is_rejected_again_stays_on_the_list(tmp_path: Path):
    """A replayed packet that still cannot be processed is listed and counted as rejected."""
    device = sensor(1)
    append(tmp_path, [device.packet(1.0, time=NOON)._replace(record=b"")])
    at = work(tmp_path)
    at.worker.turn()
    (report,) = replay(at.worker, Replay(device=device.id))
    assert report == Replayed(device.id, 1, 0, 1)
    assert [each.packet for each in at.progress.rejected()] == [1]
    at.close()


def test_a_replay_in_many_parts_is_the_same_as_in_one(tmp_path: Path):
    """Parts are as long as new packets may wait, by the clock; what comes of them is not."""
    device = sensor(2)
    packets = [device.packet(float(n % 7), 1.0, time=NOON + n % 900) for n in range(1500)]
    append(tmp_path, packets)
    again = worker(tmp_path)
    before = _made(device)
    delete(device)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sensorium.process.replay._LONG", -1.0)
        reported = list(replay(again, Replay(device=device.id)))
    assert [part.processed for part in reported] == [512, 768, 896, 960, *range(1024, 1500, 64), 1500]
    assert _made(device) == before

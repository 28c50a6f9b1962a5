"""The worker: what it takes from the log, what it stores, and when it goes on."""

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from sensorium.model.errors import Unavailable
from sensorium.model.flags import Pipeline
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.rows import Rows
from tests.process.scene import NOON, append, processing, sensor, work
from tests.storage.observations.shared import EVER, read, the_store, values


def test_the_worker_stores_what_the_log_has_and_goes_on_behind_it(tmp_path: Path):
    """A turn stores rows and packets, then moves the offset and the flags; the next one finds nothing."""
    device = sensor(2)
    last = append(tmp_path, [device.packet(float(n), -float(n), time=NOON + n) for n in range(10)])
    at = work(tmp_path)
    at.worker.turn()
    assert values(device.streams[0]) == [float(n) for n in range(10)]
    assert values(device.streams[1]) == [-float(n) for n in range(10)]
    assert the_store().newest_packet_of(device.id) == last
    assert at.worker.offset == at.progress.offset() == last
    assert at.progress.statuses([device.id])[device.id].flags == Pipeline.STORED
    assert at.worker.turn() is False
    at.close()


def test_more_than_one_turn_holds_is_worked_off_in_turns(tmp_path: Path):
    """While much more waits a turn says so, and the next one goes on behind it without a gap."""
    device = sensor(1)
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(40_000)])
    at = work(tmp_path)
    turns = 1
    while at.worker.turn():
        turns += 1
    assert turns == 3
    assert values(*device.streams) == [float(n) for n in range(40_000)]
    at.close()


def test_wide_packets_come_in_smaller_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A batch is bounded by its values: of 32 a packet until it is known, then as in the one before."""
    monkeypatch.setattr("sensorium.process.worker._VALUES", 1024)
    device = sensor(8)
    append(tmp_path, [device.packet(*[float(n)] * 8, time=NOON + n) for n in range(200)])
    at = work(tmp_path)
    offsets = [at.worker.offset]
    while at.worker.turn():
        offsets.append(at.worker.offset)
    offsets.append(at.worker.offset)
    assert [later - one for one, later in pairwise(offsets)] == [33, 129, 38]
    assert values(device.streams[7]) == [float(n) for n in range(200)]
    at.close()


def test_more_values_than_memory_may_have_are_processed_by_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nothing is lost or stored twice, and one packet alone is never too much."""
    monkeypatch.setattr("sensorium.process.processing._SAMPLES", 5)
    device = sensor(8)
    append(tmp_path, [device.packet(*[float(n)] * 8, time=NOON + n) for n in range(9)])
    at = work(tmp_path)
    assert at.worker.turn() is False
    assert [values(stream) for stream in device.streams] == [[float(n) for n in range(9)]] * 8
    at.close()


def test_what_comes_while_a_small_batch_is_stored_is_gathered_first(tmp_path: Path):
    """A turn that took all there was lets the worker linger, however much has come since."""
    device = sensor(1)
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(20)])
    at = work(tmp_path)
    at.worker.moved = lambda: append(tmp_path, [device.packet(0.5, time=NOON - 1)] * 20) and None
    assert at.worker.turn() is False
    at.worker.moved = lambda: None
    assert at.worker.turn() is False
    assert values(*device.streams) == [0.5, *(float(n) for n in range(20))]
    at.close()


def test_parts_of_a_job_follow_each_other_until_somebody_waits_for_packets(tmp_path: Path):
    """A packet that comes meanwhile waits for one part when somebody asks for it, and else for some."""
    device = sensor(1)
    at = work(tmp_path)
    done: list[str] = []

    def part() -> bool:
        done.append("part")
        match len(done):
            case 3:
                append(tmp_path, [device.packet(1.0, time=NOON)])
                at.worker.hurry()
            case 5:
                append(tmp_path, [device.packet(2.0, time=NOON + 1)])
            case 7:
                at.worker.stop()
        return True

    at.worker.beside = part
    at.worker.moved = lambda: done.append("packets")
    at.worker.run()
    assert done == ["part", "part", "part", "packets", "part", "part", "part"]
    assert values(*device.streams) == [1.0]
    at.close()


def test_after_a_crash_between_storing_and_going_on_nothing_is_there_twice(tmp_path: Path):
    """Rows and packets that were stored before the offset moved are stored again, to the same effect."""
    device = sensor(2)
    append(tmp_path, [device.packet(float(n), 1.0, time=NOON + n) for n in range(50)])
    crashed = work(tmp_path)
    packets = crashed.packets.read(0)
    processing().process(packets[:30], archive=True)
    before = read(*device.streams)
    crashed.close()
    at = work(tmp_path)
    assert at.worker.offset == 0
    at.worker.turn()
    assert [row for row in read(*device.streams) if row in before] == before
    assert values(device.streams[0]) == [float(n) for n in range(50)]
    parts = the_store().archived(device.id, after=0, until=EVER, begin=0, end=EVER)
    assert [packet for part in parts for packet in part] == packets
    at.close()


def test_rejected_packets_are_listed_and_do_not_stop_the_worker(tmp_path: Path):
    """The offset moves over a packet that cannot be processed; it is listed with its reason and flagged."""
    device = sensor(1)
    bad = device.packet(1.0, time=NOON)
    append(
        tmp_path,
        [device.packet(0.0, time=NOON), type(bad)(device.id, 99, None, None, bad.format, b"", b"raw")],
    )
    at = work(tmp_path)
    at.worker.turn()
    assert at.worker.offset == 2
    (rejected,) = at.progress.rejected(device=device.id)
    assert (rejected.packet, "99" in rejected.reason) == (2, True)
    assert at.progress.statuses([device.id])[device.id].flags == Pipeline.STORED_WITH_ERRORS
    at.close()


def test_packets_that_the_disk_has_not_kept_are_listed_and_passed_over(tmp_path: Path):
    """A damaged commit of the log stops nothing: its packets are rejected, those behind it are stored."""
    device = sensor(1)
    append(tmp_path, [device.packet(float(number), time=NOON + number) for number in range(3)])
    append(tmp_path, [device.packet(9.0, time=NOON + 9)])
    with closing(sqlite3.connect(tmp_path / "log.db")) as database, database:
        database.execute("UPDATE groups SET body = zeroblob(length(body)) WHERE last = 3")
    at = work(tmp_path)
    while at.worker.offset < 4:
        at.worker.turn()
    assert values(*device.streams) == [9.0]
    assert [each.packet for each in at.progress.rejected()] == [1, 2, 3]
    assert "damaged" in at.progress.rejected()[0].reason
    at.close()


def test_an_absent_catalog_is_waited_for_and_no_packet_is_blamed(tmp_path: Path):
    """While the catalog cannot be reached a turn raises and the offset stays; afterwards all is stored."""
    catalog = Catalog.open(f"sqlite:///{tmp_path}/catalog.db")
    device = sensor(1)
    append(tmp_path, [device.packet(1.0, time=NOON)])
    catalog.close()
    (tmp_path / "catalog.db").rename(tmp_path / "away")
    (tmp_path / "catalog.db").mkdir()
    at = work(tmp_path, processing(catalog))
    with pytest.raises(Unavailable):
        at.worker.turn()
    assert at.worker.offset == 0
    assert at.progress.rejected() == []
    at.close()
    catalog.close()


def test_a_waiting_reader_cuts_the_lingering_short(tmp_path: Path):
    """A running worker takes a packet within its lingering, and at once when somebody waits for it."""
    device = sensor(1)
    at = work(tmp_path)
    thread = Thread(target=at.worker.run)
    thread.start()
    for number in range(3):
        last = append(tmp_path, [device.packet(float(number), time=NOON + number)])
        until = monotonic() + 10
        while at.worker.offset < last:
            at.worker.hurry()
            assert monotonic() < until
            sleep(0.005)
    assert values(*device.streams) == [0.0, 1.0, 2.0]
    begun = monotonic()
    at.worker.stop()
    thread.join()
    assert monotonic() - begun < 5
    at.close()


def test_each_step_of_the_offset_is_told(tmp_path: Path):
    """Who waits for a position is told after each commit."""
    device = sensor(1)
    append(tmp_path, [device.packet(1.0, time=NOON)])
    at = work(tmp_path)
    seen: list[int] = []
    at.worker.moved = lambda: seen.append(at.worker.offset)
    at.worker.turn()
    at.worker.turn()
    assert seen == [1]
    at.close()


def test_rows_of_more_than_a_hundred_months_are_one_turn(tmp_path: Path):
    """A batch of packets from 150 different months is stored in one turn."""
    device = sensor(1)
    month = 31 * 86_400
    append(tmp_path, [device.packet(float(n), time=n * month) for n in range(150)])
    at = work(tmp_path)
    at.worker.turn()
    assert values(*device.streams) == [float(n) for n in range(150)]
    at.close()


def test_text_is_kept_beside_numbers(tmp_path: Path):
    """A row may hold a text instead of a value; the numbers around it stay."""
    device = sensor(1)
    append(tmp_path, [device.packet(1.0, time=NOON)])
    at = work(tmp_path)
    at.worker.turn()
    (stream,) = device.streams
    nothing: list[float | None] = [None]
    row = Rows(
        [device.id],
        [stream.id],
        [(NOON + 1) * 1_000_000],
        nothing,
        nothing,
        nothing,
        nothing,
        [2],
        [8],
        ["TEST"],
    )
    the_store().write(row)
    assert values(stream) == [1.0, None]
    at.close()

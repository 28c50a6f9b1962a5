"""Appending to the log."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensorium.model.device import Position
from sensorium.model.errors import Unavailable
from sensorium.model.packet import Format, NewPacket
from sensorium.storage.files import LOOK_EVERY, OpenFiles
from sensorium.storage.log import Key, Limits, Log, LogReader
from tests.storage.log.packets import numbers, packet, packets


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def reader(path: Path) -> Iterator[LogReader]:
    reader = LogReader(path)
    yield reader
    reader.close()


def test_a_packet_comes_back_as_it_was_sent(path: Path, reader: LogReader):
    """Every member of a packet is read back, beside its id and its time of receipt."""
    sent = [
        NewPacket(3, 2, 1_700_000_000_123_456, Position(10.5, 59.9, -3.25), Format.XML, b"\x00\xff", b"<a/>"),
        NewPacket(1 << 40, 1, -5, None, Format.JSON, b"", b""),
        NewPacket(4, 1, None, None, Format.JSON, b"r", "µ".encode()),
    ]

    async def scenario() -> None:
        log = Log.open(path, clock=lambda: 1_000_000)
        assert (await log.append(sent)).position == 3
        await log.close()

    asyncio.run(scenario())
    found = reader.read(0)
    assert [each.id for each in found] == [1, 2, 3]
    assert [each.received for each in found] == [1_000_000, 1_000_001, 1_000_002]
    names = NewPacket.__slots__
    assert [[getattr(each, n) for n in names] for each in found] == [
        [getattr(each, n) for n in names] for each in sent
    ]
    assert found[0].format is Format.XML


def test_many_at_once_are_stored_in_order_and_in_few_commits(path: Path, reader: LogReader):
    """Appends that wait together are committed together, at most 256 packets to a commit."""

    async def scenario() -> list[int]:
        log = Log.open(path)
        appended = await asyncio.gather(*(log.append([packet(number)]) for number in range(1000)))
        await log.close()
        return [each.position for each in appended]

    assert asyncio.run(scenario()) == list(range(1, 1001))
    assert numbers(reader.read(0)) == list(range(1000))
    with sqlite3.connect(path) as database:
        counts = [count for (count,) in database.execute("SELECT count FROM groups")]
    database.close()
    assert max(counts) <= 256
    assert len(counts) <= 10


def test_a_large_batch_is_one_commit(path: Path, reader: LogReader):
    """A batch is stored whole, in a commit of its own."""

    async def scenario() -> None:
        log = Log.open(path)
        await asyncio.gather(
            log.append([packet(0)]), log.append(packets(range(1, 5001))), log.append([packet(5001)])
        )
        await log.close()

    asyncio.run(scenario())
    assert numbers(reader.read(0)) == list(range(5002))


def test_times_of_receipt_grow_also_when_the_clock_does_not(path: Path, reader: LogReader):
    """A clock that stands still or goes back, and a restart, leave times of receipt strictly increasing."""
    clock = iter([50, 50, 20, 10, 90])

    async def scenario() -> None:
        for _ in range(5):
            log = Log.open(path, clock=lambda: next(clock))
            await log.append(packets(range(2)))
            await log.close()

    asyncio.run(scenario())
    assert [each.received for each in reader.read(0)] == [50, 51, 52, 53, 54, 55, 56, 57, 90, 91]


def test_ids_follow_what_the_archive_has(path: Path, reader: LogReader):
    """The next id follows the newest of the file, or the one given at the start when that is higher."""

    async def scenario() -> None:
        for after in (0, 1000, 5):
            log = Log.open(path, after=after)
            await log.append(packets([after]))
            await log.close()

    asyncio.run(scenario())
    assert [each.id for each in reader.read(0)] == [1, 1001, 1002]


def test_ids_are_not_used_again_when_the_rows_are_gone(path: Path):
    """Even with the table emptied by hand the ids go on."""

    async def append() -> int:
        log = Log.open(path)
        appended = await log.append(packets(range(3)))
        await log.close()
        return appended.position

    assert asyncio.run(append()) == 3
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM groups")
    database.close()
    assert asyncio.run(append()) == 6


def test_ids_end(path: Path):
    """Ids stay below 2**46: they share a word with a generation and a pass."""

    async def scenario() -> None:
        log = Log.open(path, after=2**46 - 3)
        assert (await log.append([packet(1)])).position == 2**46 - 2
        with pytest.raises(Unavailable, match="ids"):
            await log.append(packets(range(2)))
        assert (await log.append([packet(1)])).position == 2**46 - 1
        await log.close()

    asyncio.run(scenario())
    with pytest.raises(ValueError, match="ids"):
        Log.open(path, after=2**46)


def test_too_much_waiting_is_refused_at_once(path: Path, reader: LogReader):
    """Over the bound of packets or bytes an append is refused; what waits is stored, then it goes on."""

    async def scenario(limits: Limits, filler: int) -> list[bool]:
        log = Log.open(path, limits=limits)
        appends = (log.append([packet(number, filler=filler)]) for number in range(10))
        outcomes = await asyncio.gather(*appends, return_exceptions=True)
        assert all(isinstance(each, tuple | Unavailable) for each in outcomes)
        await log.append([packet(10)])
        await log.close()
        return [isinstance(each, Unavailable) for each in outcomes]

    assert asyncio.run(scenario(Limits(waiting_packets=4), 0)) == [False] * 4 + [True] * 6
    assert asyncio.run(scenario(Limits(waiting_bytes=3500), 1000)) == [False] * 3 + [True] * 7
    assert numbers(reader.read(0)) == [0, 1, 2, 3, 10, 0, 1, 2, 10]


def test_a_batch_over_the_bound_is_taken_when_nothing_waits(path: Path):
    """A batch that is alone larger than the bound can still be stored."""

    async def scenario() -> None:
        log = Log.open(path, limits=Limits(waiting_packets=4))
        assert (await log.append(packets(range(100)))).position == 100
        await log.close()

    asyncio.run(scenario())


def test_low_disk_space_is_refused_before_the_disk_is_full(path: Path):
    """Nothing is taken below the low-water mark, and nobody else is disturbed."""

    async def scenario() -> None:
        log = Log.open(path, limits=Limits(low_water=1 << 60))
        with pytest.raises(Unavailable, match="nearly full") as caught:
            await log.append([packet(1)])
        assert caught.value.retry_after > 0
        await log.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "names", [("log.db",), ("log.db-wal",), ("log.db-shm",), ("log.db", "log.db-wal", "log.db-shm")]
)
@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_acknowledged_that_the_next_start_would_not_find(
    path: Path, names: tuple[str, ...], replaced: bool
):
    """When files are deleted under the open log, or others are put in their places."""

    async def scenario() -> None:
        log = Log.open(path)
        assert (await log.append([packet(1)])).position == 1
        for name in names:
            gone = path.parent / name
            if replaced:
                (path.parent / "copy").write_bytes(gone.read_bytes())
                (path.parent / "copy").rename(gone)
            else:
                gone.unlink()
        await asyncio.sleep(LOOK_EVERY)
        for key in (None, Key(1, 2, "again", b"digest")):
            with pytest.raises(Unavailable, match="taken away") as caught:
                await log.append([packet(2)], key=key)
            assert caught.value.retry_after > 0
        await log.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("late", [False, True])
def test_no_packet_is_taken_without_what_it_needs(path: Path, reader: LogReader, late: bool):
    """Files that say what packets are; a packet that is refused is not kept. They need not be back."""

    async def scenario() -> None:
        needed = path.with_name("needed")
        needed.touch()
        log = Log.open(path, needed=OpenFiles("the needed", [needed]))
        await log.append([packet(1)])
        needed.unlink()
        await asyncio.sleep(LOOK_EVERY)
        for _ in range(2):
            with pytest.raises(Unavailable, match="the needed files were taken away"):
                await log.append([packet(2)])
            if late:
                needed.touch()
        await log.close()

    asyncio.run(scenario())
    assert [each.id for each in reader.read(0)] == [1]


def test_log_whose_folder_is_deleted_refuses(tmp_path: Path):
    """Before anything else is asked of the disk."""

    async def scenario() -> None:
        (tmp_path / "data").mkdir()
        log = Log.open(tmp_path / "data" / "log.db")
        assert (await log.append([packet(1)])).position == 1
        shutil.rmtree(tmp_path / "data")
        with pytest.raises(Unavailable, match="taken away"):
            await log.append([packet(2)])
        await log.close()

    asyncio.run(scenario())


def test_a_packet_that_cannot_be_written_harms_nobody_else(path: Path, reader: LogReader):
    """A wrong member fails in the caller's own append; those beside it are stored."""

    async def scenario() -> None:
        log = Log.open(path)
        bad = NewPacket(1 << 70, 1, None, None, Format.JSON, b"", b"")
        outcomes = await asyncio.gather(
            log.append([packet(1)]), log.append([bad]), log.append([packet(2)]), return_exceptions=True
        )
        assert isinstance(outcomes[1], OverflowError)
        with pytest.raises(ValueError, match="no packets"):
            await log.append([])
        await log.close()

    asyncio.run(scenario())
    assert numbers(reader.read(0)) == [1, 2]


def test_a_caller_that_leaves_harms_nobody_else(path: Path, reader: LogReader):
    """Those who wait in the same commit as a cancelled request get their answer."""

    async def scenario() -> None:
        log = Log.open(path)
        leaving, staying = (asyncio.create_task(log.append([packet(number)])) for number in (1, 2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert (await staying).position == 2
        await log.close()

    asyncio.run(scenario())
    assert numbers(reader.read(0)) == [1, 2]


def test_closing_stores_what_waits(path: Path, reader: LogReader):
    """Appends from before the close are stored and answered, those after it are refused."""

    async def scenario() -> None:
        log = Log.open(path)
        waiting = [asyncio.create_task(log.append([packet(number)])) for number in range(1000)]
        await asyncio.sleep(0)
        await log.close()
        assert [(await each).position for each in waiting] == list(range(1, 1001))
        with pytest.raises(Unavailable, match="closed"):
            await log.append([packet(1)])
        with pytest.raises(Unavailable, match="closed"):
            await log.trim(1, 1)
        await log.close()

    asyncio.run(scenario())
    assert numbers(reader.read(0)) == list(range(1000))


def test_what_is_unprocessed_is_known_by_device(path: Path):
    """At the start, each device with packets after the offset is known with its newest id."""

    async def scenario() -> list[dict[int, int]]:
        log = Log.open(path)
        await log.append([packet(1, 5), packet(2, 6), packet(3, 5)])
        await log.append([packet(4, 8)])
        found = [log.unprocessed(offset) for offset in (0, 2, 3, 4)]
        await log.close()
        return found

    assert asyncio.run(scenario()) == [{5: 3, 6: 2, 8: 4}, {5: 3, 8: 4}, {8: 4}, {}]

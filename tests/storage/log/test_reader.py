"""Reading the log, from another process than the one that writes it."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from sensorium.storage.log import DamageError, Limits, Log, LogReader
from tests.storage.log.packets import numbers, packet, packets


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def reader(path: Path) -> Iterator[LogReader]:
    reader = LogReader(path)
    yield reader
    reader.close()


def write(path: Path, *sizes: int, filler: int = 0) -> None:
    """Commits of these numbers of packets, numbered through from 1."""

    async def scenario() -> None:
        log = Log.open(path)
        first = 1
        for size in sizes:
            await log.append(packets(range(first, first + size), filler=filler))
            first += size
        await log.close()

    asyncio.run(scenario())


def test_the_log_need_not_be_there_yet(path: Path, reader: LogReader):
    """The reader may come first: it finds nothing, then what is written."""
    assert (reader.read(0), reader.newest(), reader.newest_by_device(0)) == ([], 0, {})
    path.touch()
    assert (reader.read(0), reader.newest()) == ([], 0)
    write(path, 3)
    assert (numbers(reader.read(0)), reader.newest()) == ([1, 2, 3], 3)


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 7, 100])
def test_reading_in_parts_finds_every_packet_once(path: Path, reader: LogReader, rows: int):
    """A part ends after the rows asked for, also amid a commit; the next goes on behind it."""
    write(path, 1, 4, 1, 3, 10)
    found: list[int] = []
    while part := reader.read(found[-1] if found else 0, rows=rows):
        assert len(part) == min(rows, 19 - len(found))
        found += [each.id for each in part]
    assert found == list(range(1, 20))


def test_a_part_ends_when_its_size_is_reached(path: Path, reader: LogReader):
    """At most one commit more than the size asked for is read, and never nothing."""
    write(path, 2, 2, 2, 2, filler=1000)
    assert numbers(reader.read(0, size=1)) == [1, 2]
    assert numbers(reader.read(0, size=3000)) == [1, 2, 3, 4]
    assert numbers(reader.read(3, size=1)) == [4]


def test_damage_is_found_and_named_and_can_be_passed(path: Path, reader: LogReader):
    """What is before the damage is read; the damaged packets are never given out; those after it are."""
    write(path, 2, 3, 2)
    with closing(sqlite3.connect(path)) as database:
        (body,) = database.execute("SELECT body FROM groups WHERE last = 5").fetchone()
        flipped = body[:-1] + bytes([body[-1] ^ 1])
        database.execute("UPDATE groups SET body = ? WHERE last = 5", (flipped,))
        database.commit()
    assert numbers(reader.read(0)) == [1, 2]
    with pytest.raises(DamageError) as caught:
        reader.read(3)
    assert (caught.value.first, caught.value.last) == (4, 5)
    assert numbers(reader.read(caught.value.last)) == [6, 7]
    assert reader.newest_by_device(2) == {7: 7}


def test_a_closed_reader_says_so(path: Path):
    """Reading after the close is an error, not an empty answer."""
    reader = LogReader(path)
    reader.close()
    with pytest.raises(RuntimeError, match="closed"):
        reader.read(0)
    with pytest.raises(RuntimeError, match="closed"):
        reader.newest()


def test_another_process_reads_what_was_acknowledged(path: Path):
    """A packet is to be read elsewhere as soon as its append has returned."""
    script = (
        "import sys; from pathlib import Path; from sensorium.storage.log import LogReader\n"
        "reader = LogReader(Path(sys.argv[1]))\n"
        "for line in sys.stdin: print(reader.newest(), len(reader.read(int(line))), flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None

    async def scenario() -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        log = Log.open(path)
        for number in range(1, 50):
            await log.append([packet(number)])
            print(number - 1, file=process.stdin, flush=True)
            assert process.stdout.readline() == f"{number} 1\n"
        await log.close()

    with process:
        asyncio.run(scenario())
        process.stdin.close()


def test_the_journal_stays_short_beside_a_reader(path: Path):
    """While another thread reads without a pause, the journal's file does not grow without bound."""
    journal = 1 << 18
    stop = Event()
    read: list[int] = []

    def follow() -> None:
        with closing(LogReader(path)) as reader:
            while not stop.is_set():
                read.extend(each.id for each in reader.read(read[-1] if read else 0, rows=500))

    async def scenario() -> list[int]:
        log = Log.open(path, limits=Limits(journal=journal))
        sizes: list[int] = []
        for _ in range(400):
            await log.append(packets(range(30), filler=2000))
            sizes.append(path.with_name("log.db-wal").stat().st_size)
        await log.close()
        return sizes

    thread = Thread(target=follow)
    thread.start()
    try:
        sizes = asyncio.run(scenario())
    finally:
        stop.set()
        thread.join()
    assert sum(sizes) > 0
    assert max(sizes) < 8 * journal
    assert read == list(range(1, len(read) + 1))


def test_the_journal_is_cut_after_a_reader_stood_still(path: Path):
    """A reader that does not end makes the journal grow and nobody wait long; later the file is cut."""
    journal = 1 << 16

    async def scenario() -> tuple[int, int]:
        log = Log.open(path, limits=Limits(journal=journal))
        await log.append([packet(1)])
        with closing(sqlite3.connect(path, isolation_level=None)) as standing:
            standing.execute("BEGIN")
            standing.execute("SELECT count(*) FROM groups").fetchone()
            for _ in range(100):
                await log.append(packets(range(30), filler=1000))
            grown = path.with_name("log.db-wal").stat().st_size
        for _ in range(100):
            await log.append(packets(range(30), filler=1000))
        cut = path.with_name("log.db-wal").stat().st_size
        await log.close()
        return grown, cut

    grown, cut = asyncio.run(scenario())
    assert grown > 8 * journal
    assert cut < 8 * journal

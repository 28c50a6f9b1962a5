"""Trimming the log."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from sensorium.storage.log import Key, Limits, Log, LogReader
from tests.storage.log.packets import packet, packets

DAY = 24 * 3600 * 1_000_000


def ids(path: Path) -> list[int]:
    reader = LogReader(path)
    found = [each.id for each in reader.read(0)]
    reader.close()
    return found


async def filled(path: Path) -> Log:
    """A log of ten packets, one a commit, received at 1,000, 2,000 ... 10,000 microseconds."""
    clock = iter(range(1000, 1_000_000, 1000))
    log = Log.open(path, clock=lambda: next(clock))
    for number in range(10):
        await log.append([packet(number)])
    return log


@pytest.mark.parametrize(
    ("archived", "before", "left"),
    [
        (4, 1 << 60, [5, 6, 7, 8, 9, 10]),
        (10, 3001, [4, 5, 6, 7, 8, 9, 10]),
        (10, 3000, [3, 4, 5, 6, 7, 8, 9, 10]),
        (0, 1 << 60, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (1 << 60, 1 << 60, [10]),
    ],
)
def test_what_is_archived_and_old_goes(tmp_path: Path, archived: int, before: int, left: list[int]):
    """A packet goes when both hold; the newest one always stays."""

    async def scenario() -> int:
        log = await filled(tmp_path / "log.db")
        deleted = await log.trim(archived, before)
        await log.close()
        return deleted

    assert asyncio.run(scenario()) == 10 - len(left)
    assert ids(tmp_path / "log.db") == left


def test_the_file_gets_short_again(tmp_path: Path):
    """When most of it was trimmed: what one long outage of the engine took is given back to the disk."""
    path = tmp_path / "log.db"

    async def scenario() -> int:
        log = Log.open(path, clock=iter(range(1000, 1_000_000, 1000)).__next__)
        for number in range(60):
            await log.append([packet(number, filler=500_000)])
        await log.close()
        full = path.stat().st_size
        log = Log.open(path)
        await log.trim(1 << 60, 1 << 60)
        last = await log.append([packet(60)])
        await log.close()
        assert last.position == 61
        return full

    full = asyncio.run(scenario())
    assert full > 30_000_000
    assert path.stat().st_size < 8_000_000
    assert ids(path) == [60, 61]


def test_ids_and_times_go_on_after_a_trim(tmp_path: Path):
    """The newest packet tells the next start where to go on."""
    path = tmp_path / "log.db"

    async def scenario() -> None:
        log = await filled(path)
        await log.trim(1 << 60, 1 << 60)
        await log.close()
        log = Log.open(path, clock=lambda: 0)
        await log.append([packet(11)])
        await log.close()

    asyncio.run(scenario())
    reader = LogReader(path)
    assert [(each.id, each.received) for each in reader.read(0)] == [(10, 10_000), (11, 10_001)]
    reader.close()


def test_appends_pass_between_the_parts_of_a_trim(tmp_path: Path):
    """A long trim does not hold up the packets that come in meanwhile."""
    path = tmp_path / "log.db"

    async def scenario() -> list[str]:
        log = Log.open(path, limits=Limits(group=1))
        await asyncio.gather(*(log.append([packet(number)]) for number in range(1000)))
        order: list[str] = []
        trim = asyncio.create_task(log.trim(999, 1 << 60))
        trim.add_done_callback(lambda _: order.append("trimmed"))
        await asyncio.sleep(0)
        await log.append([packet(1000)])
        order.append("appended")
        assert await trim == 999
        await log.close()
        return order

    assert asyncio.run(scenario()) == ["appended", "trimmed"]
    assert ids(path) == [1000, 1001]


def test_the_space_is_used_again(tmp_path: Path):
    """Trimming and appending for long does not make the file grow."""
    path = tmp_path / "log.db"

    async def scenario() -> list[int]:
        log = Log.open(path, limits=Limits(journal=1 << 16))
        sizes: list[int] = []
        for _ in range(8):
            position = (await log.append(packets(range(200), filler=5000))).position
            await log.trim(position, 1 << 60)
            sizes.append(path.stat().st_size)
        await log.close()
        return sizes

    sizes = asyncio.run(scenario())
    assert sizes[-1] <= sizes[2]


def test_expired_keys_go(tmp_path: Path):
    """A trim forgets the keys older than a day, all of them, and no others."""
    path = tmp_path / "log.db"
    now = [0]

    async def scenario() -> None:
        log = Log.open(path, clock=lambda: now[0])
        for now[0] in (DAY, 3 * DAY):
            await asyncio.gather(
                *(log.append([packet(0)], key=Key(1, 7, f"{now[0]} {number}", b"")) for number in range(1200))
            )
        await log.trim(0, 0)
        await log.close()

    asyncio.run(scenario())
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*), min(at) >= ? FROM keys", (3 * DAY,)).fetchone() == (1200, 1)
    database.close()

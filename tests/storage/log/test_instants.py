"""Additions: of values for an instant of a device only those are stored that are new."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from sensorium.model.errors import AlreadyStored, Unavailable
from sensorium.model.packet import Format, NewPacket
from sensorium.storage.log import Addition, Appended, Limits, Log, LogReader
from tests.storage.log.packets import packet

NOON = 1_700_000_000_000_000


def addition(*datastreams: int, device: int = 7, time: int = NOON) -> Addition:
    """Values of these datastreams; the packet's record tells the first packet and what it was made of."""

    def make(first: int, new: Sequence[int]) -> NewPacket:
        record = f"{first} {' '.join(map(str, new))}".encode()
        return NewPacket(device, 1, time, None, Format.READINGS, record, b"{}")

    return Addition(device, time, datastreams, make)


def read(path: Path) -> list[tuple[int, str]]:
    reader = LogReader(path)
    found = [(each.id, each.record.decode()) for each in reader.read(0)]
    reader.close()
    return found


def test_only_what_is_new_for_the_instant_is_stored(tmp_path: Path):
    """With the id of the first packet, also after a restart; another instant or device is another."""
    path = tmp_path / "log.db"

    async def scenario(*additions: Addition) -> list[Appended]:
        log = Log.open(path)
        try:
            return [await log.add(each) for each in additions]
        finally:
            await log.close()

    first = asyncio.run(scenario(addition(14, 12)))
    assert first == [Appended(1, b"", repeated=False, first=1, datastreams=(14, 12))]
    second = asyncio.run(scenario(addition(12, 13), addition(12, time=NOON + 1), addition(12, device=8)))
    assert [(each.position, each.first, each.datastreams) for each in second] == [
        (2, 1, (13,)),
        (3, 3, (12,)),
        (4, 4, (12,)),
    ]
    with pytest.raises(AlreadyStored):
        asyncio.run(scenario(addition(13, 14, 12)))
    assert read(path) == [(1, "0 14 12"), (2, "1 13"), (3, "0 12"), (4, "0 12")]


def test_additions_at_once_store_each_value_once(tmp_path: Path):
    """Whoever comes first stores it, in one commit or in several; nothing waits for the engine."""
    path = tmp_path / "log.db"

    async def scenario() -> list[Appended | BaseException]:
        log = Log.open(path, limits=Limits(group=8))
        some = [addition(*range(n, n + 3)) for n in range(1, 41)]
        others = [log.append([packet(n)]) for n in range(20)]
        found = await asyncio.gather(*map(log.add, some + some), *others, return_exceptions=True)
        await log.close()
        return found

    found = asyncio.run(scenario())
    stored = [each for each in found[:80] if isinstance(each, Appended)]
    assert sorted(new for each in stored for new in each.datastreams) == list(range(1, 43))
    assert {each.first for each in stored} == {1}
    assert sum(isinstance(each, AlreadyStored) for each in found) == 80 - len(stored)
    records = [record for _, record in read(path) if record]
    assert sorted(int(new) for record in records for new in record.split()[1:]) == list(range(1, 43))


def test_what_is_not_stored_is_not_known(tmp_path: Path):
    """An addition that is refused for want of space can come again."""
    path = tmp_path / "log.db"

    async def scenario(low_water: int) -> Appended:
        log = Log.open(path, limits=Limits(low_water=low_water))
        try:
            return await log.add(addition(1))
        finally:
            await log.close()

    with pytest.raises(Unavailable):
        asyncio.run(scenario(1 << 60))
    assert asyncio.run(scenario(0)).position == 1


def test_log_of_an_earlier_release_takes_additions(tmp_path: Path):
    """Its file gets the table; what it holds stays."""
    path = tmp_path / "log.db"

    async def scenario() -> Appended:
        log = Log.open(path)
        try:
            await log.append([packet(1)])
            return await log.add(addition(1))
        finally:
            await log.close()

    asyncio.run(scenario())
    database = sqlite3.connect(path)
    database.execute("DROP TABLE instants")
    database.close()
    assert asyncio.run(scenario()).position == 4

"""Accepting packets."""

import asyncio
from pathlib import Path

import pytest

from sensorium.ingest.accept import DAY, Acceptance
from sensorium.model.errors import InvalidPacket, KeyReused
from sensorium.storage.log import Appended, Key, Log, LogReader
from tests.storage.log.packets import numbers, packet

NOW = 1_800_000_000_000_000


def test_an_accepted_packet_is_in_the_log(tmp_path: Path):
    """When accept returns the packet is there, under the position that it returned."""
    path = tmp_path / "log.db"

    async def scenario() -> None:
        log = Log.open(path)
        accept = Acceptance(log, lambda: NOW).accept
        assert (await accept([packet(1), packet(2)])).position == 2
        reader = LogReader(path)
        assert numbers(reader.read(0)) == [1, 2]
        reader.close()
        await log.close()

    asyncio.run(scenario())


def test_the_newest_position_is_known_by_device(tmp_path: Path):
    """A read of some devices waits for the newest packet of these, and for no other."""

    async def scenario() -> None:
        log = Log.open(tmp_path / "log.db")
        acceptance = Acceptance(log, lambda: NOW, unprocessed={9: 3})
        assert acceptance.newest([]) == 0
        assert acceptance.newest([1, 2]) == 0
        assert acceptance.newest([1, 9]) == 3
        await acceptance.accept([packet(1, device=1), packet(2, device=2)])
        await acceptance.accept([packet(3, device=1)])
        assert [acceptance.newest([each]) for each in (1, 2, 3)] == [3, 2, 0]
        assert acceptance.newest(iter([2, 1])) == 3
        await log.close()

    asyncio.run(scenario())


def test_a_refused_request_moves_nothing_and_a_repeated_one_not_back(tmp_path: Path):
    """A reused key leaves the newest position as it was; the answer of a repeat comes with the old one."""

    async def scenario() -> None:
        log = Log.open(tmp_path / "log.db")
        acceptance = Acceptance(log, lambda: NOW)
        await acceptance.accept([packet(1)], Key(1, 7, "k", b"d"), b"answer")
        await acceptance.accept([packet(2)])
        with pytest.raises(KeyReused):
            await acceptance.accept([packet(3)], Key(1, 7, "k", b"other"))
        repeated = await acceptance.accept([packet(1)], Key(1, 7, "k", b"d"))
        assert repeated == Appended(1, b"answer", repeated=True)
        assert acceptance.newest([7]) == 2
        await log.close()

    asyncio.run(scenario())


def test_a_packets_own_time_is_bounded(tmp_path: Path):
    """From 1970 until now and the days ahead that the settings allow, both ends included."""
    log = Log.open(tmp_path / "log.db")
    check = Acceptance(log, lambda: NOW, ahead=DAY).check_time
    for time in (None, 0, NOW, NOW + DAY):
        check(time)
    for time, why in ((-1, "1970"), (NOW + DAY + 1, "future")):
        with pytest.raises(InvalidPacket, match=why):
            check(time)
    asyncio.run(log.close())

"""Idempotency keys."""

import asyncio
import itertools
from pathlib import Path

import pytest

from sensorium.model.errors import KeyReused
from sensorium.storage.log import Appended, Key, Log, LogReader
from tests.storage.log.packets import numbers, packet

DAY = 24 * 3600 * 1_000_000


def key(text: str = "k", *, account: int = 1, device: int = 7, digest: bytes = b"d") -> Key:
    return Key(account, device, text, digest)


def read(path: Path) -> list[int]:
    reader = LogReader(path)
    found = numbers(reader.read(0))
    reader.close()
    return found


def test_a_repeated_request_gets_its_first_answer_and_stores_nothing(tmp_path: Path):
    """Also after a restart, and whatever answer it would get now."""
    path = tmp_path / "log.db"

    async def scenario(number: int, answer: bytes) -> Appended:
        log = Log.open(path)
        appended = await log.append([packet(number)], key=key(), answer=answer)
        await log.append([packet(100 + number)])
        await log.close()
        return appended

    assert asyncio.run(scenario(1, b"first")) == Appended(1, b"first", repeated=False)
    assert asyncio.run(scenario(2, b"second")) == Appended(1, b"first", repeated=True)
    assert read(path) == [1, 101, 102]


def test_the_same_key_with_another_body_is_refused(tmp_path: Path):
    """Another body under a used key stores nothing and leaves the first answer in place."""
    path = tmp_path / "log.db"

    async def scenario() -> None:
        log = Log.open(path)
        await log.append([packet(1)], key=key(), answer=b"first")
        with pytest.raises(KeyReused):
            await log.append([packet(2)], key=key(digest=b"other"), answer=b"second")
        assert (await log.append([packet(1)], key=key())).answer == b"first"
        await log.close()

    asyncio.run(scenario())
    assert read(path) == [1]


def test_a_key_belongs_to_one_account_and_one_device(tmp_path: Path):
    """The same text from another account or to another device is another key."""
    path = tmp_path / "log.db"

    async def scenario() -> None:
        log = Log.open(path)
        for number, (account, device) in enumerate(itertools.product((1, 2), (7, 8))):
            appended = await log.append([packet(number)], key=key(account=account, device=device))
            assert not appended.repeated
        await log.close()

    asyncio.run(scenario())
    assert read(path) == [0, 1, 2, 3]


def test_equal_keys_in_one_commit_store_one_packet(tmp_path: Path):
    """Of requests with one key that arrive together the first is stored, the others repeat it."""
    path = tmp_path / "log.db"

    async def scenario() -> list[Appended | BaseException]:
        log = Log.open(path)
        requests = [
            log.append([packet(1)], key=key(), answer=b"a"),
            log.append([packet(2)]),
            log.append([packet(3)], key=key(), answer=b"b"),
            log.append([packet(4)], key=key(digest=b"other"), answer=b"c"),
            log.append([packet(5)], key=key("l"), answer=b"d"),
        ]
        outcomes = await asyncio.gather(*requests, return_exceptions=True)
        await log.close()
        return outcomes

    first, second, third, fourth, fifth = asyncio.run(scenario())
    assert (first, second, third) == (
        Appended(1, b"a", False),
        Appended(2, b"", False),
        Appended(1, b"a", True),
    )
    assert isinstance(fourth, KeyReused)
    assert fifth == Appended(3, b"d", repeated=False)
    assert read(path) == [1, 2, 5]


def test_a_key_lasts_a_day(tmp_path: Path):
    """After 24 hours the key is as new."""
    path = tmp_path / "log.db"
    clock = [DAY]

    async def scenario() -> list[bool]:
        log = Log.open(path, clock=lambda: clock[0])
        repeated: list[bool] = []
        for number, clock[0] in enumerate((DAY, 2 * DAY, 2 * DAY + 1, 3 * DAY, 3 * DAY + 2)):
            repeated.append((await log.append([packet(number)], key=key())).repeated)
        await log.close()
        return repeated

    assert asyncio.run(scenario()) == [False, True, False, True, False]
    assert read(path) == [0, 2, 4]


def test_a_key_outlives_a_clock_that_was_ahead_for_a_while(tmp_path: Path):
    """A trim at a wrong time forgets nothing that the next request may repeat."""
    clock = [DAY]

    async def scenario() -> list[Appended]:
        log = Log.open(tmp_path / "log.db", clock=lambda: clock[0])
        first = await log.append([packet(0)], key=key(), answer=b"a")
        clock[0] = 5 * DAY
        await log.trim(1, 0)
        clock[0] = DAY + 1
        again = await log.append([packet(1)], key=key(), answer=b"b")
        await log.close()
        return [first, again]

    first, again = asyncio.run(scenario())
    assert again == first._replace(repeated=True)


def test_a_repeated_request_while_the_clock_is_ahead_ends_no_other_key(tmp_path: Path):
    """It stores nothing from which the next start would know of that time."""
    clock = [DAY]

    async def comes(log: Log, text: str, at: int) -> bool:
        clock[0] = at
        return (await log.append([packet(0)], key=Key(1, 7, text, b""))).repeated

    async def scenario() -> list[bool]:
        log = Log.open(tmp_path / "log.db", clock=lambda: clock[0])
        first = await comes(log, "a", DAY)
        other = [await comes(log, "b", at) for at in (DAY * 3 // 2, 2 * DAY + 1)]
        await log.trim(2, 0)
        await log.close()
        log = Log.open(tmp_path / "log.db", clock=lambda: clock[0])
        again = await comes(log, "a", DAY + 1)
        await log.close()
        return [first, *other, again]

    assert asyncio.run(scenario()) == [False, False, True, True]

"""Few streams may be open in the engine at once; one that nobody takes makes way for those who wait."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from sensorium.process.turns import PATIENCE
from sensorium.storage.observations.clients import STREAMS
from tests.process.engine import Served, served
from tests.process.scene import NOON, sensor

ONE = "SELECT 1 AS n FORMAT JSONEachRow"
ENDLESS = b'{"sql": "SELECT number FROM numbers(1000000000) FORMAT JSONEachRow", "parameters": {}}'
OPEN = STREAMS - 2  # two are for the worker


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One engine process for the tests of this file."""
    with served(tmp_path_factory.mktemp("engine")) as process:
        yield process


def begin(folder: Path, account: int) -> socket.socket:
    """Ask for an endless answer, and take the beginning of it."""
    reader = wanting(folder, account)
    assert reader.recv(15).startswith(b"HTTP/1.1 200")
    return reader


def wanting(folder: Path, account: int) -> socket.socket:
    """Ask for an endless answer."""
    reader = socket.socket(socket.AF_UNIX)
    reader.settimeout(10)
    reader.connect(str(folder / "engine.sock"))
    head = f"POST /?account={account} HTTP/1.1\r\nHost: engine\r\nContent-Length: {len(ENDLESS)}\r\n\r\n"
    reader.sendall(head.encode() + ENDLESS)
    return reader


def all_turns(folder: Path, stack: ExitStack) -> list[socket.socket]:
    """Take all turns there are, for two accounts with their shares."""
    return [stack.enter_context(begin(folder, 1 + number % 2)) for number in range(OPEN)]


def ended(reader: socket.socket) -> bool:
    """Whether the answer breaks off when it is taken up to where it should stand."""
    until = monotonic() + 1
    last = b""
    while monotonic() < until:
        last = reader.recv(1 << 20)
        if not last:
            return True
    assert not last.endswith(b"0\r\n\r\n")
    return False


def take_until(stop: Event, reader: socket.socket) -> bool:
    """Take an answer slowly until told to stop; whether it ended before."""
    while not stop.wait(0.1):
        if not reader.recv(1 << 18):
            return True
    return False


def test_answers_that_nobody_takes_make_way_when_others_wait(process: Served):
    """One stream after the other ends before its end. One that is being taken goes on."""
    with ExitStack() as stack:
        taken, *left = all_turns(process.folder, stack)
        stop = Event()
        taking = stack.enter_context(ThreadPoolExecutor(1)).submit(take_until, stop, taken)
        stack.callback(stop.set)
        begun = monotonic()
        for number in range(3):
            assert process.ask(ONE, account=3).is_success
            assert number or monotonic() - begun > PATIENCE / 2
        stop.set()
        assert not taking.result()
        assert not ended(taken)
        assert 1 <= sum(ended(each) for each in left) < OPEN - 1


def test_who_takes_nothing_keeps_only_itself_waiting(process: Served):
    """An account has a share of the turns, however much it asks for; another one is answered at once."""
    with ExitStack() as stack:
        for _ in range(3 * OPEN):
            stack.enter_context(wanting(process.folder, account=1))
        until = monotonic() + 2 * PATIENCE
        while monotonic() < until:
            begun = monotonic()
            assert process.ask(ONE, account=2).is_success
            assert monotonic() - begun < PATIENCE


def test_who_has_less_than_its_share_has_others_make_way(process: Served):
    """Also when what it waits for would be the last of its share."""
    with ExitStack() as stack:
        taken = [stack.enter_context(begin(process.folder, account=1)) for _ in range(OPEN // 2 - 1)]
        left = [
            stack.enter_context(begin(process.folder, 2 + number % 2)) for number in range(OPEN - len(taken))
        ]
        stop = Event()
        pool = stack.enter_context(ThreadPoolExecutor(len(taken)))
        taking = [pool.submit(take_until, stop, each) for each in taken]
        stack.callback(stop.set)
        assert process.ask(ONE, account=1).is_success
        stop.set()
        assert not any(each.result() for each in taking)
        assert 1 <= sum(ended(each) for each in left) < len(left)


def test_answers_of_the_same_account_make_way_for_each_other(process: Served):
    """When it has its share, those that it does not take."""
    with ExitStack() as stack:
        left = [stack.enter_context(begin(process.folder, account=1)) for _ in range(OPEN // 2)]
        assert process.ask(ONE, account=1).is_success
        assert 1 <= sum(ended(each) for each in left) < OPEN // 2


def test_an_answer_that_is_not_taken_goes_on_while_nobody_waits(process: Served):
    """However long."""
    with begin(process.folder, account=1) as reader:
        sleep(PATIENCE + 1)
        assert process.ask(ONE).is_success
        assert not ended(reader)


def test_newest_values_in_memory_wait_for_no_turn(process: Served):
    """They are answered at once while every stream is taken."""
    known = sensor(1, catalog=process.catalog)
    process.put([known.packet(7.0, time=NOON)])
    assert process.newest(known).json()[0][2] == 7.0
    with ExitStack() as stack:
        all_turns(process.folder, stack)
        begun = monotonic()
        assert process.newest(known).json()[0][2] == 7.0
        assert monotonic() - begun < PATIENCE / 2

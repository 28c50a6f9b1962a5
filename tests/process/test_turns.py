"""Few streams may be open in the engine at once; one that nobody takes makes way for those who wait."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from sensorium.process.turns import PATIENCE, WAIT
from sensorium.storage.observations.store import STREAMS
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


def begin(folder: Path) -> socket.socket:
    """Ask for an endless answer, and take the beginning of it."""
    reader = socket.socket(socket.AF_UNIX)
    reader.settimeout(10)
    reader.connect(str(folder / "engine.sock"))
    head = f"POST / HTTP/1.1\r\nHost: engine\r\nContent-Length: {len(ENDLESS)}\r\n\r\n"
    reader.sendall(head.encode() + ENDLESS)
    assert reader.recv(15).startswith(b"HTTP/1.1 200")
    return reader


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
    """At first others are refused in two seconds; then one stream after the other ends before its end.

    One that is being taken goes on.
    """
    with ExitStack() as stack:
        taken, *left = (stack.enter_context(begin(process.folder)) for _ in range(OPEN))
        begun = monotonic()
        refused = process.ask(ONE)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert monotonic() - begun < 2 * WAIT
        stop = Event()
        taking = stack.enter_context(ThreadPoolExecutor(1)).submit(take_until, stop, taken)
        while not process.ask(ONE).is_success:
            assert monotonic() - begun < 2 * (PATIENCE + WAIT)
        stop.set()
        assert not taking.result()
        assert monotonic() - begun > PATIENCE - WAIT
        assert not ended(taken)
        assert 1 <= sum(ended(each) for each in left) < OPEN - 1


def test_an_answer_that_is_not_taken_goes_on_while_nobody_waits(process: Served):
    """However long."""
    with begin(process.folder) as reader:
        sleep(PATIENCE + 1)
        assert process.ask(ONE).is_success
        assert not ended(reader)


def test_newest_values_in_memory_wait_for_no_turn(process: Served):
    """They are answered while every stream is taken; others are refused."""
    known, unknown = (sensor(1, catalog=process.catalog) for _ in range(2))
    process.put([each.packet(7.0, time=NOON) for each in (known, unknown)])
    assert process.newest(known).json()[0][2] == 7.0
    with ExitStack() as stack:
        for _ in range(OPEN):
            stack.enter_context(begin(process.folder))
        assert process.newest(known).json()[0][2] == 7.0
        assert process.newest(unknown).status_code == 503

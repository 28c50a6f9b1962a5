"""Processes are killed under load: what was acknowledged is there afterwards, once."""

import os
import random
import signal
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.flow.sensors import describe, is_unavailable, push, register, rows_path, values
from tests.flow.writers import Writer, archived, check, writing
from tests.running import Server, ask_once, free_port, launch, running, start, stopping

WRITERS = 8


def _writers(server: Server, seed: int) -> list[Writer]:
    """As many with idempotency keys as without, each with a sensor of its own."""
    with register(server) as client:
        token = client.headers["authorization"].removeprefix("Bearer ")
        return [
            Writer(server.url, token, describe(client), seed + each, keyed=each % 2 == 0)
            for each in range(WRITERS)
        ]


def _check_all(server: Server, writers: list[Writer]) -> None:
    with server.client(writers[0].token) as client:
        for writer in writers:
            check(writer, values(client, writer.sensor), archived(server, writer.sensor))
    assert "Traceback" not in server.log()


def _killed_at(data: Path, port: int, moment: float, *, early: bool) -> None:
    """A server that is killed so many seconds after its start, or after it said that it listens."""
    server = launch(data, port=port)
    if not early:
        server.wait_until_listening()
    sleep(moment)
    server.kill()


def _kill_rounds(data: Path, rounds: int, seed: int) -> int:
    """Kill the whole server so often under writers, then compare. How many values were acknowledged."""
    print(f"seed {seed}")  # noqa: T201 - pytest shows it with a failure
    chance, port = random.Random(seed), free_port()
    server = start(data, port=port)
    writers = _writers(server, seed)
    with writing(writers):
        sleep(chance.uniform(0.2, 1.0))
        server.kill()
        for _ in range(rounds - 1):
            early = chance.random() < 0.25
            _killed_at(data, port, chance.uniform(0.0, 1.5 if early else 0.8), early=early)
        server = start(data, port=port)
        sleep(0.3)
    with stopping(server):
        server.wait_for_engine()
        _check_all(server, writers)
    return sum(len(writer.acked) for writer in writers)


def _seed() -> int:
    """A new seed, or that of an earlier run."""
    return int(os.environ.get("TEST_SEED", random.SystemRandom().randrange(1 << 32)))


@pytest.mark.timeout(300)
def test_20_kills_lose_no_acknowledged_packet_and_store_none_twice(tmp_path: Path):
    """kill -9 of both processes at random moments, 20 times, under 8 writers."""
    assert _kill_rounds(tmp_path / "data", 20, _seed()) > 500


@pytest.mark.soak
def test_300_kills_lose_no_acknowledged_packet_and_store_none_twice(tmp_path: Path):
    """The same, 300 times."""
    assert _kill_rounds(tmp_path / "data", 300, _seed()) > 20_000


def test_killing_the_engine_refuses_no_packet_and_loses_none(tmp_path: Path):
    """While it is down reads say so with Retry-After; they come back by themselves."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        writers = _writers(server, 1)
        with register(server) as client:
            quiet = describe(client)
            assert push(client, quiet, {"v": 1}).status_code == 200
            assert values(client, quiet) == [1]
            with writing(writers):
                for _ in range(3):
                    _kill_engine(server)
                    assert is_unavailable(ask_once(client, rows_path(quiet)))
                    assert is_unavailable(ask_once(client, f"/api/data/id/{quiet}/maxutc"))
                    server.wait_for_engine()
                    assert values(client, quiet) == [1]
                    sleep(0.2)
        assert [writer.refused for writer in writers] == [[]] * WRITERS
        assert all(len(writer.acked) == writer.sent for writer in writers)
        _check_all(server, writers)


def _kill_engine(server: Server) -> None:
    engine = server.engine_pid()
    assert engine is not None
    os.kill(engine, signal.SIGKILL)
    while server.engine_pid() == engine:
        sleep(0.01)


def test_sigterm_under_load_ends_with_exit_code_0_and_everything_acknowledged_is_there(tmp_path: Path):
    """Within ten seconds, front and engine."""
    data, port = tmp_path / "data", free_port()
    server = start(data, port=port)
    server.wait_for_engine()
    engine = server.engine_pid()
    writers = _writers(server, 2)
    with writing(writers):
        sleep(1)
        begun = monotonic()
        assert server.stop() == 0
        assert monotonic() - begun < 10
        assert not Path(f"/proc/{engine}").exists()
        server = start(data, port=port)
    with stopping(server):
        server.wait_for_engine()
        _check_all(server, writers)


def test_the_engine_ends_with_a_front_that_is_killed(tmp_path: Path):
    """A new server starts on the folder at once, and its engine as soon as the old one is gone."""
    data, port = tmp_path / "data", free_port()
    server = start(data, port=port)
    server.wait_for_engine()
    engine = server.engine_pid()
    writers = _writers(server, 3)
    with writing(writers):
        sleep(0.5)
        os.kill(server.process.pid, signal.SIGKILL)
        server.wait_for_end(5)
        server = start(data, port=port)
        until = monotonic() + 10
        while Path(f"/proc/{engine}").exists():
            assert monotonic() < until, "the engine outlives the front"
            sleep(0.05)
    with stopping(server):
        server.wait_for_engine()
        _check_all(server, writers)


def test_ctrl_c_ends_front_and_engine_with_exit_code_0(tmp_path: Path):
    """A terminal sends the signal to both at once. No traceback, and nothing acknowledged is lost."""
    data, port = tmp_path / "data", free_port()
    server = start(data, port=port)
    server.wait_for_engine()
    engine = server.engine_pid()
    writers = _writers(server, 4)
    with writing(writers):
        sleep(0.5)
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.wait_for_end(10) == 0
        assert not Path(f"/proc/{engine}").exists()
        assert "Traceback" not in server.log()
        server = start(data, port=port)
    with stopping(server):
        server.wait_for_engine()
        _check_all(server, writers)

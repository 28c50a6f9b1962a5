"""What operators ask: does it live, can it keep packets, can it answer reads."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from time import monotonic, sleep

import httpx2
import pytest

from sensorium.server import health
from sensorium.server.health import READS_WITHIN, DiskProbe
from tests.flow.sensors import STAMPED, describe, push_many, register
from tests.running import Server, running
from tests.server.conftest import EPOCH


def test_a_server_that_runs_is_alive_and_ready(server: Server):
    """Both addresses answer 200 with a word."""
    assert httpx2.get(f"{server.url}/healthz").json() == {"status": "alive"}
    _await_engine(server, "running")
    answer = httpx2.get(f"{server.url}/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "engine": "running"})


def test_ready_stays_while_the_engine_is_down(hasty: Server):
    """Packets can be accepted; the engine's state is told beside it, and why."""
    engine = hasty.engine_pid()
    assert engine is not None
    os.kill(engine, SIGKILL)
    answer = _await_engine(hasty, "down")
    why = "the engine process is starting or has ended"
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "engine": "down", "why": why})
    assert _await_engine(hasty, "not answering").status_code == 200
    _await_engine(hasty, "running")


def test_an_engine_that_stands_still_does_not_answer(hasty: Server):
    """Its process is there, and all who ask at once are told soon that nothing can be read."""
    _await_engine(hasty, "running")
    engine = hasty.engine_pid()
    assert engine is not None
    os.kill(engine, SIGSTOP)
    try:
        with ThreadPoolExecutor() as threads, hasty.client() as client:
            begun = monotonic()
            answers = list(threads.map(client.get, ["/readyz"] * 8))
        assert monotonic() - begun < READS_WITHIN + 2
    finally:
        os.kill(engine, SIGCONT)
    assert {(each.status_code, each.json()["engine"]) for each in answers} == {(200, "not answering")}
    assert "no read was answered within" in answers[0].json()["why"]
    _await_engine(hasty, "running")


def test_an_engine_that_runs_answers_reads(tmp_path: Path):
    """After a start with packets to process not before those can be read."""
    count = 30_000
    with running(tmp_path / "data") as server, register(server) as owner:
        token = owner.headers["authorization"].removeprefix("Bearer ")
        server.wait_for_engine()
        sensor = describe(owner, **STAMPED)
        engine = server.engine_pid()
        assert engine is not None
        os.kill(engine, SIGKILL)
        packets = [{"t": EPOCH + at, "v": at} for at in range(count)]
        assert push_many(owner, sensor, packets).status_code == 200
        server.kill()
    with running(tmp_path / "data") as server, server.client(token) as owner:
        _await_engine(server, "running")
        answer = owner.get(f"/api/data/id/{sensor}/fromutc/2025-06-15T00:00:00Z")
        assert (answer.status_code, len(answer.json())) == (200, count)


def test_a_folder_that_can_be_synced_is_good(tmp_path: Path):
    """As soon as it was tried."""
    probe = DiskProbe(tmp_path)
    assert not probe.good
    probe.probe()
    assert probe.good


def test_a_folder_that_cannot_be_synced_is_not_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Some seconds after the last success, and until the next one; the reason is told."""
    probe = DiskProbe(tmp_path)
    probe.probe()
    (tmp_path / "probe").unlink()
    (tmp_path / "probe").mkdir()
    monkeypatch.setattr(health, "STALE_AFTER", 0.05)
    sleep(0.1)
    probe.probe()
    assert not probe.good
    assert "directory" in probe.trouble
    (tmp_path / "probe").rmdir()
    probe.probe()
    assert probe.good


def test_a_disk_without_its_reserve_is_not_good(tmp_path: Path):
    """Since packets are refused then."""
    probe = DiskProbe(tmp_path, reserve=1 << 60)
    probe.probe()
    assert not probe.good
    assert probe.trouble == f"fewer than {1 << 60} bytes are free"


@pytest.mark.timeout(60)
def test_a_server_that_cannot_sync_is_not_ready(hasty: Server):
    """503, with the reason; ready again by itself."""
    file = hasty.data / "probe"
    file.unlink()
    file.mkdir()
    answer = _when(hasty, 503, health.STALE_AFTER + 2 * health.PROBE_EVERY)
    assert answer.json()["status"] == "not ready"
    assert "cannot be synced" in answer.json()["why"]
    assert httpx2.get(f"{hasty.url}/healthz").status_code == 200
    file.rmdir()
    assert _when(hasty, 200, 2 * health.PROBE_EVERY).json()["status"] == "ready"


def _when(server: Server, status: int, seconds: float) -> httpx2.Response:
    until = monotonic() + seconds
    while (answer := httpx2.get(f"{server.url}/readyz")).status_code != status:
        assert monotonic() < until
        sleep(0.2)
    return answer


def _await_engine(server: Server, state: str) -> httpx2.Response:
    until = monotonic() + 60
    with server.client() as client:
        while (answer := client.get("/readyz")).json()["engine"] != state:
            assert monotonic() < until, answer.text
    return answer

"""What operators ask: does it live, can it keep packets, can it answer reads."""

import os
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep

import httpx2
import pytest

from sensorium.server import health
from sensorium.server.health import DiskProbe
from tests.running import Server


def test_a_server_that_runs_is_alive_and_ready(server: Server):
    """Both addresses answer 200 with a word."""
    assert httpx2.get(f"{server.url}/healthz").json() == {"status": "alive"}
    answer = httpx2.get(f"{server.url}/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "engine": "running"})


def test_ready_stays_while_the_engine_is_down(hasty: Server):
    """Packets can be accepted; the engine's state is told beside it."""
    engine = hasty.engine_pid()
    assert engine is not None
    os.kill(engine, SIGKILL)
    until = monotonic() + 5
    while (answer := httpx2.get(f"{hasty.url}/readyz")).json()["engine"] == "running":
        assert monotonic() < until
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "engine": "down"})
    hasty.wait_for_engine()
    assert httpx2.get(f"{hasty.url}/readyz").json()["engine"] == "running"


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

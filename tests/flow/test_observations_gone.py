"""The folder of the observations goes away under a running server, as when a disk is taken off."""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.flow.sensors import STAMPED, describe, is_unavailable, push, register
from tests.running import ask_once, running

NOON = 1_750_000_000  # 2025-06-15T15:06:40Z


def _replace(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.mkdir()


def _delete_tables(folder: Path) -> None:
    shutil.rmtree(folder / "store")


@pytest.mark.parametrize("fault", [_replace, _delete_tables])
def test_reads_are_unavailable_and_packets_wait_in_the_log(tmp_path: Path, fault: Callable[[Path], None]):
    """From the first read on; the next start stores again what the log has."""
    with running(tmp_path / "data") as server, register(server) as client:
        server.wait_for_engine()
        token = client.headers["authorization"].removeprefix("Bearer ")
        sensor = describe(client, **STAMPED)
        for at in range(3):
            assert push(client, sensor, {"t": NOON + at, "v": at}).status_code == 200
        assert _values(client.get(_rows(sensor))) == [0, 1, 2]
        fault(server.data / "clickhouse")
        assert is_unavailable(ask_once(client, _rows(sensor)))
        assert push(client, sensor, {"t": NOON + 3, "v": 3}).status_code == 200
        assert is_unavailable(ask_once(client, _rows(sensor)))
        assert is_unavailable(ask_once(client, f"/api/data/id/{sensor}/maxutc"))
        ready = httpx2.get(f"{server.url}/readyz")
        why = "the observations' files were taken away or replaced"
        assert (ready.status_code, ready.json()) == (
            200,
            {"status": "ready", "engine": "not answering", "why": why},
        )
        assert "Traceback" not in server.log()
    with running(tmp_path / "data") as server, server.client(token) as client:
        server.wait_for_engine()
        assert _values(client.get(_rows(sensor))) == [0, 1, 2, 3]


def _rows(sensor: int) -> str:
    return f"/api/data/id/{sensor}/fromutc/2025-06-15T00:00:00Z"


def _values(answer: httpx2.Response) -> list[float]:
    assert answer.status_code == 200, answer.text
    return [row["value"] for row in answer.json()]

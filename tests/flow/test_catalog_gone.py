"""The catalog in its file goes away under a running server: nothing is answered that a start would undo."""

import os
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep

import httpx2
import pytest

from sensorium.storage.files import LOOK_EVERY
from tests.flow.sensors import describe, description, is_unavailable, push, register, rows_path, values
from tests.running import Server, running

LOOKS_WITHIN = 15.0  # seconds, on a busy machine: the server looks by itself each second


def _delete(data: Path) -> None:
    for file in data.glob("catalog.db*"):
        file.unlink()


def _replace(data: Path) -> None:
    (data / "copy").write_bytes((data / "catalog.db").read_bytes())
    (data / "copy").rename(data / "catalog.db")


def _replace_folder(data: Path) -> None:
    data.rename(data.with_name("before"))
    data.mkdir()


@pytest.mark.parametrize("fault", [_delete, _replace, _replace_folder])
def test_nothing_is_promised_any_more(tmp_path: Path, fault: Callable[[Path], None]):
    """No configuration, token, account or packet is taken, and nothing is read; one part is named for it."""
    with running(tmp_path / "data") as server, register(server) as client:
        server.wait_for_engine()
        sensor = describe(client)
        assert push(client, sensor, {"v": 1}).status_code == 200
        fault(server.data)
        for _ in range(2):
            assert is_unavailable(client.post("/api/sensors/configure", json=description()), 300)
            assert is_unavailable(push(client, sensor, {"v": 2}))
            assert is_unavailable(client.get(rows_path(sensor)), 300)
            assert is_unavailable(client.get("/api/sensors"), 300)
            assert client.get("/manage/v1/account").status_code == 503
        _await_not_ready(server, "the catalog's files were taken away or replaced")
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
        assert "Traceback" not in server.log()


def test_the_log_is_named_too_when_nobody_sends(tmp_path: Path):
    """An empty folder in the place of the data folder lacks both."""
    with running(tmp_path / "data") as server:
        assert httpx2.get(f"{server.url}/readyz").status_code == 200
        _replace_folder(server.data)
        _await_not_ready(server, "the catalog's files were taken away or replaced")
        _await_not_ready(server, "the log's files were taken away or replaced")


def _await_not_ready(server: Server, why: str) -> None:
    until = monotonic() + LOOKS_WITHIN
    while (answer := httpx2.get(f"{server.url}/readyz")).status_code != 503 or why not in answer.json()[
        "why"
    ]:
        assert monotonic() < until, answer.text
        sleep(0.1)
    assert answer.json()["status"] == "not ready"


def test_what_was_taken_is_there_when_the_catalog_is_back(tmp_path: Path):
    """No process makes another catalog meanwhile, in which the packets of before would have no device."""
    data, aside = tmp_path / "data", tmp_path / "aside"
    aside.mkdir()
    with running(data) as server, register(server) as client:
        server.wait_for_engine()
        token = client.headers["authorization"].removeprefix("Bearer ")
        sensor = describe(client)
        assert push(client, sensor, {"v": 0}).status_code == 200
        engine = server.engine_pid()
        assert engine is not None
        os.kill(engine, SIGKILL)
        assert push(client, sensor, {"v": 1}).status_code == 200
        for file in data.glob("catalog.db*"):
            file.rename(aside / file.name)
        sleep(LOOK_EVERY)
        assert is_unavailable(push(client, sensor, {"v": 2}))
        _await_log(server, "there is no file")
        assert list(data.glob("catalog.db*")) == []
    for file in aside.iterdir():
        file.rename(data / file.name)
    with running(data) as server, server.client(token) as client:
        server.wait_for_engine()
        assert push(client, sensor, {"v": 3}).status_code == 200
        assert values(client, sensor) == [0, 1, 3]


def _await_log(server: Server, words: str) -> None:
    until = monotonic() + 30
    while words not in server.log():
        assert monotonic() < until, server.log()
        sleep(0.1)

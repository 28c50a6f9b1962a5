"""Observations on a ClickHouse server, which goes away and comes back under a running platform."""

from pathlib import Path
from shutil import rmtree
from time import monotonic, sleep

import httpx2
import pytest

from tests.flow.sensors import describe, is_unavailable, push, register, rows_path, values
from tests.running import ask_once, launch, running, stopping
from tests.storage import clickhouse

INNER_WORDS = ("127.0.0.1", "http://", "Traceback", "Error")


def test_packets_are_taken_while_the_server_is_away_and_read_when_it_is_back(tmp_path: Path):
    """By the door, the log, the worker and the server; nothing is lost, and callers see no address."""
    with clickhouse.running(tmp_path / "clickhouse") as server:
        env = {"SENSORIUM_OBSERVATIONS": server.dsn()}
        with running(tmp_path / "data", env=env) as platform, register(platform) as client:
            sensor = describe(client)
            assert push(client, sensor, {"v": 0}).status_code == 200
            platform.wait_for_engine()
            assert values(client, sensor) == [0]
            for at in (1, 2):
                server.kill()
                assert push(client, sensor, {"v": at}).status_code == 200
                refused = ask_once(client, rows_path(sensor))
                assert is_unavailable(refused)
                assert not any(word in refused.text for word in INNER_WORDS), refused.text
                server.start()
                platform.wait_for_engine()
                _read_until(client, sensor, at + 1)
            assert "chdb" not in Path(f"/proc/{platform.engine_pid()}/maps").read_text()
            server.kill()
        assert not (tmp_path / "data" / "clickhouse").exists()

        with stopping(launch(tmp_path / "data", env=env)) as platform:
            platform.wait_until_listening()  # although there is no server
            with platform.client(client.headers["authorization"].split()[1]) as again:
                assert push(again, sensor, {"v": 3}).status_code == 200
                assert is_unavailable(ask_once(again, rows_path(sensor)))
                server.start()
                platform.wait_for_engine()
                _read_until(again, sensor, 4)
            assert "Traceback" not in platform.log()


def test_a_new_catalog_does_not_take_the_observations_of_another(tmp_path: Path):
    """The data folder is lost, the server has what was sent: a new device would show it as its own."""
    data = tmp_path / "data"
    with clickhouse.running(tmp_path / "clickhouse") as server:
        env = {"SENSORIUM_OBSERVATIONS": server.dsn()}
        with running(data, env=env) as platform, register(platform) as client:
            sensor = describe(client)
            assert push(client, sensor, {"v": 42}).status_code == 200
            platform.wait_for_engine()
            assert values(client, sensor) == [42]
        rmtree(data)
        for _ in range(2):  # what the first start has made is no catalog of theirs
            again = launch(data, env=env)
            assert again.wait_for_end(60) == 1
            assert "packets of devices of which the catalog knows none" in again.log()


def _read_until(client: httpx2.Client, sensor: int, count: int) -> None:
    """All values are there as soon as the worker has tried again."""
    until = monotonic() + 20
    while is_unavailable(ask_once(client, rows_path(sensor))):
        assert monotonic() < until
        sleep(0.2)
    assert values(client, sensor) == list(range(count))


@pytest.mark.parametrize("dsn", ["postgresql://me:secret@h/x", "clickhouse://me:sec/ret@h/x"])
def test_address_that_is_none_stops_the_start(tmp_path: Path, dsn: str):
    """Before anything is made; what is wrong is said, and the password is not."""
    platform = launch(tmp_path / "data", env={"SENSORIUM_OBSERVATIONS": dsn})
    assert platform.wait_for_end(20) == 78
    assert "observations: " in platform.log()
    assert "clickhouse://user:password@host:port/database" in platform.log()
    assert "sec" not in platform.log()


def test_wrong_password_is_told_and_packets_are_taken_all_the_same(tmp_path: Path):
    """A server that refuses us is as one that is away: whoever runs the platform reads why."""
    with clickhouse.running(tmp_path / "clickhouse") as server:
        right, wrong = (
            {"SENSORIUM_OBSERVATIONS": dsn} for dsn in (server.dsn(), server.dsn(password="none"))
        )
        with running(tmp_path / "data", env=right) as platform, register(platform) as client:
            sensor = describe(client)
        with stopping(launch(tmp_path / "data", env=wrong)) as platform:
            platform.wait_until_listening()
            with platform.client(client.headers["authorization"].split()[1]) as again:
                assert push(again, sensor, {"v": 0}).status_code == 200
                assert is_unavailable(ask_once(again, rows_path(sensor)))
            until = monotonic() + 20
            while "Authentication failed" not in platform.log():
                assert monotonic() < until
                sleep(0.1)
            assert "none" not in platform.log()

"""Observations are a function of the stored packets: delete them, replay, and the same answers come."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from time import sleep

import httpx2
import pytest

from tests.flow.sensors import STAMPED, describe, push, push_many, register, rows_path
from tests.running import Server, running

EPOCH = 1_750_000_000  # 2025-06-15T15:06:40Z
RANGE = "fromutc/2025-06-15T00:00:00Z"
MANY = 60_000

# the engine is loaded in a process of its own, which ends and gives the folder free
FORGET = """
import sys
from sensorium.storage.observations.connect import WRITING, connect
client = connect(f"chdb://{sys.argv[1]}", WRITING)
client.command("TRUNCATE TABLE observations")
client.close()
"""


def _replay(data: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sensorium", "replay", "--data", str(data), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _ended(replay: subprocess.Popen[str]) -> tuple[int, str]:
    with replay:
        said, _ = replay.communicate(timeout=100)
        return replay.returncode, said


def _forget(data: Path) -> None:
    """Delete all observations of a stopped server."""
    subprocess.run([sys.executable, "-c", FORGET, str(data / "clickhouse")], check=True, timeout=60)


class Filled:
    """A data folder with four kinds of sensors, its owner, and what they answered."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with running(data) as server, register(server) as client:
            server.wait_for_engine()
            self.token = client.headers["authorization"].removeprefix("Bearer ")
            self.sensors = self._fill(client)
            self.answers = self.ask(client)

    def _fill(self, client: httpx2.Client) -> list[int]:
        stamped, received = describe(client, **STAMPED), describe(client)
        moving, many = describe(client, location=None, **STAMPED), describe(client, **STAMPED)
        for at in range(40):
            # each time is sent twice: the later packet is in force, and without a value it is none
            packet = {"t": EPOCH + 60 * (at % 20), "v": None if at == 25 else at + 0.1}
            assert push(client, stamped, packet).status_code == 200
            assert push(client, received, {"v": at}).status_code == 200
            place = f"/api/sensors/{moving}/{10 + at / 100}/59.5/{at}/inbound"
            assert client.post(place, json={"t": EPOCH - 86_400 * at, "v": at}).status_code == 200
        for first in range(0, MANY, 20_000):
            packets = [{"t": EPOCH + at, "v": at} for at in range(first, first + 20_000)]
            assert push_many(client, many, packets).status_code == 200
        return [stamped, received, moving, many]

    def paths(self, sensor: int) -> list[str]:
        """Every kind of question about a sensor's data."""
        data = f"/api/data/id/{sensor}"
        return [f"{data}/minutc", f"{data}/maxutc", f"{data}/{RANGE}", rows_path(sensor)]

    def ask(self, client: httpx2.Client, *sensors: int) -> dict[int, list[bytes]]:
        """The answers about some of the sensors, or about all."""
        return {
            sensor: [_answer(client, path) for path in self.paths(sensor)]
            for sensor in sensors or self.sensors
        }


def _answer(client: httpx2.Client, path: str) -> bytes:
    while (answer := client.get(path)).status_code != 200:
        assert answer.json()["error-code"] == 305, answer.text
        sleep(0.1)
    return answer.content


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A folder for all tests of this file."""
    return Filled(tmp_path_factory.mktemp("replay") / "data")


@pytest.fixture
def forgotten(filled: Filled) -> Iterator[tuple[Server, httpx2.Client]]:
    """A server on the folder without observations, and the owner of the sensors."""
    _forget(filled.data)
    with running(filled.data) as server, server.client(filled.token) as client:
        server.wait_for_engine()
        yield server, client


def test_a_replay_without_a_server_brings_everything_back(filled: Filled):
    """With an engine process of its own. The answers are equal to the byte."""
    _forget(filled.data)
    code, said = _ended(_replay(filled.data, "--all"))
    assert (code, said.splitlines()[-1]) == (0, f"{MANY + 120:,} packets were processed again, 0 rejected.")
    with running(filled.data) as server, server.client(filled.token) as client:
        assert filled.ask(client) == filled.answers


def test_a_replay_of_one_sensor_leaves_the_others(filled: Filled, forgotten: tuple[Server, httpx2.Client]):
    """Beside a running server, and twice: a replay of what is there changes nothing."""
    _, client = forgotten
    stamped, received, moving, _ = filled.sensors
    for _ in range(2):
        assert _ended(_replay(filled.data, "--device", str(stamped))) == (
            0,
            "40 packets were processed again, 0 rejected.\n",
        )
        assert filled.ask(client, stamped)[stamped] == filled.answers[stamped]
        assert filled.ask(client, received, moving) == {received: [b"[]"] * 4, moving: [b"[]"] * 4}


def test_a_replay_of_a_range_takes_the_packets_of_that_time(
    filled: Filled, forgotten: tuple[Server, httpx2.Client]
):
    """Both ends included."""
    _, client = forgotten
    *_, moving, _ = filled.sensors
    options = ["--from", "2025-06-01", "--to", "2025-06-10T15:06:40Z"]
    code, said = _ended(_replay(filled.data, "--device", str(moving), *options))
    assert (code, said) == (0, "10 packets were processed again, 0 rejected.\n")
    found = client.get(f"/api/data/id/{moving}/fromutc/2025-05-01T00:00:00Z").json()
    assert [row["value"] for row in found] == list(range(14, 4, -1))


def test_new_packets_are_taken_beside_a_replay(filled: Filled, forgotten: tuple[Server, httpx2.Client]):
    """They are read back at once, and neither disturbs the other."""
    _, client = forgotten
    other = describe(client, **STAMPED)
    replay = _replay(filled.data, "--all")
    at = 0
    while replay.poll() is None:
        assert push(client, other, {"t": EPOCH + at, "v": at}).status_code == 200
        [row] = client.get(f"/api/data/id/{other}/maxutc").raise_for_status().json()
        assert row["value"] == at
        at += 1
    assert _ended(replay)[0] == 0
    assert filled.ask(client) == filled.answers


def test_a_replay_goes_on_after_the_engine_was_killed(
    filled: Filled, forgotten: tuple[Server, httpx2.Client]
):
    """With the next engine process, where it was."""
    server, client = forgotten
    replay = _replay(filled.data, "--all")
    sleep(1)
    engine = server.engine_pid()
    assert engine is not None
    os.kill(engine, SIGKILL)
    code, _ = _ended(replay)
    assert code == 0
    assert filled.ask(client) == filled.answers


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ([], "--device / --all"),
        (["--device", "1", "--all"], "--device / --all"),
        (["--all", "--from", "yesterday"], "--from"),
    ],
)
def test_wrong_options_are_named(tmp_path: Path, options: list[str], named: str):
    """Before anything is started."""
    code, said = _ended(_replay(tmp_path, *options))
    assert code == 2
    assert named in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    """And not made."""
    code, said = _ended(_replay(tmp_path / "missing", "--all"))
    assert (code, (tmp_path / "missing").exists()) == (1, False)
    assert "missing" in said

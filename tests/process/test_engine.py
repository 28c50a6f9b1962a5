"""The engine process: its socket, its end, and what is left after a crash."""

import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from sensorium.storage.catalog import Catalog
from sensorium.storage.log import ProgressReader
from tests.process import engine
from tests.process.scene import NOON, append, sensor

COUNT = "SELECT count() AS n, uniqExact(packet) AS packets FROM observations FINAL FORMAT JSONEachRow"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a catalog."""
    Catalog.open(f"sqlite:///{tmp_path}/catalog.db").close()
    return tmp_path


@pytest.fixture
def catalog(folder: Path) -> Iterator[Catalog]:
    """The folder's catalog."""
    opened = Catalog.open(f"sqlite:///{folder}/catalog.db")
    yield opened
    opened.close()


def ask(folder: Path, sql: str, position: int = 0) -> str:
    with engine.client(folder) as client:
        return client.post("/", params={"position": str(position)}, content=sql).raise_for_status().text


def test_one_engine_process_has_the_folder_and_its_socket_is_the_users_own(folder: Path):
    """Nobody else may connect; a second process says that it is not alone, and the first one goes on."""
    with engine.running(folder):
        assert stat.S_IMODE((folder / "engine.sock").stat().st_mode) == 0o600
        second = engine.start(folder)
        assert second.wait(timeout=20) != 0
        assert second.stdin is not None
        second.stdin.close()
        assert "Another engine process works on the data folder" in (folder / "engine.log").read_text()
        assert ask(folder, "SELECT 1 AS n FORMAT JSONEachRow") == '{"n":1}\n'


@pytest.mark.parametrize("how", ["its parent ends", "SIGTERM", "SIGINT"])
def test_the_process_ends_in_good_order(folder: Path, how: str):
    """It ends with code 0 within its time, the socket goes, and a new process takes the folder."""
    with engine.running(folder) as process:
        begun = monotonic()
        if how == "its parent ends":
            assert engine.stop(process) == 0
        else:
            process.send_signal(getattr(signal, how))
            assert process.wait(timeout=20) == 0
        assert monotonic() - begun < 10
        assert not (folder / "engine.sock").exists()
    with engine.running(folder):
        assert ask(folder, "SELECT 1 AS n FORMAT JSONEachRow") == '{"n":1}\n'


def test_what_was_acknowledged_before_a_read_is_seen_by_it(folder: Path, catalog: Catalog):
    """A query that carries a position is answered from a store that has it."""
    device = sensor(2, catalog=catalog)
    with engine.running(folder):
        for number in range(5):
            position = append(folder, [device.packet(float(number), 1.0, time=NOON + number)])
            assert ask(folder, COUNT, position) == f'{{"n":{2 * position},"packets":{position}}}\n'


def test_a_position_that_is_not_reached_is_refused_after_two_seconds(folder: Path):
    """Waiting ends with 503 and Retry-After, for a query and for a wait alone."""
    with engine.running(folder), engine.client(folder) as client:
        begun = monotonic()
        answers = [client.post("/", params={"position": "7"}, content=COUNT), client.get("/wait?position=7")]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert [answer.headers["retry-after"] for answer in answers] == ["1", "1"]
        assert 3.9 < monotonic() - begun < 10


def test_the_process_says_how_far_it_is(folder: Path, catalog: Catalog):
    """Offset, newest packet of the archive and resident memory, in bytes."""
    device = sensor(1, catalog=catalog)
    last = append(folder, [device.packet(float(number), time=NOON + number) for number in range(7)])
    with engine.running(folder), engine.client(folder) as client:
        assert client.get(f"/wait?position={last}").is_success
        state = client.get("/ready").json()
        assert (state["offset"], state["packet"]) == (last, last)
        assert 50 << 20 < state["rss"] < 500 << 20


def test_a_query_that_is_no_select_is_refused(folder: Path):
    """Text that would change something is answered with 500, as ClickHouse does, and changes nothing."""
    with engine.running(folder), engine.client(folder) as client:
        answer = client.post("/", content="INSERT INTO observations (device) VALUES (1)")
        assert answer.status_code == 500
        assert ask(folder, COUNT) == '{"n":0,"packets":0}\n'


def test_killed_at_any_moment_each_packet_is_stored_once(folder: Path, catalog: Catalog):
    """The process is killed while it works; after each new start all that was acknowledged is there, once."""
    device = sensor(2, catalog=catalog)
    acknowledged = 0
    for round_ in range(4):
        process = engine.start(folder)
        engine.wait_until_ready(folder, process)
        for _ in range(3):
            packets = [device.packet(float(n), 1.0, time=NOON + acknowledged + n) for n in range(2000)]
            acknowledged = append(folder, packets)
            sleep(0.07 * round_)
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
    with engine.running(folder):
        assert ask(folder, COUNT, acknowledged) == f'{{"n":{2 * acknowledged},"packets":{acknowledged}}}\n'
        with engine.client(folder) as client:
            assert client.get("/ready").json()["packet"] == acknowledged
    reader = ProgressReader(folder / "progress.db")
    assert (reader.offset(), reader.rejected()) == (acknowledged, [])
    reader.close()


def test_insert_files_of_a_killed_process_are_cleared(folder: Path):
    """What a killed process left in the folder for temporary files is gone after the next start."""
    (folder / "tmp").mkdir()
    (folder / "tmp" / "left.native").write_bytes(b"x")
    with engine.running(folder):
        assert list((folder / "tmp").iterdir()) == []


def test_a_replay_is_told_line_by_line(folder: Path, catalog: Catalog):
    """Each part of a replay is a line of JSON, and ingest goes on meanwhile."""
    device = sensor(1, catalog=catalog)
    last = append(folder, [device.packet(float(number), time=NOON + number) for number in range(10)])
    with engine.running(folder), engine.client(folder) as client:
        assert client.get(f"/wait?position={last}").is_success
        answer = client.post("/replay", json={"device": device.id})
        assert answer.text == f'{{"device":{device.id},"packet":10,"processed":10,"rejected":0}}\n'
        last = append(folder, [device.packet(1.0, time=NOON + 99)])
        assert ask(folder, COUNT, last) == '{"n":11,"packets":11}\n'

"""The engine process: its socket, its end, and what is left after a crash."""

import shutil
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
    """The answer to a query, asked again while a busy machine is not as far as `position`."""
    body = {"sql": sql, "parameters": {}}
    until = monotonic() + 30
    with engine.client(folder) as client:
        while True:
            answer = client.post("/", params={"position": position}, json=body)
            if answer.status_code != 503 or monotonic() > until:
                return answer.raise_for_status().text


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


def test_a_store_that_was_taken_away_is_filled_again_out_of_the_log(folder: Path, catalog: Catalog):
    """Without its observations and archive the process works off once more what the log still has."""
    device = sensor(1, catalog=catalog)
    last = append(folder, [device.packet(float(number), time=NOON + number) for number in range(50)])
    with engine.running(folder):
        assert ask(folder, COUNT, last) == '{"n":50,"packets":50}\n'
    shutil.rmtree(folder / "clickhouse")
    with engine.running(folder):
        assert ask(folder, COUNT, last) == '{"n":50,"packets":50}\n'
        with engine.client(folder) as client:
            assert client.get("/ready").json()["packet"] == last


def test_the_process_ends_when_its_worker_dies(folder: Path):
    """An error that nothing can wait out ends the process with a code that is not 0, and is in its log."""
    (folder / "log.db").write_bytes(b"this is no database " * 1000)
    process = engine.start(folder)
    assert process.wait(timeout=30) != 0
    assert process.stdin is not None
    process.stdin.close()
    assert "the worker died" in (folder / "engine.log").read_text()


def test_insert_files_of_a_killed_process_are_cleared(folder: Path):
    """What a killed process left in the folder for temporary files is gone after the next start."""
    (folder / "tmp").mkdir()
    (folder / "tmp" / "left.native").write_bytes(b"x")
    with engine.running(folder):
        assert list((folder / "tmp").iterdir()) == []

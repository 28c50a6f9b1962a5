"""One server has a data folder, and one engine process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sensorium.storage.catalog import Catalog
from tests.flow.sensors import describe, push, register, values
from tests.running import Server, running


def _run(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command that should refuse at once. Its standard input stays open, which the engine looks at."""
    command = [sys.executable, "-m", "sensorium", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env={**os.environ, **(env or {})}) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        code = process.wait(30)
        return subprocess.CompletedProcess(command, code, process.stdout.read(), process.stderr.read())


def _is_unharmed(server: Server) -> bool:
    with register(server) as client:
        sensor = describe(client)
        return push(client, sensor, {"v": 1}).status_code == 200 and values(client, sensor) == [1]


def test_a_second_server_on_the_same_folder_refuses(tmp_path: Path):
    """With a message that names the folder, and without harm to the first."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        done = _run("serve", "--data", str(server.data), "--port", "0")
        assert done.returncode == 1
        assert done.stdout == ""
        assert f"serves the data folder {server.data}." in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr
        assert _is_unharmed(server)


def test_a_second_engine_process_refuses(tmp_path: Path):
    """`sensorium work` beside a server says that the folder is taken."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        done = _run("work", "--data", str(server.data))
        assert done.returncode == 1
        assert f"works on the data folder {server.data}." in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr
        assert _is_unharmed(server)


def test_a_port_that_is_taken_is_named(tmp_path: Path):
    """The second server ends with the address that it could not have."""
    with running(tmp_path / "data") as server:
        port = server.url.rpartition(":")[2]
        done = _run("serve", "--data", str(tmp_path / "other"), "--port", port)
        assert done.returncode == 1
        assert port in done.stderr
        assert "Traceback" not in done.stderr


def test_an_ended_engine_process_leaves_the_folder_to_the_next(tmp_path: Path):
    """`sensorium work` alone ends when its standard input closes, and can be started again.

    It makes neither a data folder nor a catalog: in one that knows no device, packets would be rejected.
    """
    data = tmp_path / "data"
    assert _run("work", "--data", str(data)).stderr == f"There is no data folder {data}.\n"
    data.mkdir()
    assert f"there is no file {data}/catalog.db" in _run("work", "--data", str(data)).stderr
    assert not (data / "catalog.db").exists()
    Catalog.open(f"sqlite:///{data}/catalog.db").close()
    for _ in range(2):
        command = [sys.executable, "-m", "sensorium", "work", "--data", str(data)]
        done = subprocess.run(command, input="", capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["catalog.db", "log.db", "progress.db"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str):
    """In one line; nothing is made anew over it."""
    (tmp_path / name).write_bytes(b"no database" * 1000)
    done = _run("serve", "--data", str(tmp_path), "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert name.partition(".")[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / name).read_bytes() == b"no database" * 1000


def test_a_catalog_that_does_not_answer_is_named(tmp_path: Path):
    """Without the password of its address."""
    catalog = "postgresql://me:secret@127.0.0.1:1/x"
    done = _run("serve", "--data", str(tmp_path), "--port", "0", env={"SENSORIUM_CATALOG": catalog})
    assert done.returncode == 1
    assert done.stderr.startswith("The catalog cannot be opened: ")
    assert "refused" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr

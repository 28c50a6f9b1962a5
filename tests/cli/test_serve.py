"""Starting a server: why it cannot, in one line, and on a folder that was a backup."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sensorium.app import stores
from sensorium.settings import load_settings
from tests.real_data.provider import Provider, doubles
from tests.running import running

PLACE = {"longitude": 10.0, "latitude": 60.0, "altitude": 5.0}


def refused(command: str, data: Path, port: int = 0) -> str:
    """What a command that starts a server says before it ends with 1."""
    words = [sys.executable, "-m", "sensorium", command, "--data", str(data), "--port", str(port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_named(command: str, tmp_path: Path):
    """And another one is suggested."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(command, tmp_path / "data", port)
    assert said == (
        f"Cannot listen on 127.0.0.1 port {port}: Address already in use. Another port: --port 8010.\n"
    )


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_data_folder_that_cannot_be_made_is_named(command: str, tmp_path: Path):
    """With the reason of the system."""
    (tmp_path / "file").write_text("")
    said = refused(command, tmp_path / "file" / "data")
    assert said == f"The data folder {tmp_path}/file/data cannot be written: Not a directory.\n"


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_observations_in_a_file_are_named(command: str, tmp_path: Path):
    """Before anything is started that could not open them."""
    (tmp_path / "clickhouse").touch()
    said = refused(command, tmp_path)
    assert said == f"The observations cannot be opened: {tmp_path}/clickhouse is not a folder.\n"


def test_observations_that_never_tell_end_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a log only they know which packet ids were used: a server that waits for ever says nothing."""
    monkeypatch.setattr(stores, "TELLS_WITHIN", 0.0)
    settings = load_settings(data=tmp_path)

    async def start() -> None:
        with closing(stores.open_catalog(settings)) as catalog:
            (tmp_path / "clickhouse").mkdir()
            async with stores.open_stores(settings, catalog):
                pass

    with pytest.raises(stores.CannotStart, match=r"There is no .*log\.db, and the observations do not tell"):
        asyncio.run(start())


@pytest.mark.parametrize(
    "catalog",
    [
        "mysql://x",
        "nonsense",
        "postgres://x",
        "postgresql://me:secret@h:port/x",
        "sqlite://",
        "sqlite://me:secret@h/x.db",
        "sqlite:///?timeout=1",
        "sqlite:////nope/x.db",
    ],
)
def test_a_wrong_catalog_is_named(catalog: str, tmp_path: Path):
    """In one sentence, without what may be a password; no other start could help, which 78 says."""
    words = [sys.executable, "-m", "sensorium", "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    env = {**os.environ, "SENSORIUM_CATALOG": catalog}
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("catalog: ")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


@pytest.mark.parametrize("left", ["log.db", "clickhouse/store"])
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_no_catalog_is_made_beside_what_another_described(left: str, command: str, tmp_path: Path):
    """Its devices would have the numbers of others, and show what those have sent."""
    (tmp_path / left).mkdir(parents=True)
    said = refused(command, tmp_path)
    path = tmp_path / "catalog.db"
    assert said == f"The catalog for {left} cannot be opened: there is no file {path}\n"
    assert not path.exists()


def test_an_empty_catalog_is_none(tmp_path: Path):
    """As one that a full disk has left, or a database that was made anew."""
    (tmp_path / "log.db").touch()
    (tmp_path / "catalog.db").touch()
    assert refused("serve", tmp_path) == "The catalog for log.db cannot be opened: the database is empty\n"


def test_a_copy_of_the_folder_of_a_stopped_server_is_a_server(tmp_path: Path):
    """A backup: accounts, tokens, sensors and data are there in another place, and it takes packets."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        with Provider.register(server) as provider:
            sensor = provider.describe("Kept", doubles("no2"), [("NO2", "ppb", "no2")], location=PLACE)
            assert provider.push(sensor, b'{"no2": 21.5}').status_code == 200
            rows = provider.get(f"/api/data/id/{sensor}/maxutc")
    subprocess.run(["cp", "-R", server.data, tmp_path / "restored"], check=True)
    with running(tmp_path / "restored") as restored, restored.client(provider.token) as client:
        restored.wait_for_engine()
        assert client.get(f"/api/data/id/{sensor}/maxutc").json() == rows
        answer = client.post(f"/api/sensors/{sensor}/inbound", json={"no2": 22.5})
        assert answer.status_code == 200
        [row] = client.get(f"/api/data/id/{sensor}/maxutc").json()
        assert row["value"] == 22.5

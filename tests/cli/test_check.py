"""`sensorium check` says whether this machine and these settings can run the platform."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import running


def _check(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sensorium", "check", *options]
    return subprocess.run(
        command,
        env={**os.environ, "COLUMNS": "200", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_new_folder_is_good(tmp_path: Path):
    """Everything is made at the first start, and nothing before."""
    done = _check("--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "bad" not in done.stdout
    assert "catalog.db is made at the first start" in done.stdout
    assert "fsync of the data folder" in done.stdout
    assert f"there is no {tmp_path / 'data'} yet" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_good(tmp_path: Path):
    """The engine that answers is named, and the server is not disturbed."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        done = _check("--data", str(server.data))
        assert done.returncode == 0, done.stdout
        assert f"the engine answers on {server.data / 'engine.sock'}" in done.stdout
        assert "newest packet 0" in done.stdout
        assert "0 accounts" in done.stdout
    assert _check("--data", str(server.data)).returncode == 0


def test_a_database_that_does_not_answer_is_bad(tmp_path: Path):
    """Exit code 1; the password of its address is not shown."""
    nobody = "postgresql://me:secret@127.0.0.1:1/x"
    elsewhere = "clickhouse://me:secret@127.0.0.1:1/x"
    done = _check("--data", str(tmp_path), SENSORIUM_CATALOG=nobody, SENSORIUM_OBSERVATIONS=elsewhere)
    assert done.returncode == 1
    bad = [line for line in done.stdout.splitlines() if " bad " in line]
    assert len(bad) == 2
    assert "catalog" in bad[0]
    assert "observations" in bad[1]
    assert "secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_folder_that_is_a_file_is_bad(tmp_path: Path):
    """It cannot be written."""
    (tmp_path / "data").touch()
    done = _check("--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "bad" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_observations_in_a_file_are_bad(tmp_path: Path):
    """Where the engine's folder should be."""
    (tmp_path / "clickhouse").touch()
    done = _check("--data", str(tmp_path))
    assert done.returncode == 1
    [bad] = [line for line in done.stdout.splitlines() if " bad " in line]
    assert "observations" in bad
    assert "not a folder" in bad


def test_a_folder_whose_server_was_killed_is_good(tmp_path: Path):
    """The engine's socket that it leaves behind says nothing."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "data" / "engine.sock"))
    done = _check("--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stdout
    assert "the engine does not run now" in done.stdout


def test_damaged_files_are_bad(tmp_path: Path):
    """Each is named."""
    for name in ("catalog.db", "log.db", "progress.db"):
        (tmp_path / name).write_bytes(b"no database" * 100)
    done = _check("--data", str(tmp_path))
    assert done.returncode == 1
    assert sum(" bad " in line for line in done.stdout.splitlines()) == 3
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"SENSORIUM_PORT": "x"}, "port"),
        ({"SENSORIUM_PORT": "65536"}, "port"),
        ({"SENSORIUM_HEADER_DEADLINE": "0"}, "header_deadline"),
        ({"SENSORIUM_LOG_LEVEL": "loud"}, "log_level"),
        ({"SENSORIUM_PACKET_LIMIT": "1"}, "packet_limit"),
        ({"SENSORIUM_DEVICE_POOL": "many"}, "device_pool"),
        ({"SENSORIUM_CATALOG": "mysql://x"}, "catalog"),
        ({"SENSORIUM_CATALOG": "nonsense"}, "catalog"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, env: dict[str, str], named: str):
    """Exit code 78, of each command."""
    done = _check("--data", str(tmp_path), **env)
    assert done.returncode == 78
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("prot = 80", "prot"),
        ("port = 'x'", "port"),
        ("port =", "sensorium.toml"),
        ("\x00", "sensorium.toml"),
        ("[server]\nport = 80", "server"),
    ],
)
def test_a_wrong_settings_file_is_named(tmp_path: Path, toml: str, named: str):
    """An unknown key, a wrong type, no TOML."""
    file = tmp_path / "sensorium.toml"
    file.write_text(toml)
    done = _check("--config", str(file))
    assert done.returncode == 78, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_settings_file_that_is_not_there_is_named(tmp_path: Path):
    """Since it was asked for."""
    done = _check("--config", str(tmp_path / "nothing.toml"))
    assert done.returncode == 78
    assert "nothing.toml" in done.stderr


def test_a_path_too_long_for_the_socket_is_named(tmp_path: Path):
    """Before anything is made."""
    done = _check("--data", str(tmp_path / ("x" * 120)))
    assert done.returncode == 78
    assert "data" in done.stderr

"""`sensorium account`, `token`, `device` and `calibration`, beside a running server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import httpx2
import pytest

from tests.dialects.nilu.api import PLAIN, bearer, unique
from tests.running import Server, running

CLOSED = {"SENSORIUM_OPEN_REGISTRATION": "false"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where nobody may register."""
    with running(tmp_path_factory.mktemp("register") / "data", env=CLOSED) as started:
        yield started


def run(server: Server, *words: str, answers: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """A command on the server's data folder."""
    return subprocess.run(
        [sys.executable, "-m", "sensorium", *words],
        env={**os.environ, "COLUMNS": "200", "SENSORIUM_DATA": str(server.data), **env},
        input=answers,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def printed(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that has gone well printed."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Account:
    """An account that a command has added."""

    def __init__(self, server: Server) -> None:
        self.username = unique()
        options = ("--email", "a@example.org", "--username", self.username)
        done = run(server, "account", "add", unique(), *options, "--password", "password of it")
        found = re.fullmatch(r"account (\d+), token ([0-9a-f]{32})\n", printed(done))
        assert found is not None
        self.id, self.token = int(found[1]), found[2]

    def configure(self, client: httpx2.Client) -> int:
        """A sensor of the account."""
        body = {**PLAIN, "name": unique()}
        made = client.post("/api/sensors/configure", json=body, headers=bearer(self.token))
        assert made.status_code == 201, made.text
        return made.json()["sensorid"]


@pytest.fixture(scope="module")
def account(server: Server) -> Account:
    """The account of most tests."""
    return Account(server)


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx2.Client]:
    """A client without credentials."""
    with server.client() as client:
        yield client


def test_account_is_added_where_nobody_may_register(server: Server, client: httpx2.Client, account: Account):
    """Its token works at once, and its password logs in."""
    body = {"name": "x", "email": "a@example.org", "username": "x", "password": "long enough"}
    assert client.post("/api/providers/create", json=body).status_code == 401
    assert client.get("/manage/v1/devices", headers=bearer(account.token)).status_code == 200
    login = client.post("/api/providers/tokens/new", auth=(account.username, "password of it"))
    assert login.status_code == 201
    assert account.username in printed(run(server, "account", "list"))


def test_password_is_asked_for_twice(server: Server):
    """When it is not given."""
    options = ("account", "add", unique(), "--email", "a@example.org", "--username", unique())
    assert "account" in printed(run(server, *options, answers="long enough\nlong enough\n"))
    assert run(server, *options, answers="one password\nanother one\n").returncode != 0


def test_refused_account_says_why(server: Server, account: Account):
    """In a sentence and with 1."""
    options = ("--email", "a@example.org", "--username", account.username, "--password", "long enough")
    done = run(server, "account", "add", unique(), *options)
    assert (done.returncode, "taken" in done.stderr, done.stdout) == (1, True, "")


def test_token_is_issued_and_ended(server: Server, client: httpx2.Client, account: Account):
    """For an account by its user name; the server hears of the end within a second or so."""
    token = printed(run(server, "token", "new", account.username, "--age", "5h")).strip()
    assert client.get("/manage/v1/devices", headers=bearer(token)).status_code == 200
    assert printed(run(server, "token", "revoke", answers=f"{token}\n")).endswith("ended\n")
    for _ in range(50):
        if client.get("/manage/v1/devices", headers=bearer(token)).status_code == 401:
            break
        sleep(0.1)
    else:
        pytest.fail("the token is still good")
    assert run(server, "token", "revoke", "--token", token).returncode == 1
    assert run(server, "token", "new", unique()).returncode == 1
    assert run(server, "token", "new", account.username, "--age", "5w").returncode == 1


def test_devices_are_listed_and_blocked(server: Server, client: httpx2.Client, account: Account):
    """All of them, or those of one account."""
    other = Account(server)
    mine, theirs = account.configure(client), other.configure(client)
    assert printed(run(server, "device", "block", str(mine))) == f"device {mine} is blocked\n"
    listed = printed(run(server, "device", "list")).splitlines()
    [line] = [each for each in listed if re.search(rf"\b{mine}\b", each)]
    assert "blocked" in line
    assert any(re.search(rf"\b{theirs}\b", each) for each in listed)
    few = printed(run(server, "device", "list", "--account", account.username))
    assert re.search(rf"\b{mine}\b", few)
    assert not re.search(rf"^. *{theirs}\b", few, re.MULTILINE)
    shown = client.get(f"/manage/v1/devices/{mine}", headers=bearer(account.token)).json()
    assert shown["blocked"] is True
    printed(run(server, "device", "unblock", str(mine)))
    assert "blocked" not in printed(run(server, "device", "list", "--account", account.username))
    assert run(server, "device", "block", "999999999").returncode == 1


def test_datastreams_of_a_device_are_shown(server: Server, client: httpx2.Client, account: Account):
    """With the numbers that `calibration` takes."""
    device = account.configure(client)
    shown = client.get(f"/manage/v1/devices/{device}", headers=bearer(account.token)).json()
    lines = printed(run(server, "device", "show", str(device))).splitlines()
    for each in shown["datastreams"]:
        row = ("│", str(each["id"]), each["component"]["name"], each["unit"]["name"], each["path"])
        assert any(all(cell in line for cell in row) for line in lines)
    done = run(server, "device", "show", "999999999")
    assert (done.returncode, "no device 999999999" in done.stderr) == (1, True)


def test_folder_that_is_none_is_not_made(tmp_path: Path):
    """A misspelt one would be an empty server."""
    done = subprocess.run(
        [sys.executable, "-m", "sensorium", "device", "list", "--data", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "no data folder" in done.stderr) == (1, True)
    assert not (tmp_path / "none").exists()


def test_calibration_is_imported_and_exported(
    server: Server, client: httpx2.Client, account: Account, tmp_path: Path
):
    """A table from a file is what the management API shows, and comes back as it was."""
    device = account.configure(client)
    shown = client.get(f"/manage/v1/devices/{device}", headers=bearer(account.token)).json()
    stream = str(shown["datastreams"][0]["id"])
    env = {"SENSORIUM_TOKEN": account.token, "SENSORIUM_URL": server.url}
    assert run(server, "calibration", "export", "--datastream", stream, **env).returncode == 1
    file = tmp_path / "tank.csv"
    file.write_text("raw;litres\n0;0\n0,7;60\n")
    options = ("--datastream", stream, "--valid-from", "2026-01-01T00:00:00Z", "--note", "tank 7")
    done = run(server, "calibration", "import", str(file), *options, "--divider", "2", **env)
    assert printed(done) == f"datastream {stream}: calibrated by 2 points of tank.csv\n"
    path = f"/manage/v1/datastreams/{stream}/calibration"
    [said] = client.get(path, headers=bearer(account.token)).json()["in_force"]
    assert said["points"] == [{"in": 0, "out": 0}, {"in": 0.7, "out": 60}]
    assert (said["valid_from"], said["divider"], said["note"]) == ("2026-01-01T00:00:00Z", 2, "tank 7")
    file.write_text("0;0\n1;50\n")
    printed(run(server, "calibration", "import", str(file), "--datastream", stream, "--for-all-time", **env))
    [said] = client.get(path, headers=bearer(account.token)).json()["in_force"]
    assert (said["valid_from"], len(said["points"])) == ("1970-01-01T00:00:00Z", 2)
    assert (
        printed(run(server, "calibration", "export", "--datastream", stream, **env)) == "0.0;0.0\n1.0;50.0\n"
    )


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("0;0\n1;x\n", (), "line 2"),
        ("0;0\n0;1\n", (), "same raw value"),
        ("0;0\n1;1\n", ("--valid-from", "never"), "valid_from"),
        ("0;0\n1;1\n", ("--level", "99"), "level"),
        ("0;0\n1;1\n", ("--token", "0" * 32), "token"),
        ("0;0\n1;1\n", ("--url", "http://127.0.0.1:1"), "does not answer"),
        ("0;0\n1;1\n", ("--datastream", "999999999"), "no such datastream"),
    ],
)
def test_refused_calibration_says_why(  # noqa: PLR0917 - fixtures and cases
    server: Server,
    client: httpx2.Client,
    account: Account,
    tmp_path: Path,
    text: str,
    options: tuple[str, ...],
    words: str,
):
    """The file's line, or what the server says."""
    device = account.configure(client)
    shown = client.get(f"/manage/v1/devices/{device}", headers=bearer(account.token)).json()
    file = tmp_path / "tank.csv"
    file.write_text(text)
    common = (
        "--datastream",
        str(shown["datastreams"][0]["id"]),
        "--token",
        account.token,
        "--url",
        server.url,
    )
    done = run(server, "calibration", "import", str(file), *common, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr

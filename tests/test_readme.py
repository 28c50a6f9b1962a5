"""A newcomer who pastes what README and the first page of a server show gets what they promise."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2
import pytest

from tests.documented import CURL, ROOT, bash, documents, printed_by
from tests.running import Server, running

README = ROOT / "README.md"
NOON = 1_772_362_800  # 2026-03-01 12:00 in Oslo


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A new server."""
    with running(tmp_path_factory.mktemp("readme") / "data") as server:
        server.wait_for_engine()
        yield server


@CURL
def test_the_first_session_works_as_readme_shows_it(server: Server, tmp_path: Path):
    """Registered, described, tried, pushed, read back: with the values and times that were sent."""
    outputs = printed_by(README, server, tmp_path)
    provider, sensor, tried, pushed = map(documents, outputs)

    assert provider[0]["message"] == "Created"
    assert re.fullmatch("[0-9a-f]{32}", provider[0]["token"])
    number = sensor[0]["sensorid"]
    assert sensor[0]["atom"] == f"{server.url}/api/sensors/{number}"

    answer, trace = tried
    assert answer["http-status-code"] == 200
    [packet] = trace["packets"]
    assert packet["errors"] == []
    assert [each["value"] for each in packet["components"]] == [21.5, 7.25]

    one, batch, rows = pushed
    assert (one["message"], one["http-status-code"]) == ("OK", 200)
    assert [result["http-status-code"] for result in batch["results"]] == [200, 200]
    found = [(row["component"], row["timestamp_from_epoch"] - NOON, row["value"]) for row in rows]
    assert found == [
        ("NO2", 0, 21.5),
        ("Temperature", 0, 7.25),
        ("NO2", 60, 21.9),
        ("Temperature", 60, 7.3),
        ("Temperature", 120, 7.35),
    ]


@CURL
def test_the_first_requests_of_the_first_page_work(tmp_path: Path):
    """Pasted as they stand there, also where the server has other sensors."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        page = httpx2.get(server.url).text
        parts = (unescape(each) for each in re.findall("<pre>(.*?)</pre>", page, re.DOTALL))
        register, describe, push = (part.replace("curl ", "curl -s ") for part in parts)
        [provider] = documents(bash(register, tmp_path))
        token = f"TOKEN={provider['token']}\n"
        for name in ("Terrace", "Balcony"):
            [sensor] = documents(bash(token + describe.replace("Balcony", name), tmp_path))
        pushed, rows = documents(bash(f"{token}SENSOR={sensor['sensorid']}\n{push}", tmp_path))
        assert (sensor["sensorid"], pushed["message"]) == (2, "OK")
        assert [(row["component"], row["unit"], row["value"]) for row in rows] == [
            ("Temperature", "°C", 21.5)
        ]


def test_every_file_that_readme_and_the_pages_of_docs_name_is_there():
    """Links between the pages do not lead into nothing."""
    pages = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
        missing = [link for link in links if not (page.parent / link).exists()]
        assert missing == [], page


def test_every_command_has_a_help_page():
    """`sensorium` names its commands, and each its options."""
    command = [sys.executable, "-m", "sensorium"]
    names = (
        "serve",
        "work",
        "check",
        "demo",
        "export",
        "import",
        "replay",
        "account",
        "token",
        "device",
        "calibration",
    )
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False, timeout=30)
    assert all(name in done.stdout for name in names)
    for name in names:
        done = subprocess.run(
            [*command, name, "--help"], capture_output=True, text=True, check=False, timeout=30
        )
        assert (done.returncode, done.stderr) == (0, "")

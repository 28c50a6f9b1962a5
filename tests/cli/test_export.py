"""`sensorium export` against a running server."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.real_data.provider import Provider, doubles
from tests.running import Server, running

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADER = "time,component,unit,value,value_corr,longitude,latitude,altitude,qc,qcs"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("export") / "data") as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="module")
def provider(server: Server) -> Iterator[Provider]:
    with Provider.register(server) as provider:
        yield provider


def export(provider: Provider, sensor: int, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["export", "--sensor", str(sensor), "--url", provider.server.url, *options]
    return subprocess.run(
        [sys.executable, "-m", "sensorium", *command],
        env={**os.environ, "SENSORIUM_TOKEN": provider.token},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def sensor(provider: Provider) -> int:
    """Two and a half days of a value every 8 hours, and one half a second after the last."""
    mapped = [{"name": "t", "type": "double"}, *doubles("no2")]
    number = provider.describe(
        "Export",
        mapped,
        [("NO2", "ppb", "no2")],
        time="t",
        location={"longitude": 10.0, "latitude": 60.0, "altitude": 5.0},
    )
    times = [NOON.timestamp() + hours * 3600 for hours in range(0, 60, 8)]
    for value, time in enumerate([*times, times[-1] + 0.5]):
        packet = f'{{"t": {time}, "no2": {value}.5}}'
        assert provider.push(number, packet.encode()).status_code == 200
    return number


def test_each_value_is_a_line(provider: Provider, sensor: int):
    """All of them once and in order, also those on the border of two requests; times are UTC."""
    done = export(provider, sensor)
    assert (done.returncode, done.stderr) == (0, "")
    header, first, *_ = done.stdout.splitlines()
    assert header == HEADER
    assert first == "2026-03-01T12:00:00Z,NO2,ppb,0.5,,10,60,5,0,0"
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [float(row["value"]) for row in rows] == [each + 0.5 for each in range(9)]
    assert [row["time"] for row in rows[:8]] == [
        f"{NOON + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}" for hours in range(0, 60, 8)
    ]


def test_a_range_has_both_its_ends(provider: Provider, sensor: int):
    """Moments are ISO-8601, a date is its midnight in UTC."""
    done = export(provider, sensor, "--from", "2026-03-02", "--to", "2026-03-02T12:00:00Z")
    assert [line.split(",")[3] for line in done.stdout.splitlines()[1:]] == ["2.5", "3.5"]


def test_no_data_is_a_header(provider: Provider):
    """And no error."""
    number = provider.describe("Empty", doubles("no2"), [("NO2", "ppb", "no2")])
    done = export(provider, number)
    assert (done.returncode, done.stdout) == (0, f"{HEADER}\n")


def test_what_the_server_refuses_is_said(provider: Provider, tmp_path: Path):
    """No such sensor; a moment that is none."""
    done = export(provider, 4711)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("The export ended early: ")
    assert "(HTTP 404)" in done.stderr
    done = export(provider, 4711, "--from", "yesterday")
    assert done.returncode == 2
    assert "'yesterday' is not an ISO-8601 date and time" in " ".join(done.stderr.split())

"""`sensorium import` against a running server."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.real_data.provider import Provider, doubles, record, text_number, text_time
from tests.running import Server, running, start

PLACE = {"longitude": 10.0, "latitude": 60.0, "altitude": 5.0}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("import") / "data") as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="module")
def provider(server: Server) -> Iterator[Provider]:
    with Provider.register(server) as provider:
        yield provider


def station(provider: Provider, name: str) -> int:
    """Sends its own time and a number as text."""
    return provider.describe(
        name,
        [{"name": "time", "type": "long"}, *doubles("no2")],
        [("NO2", "ppb", "no2")],
        converters=[text_time("time", "yyyy-MM-dd HH:mm"), text_number("no2")],
        time="time",
        location=PLACE,
    )


def counter(provider: Provider, name: str) -> int:
    """Sends no time of its own: each packet that is taken becomes a row more."""
    return provider.describe(name, doubles("n"), [("Raw signal", "1", "n")], location=PLACE)


def numbers(provider: Provider, sensor: int) -> list[float]:
    begin = datetime.now(UTC) - timedelta(days=1)
    return [row.value for row in provider.rows(sensor, f"{begin:%Y-%m-%dT%H:%M:%SZ}")]


def accepted(provider: Provider) -> int:
    """The number of the newest packet that the server has accepted."""
    metrics = provider.client.get("/metrics").text
    return int(float(re.search(r"^sensorium_log_position (.*)$", metrics, re.MULTILINE)[1]))


def wait_for_packets(provider: Provider, newest: int) -> None:
    until = time.monotonic() + 30
    while accepted(provider) < newest:
        assert time.monotonic() < until, "no packet came"


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_rejected_lines_are_named_and_the_rest_is_kept(tmp_path: Path, provider: Provider):
    """Each rejected line with its number and the server's reason; the command ends with 1."""
    sensor = station(provider, "Rejects")
    file = write(
        tmp_path / "air.csv",
        "time,no2\n2020-01-01 00:00,1.5\n2020-01-01 00:01,much\n2020-01-01 00:02\n"
        "yesterday,2\n2020-01-01 00:04,\n",
    )
    done = provider.run_import(file, sensor)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "air.csv: 2 packets taken, 3 rejected"
    assert lines[2] == "  4: 1 cells under a header of 2"
    assert [re.match(r"  (\d): .*\(error (\d+)\)", line).groups() for line in lines[1::2]] == [
        ("3", "131"),
        ("5", "131"),
    ]
    assert [row.value for row in provider.rows(sensor, "2020-01-01T00:00:00Z")] == [1.5]


def test_batch_of_which_no_line_is_taken_counts_every_line(tmp_path: Path, provider: Provider):
    """The server then answers with the first packet's error alone."""
    sensor = station(provider, "All rejected")
    done = provider.run_import(write(tmp_path / "air.csv", "time,no2\n" + "x,1\n" * 8), sensor)
    assert done.returncode == 1
    assert "air.csv: 0 packets taken, 8 rejected" in done.stdout
    first, others = done.stdout.splitlines()[1:]
    assert re.match(r"  2: .*\(error 131\)$", first)
    assert others.startswith("  3 to 9: no packet that was sent with this one was taken")


def test_lines_with_one_fault_are_told_together(tmp_path: Path, provider: Provider):
    """Which they are, and what it is."""
    sensor = station(provider, "Many rejects")
    done = provider.run_import(write(tmp_path / "air.csv", "time,no2\n" + "x,1,2\n" * 50), sensor)
    assert done.stdout.splitlines()[1:] == ["  2 to 51: 3 cells under a header of 2"]


def test_line_in_another_encoding_is_rejected_alone(tmp_path: Path, provider: Provider):
    """In the middle of thousands, with its own number; all the others are sent."""
    sensor = counter(provider, "One wrong byte")
    lines = [b'{"n": %d}' % number for number in range(1, 7001)]
    lines[5001] = b'{"n": 1, "of": "\xff"}'
    file = tmp_path / "n.ndjson"
    file.write_bytes(b"\n".join(lines))
    done = provider.run_import(file, sensor)
    assert (done.returncode, done.stderr.count("ended early")) == (1, 0)
    assert done.stdout.splitlines() == [
        "n.ndjson: 6999 packets taken, 1 rejected",
        "  5002: it holds the byte 0xff, which is no text in the file's encoding",
    ]


def test_second_run_of_the_same_import_sends_nothing_twice(tmp_path: Path, provider: Provider):
    """Even where packets have no time of their own, so that doubles would be seen."""
    sensor = counter(provider, "Twice")
    file = write(tmp_path / "n.ndjson", "".join(f'{{"n": {n}}}\n' for n in range(2500)))
    for _ in range(2):
        done = provider.run_import(file, sensor)
        assert (done.returncode, done.stdout) == (0, "n.ndjson: 2500 packets taken, 0 rejected\n")
        assert sorted(numbers(provider, sensor)) == list(range(2500))


def test_import_that_was_killed_is_completed_by_a_second_run(tmp_path: Path, provider: Provider):
    """kill -9 in the midst: what was sent is not sent again."""
    sensor = counter(provider, "Killed")
    file = write(tmp_path / "n.ndjson", "".join(f'{{"n": {n}}}\n' for n in range(60_000)))
    command = [
        "import",
        str(file),
        "--sensor",
        str(sensor),
        "--url",
        provider.server.url,
        "--token",
        provider.token,
    ]
    before = accepted(provider)
    first = subprocess.Popen([sys.executable, "-m", "sensorium", *command], stderr=subprocess.DEVNULL)
    wait_for_packets(provider, before + 1)
    first.kill()
    assert first.wait() == -signal.SIGKILL
    assert len(numbers(provider, sensor)) < 60_000
    done = provider.run_import(file, sensor)
    assert (done.returncode, done.stdout) == (0, "n.ndjson: 60000 packets taken, 0 rejected\n")
    assert sorted(numbers(provider, sensor)) == list(range(60_000))


def test_import_waits_while_the_server_is_down(tmp_path: Path):
    """kill -9 of the server in the midst, and a new one on the same folder: nothing is lost or doubled."""
    data = tmp_path / "data"
    server = start(data)
    provider = Provider.register(server)
    sensor = counter(provider, "Steady")
    file = write(tmp_path / "n.ndjson", "".join(f'{{"n": {n}}}\n' for n in range(60_000)))
    command = ["import", str(file), "--sensor", str(sensor), "--url", server.url, "--token", provider.token]
    importing = subprocess.Popen(
        [sys.executable, "-m", "sensorium", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_packets(provider, 1)
    server.kill()
    provider.client.close()
    with running(data, port=int(server.url.rpartition(":")[2])) as again:
        out, errors = importing.communicate(timeout=60)
        assert (importing.returncode, out) == (0, "n.ndjson: 60000 packets taken, 0 rejected\n")
        assert "does not answer" in errors
        again.wait_for_engine()
        provider.client = again.client(provider.token)
        assert sorted(numbers(provider, sensor)) == list(range(60_000))
        provider.client.close()


def test_moving_csv_has_its_position_in_columns(tmp_path: Path, provider: Provider):
    """Neighbours with the same position go together; a line without a position is rejected."""
    sensor = provider.describe(
        "Walker",
        [{"name": "t", "type": "long"}, *doubles("pm")],
        [("PM2.5", "µg/m³", "pm")],
        converters=[
            {"input-type": "string", "output-type": "StringInteger", "target-path": "t"},
            text_number("pm"),
        ],
        time="t",
    )
    file = write(
        tmp_path / "walk.csv",
        "t;lat;lon;pm\n1577836800;60.5;-10.25;1\n1577836801;60.5;-10.25;2\n1577836802;60.6;0.00001;3\n1577836803;;1;4\n",
    )
    done = provider.run_import(file, sensor, "--longitude", "lon", "--latitude", "lat")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "walk.csv: 3 packets taken, 1 rejected"
    rows = provider.rows(sensor, "2020-01-01T00:00:00Z")
    assert [(row.value, row.longitude, row.latitude, row.altitude) for row in rows] == [
        (1, -10.25, 60.5, 0),
        (2, -10.25, 60.5, 0),
        (3, 0.00001, 60.6, 0),
    ]


def test_ndjson_of_a_moving_sensor_has_its_position_at_paths(tmp_path: Path, provider: Provider):
    """The same paths as in a sensor's description."""
    sensor = provider.describe(
        "Tracker",
        [
            {"name": "t", "type": "long"},
            {"name": "gps", "type": record(*doubles("x", "y", "z"))},
            *doubles("v"),
        ],
        [("GPS speed", "km/h", "v")],
        time="t",
    )
    file = write(
        tmp_path / "track.jsonl", json.dumps({"t": 1577836800, "v": 3, "gps": {"x": 1, "y": 2, "z": 3}})
    )
    place = ("--longitude", "gps.x", "--latitude", "/gps/y", "--altitude", "$.gps.z")
    done = provider.run_import(file, sensor, *place)
    assert (done.returncode, done.stdout) == (0, "track.jsonl: 1 packets taken, 0 rejected\n")
    (row,) = provider.rows(sensor, "2020-01-01T00:00:00Z")
    assert row.place == (1, 2, 3)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--longitude", "a", "--latitude", "b"), "this sensor has a fixed place"),
        (("--token", "0" * 32), "(HTTP 401)"),
        (("--sensor", "999999"), "(HTTP 404)"),
        (("--url", "http://127.0.0.1:1"), "does not answer"),
        (("--skip", "9"), "there is no header line"),
    ],
)
def test_import_that_cannot_begin_says_why(
    tmp_path: Path, provider: Provider, options: tuple[str, ...], why: str
):
    """At once, and without a traceback."""
    file = write(tmp_path / "air.csv", "time,no2\n2020-01-01 00:00,1\n")
    done = provider.run_import(file, station(provider, f"For {why}"), *options)
    assert done.returncode == 1
    assert why in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--encoding", "klingon"), "unknown encoding"),
        (("--delimiter", ";;"), "single sign"),
        (("--longitude", "a"), "needs both"),
        (("--format", "json", "--records", "a..b"), "the path cannot be read"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, provider: Provider, options: tuple[str, ...], why: str):
    """With the exit code of wrong usage."""
    done = provider.run_import(write(tmp_path / "air.csv", "a\n1\n"), 1, *options)
    assert done.returncode == 2
    assert why in " ".join(done.stderr.split())

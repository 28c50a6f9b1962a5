"""The demo network."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import correlation, fmean, stdev
from time import time

import httpx2
import pytest

from sensorium.cli.demo.routes import BIKE, BUS, Route, distance
from sensorium.cli.demo.sensors import NETWORK, DemoSensor
from sensorium.cli.demo.signals import DAY, noise, rush_hours

MIDNIGHT = 1_790_000_000 // DAY * DAY

BOUNDS = {
    "Harbour air station": {
        "no2": (0.5, 90),
        "o3": (1, 110),
        "pm2.5": (0.3, 35),
        "t": (-5, 25),
        "rh": (20, 100),
    },
    "Square noise meter": {"laeq": (30, 80), "lamax": (40, 95)},
    "River gauge": {"stage": (0.5, 1.4), "discharge": (1, 16), "water_t": (4, 11)},
    "Bus 21": {"speed": (0, 60), "fuel": (20, 260)},
    "Bike 4": {"pm2.5": (0.3, 50), "speed": (0, 45)},
}


def measured(packet: dict) -> dict[str, float]:
    inner = {**packet, **packet.get("values", {}), **packet.get("gps", {})}
    return {
        name: float(each)
        for name, each in inner.items()
        if not isinstance(each, dict) and name not in {"time", "station"}
    }


@pytest.mark.parametrize("sensor", NETWORK, ids=lambda sensor: sensor.name)
def test_values_of_a_week_are_plausible(sensor: DemoSensor):
    """Every value of every packet lies in the range that such an instrument shows in such a town."""
    for at in range(MIDNIGHT, MIDNIGHT + 7 * DAY, sensor.resolution * 7):
        found = measured(sensor.packet(at))
        assert found.keys() == BOUNDS[sensor.name].keys()
        for name, (low, high) in BOUNDS[sensor.name].items():
            assert low <= found[name] <= high, (at, name, found)


def test_values_are_the_same_on_every_run():
    """So that a packet that is sent again is the same packet."""
    code = (
        "import json; from sensorium.cli.demo.sensors import NETWORK; "
        f"print(json.dumps([s.packet({MIDNIGHT}) for s in NETWORK]))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(other) == [sensor.packet(MIDNIGHT) for sensor in NETWORK]


def test_noise_is_autoregressive():
    """Mean 0, deviation 1, and a correlation of 1/e after its memory."""
    signal_ = noise("test", 600)
    values = [signal_(MIDNIGHT + at) for at in range(0, 30 * DAY, 10)]
    assert abs(fmean(values)) < 0.1
    assert abs(stdev(values) - 1) < 0.1
    assert abs(correlation(values[:-60], values[60:]) - 0.37) < 0.1


def test_traffic_has_its_rush_hours():
    """Little at night, most in the morning and in the afternoon (the town is an hour ahead of UTC)."""
    by_hour = [rush_hours(MIDNIGHT + (hour - 1) * 3600) for hour in range(24)]
    assert max(by_hour[0:5]) < 0.1
    assert by_hour[8] > by_hour[12] < by_hour[17]


@pytest.mark.parametrize("route", [BUS, BIKE])
def test_route_is_driven_without_leaps(route: Route):
    """Between two seconds it goes as far as its speed says; it comes round to where it began."""
    round_trip = route.leg * len(route.stops)
    moments = [route.at(second) for second in range(round_trip + 1)]
    assert moments[0] == moments[-1]
    for before, after in pairwise(moments):
        metres = distance(before.position, after.position)
        assert abs(metres - (before.speed + after.speed) / 2 / 3.6) < 0.3


@contextmanager
def demo(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demo and what it printed up to its end; stopped with Ctrl-C."""
    command = [sys.executable, "-m", "sensorium", "demo", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield process, "".join(lines)
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert "Traceback" not in errors, errors
        assert process.returncode == 0, errors


def test_newcomer_sees_a_day_of_live_data_and_a_restart_goes_on(tmp_path: Path):
    """The printed commands work as printed; after a restart the same sensors go on where they were."""
    with demo(tmp_path / "data") as (_, guide):
        commands = re.findall(r"^  (TOKEN=.*|curl .*)$", guide, re.MULTILINE)
        assert len(commands) == 4
        script = "\n".join([commands[0], *(f"{each}; echo" for each in commands[1:])])
        out = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout
        sensor, latest, hour = map(json.loads, out.splitlines())
        assert sensor["name"] == "Harbour air station"
        assert {row["component"] for row in latest} == {"NO2", "O3", "PM2.5", "Temperature", "Humidity"}
        assert abs(latest[0]["timestamp_from_epoch"] - time()) < 120
        assert isinstance(hour, list)
        day = read_day(guide)
        assert {name: len(rows) // 360 for name, rows in day.items()} == {
            "Harbour air station": 5 * 24,
            "Square noise meter": 2 * 24,
            "River gauge": 3 * 24,
            "Bus 21": 2 * 4,
            "Bike 4": 2 * 4,
        }
        assert len({(row["longitude"], row["latitude"]) for row in day["Bike 4"]}) > 100
    with demo(tmp_path / "data") as (_, again):
        assert re.findall(r"TOKEN=\w+", again) == re.findall(r"TOKEN=\w+", guide)
        assert names(again) == names(guide)
        assert all(len(rows) >= len(day[name]) for name, rows in read_day(again).items())


def names(guide: str) -> dict[str, int]:
    return {name: int(number) for number, name in re.findall(r"^ +(\d+)  ([^:]+):", guide, re.MULTILINE)}


def read_day(guide: str) -> dict[str, list[dict]]:
    """Everything that each sensor has, by its name."""
    begin = datetime.now(UTC) - timedelta(days=2)
    address = re.search(r"http://[\d.:]+", guide)[0]
    token = re.search(r"TOKEN=(\w+)", guide)[1]
    with httpx2.Client(base_url=address, headers={"authorization": f"Bearer {token}"}) as client:
        return {
            name: client.get(f"/api/data/id/{number}/fromutc/{begin:%Y-%m-%dT%H:%M:%SZ}").json()
            for name, number in names(guide).items()
        }

"""sensorium as it is measured: a server in a folder, its two processes, a provider and devices."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2
from tests.running import Server, start, stopping

from bench.machine import DIE_WITH_PARENT, peak, resident

TOKEN = "token"  # file beside the data folder


@dataclass(frozen=True, slots=True)
class Subject:
    """A running server and the client of its one provider."""

    server: Server
    client: httpx2.Client
    token: str

    @property
    def front(self) -> int:
        """The process that answers."""
        return self.server.process.pid

    @property
    def engine(self) -> int:
        """The process that stores."""
        engine = self.server.engine_pid()
        assert engine is not None
        return engine

    def resident(self) -> int:
        """The memory of both processes, in bytes."""
        return resident(self.front) + resident(self.engine)

    def peak(self) -> int:
        """The most that each has held since its peak was forgotten, together, in bytes."""
        return peak(self.front) + peak(self.engine)

    def positions(self) -> tuple[int, int]:
        """The newest accepted packet and the newest processed one."""
        figures = figures_of(self.client.get("/metrics").text)
        return int(figures["sensorium_log_position"]), int(figures["sensorium_processed_position"])

    def catch_up(self, seconds: float = 120) -> float:
        """Wait until all that is accepted now is processed; how long that took. Raises TimeoutError."""
        began = monotonic()
        accepted, processed = self.positions()
        while processed < accepted:
            if monotonic() - began > seconds:
                raise TimeoutError(f"the engine is {accepted - processed} packets behind after {seconds} s")
            sleep(0.01)
            _, processed = self.positions()
        return monotonic() - began

    def describe(self, name: str) -> int:
        """Register a device that sends four values and its time as a text; its number."""
        answer = self.client.post("/api/sensors/configure", json=description(name))
        answer.raise_for_status()
        return answer.json()["sensorid"]


@contextmanager
def serving(data: Path) -> Iterator[Subject]:
    """A server with a provider, which is registered when the folder is new, and an engine that answers."""
    with stopping(start(data, within=DIE_WITH_PARENT)) as server:
        token = _token(server)
        server.wait_for_engine()
        with server.client(token) as client:
            yield Subject(server, client, token)


def kept_token(data: Path) -> str:
    """The token of a folder's provider."""
    return data.with_name(f"{data.name}.{TOKEN}").read_text()


def _token(server: Server) -> str:
    kept = server.data.with_name(f"{server.data.name}.{TOKEN}")
    if not kept.exists():
        provider = {
            "name": "Bench",
            "username": "bench",
            "email": "bench@example.org",
            "password": "benchmark",
        }
        answer = httpx2.post(f"{server.url}/api/providers/create", json=provider)
        answer.raise_for_status()
        kept.write_text(answer.json()["token"])
    return kept.read_text()


def description(name: str) -> dict[str, object]:
    """A device whose packets look like {"taken": "2026/03/01 12:00:00", "no2": 21.5, ...}."""
    bound = {"no2": (8, 3), "pm10": (12, 3), "pm25": (13, 3), "t": (15, 2)}
    return {
        "name": name,
        "resolution": 60,
        "location": {"longitude": 10.75, "latitude": 59.91, "altitude": 12},
        "parameters": [
            {"name": "taken", "type": "long"},
            *({"name": each, "type": "double"} for each in bound),
        ],
        "components": [
            {"componentid": component, "unitid": unit, "binding-path": path, "level": 1}
            for path, (component, unit) in bound.items()
        ],
        "converters": [
            {
                "input-type": "string",
                "output-type": "StringEpochTime",
                "target-path": "taken",
                "input-args": {"input-format": "yyyy/MM/dd HH:mm:ss", "timezone": "Europe/Oslo"},
            }
        ],
        "mapping": [{"name": "Timestamp", "target-path": "taken"}],
    }


def packet(time: str, number: int) -> bytes:
    """A packet of such a device. `time` is as it stands in the packet."""
    values = {name: round(10 + (number * step) % 90, 2) for name, step in STEPS.items()}
    return json.dumps({"taken": time, **values}).encode()


STEPS = {"no2": 0.37, "pm10": 1.13, "pm25": 0.71, "t": 0.19}


def figures_of(metrics: str) -> dict[str, float]:
    """The figures without labels of a text in Prometheus' format."""
    figures: dict[str, float] = {}
    for line in metrics.splitlines():
        name, _, value = line.partition(" ")
        if name and not name.startswith("#") and "{" not in name:
            figures[name] = float(value)
    return figures

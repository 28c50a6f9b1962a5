"""A data provider on a running server: it describes sensors, imports files and reads them back."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from tests.running import Server

Bound = tuple[str, str, str]
"""Component, unit, binding path."""

_numbers = count(1)


class Row(msgspec.Struct):
    """A row of data, as far as these tests look at it."""

    component: str
    unit: str
    value: float
    timestamp_from_epoch: int
    longitude: float
    latitude: float
    altitude: float

    @property
    def place(self) -> tuple[float, float, float]:
        """Where it was measured."""
        return self.longitude, self.latitude, self.altitude


@dataclass
class Provider:
    """An account of its own on the server."""

    server: Server
    token: str
    client: httpx2.Client
    components: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> "Provider":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @classmethod
    def register(cls, server: Server) -> "Provider":
        """A new account."""
        number = next(_numbers)
        account = {
            "name": f"Provider {number}",
            "username": f"provider{number}",
            "password": "a long password",
            "email": f"provider{number}@example.org",
        }
        with server.client() as anyone:
            token = anyone.post("/api/providers/create", json=account).raise_for_status().json()["token"]
        self = cls(server, token, server.client(token))
        self.components = {each["name"]: each["id"] for each in reversed(self.get("/api/components"))}
        self.units = {each["name"]: each["id"] for each in reversed(self.get("/api/units"))}
        return self

    def get(self, path: str, kind: Any = Any) -> Any:
        """The JSON of an answer as that type."""
        return msgspec.json.decode(self.client.get(path).raise_for_status().content, type=kind)

    def describe(
        self,
        name: str,
        parameters: Sequence[Mapping[str, Any]],
        bound: Iterable[Bound],
        *,
        converters: Sequence[Mapping[str, Any]] = (),
        time: str | None = None,
        location: Mapping[str, float] | None = None,
        resolution: int = 60,
    ) -> int:
        """Configure a sensor; without a location it moves. Its number."""
        answer = self.client.post(
            "/api/sensors/configure",
            json={
                "name": name,
                "resolution": resolution,
                "location": location or {},
                "parameters": parameters,
                "components": [
                    {
                        "componentid": self.components[what],
                        "unitid": self.units[unit],
                        "binding-path": path,
                        "level": 0,
                    }
                    for what, unit, path in bound
                ],
                "converters": converters,
                "mapping": [] if time is None else [{"name": "Timestamp", "target-path": time}],
            },
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["sensorid"]

    def push(self, sensor: int, body: bytes, place: str = "") -> httpx2.Response:
        """One packet, as it stands in a file."""
        headers = {"content-type": "application/json"}
        return self.client.post(f"/api/sensors/{sensor}{place}/inbound", content=body, headers=headers)

    def run_import(self, file: Path, sensor: int, *options: str) -> subprocess.CompletedProcess[str]:
        """Run `sensorium import` as a user would."""
        command = ["import", str(file), "--sensor", str(sensor), "--url", self.server.url, *options]
        return subprocess.run(
            [sys.executable, "-m", "sensorium", *command],
            env={**os.environ, "SENSORIUM_TOKEN": self.token},
            capture_output=True,
            check=False,
            text=True,
            timeout=100,
        )

    def rows(self, sensor: int, begin: str, end: str = "") -> list[Row]:
        """The data from one UTC time to another, or two months on."""
        return self.get(
            f"/api/data/id/{sensor}/fromutc/{begin}" + (f"/toutc/{end}" if end else ""), list[Row]
        )


def text_time(path: str, pattern: str, zone: str | None = None) -> dict[str, Any]:
    """The converter of a time that is sent as text."""
    arguments = {"input-format": pattern} if zone is None else {"input-format": pattern, "timezone": zone}
    return {
        "input-type": "string",
        "output-type": "StringEpochTime",
        "target-path": path,
        "input-args": arguments,
    }


def text_number(path: str) -> dict[str, Any]:
    """The converter of a number that is sent as text."""
    return {"input-type": "string", "output-type": "StringDouble", "target-path": path}


def doubles(*names: str) -> list[dict[str, Any]]:
    """Parameters or members that are numbers."""
    return [{"name": name, "type": "double"} for name in names]


def record(*members: Mapping[str, Any]) -> dict[str, Any]:
    """The type of an object with these members."""
    return {"type": "record", "fields": members}


def values(rows: Iterable[Row]) -> dict[tuple[str, int], float]:
    """(component, seconds since 1970) -> value."""
    return {(row.component, row.timestamp_from_epoch): row.value for row in rows}

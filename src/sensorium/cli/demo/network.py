"""The demo network at work: it registers once, describes its sensors once, and keeps sending."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import httpx2

from sensorium.cli.demo.sensors import DemoSensor
from sensorium.cli.records import Batch, Record, Rejected, batches
from sensorium.cli.sending import ImportFailed, InboundDoor, Patience, json_of
from sensorium.model.device import Position

BACKFILL = 86_400  # seconds
AT_ONCE = 4  # requests under way


@dataclass(slots=True)
class Sender:
    """One demo sensor on the server, and the newest time that it has sent (seconds since 1970)."""

    sensor: DemoSensor
    door: InboundDoor
    newest: int

    def send_until(self, now: int) -> None:
        """Send every packet since the newest one, of the last day at most. Raises ImportFailed."""
        step = self.sensor.resolution
        first = max(self.newest, now - BACKFILL) // step + 1
        times = range(first * step, now + 1, step)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for rejected in pool.map(self._send, batches(_records(self.sensor, times))):
                if rejected:
                    raise ImportFailed(f"{self.sensor.name}: {rejected[0].why}")
        if times:
            self.newest = times[-1]

    def _send(self, batch: Batch | Rejected) -> list[Rejected]:
        return [batch] if isinstance(batch, Rejected) else list(self.door.send(batch))


def _records(sensor: DemoSensor, times: Sequence[int]) -> Iterator[Record]:
    for at in times:
        yield Record(at, json.dumps(sensor.packet(at), ensure_ascii=False).encode(), sensor.position(at))


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks the server, as the owner of the demo network once there is a token."""

    client: httpx2.Client
    patience: Patience

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the answer. Raises ImportFailed when it is an error."""
        answer = self.patience.answer(self.client, self.client.build_request(method, path, json=body))
        tree = json_of(answer)
        if answer.is_error:
            raise ImportFailed(f"{method} {path}: {tree.get('error-message')} (HTTP {answer.status_code})")
        return tree


def log_in(caller: Caller, kept: Path) -> int:
    """Take the token kept in the file, or register and keep it there; the number of the account."""
    if not kept.exists():
        password = token_urlsafe(16)
        account = {
            "name": "Demo network",
            "description": "Generated values of a small town.",
            "username": "demo",
            "email": "demo@example.org",
            "password": password,
        }
        answer = caller.ask("POST", "/api/providers/create", account)
        owner = {"account": answer["providerid"], "token": answer["token"], "password": password}
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(owner))
    owner = json.loads(kept.read_text())
    caller.client.headers["authorization"] = f"Bearer {owner['token']}"
    return owner["account"]


def senders(caller: Caller, account: int, network: Sequence[DemoSensor]) -> list[Sender]:
    """Every sensor of the network, described to the server unless it is there already."""
    there = {each["name"]: each["id"] for each in caller.ask("GET", f"/api/sensors/providers/{account}")}
    components = {each["name"]: each["id"] for each in reversed(caller.ask("GET", "/api/components"))}
    units = {each["name"]: each["id"] for each in reversed(caller.ask("GET", "/api/units"))}
    found: list[Sender] = []
    for sensor in network:
        number = there.get(sensor.name)
        if number is None:
            described = description(sensor, components, units)
            number = caller.ask("POST", "/api/sensors/configure", described)["sensorid"]
        rows = caller.ask("GET", f"/api/data/id/{number}/maxutc")
        newest = max((row["timestamp_from_epoch"] for row in rows), default=0)
        found.append(Sender(sensor, InboundDoor(caller.client, number, caller.patience), newest))
    return found


def description(sensor: DemoSensor, components: dict[str, int], units: dict[str, int]) -> dict[str, Any]:
    """The sensor as NILU's configure call wants it; the lowest number counts where a name is there twice."""
    place = sensor.place
    return {
        "name": sensor.name,
        "description": sensor.description,
        "resolution": sensor.resolution,
        "srs": {"epsg": 4326},
        "location": {"longitude": place.longitude, "latitude": place.latitude, "altitude": place.altitude}
        if isinstance(place, Position)
        else {},
        "parameters": sensor.parameters,
        "components": [
            {
                "componentid": components[bound.component],
                "unitid": units[bound.unit],
                "binding-path": bound.path,
                "level": 1,
            }
            for bound in sensor.bound
        ],
        "converters": sensor.converters,
        "mapping": [{"name": "Timestamp", "target-path": sensor.time_path}],
    }

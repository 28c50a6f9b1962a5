"""Accounts and sensors for tests of the whole server: what one writes, and what is read back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import msgspec

from tests.running import Server

NO2, MICROGRAMS = 8, 3  # of the default catalogue
PASSWORD = "a long password"
DAY = timedelta(days=1)


def register(server: Server) -> httpx2.Client:
    """A client with the token of a new account."""
    name = uuid4().hex
    account = {"name": name, "username": name, "password": PASSWORD, "email": "me@example.org"}
    with server.client() as client:
        answer = client.post("/api/providers/create", json=account)
    assert answer.status_code == 201, answer.text
    return server.client(answer.json()["token"])


def description(**changes: Any) -> dict[str, Any]:
    """The body that configures a fixed sensor with packets like {"v": 1.5}, without a time of their own."""
    return {
        "name": uuid4().hex,
        "resolution": 1,
        "location": {"longitude": 10.75, "latitude": 59.91, "altitude": 12},
        "parameters": [{"name": "v", "type": "double"}],
        "components": [{"componentid": NO2, "unitid": MICROGRAMS, "binding-path": "v", "level": 1}],
        **changes,
    }


STAMPED: dict[str, Any] = {
    "parameters": [{"name": "t", "type": "long"}, {"name": "v", "type": "double"}],
    "mapping": [{"name": "Timestamp", "target-path": "t"}],
}
"""Changes to `description` for packets with a time of their own, like {"t": 1750000000, "v": 1.5}."""


def describe(client: httpx2.Client, **changes: Any) -> int:
    """Configure a sensor as `description` says. Its number."""
    answer = client.post("/api/sensors/configure", json=description(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()["sensorid"]


def push(client: httpx2.Client, sensor: int, packet: Any) -> httpx2.Response:
    """Send one packet."""
    return client.post(f"/api/sensors/{sensor}/inbound", json=packet)


def lines(packets: list[Any]) -> bytes:
    """The packets as NDJSON."""
    return b"\n".join(msgspec.json.encode(packet) for packet in packets)


def push_many(client: httpx2.Client, sensor: int, packets: list[Any]) -> httpx2.Response:
    """Send a batch."""
    headers = {"content-type": "application/x-ndjson"}
    return client.post(f"/api/sensors/{sensor}/inbound", content=lines(packets), headers=headers)


def rows_path(sensor: int, begin: datetime | None = None, end: datetime | None = None) -> str:
    """The address of the rows of a range of time, that of yesterday until tomorrow by default."""
    now = datetime.now(UTC)
    begin, end = begin or now - DAY, end or now + DAY
    return f"/api/data/id/{sensor}/fromutc/{begin:%Y-%m-%dT%H:%M:%SZ}/toutc/{end:%Y-%m-%dT%H:%M:%SZ}"


def values(client: httpx2.Client, sensor: int) -> list[float]:
    """The values of about now, in the order of their time."""
    answer = client.get(rows_path(sensor))
    assert answer.status_code == 200, answer.text
    return [row["value"] for row in msgspec.json.decode(answer.content)]


def is_unavailable(answer: httpx2.Response, code: int = 305) -> bool:
    """Whether it is NILU's "unavailable", with the time after which to ask again.

    `code` is 305 when data cannot be transferred, 300 when a store is away.
    """
    return (
        answer.status_code == 500
        and answer.json()["error-code"] == code
        and int(answer.headers["retry-after"]) > 0
    )

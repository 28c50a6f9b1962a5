"""What the tests of NILU's API need: providers, sensors, and the samples of its document."""

import sqlite3
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx2

from tests.running import Server

DATE_PATTERN = {"input-format": "yyyy/MM/dd HH:mm:ss", "timezone": "Europe/Stockholm"}

# The document's example of a configuration, with the comma that it lacks
EXAMPLE: dict[str, Any] = {
    "name": "Innosense",
    "description": "Innosense sensor",
    "resolution": 60,
    "srs": {"epsg": 4326},
    "enabled": True,
    "location": {"longitude": 67, "latitude": 50, "altitude": 1.5},
    "parameters": [
        {"name": "no2", "type": "double", "doc": "Predicted NO2 in microgram"},
        {"name": "date", "type": "long", "doc": "Date of measurement"},
    ],
    "components": [{"componentid": 64, "unitid": 35, "binding-path": "/no2", "level": 1}],
    "converters": [
        {
            "input-type": "string",
            "output-type": "StringEpochTime",
            "target-path": "/date",
            "input-args": DATE_PATTERN,
        },
        {"input-type": "string", "output-type": "StringDouble", "target-path": "/no2"},
    ],
    "mapping": [{"name": "Timestamp", "target-path": "/date"}],
}

# The document's example of a packet, its long arrays cut
PACKET: dict[str, Any] = {
    "sensorid": "innosense-6",
    "date": "2010/10/20 15:00:00",
    "position": ["0.000000", "0.000000"],
    "rawvalues": ["fff98ea8", "000296f6"],
    "samplecount": "40",
    "viewer_wanip": "37.253.165.85",
    "scanner_wanip": "37.253.165.85",
    "regulator": ["16.54", "22.93"],
    "no2": "132.5657676765",
}
PACKET_TIME = 1287579600  # 15:00 in Stockholm's summer time

# Numbers in, no converter, the time in seconds: what most tests push
PLAIN: dict[str, Any] = {
    "resolution": 60,
    "location": {"longitude": 5.312691, "latitude": 60.395897, "altitude": 3},
    "parameters": [
        {"name": "date", "type": "long"},
        {"name": "pm25", "type": "double"},
        {"name": "humidity", "type": "double"},
    ],
    "components": [
        {"componentid": 13, "unitid": 3, "binding-path": "/pm25", "level": 0},
        {"componentid": 5, "unitid": 1, "binding-path": "/humidity", "level": 0},
    ],
    "mapping": [{"name": "Timestamp", "target-path": "/date"}],
}
MOVING: dict[str, Any] = {key: value for key, value in PLAIN.items() if key != "location"}


@dataclass(frozen=True)
class Provider:
    """A provider that a test made: its first token, and a client that shows it."""

    id: int
    name: str
    username: str
    password: str
    token: str
    client: httpx2.Client

    @property
    def basic(self) -> dict[str, str]:
        """The header with user name and password."""
        return basic(self.username, self.password)

    def configure(self, body: Mapping[str, Any] = PLAIN, **changed: Any) -> int:
        """A new sensor of a name of its own, unless one is given; its id."""
        response = self.client.post("/api/sensors/configure", json={"name": unique(), **body, **changed})
        assert response.status_code == 201, response.text
        return response.json()["sensorid"]

    def push(self, sensor: int, *packets: Any) -> None:
        """Push packets of a fixed sensor, one request each."""
        for packet in packets:
            response = self.client.post(f"/api/sensors/{sensor}/inbound", json=packet)
            assert response.status_code == 200, response.text

    def rows(self, sensor: int, begin: str = "2020-01-01T00:00:00Z") -> list[dict[str, Any]]:
        """Two months of a sensor's data."""
        response = self.client.get(f"/api/data/id/{sensor}/fromutc/{begin}")
        assert response.status_code == 200, response.text
        return response.json()

    def newest(self, sensor: int) -> list[dict[str, Any]]:
        """The newest row of each component of a sensor."""
        response = self.client.get(f"/api/data/id/{sensor}/maxutc")
        assert response.status_code == 200, response.text
        return response.json()


def unique() -> str:
    """A name that nothing has yet."""
    return f"n{uuid4().hex}"


def basic(username: str, password: str) -> dict[str, str]:
    """The header of Basic authentication."""
    return {"authorization": f"Basic {b64encode(f'{username}:{password}'.encode()).decode()}"}


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"authorization": f"Bearer {token}"}


def new_provider(server: Server) -> Provider:
    """A provider with names of its own."""
    username, password = unique(), "my100th.Secret.password"
    body = {"name": unique(), "email": "a@example.org", "username": username, "password": password}
    with server.client() as anyone:
        created = anyone.post("/api/providers/create", json=body).json()
    token = created["token"]
    return Provider(created["providerid"], body["name"], username, password, token, server.client(token))


def stored_token(server: Server, token: str) -> tuple[int, int | None]:
    """When the token was made and when it ends, in microseconds, as the catalog has it."""
    query = "SELECT created, expires FROM tokens WHERE digest = ?"
    return _on_catalog(server, query, sha256(token.encode()).digest())


def let_expire(server: Server, token: str) -> None:
    """Put a token's end into the past, before it was ever used."""
    statement = "UPDATE tokens SET expires = created WHERE digest = ? RETURNING id"
    _on_catalog(server, statement, sha256(token.encode()).digest())


def session_of(server: Server, provider: Provider, **described: Any) -> str:
    """A user of the provider's account, with rights and trackers as described, who has logged in."""
    body = {"username": unique(), "password": "long enough", **described}
    response = provider.client.post("/manage/v1/users", json=body)
    assert response.status_code == 201, response.text
    token, user = uuid4().hex, response.json()["id"]
    statement = (
        "INSERT INTO tokens (account, user, kind, digest, last4, created)"
        " VALUES (?, ?, 'session', ?, ?, 0) RETURNING id"
    )
    _on_catalog(server, statement, provider.id, user, sha256(token.encode()).digest(), token[-4:])
    return token


def key_of(provider: Provider, *scopes: str) -> str:
    """A key of the provider's account with these scopes, or without bounds."""
    body = {"title": unique(), "scopes": list(scopes) or None}
    response = provider.client.post("/manage/v1/keys", json=body)
    assert response.status_code == 201, response.text
    return response.json()["key"]


def _on_catalog(server: Server, statement: str, *values: Any) -> Any:
    database = sqlite3.connect(server.data / "catalog.db", timeout=10)
    try:
        with database:
            [row] = database.execute(statement, values).fetchall()
            return row
    finally:
        database.close()


def assert_error(response: httpx2.Response, status: int, code: int, words: str = "") -> None:
    """The answer is an error in the standard format, with these numbers, and its message holds the words."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert (response.status_code, body) == (
        status,
        {"error-code": code, "error-message": body["error-message"], "http-status-code": status},
    )
    assert words in body["error-message"]

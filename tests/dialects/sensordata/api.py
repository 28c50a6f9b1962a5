"""What the tests of SensorData need: accounts with devices on assets, and definitions of what they send."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.dialects.nilu.api import PLAIN, Provider, new_provider, unique
from tests.running import Server

PATH = "/v1/SensorData/"
AGENT = "PSM_2081|PSM_2103|PSM_2204X#23#0#2"
LATITUDE, LONGITUDE, ALTITUDE = 12, 13, 14
PM25, MICROGRAM = 13, 3
LONG_AGO = "2020-01-01T00:00:00Z"


@dataclass(frozen=True)
class Customer:
    """An account, with a client that shows its token as the document says."""

    provider: Provider
    client: httpx2.Client
    token: str = field(repr=False)

    def manage(self, method: str, path: str, body: Any = None, status: int = 201) -> Any:
        """What the management API answers."""
        headers = {"if-match": "*"} if method in ("PUT", "PATCH") else {}
        answer = self.provider.client.request(method, f"/manage/v1/{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def post(self, body: Any) -> Any:
        """The JSON body that a POST is answered with; it is HTTP 200 always."""
        answer = self.client.post(PATH, json=body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    def insert(self, place: dict[str, int], *values: tuple[int, object], **more: Any) -> Any:
        """What an insert of (sd_id, value) pairs is answered with."""
        data = [{"sd_id": number, "value": value} for number, value in values]
        return self.post({"action": "insert", "user_agent": AGENT, "sensor_data": data, **place, **more})

    def select(self, **asked: Any) -> list[dict[str, Any]]:
        """The selected rows, in order; none when there are no data."""
        found = self.post({"action": "select", **asked})
        if found == {"error": "NO_DATA"}:
            return []
        rows = found["sensordata"]
        assert list(rows) == [f"sensordata {number}" for number in range(len(rows))]
        return list(rows.values())

    def device(self, **changed: Any) -> int:
        """A new device."""
        return self.provider.configure(PLAIN, **changed)

    def asset(self) -> int:
        """A new asset."""
        return self.manage("POST", "assets", {"name": unique()})["id"]

    def link(self, device: int, asset: int, begin: str = LONG_AGO, **more: Any) -> int:
        """Fix a device to an asset."""
        body = {"device": device, "asset": asset, "begin": begin, **more}
        return self.manage("POST", "links", body)["id"]

    def definition(self, **said: Any) -> int:
        """A new definition, of fine dust unless something else is said."""
        body = {"name": "Dust", "sensor": 1, "component": PM25, "unit": MICROGRAM, **said}
        return self.manage("POST", "definitions", body)["id"]

    def provision(self, device: int, *definitions: int) -> None:
        """Let a device send values of definitions."""
        for number in definitions:
            self.manage("POST", f"devices/{device}/definitions", {"definition": number})

    def place(self, *definitions: int) -> "Place":
        """A new device on a new asset that sends these."""
        device, asset = self.device(), self.asset()
        link = self.link(device, asset)
        self.provision(device, *definitions)
        return Place(device, asset, link)


@dataclass(frozen=True)
class Place:
    """A device on an asset."""

    device: int
    asset: int
    link: int

    @property
    def by_asset(self) -> dict[str, int]:
        return {"asset_id": self.asset}

    @property
    def by_device(self) -> dict[str, int]:
        return {"device_id": self.device}


@contextmanager
def new_customer(server: Server) -> Iterator[Customer]:
    """An account of its own, for the length of a block."""
    provider = new_provider(server)
    customer = server.client()
    customer.headers["token"] = provider.token
    with provider.client, customer as client:
        yield Customer(provider, client, provider.token)


def values(rows: list[dict[str, Any]]) -> list[str]:
    """The values of rows."""
    return [row["sensor_value"] for row in rows]

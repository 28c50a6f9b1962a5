"""What the tests of Navixy's API need: callers, trackers with sensors, and what errors look like."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from sensorium.dialects.navixy.errors import CODES
from tests.dialects.nilu.api import PLAIN, Provider, new_provider, unique
from tests.running import Server

CURVE = [{"in": 0.0, "out": 0.0}, {"in": 0.7, "out": 60.0}]
FUEL = {"type": "metering", "sensor_type": "fuel", "name": "Tank", "input_name": "pm25"}
DOOR = {"type": "discrete", "sensor_type": "door", "name": "Door", "input_number": 1}
MOVES = {
    "type": "virtual",
    "sensor_type": "state",
    "name": "Moves",
    "input_name": "humidity",
    "parameters": {"calc_method": "in_range", "range_from": 1, "range_to": 5},
}
READ, UPDATE, UPLOAD = (
    f"/tracker/sensor/calibration_data/{name}" for name in ("read", "update", "upload_omnicomm")
)
READ_TRACKING, UPDATE_TRACKING = (f"/tracker/settings/tracking/{name}" for name in ("read", "update"))


@dataclass(frozen=True)
class Caller:
    """Somebody with a hash: an account, a user of one, or a key."""

    hash: str
    client: httpx2.Client
    provider: Provider

    def post(self, path: str, **parameters: Any) -> httpx2.Response:
        """Call by POST with a JSON body."""
        return self.client.post(f"/v2{path}", json={"hash": self.hash, **parameters})

    def call(self, path: str, **parameters: Any) -> Any:
        """Call, and what comes back if it is a success."""
        response = self.post(path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def curve(self, tracker: int, sensor: int) -> list[dict[str, float]]:
        """The points of a sensor's curve."""
        return self.call(READ, tracker_id=tracker, sensor_id=sensor)["value"]


@dataclass(frozen=True)
class Fleet:
    """A device with its tracker and a fuel sensor on its component pm25."""

    caller: Caller
    device: int
    tracker: int
    fuel: int

    @property
    def ids(self) -> dict[str, int]:
        """The parameters that name the fuel sensor."""
        return {"tracker_id": self.tracker, "sensor_id": self.fuel}

    def add(self, sensor: Mapping[str, Any]) -> int:
        """Another sensor; its id."""
        return self.caller.call("/tracker/sensor/create", tracker_id=self.tracker, sensor=sensor)["id"]

    def change(self, **said: Any) -> None:
        """Say of the device that it is of a model, or blocked."""
        response = self.caller.provider.client.patch(
            f"/manage/v1/devices/{self.device}", json=said, headers={"if-match": "*"}
        )
        assert response.status_code == 200, response.text

    def push(self, *raws: float | None, begin: int = 1579521600) -> None:
        """Send raw values of the fuel sensor, one a minute."""
        packets = [{"date": begin + 60 * at, "pm25": raw, "humidity": 50.0} for at, raw in enumerate(raws)]
        self.caller.provider.push(self.device, *packets)

    def values(self, sensor: int | None = None, **more: Any) -> list[float]:
        """The values of the sensor on the day of `push`."""
        rows = self.caller.call(
            "/tracker/sensor/data/read",
            tracker_id=self.tracker,
            sensor_id=sensor or self.fuel,
            **{"from": "2020-01-20 00:00:00", "to": "2020-01-21 00:00:00", **more},
        )["list"]
        return [row["value"] for row in rows]


@contextmanager
def new_caller(server: Server) -> Generator[Caller]:
    """A new account; its first token is its hash."""
    provider = new_provider(server)
    with server.client() as client, provider.client:
        yield Caller(provider.token, client, provider)


def tracker_of(caller: Caller, device: int) -> int:
    """The tracker by which an account sees a device."""
    found = caller.call("/tracker/list")["list"]
    return next(each["id"] for each in found if each["source"]["id"] == device)


def new_fleet(caller: Caller, body: Mapping[str, Any] = PLAIN, **said: Any) -> Fleet:
    """A new device with a tracker and a fuel sensor; `said` is its model, or that it is blocked."""
    device = caller.provider.configure(body)
    tracker = tracker_of(caller, device)
    sensor = caller.call("/tracker/sensor/create", tracker_id=tracker, sensor=FUEL)["id"]
    made = Fleet(caller, device, tracker, sensor)
    if said:
        made.change(**said)
    return made


def clone_of(fleet: Fleet, other: Caller) -> Fleet:
    """The same device as another account sees it."""
    number = fleet.caller.call(
        "/panel/tracker/clone", tracker_id=fleet.tracker, user_id=other.provider.id, label="a clone"
    )["id"]
    return Fleet(other, fleet.device, number, fleet.fuel)


def new_user(caller: Caller, *rights: str, trackers: list[int] | None = None) -> Caller:
    """A user of the caller's account with these rights, who has logged in."""
    username, password = unique(), "a long password"
    body = {"username": username, "password": password, "rights": list(rights), "trackers": trackers}
    response = caller.provider.client.post("/manage/v1/users", json=body)
    assert response.status_code == 201, response.text
    session = caller.client.post("/v2/user/auth", json={"login": username, "password": password}).json()
    return Caller(session["hash"], caller.client, caller.provider)


def assert_code(response: httpx2.Response, code: int, *parameters: str) -> None:
    """The answer is that error to the letter (facts 1.3), and with code 7 names these parameters."""
    status, description = CODES[code]
    assert response.headers["content-type"] == "application/json"
    expected: dict[str, Any] = {"success": False, "status": {"code": code, "description": description}}
    body = response.json()
    if code == 7:
        assert tuple(each["parameter"] for each in body["errors"]) == parameters, body
        expected["errors"] = [
            {"parameter": each["parameter"], "error": each["error"]} for each in body["errors"]
        ]
        assert all(each["error"] for each in body["errors"])
    assert (response.status_code, body) == (status, expected)

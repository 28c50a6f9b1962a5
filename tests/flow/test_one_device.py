"""One device and one curve, through every door that knows of them.

A fuel probe on a truck sends volts to NILU's inbound. Its tank table comes from Navixy's calls, its litres
are read there and as NILU's value_corr, the table is mended for the past, the statistics follow, and Cirrus's
log tells who did what.
"""

from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any, TypeVar

import httpx2
import pytest

from tests.dialects.manage.api import streams
from tests.dialects.nilu.api import Provider, key_of, new_provider, unique
from tests.running import Server, running

VOLTS: dict[str, Any] = {
    "resolution": 60,
    "parameters": [{"name": "t", "type": "long"}, {"name": "lls", "type": "double"}],
    "components": [{"componentid": 357, "unitid": 200, "binding-path": "lls", "level": 0}],
    "mapping": [{"name": "Timestamp", "target-path": "t"}],
}
NOON = 1_772_366_400  # 2026-03-01T12:00:00Z
SENT = {NOON: 0.35, NOON + 60: 0.7, NOON + 120: 0.9, NOON + 180: 0.175}
TANK = [{"in": 0.0, "out": 0.0}, {"in": 0.7, "out": 60.0}]
FILE = """<?xml version="1.0" encoding="windows-1251"?>
<tanks><tank no="1">
  <row code="0" litres="0"/><row code="0,5" litres="40"/><row code="1" litres="95,5"/>
</tank></tanks>
"""
RANGE = {"from": "2026-03-01 00:00:00", "to": "2026-03-02 00:00:00"}
Found = TypeVar("Found")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests' own."""
    with running(tmp_path_factory.mktemp("truck") / "data") as started:
        started.wait_for_engine()
        yield started


@pytest.fixture
def anyone(server: Server) -> Iterator[httpx2.Client]:
    """A client that shows nothing by itself."""
    with server.client() as client:
        yield client


@pytest.fixture
def owner(server: Server) -> Iterator[Provider]:
    """The account that owns the truck."""
    made = new_provider(server)
    with made.client:
        yield made


class Fleet:
    """Navixy's calls by one of the account's people, about a truck's tank."""

    def __init__(self, client: httpx2.Client, username: str, password: str) -> None:
        self.client = client
        self.hash = self.call("user/auth", login=username, password=password)["hash"]
        tracker = self.call("tracker/list")["list"][0]["id"]
        tank = {"type": "metering", "sensor_type": "fuel", "name": "Tank", "input_name": "lls"}
        sensor = {**tank, "units": "l", "units_type": "litre"}
        made = self.call("tracker/sensor/create", tracker_id=tracker, sensor=sensor)
        self.tank = {"tracker_id": tracker, "sensor_id": made["id"]}

    def call(self, name: str, **parameters: Any) -> dict[str, Any]:
        """A call that is not refused."""
        shown = {} if name == "user/auth" else {"hash": self.hash}
        answer = self.client.post(f"/v2/{name}", json={**shown, **parameters})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def update(self, points: list[dict[str, float]]) -> None:
        """Give the tank another curve."""
        self.call("tracker/sensor/calibration_data/update", **self.tank, data=points)

    def upload(self, content: bytes) -> None:
        """Give it one from a file."""
        answer = self.client.post(
            "/v2/tracker/sensor/calibration_data/upload_omnicomm",
            data={"hash": self.hash, **{name: str(number) for name, number in self.tank.items()}},
            files={"file": ("tank.xml", content)},
        )
        assert answer.json() == {"success": True}, answer.text

    def litres(self) -> list[float]:
        """What was in the tank."""
        found = self.call("tracker/sensor/data/read", **self.tank, **RANGE)["list"]
        return [round(each["value"], 9) for each in found]


class Truck:
    """The device as its account sees it in NILU's answers."""

    def __init__(self, owner: Provider) -> None:
        self.owner, self.id = owner, owner.configure(VOLTS)
        for at, (time, volts) in enumerate(SENT.items()):
            path = f"/api/sensors/{self.id}/{10.75 + at / 100}/59.91/12/inbound"
            assert owner.client.post(path, json={"t": time, "lls": volts}).status_code == 200

    def litres(self) -> list[float | None]:
        """The corrected values; the volts and the places beside them are as they were sent."""
        found = self.owner.client.get(f"/api/data/id/{self.id}/fromutc/2026-03-01T00:00:00Z").json()
        assert [row["value"] for row in found] == list(SENT.values())
        assert [row["longitude"] for row in found] == [10.75, 10.76, 10.77, 10.78]
        return [None if row["value_corr"] is None else round(row["value_corr"], 9) for row in found]

    def mean(self) -> float | None:
        """That of the hour."""
        path = f"/api/data/id/{self.id}/hourly/stats/fromutc/2026-03-01T12:00:00Z/toutc/2026-03-01T13:00:00Z"
        found = self.owner.client.get(f"{path}?exclude=position&values=corrected").json()
        return found[0]["avg"] if found else None

    def mend(self, calibration: dict[str, Any]) -> None:
        """Set a calibration with a date."""
        path = f"/manage/v1/datastreams/{streams(self.owner, self.id)['Voltage']}/calibration"
        answer = self.owner.client.put(path, json=calibration, headers={"if-match": "*"})
        assert answer.status_code == 200, answer.text

    def log(self, anyone: httpx2.Client) -> list[tuple[str, str]]:
        """Who did what to it, as a program with a key reads it."""
        serial, path = unique()[:12], f"/manage/v1/devices/{self.id}"
        answer = self.owner.client.patch(path, json={"serial": serial}, headers={"if-match": "*"})
        assert answer.status_code == 200, answer.text
        year = {"start": "2026-11-01T00:00:00Z", "end": "2027-10-31T00:00:00Z"}
        answer = anyone.get(
            "/v1/data/calibrations/log",
            params={"instruments": serial, **year},
            headers={"x-api-key": key_of(self.owner, "data.system:read")},
        )
        return [(each["user"], each["message"]) for each in answer.json()]


def wait_for(read: Callable[[], Found], expected: Found) -> None:
    """Until a change has reached what is stored."""
    until = monotonic() + 60
    while (found := read()) != expected:
        assert monotonic() < until, found
        sleep(0.1)


def make_user(owner: Provider) -> tuple[str, str]:
    """Somebody who may change the tables of the account's devices; name and password."""
    name, password = unique(), "password of a dispatcher"
    body = {"username": name, "password": password, "rights": ["tracker_update"]}
    answer = owner.client.post("/manage/v1/users", json=body)
    assert answer.status_code == 201, answer.text
    return name, password


def test_curve_of_a_tank_is_one_at_every_door(owner: Provider, anyone: httpx2.Client):
    """Set and mended by two people; seen by readings, rows, statistics and the log."""
    truck = Truck(owner)
    dispatcher, password = make_user(owner)
    fleet = Fleet(anyone, dispatcher, password)
    assert (truck.litres(), truck.mean()) == ([None] * 4, None)

    fleet.update(TANK)
    assert fleet.litres() == [30.0, 60.0, 60.0, 15.0]
    wait_for(truck.litres, [30.0, 60.0, 60.0, 15.0])
    assert truck.mean() == 41.25

    fleet.upload(FILE.encode("cp1251"))
    assert fleet.litres() == [28.0, 62.2, 84.4, 14.0]
    wait_for(truck.litres, [28.0, 62.2, 84.4, 14.0])
    assert truck.mean() == 47.15

    truck.mend({"points": TANK, "valid_from": "2026-03-01T12:02:00Z", "note": "another tank since then"})
    assert fleet.litres() == [28.0, 62.2, 60.0, 15.0]
    wait_for(truck.litres, [28.0, 62.2, 60.0, 15.0])
    assert truck.mean() == 41.3

    assert truck.log(anyone) == [
        (dispatcher, "Voltage (lls): calibrated by a table of 2 points for all time."),
        (dispatcher, "Voltage (lls): calibrated by a table of 3 points for all time."),
        (owner.name, "Voltage (lls): calibrated by a table of 2 points from 2026-03-01T12:02:00Z on."),
    ]

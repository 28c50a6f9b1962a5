"""A device that is described anew with another resolution, level or reference system goes on at every door.

Its values are of the same definition and the same sensor, before and after, and what is said of a
datastream (calibration, correction, checks) is said of all that go on with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from sensorium.model.flags import FAILED
from tests.dialects.nilu.api import PLAIN, unique
from tests.dialects.sensordata.api import LONG_AGO, Customer, Place, new_customer
from tests.running import Server, running

NEW_YEAR = 1_704_067_200  # 2024-01-01T00:00:00Z
DAY = {"from": "2024-01-01 00:00:00", "to": "2024-01-02 00:00:00"}
CURVE = [{"in": 0.0, "out": 0.0}, {"in": 10.0, "out": 100.0}]
READ, NEWEST = "/v2/tracker/sensor/data/read", "/v2/tracker/readings/list"
BOUND = PLAIN["components"][0]
ONLY_PM = {**PLAIN, "components": [BOUND]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests' own."""
    with running(tmp_path_factory.mktemp("lines") / "data") as started:
        started.wait_for_engine()
        yield started


@pytest.fixture(scope="module")
def customer(server: Server) -> Iterator[Customer]:
    """An account on it."""
    with new_customer(server) as made:
        yield made


@dataclass(frozen=True)
class Probe:
    """A device on an asset that sends `pm25`, with a definition of it and a sensor of Navixy's API."""

    customer: Customer
    place: Place
    body: dict[str, Any]
    definition: int
    hash: str
    tracker: int
    sensor: int

    @classmethod
    def made(cls, customer: Customer, equation: str | None = None) -> "Probe":
        body = {**ONLY_PM, "name": unique(), "resolution": 60, "srs": {"epsg": 4326}}
        device, asset = customer.provider.configure(body), customer.asset()
        place = Place(device, asset, customer.link(device, asset, LONG_AGO))
        definition = customer.definition(equation=equation)
        number = customer.manage("GET", f"devices/{device}", None, 200)["datastreams"][0]["id"]
        said = {"definition": definition, "datastream": number}
        customer.manage("POST", f"devices/{device}/definitions", said)
        trackers = customer.manage("GET", "trackers", None, 200)["items"]
        tracker = next(each["id"] for each in trackers if each["device"] == device)
        sensor = {"type": "metering", "sensor_type": "custom", "name": "Dust", "input_name": "pm25"}
        asked = {"hash": customer.token, "tracker_id": tracker, "sensor": sensor}
        made = customer.client.post("/v2/tracker/sensor/create", json=asked).json()["id"]
        return cls(customer, place, body, definition, customer.token, tracker, made)

    def push(self, minute: int, value: float) -> None:
        packet = {"date": NEW_YEAR + 60 * minute, "pm25": value, "humidity": None}
        self.customer.provider.push(self.place.device, packet)

    def describe(self, status: int = 200, **changed: Any) -> None:
        """Disable it, and describe it anew."""
        path, client = f"/api/sensors/{self.place.device}", self.customer.provider.client
        assert client.post(f"{path}/disable").status_code == 200
        answer = client.put(f"{path}/reconfigure", json={**self.body, **changed, "enabled": True})
        assert answer.status_code == status, answer.text

    def streams(self) -> list[dict[str, Any]]:
        return self.customer.manage("GET", f"devices/{self.place.device}", None, 200)["datastreams"]

    def fed(self) -> int:
        (found,) = (each["id"] for each in self.streams() if each["current"])
        return found

    def nilu(self) -> list[tuple[float, float | None]]:
        """The raw and the calibrated or corrected values, in the order of time."""
        rows = self.customer.provider.rows(self.place.device, "2024-01-01T00:00:00Z")
        return [(row["value"], row["value_corr"]) for row in rows]

    def ends(self, which: str) -> list[float]:
        answer = self.customer.provider.client.get(f"/api/data/id/{self.place.device}/{which}")
        return [row["value"] for row in answer.json()]

    def selected(self, **asked: Any) -> list[str]:
        wanted = asked or {"sd_id": self.definition}
        rows = self.customer.select(device_id=self.place.device, order="ASC", **wanted)
        return [row["sensor_value"] for row in rows]

    def read(self) -> list[float]:
        asked = {"hash": self.hash, "tracker_id": self.tracker, "sensor_id": self.sensor, **DAY}
        return [each["value"] for each in self.customer.client.post(READ, json=asked).json()["list"]]

    def newest(self) -> float:
        asked = {"hash": self.hash, "tracker_id": self.tracker}
        (reading,) = self.customer.client.post(NEWEST, json=asked).json()["inputs"]
        return reading["value"]

    def calibrate(self) -> None:
        asked = {"hash": self.hash, "tracker_id": self.tracker, "sensor_id": self.sensor, "data": CURVE}
        answer = self.customer.client.post("/v2/tracker/sensor/calibration_data/update", json=asked)
        assert answer.json() == {"success": True}, answer.text

    def tell(self, stream: int, what: str, said: dict[str, Any]) -> None:
        client = self.customer.provider.client
        path = f"/manage/v1/datastreams/{stream}/{what}"
        there = client.get(path).headers.get("etag")
        answer = client.put(path, json=said, headers={"if-match": there} if there else {})
        assert answer.status_code == 200, answer.text

    def await_nilu(self, expected: list[tuple[float, float | None]]) -> None:
        """Stored values are made anew beside new packets, so a moment later."""
        until = monotonic() + 60
        while self.nilu() != expected and monotonic() < until:
            sleep(0.1)
        assert self.nilu() == expected


@pytest.mark.parametrize(
    "change",
    [{"resolution": 10}, {"srs": {"epsg": 3857}}, {"components": [{**BOUND, "level": 1}]}],
    ids=["resolution", "reference system", "level"],
)
def test_a_device_goes_on_at_every_door(customer: Customer, change: dict[str, Any]):
    """With its curve, there and back again: each door has all values, calibrated as the first."""
    probe = Probe.made(customer)
    probe.calibrate()
    for minute, value, described in ((0, 1, {}), (1, 7, change), (2, 3, {})):
        if minute:
            probe.describe(**described)
        probe.push(minute, value)
    assert probe.nilu() == [(1, 10), (7, 70), (3, 30)]
    assert [probe.ends(which) for which in ("minutc", "maxutc")] == [[1], [3]]
    (hour,) = probe.customer.provider.client.get(f"/api/data/id/{probe.place.device}/hourly/stats").json()
    assert hour["timestamp_from_epoch"] == NEW_YEAR
    assert probe.selected() == ["1", "7", "3"]
    assert probe.read() == [10, 70, 30]
    assert probe.newest() == 30
    first, second = probe.streams()
    assert (probe.fed(), second["current"]) == (first["id"], False)


def test_an_equation_goes_on(customer: Customer):
    """That of the definition, and the one that it has instead of it later, said of either datastream."""
    probe = Probe.made(customer, "$value * 2")
    probe.push(0, 1)
    probe.describe(resolution=10)
    probe.push(1, 7)
    probe.await_nilu([(1, 2), (7, 14)])
    assert probe.read() == [2, 14]
    first, second = (each["id"] for each in probe.streams())
    dated = {"equation": "$value * 3", "valid_from": "2024-01-01T00:01:00Z"}
    probe.tell(first, "calibration", dated)
    probe.await_nilu([(1, 2), (7, 21)])
    probe.tell(second, "calibration", {**dated, "equation": "$value * 5", "valid_from": LONG_AGO})
    probe.await_nilu([(1, 5), (7, 21)])
    assert probe.read() == [5, 21]


def test_corrections_and_checks_go_on(customer: Customer):
    """Also in an expression that names the datastream of before by its number."""
    probe = Probe.made(customer)
    number = probe.fed()
    corrected = {"expression": f"PM2_5_{number} + 1", "level": 1, "valid_from": LONG_AGO}
    probe.tell(number, "correction", corrected)
    probe.tell(number, "quality", {"maximum": 5, "valid_from": LONG_AGO})
    probe.push(0, 1)
    probe.describe(resolution=10)
    probe.push(1, 2)
    probe.push(2, 7)
    assert [corrected for _, corrected in probe.nilu()][:2] == [2, 3]
    rows = customer.provider.rows(probe.place.device, "2024-01-01T00:00:00Z")
    failed = [bool(row["qc_flags"]["flags"] & FAILED) for row in rows]
    assert failed == [False, False, True]


def test_one_value_for_a_moment(customer: Customer):
    """A packet that comes again in another resolution takes the place of the one before, at each door."""
    probe = Probe.made(customer)
    for value, described in ((1, None), (7, {"resolution": 10}), (3, {"resolution": 60})):
        if described:
            probe.describe(**described)
        probe.push(0, value)
        assert (probe.selected(), probe.read()) == ([str(value)], [value])
    probe.describe(resolution=10)
    probe.push(0, 8)
    below = [{"sd_id": probe.definition, "value": [{"comp": "<", "val": 5, "op": 0}]}]
    assert probe.selected(filter=below) == []
    assert (probe.selected(), probe.read(), probe.newest()) == (["8"], [8], 8)


def test_values_of_a_definition_stay_its_own(customer: Customer):
    """A device described and provisioned anew has the values of before, and takes none of them again."""
    device, asset = customer.device(), customer.asset()
    place = Place(device, asset, customer.link(device, asset))
    definition = customer.definition()
    customer.provision(device, definition)
    at = {"timestamp": "2024-01-01 00:00:00"}
    first = customer.insert(place.by_device, (definition, 1), **at)
    probe = Probe(customer, place, {**PLAIN, "name": unique()}, definition, "", 0, 0)
    for resolution in (10, 20):
        probe.describe(resolution=resolution)
        if resolution == 20:
            customer.manage("DELETE", f"devices/{device}/definitions/{definition}", None, 204)
            customer.provision(device, definition)
        again = customer.insert(place.by_device, (definition, 9), **at)
        assert again == {"error": "NO_UNIQUE_SENSOR_DATA"}
        assert [row["sensor_value"] for row in customer.select(sd_id=definition)] == ["1"]
    later = customer.insert(place.by_device, (definition, 2), timestamp="2024-01-01 00:01:00")
    assert later["data_id"] != first["data_id"]
    assert [row["sensor_value"] for row in customer.select(sd_id=definition)] == ["2", "1"]
    own = [each for each in probe.streams() if each["path"] == f"/sd_id/{definition}"]
    assert [(each["resolution"], each["current"]) for each in own] == [(60, False), (10, False), (20, True)]
    assert [row["value"] for row in probe.customer.provider.rows(device, "2024-01-01T00:00:00Z")] == [1, 2]


def test_two_that_were_one_after_the_other_are_not_bound_at_once(customer: Customer):
    """Since neither could go on: the refusal says so."""
    probe, other = Probe.made(customer), {**BOUND, "level": 1}
    probe.describe(components=[other])
    probe.describe(500, components=[BOUND, other])


def test_all_of_it_stays_after_a_restart_and_a_replay(tmp_path: Path):
    """What is shown is a function of the packets and the catalog."""
    data = tmp_path / "data"
    with running(data) as server, new_customer(server) as customer:
        server.wait_for_engine()
        probe = Probe.made(customer)
        probe.calibrate()
        probe.push(0, 1)
        probe.describe(resolution=10)
        probe.push(1, 7)
        expected = [(1, 10), (7, 70)]
        assert probe.nilu() == expected
        token = customer.token
    with running(data) as server, server.client(token) as client, server.client() as caller:
        server.wait_for_engine()
        caller.headers["token"] = token
        owner = Customer(replace(customer.provider, client=client), caller, token)
        again = replace(probe, customer=owner)

        def seen() -> tuple[Any, ...]:
            return again.nilu(), again.selected(), again.read(), again.newest()

        assert seen() == (expected, ["1", "7"], [10, 70], 70)
        replay = owner.manage("POST", f"devices/{probe.place.device}/replays", {}, 202)
        until, path = monotonic() + 60, f"replays/{replay['id']}"
        while (state := owner.manage("GET", path, None, 200)["state"]) in ("waiting", "running"):
            assert monotonic() < until
            sleep(0.1)
        assert (state, seen()) == ("done", (expected, ["1", "7"], [10, 70], 70))

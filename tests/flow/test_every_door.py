"""One reading goes in by each door and comes out by each: the same at all of them, member by member.

A probe sends 0.35 V at noon: as JSON, as XML, with its place, in a batch, out of a file, and by the number of
its kind. NILU's rows and statistics, SensorData's select and Navixy's readings show it, raw and calibrated,
and show it anew when the calibration is edited, at whichever door that is done.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest

from tests.dialects.sensordata.api import PATH, Customer, Place, new_customer
from tests.running import running

NOON = 1_772_366_400  # 2026-03-01T12:00:00Z
RAW = 0.35
VOLT, VOLTS = 357, 200
WHERE = {"longitude": 10.75, "latitude": 59.91, "altitude": 12}
PROBE: dict[str, Any] = {
    "resolution": 60,
    "parameters": [{"name": "t", "type": "long"}, {"name": "lls", "type": "double"}],
    "components": [{"componentid": VOLT, "unitid": VOLTS, "binding-path": "lls", "level": 0}],
    "mapping": [{"name": "Timestamp", "target-path": "t"}],
}
FIXED = {**PROBE, "location": WHERE}
DATE = {"input-format": "yyyy-MM-dd HH:mm:ss", "timezone": "UTC"}
OF_TEXTS = {
    **FIXED,
    "converters": [
        {"input-type": "string", "output-type": "StringDouble", "target-path": "lls"},
        {"input-type": "string", "output-type": "StringEpochTime", "target-path": "t", "input-args": DATE},
    ],
}
JSON = b'{"t":%d,"lls":0.35}' % NOON
DAY = "fromutc/2026-03-01T00:00:00Z/toutc/2026-03-02T00:00:00Z"
RANGE = {"from": "2026-03-01 00:00:00", "to": "2026-03-02 00:00:00"}
"""The day of the reading, as NILU's paths and as Navixy's calls say it."""

SAID: dict[str, Any] = {
    "name": "Tank",
    "component": VOLT,
    "unit": VOLTS,
    "unit_label": "l",
    "data_min": 0,
    "data_max": "5.0",
    "color": "#FF8000",
    "chart_label": "Fuel",
    "equation": "$value * 80 + 2",
}
"""What SensorData's door is told of the values."""


@pytest.fixture(scope="module")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customer]:
    """An account on a server of these tests' own."""
    with running(tmp_path_factory.mktemp("doors") / "data") as server:
        server.wait_for_engine()
        with new_customer(server) as made:
            yield made


@dataclass(frozen=True)
class Probe:
    """A device on an asset, with a tracker and a sensor of it, and a definition of what it sends."""

    customer: Customer
    place: Place
    definition: int
    datastream: int
    hash: str
    tracker: int
    tank: int

    @classmethod
    def made(cls, customer: Customer, body: dict[str, Any]) -> "Probe":
        provider = customer.provider
        device, asset = provider.configure(body), customer.asset()
        place = Place(device, asset, customer.link(device, asset))
        (stream,) = customer.manage("GET", f"devices/{device}", None, 200)["datastreams"]
        definition = customer.manage("POST", "definitions", SAID)["id"]
        provisioned = {"definition": definition, "datastream": stream["id"]}
        customer.manage("POST", f"devices/{device}/definitions", provisioned)
        trackers = customer.manage("GET", "trackers", None, 200)["items"]
        tracker = next(each["id"] for each in trackers if each["device"] == device)
        login = {"login": provider.username, "password": provider.password}
        shown = customer.client.post("/v2/user/auth", json=login).json()["hash"]
        tank = {"type": "metering", "sensor_type": "fuel", "name": "Tank", "input_name": "lls"}
        sensor = {**tank, "units": "l", "units_type": "litre"}
        made = {"hash": shown, "tracker_id": tracker, "sensor": sensor}
        number = customer.client.post("/v2/tracker/sensor/create", json=made).json()["id"]
        return cls(customer, place, definition, stream["id"], shown, tracker, number)

    def push(self, content: bytes, media: str, place: str = "") -> None:
        """Send a packet to NILU's inbound."""
        path = f"/api/sensors/{self.place.device}{place}/inbound"
        headers = {"content-type": media}
        answer = self.customer.provider.client.post(path, content=content, headers=headers)
        assert answer.status_code == 200, answer.text

    def call(self, name: str, **parameters: Any) -> httpx2.Response:
        """A call of Navixy's about the tank."""
        shown = {"hash": self.hash, "tracker_id": self.tracker, "sensor_id": self.tank}
        return self.customer.client.post(f"/v2/tracker/sensor/{name}", json={**shown, **parameters})


def by_json(probe: Probe, _: Path) -> None:
    probe.push(JSON, "application/json")


def by_xml(probe: Probe, _: Path) -> None:
    probe.push(b"<p><t>2026-03-01 12:00:00</t><lls>0.35</lls></p>", "application/xml")


def with_its_place(probe: Probe, _: Path) -> None:
    probe.push(JSON, "application/json", "/10.75/59.91/12")


def in_a_batch(probe: Probe, _: Path) -> None:
    probe.push(b"[%b]" % JSON, "application/json")


def out_of_a_file(probe: Probe, folder: Path) -> None:
    file = folder / "probe.csv"
    file.write_text("t;lls\n2026-03-01 12:00:00;0.35\n")
    told = ["--sensor", str(probe.place.device), "--url", str(probe.customer.client.base_url)]
    done = subprocess.run(
        [sys.executable, "-m", "sensorium", "import", str(file), *told],
        env={**os.environ, "SENSORIUM_TOKEN": probe.customer.token},
        capture_output=True,
        check=False,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr


def by_number(probe: Probe, _: Path) -> None:
    answer = probe.customer.insert(
        probe.place.by_asset, (probe.definition, RAW), timestamp="2026-03-01 12:00", user_agent=""
    )
    assert answer["error"] == "NO_ERROR", answer


DOORS: dict[Callable[[Probe, Path], None], dict[str, Any]] = {
    by_json: FIXED,
    by_xml: OF_TEXTS,
    with_its_place: PROBE,
    in_a_batch: FIXED,
    out_of_a_file: OF_TEXTS,
    by_number: FIXED,
}
"""What a probe is described as that sends in each way."""


def bodies(probe: Probe) -> dict[str, str]:
    """What each door answers, to the byte."""
    owner, device = probe.customer.provider.client, probe.place.device
    found = {
        "rows": owner.get(f"/api/data/id/{device}/{DAY}"),
        "statistics": owner.get(f"/api/data/id/{device}/daily/stats/{DAY}"),
        "corrected": owner.get(f"/api/data/id/{device}/daily/stats/{DAY}?values=corrected"),
        "select": probe.customer.client.post(PATH, json={"action": "select", **probe.place.by_device}),
        "readings": probe.call("data/read", **RANGE),
        "raw": probe.call("data/read", raw_data=True, **RANGE),
    }
    return {name: answer.text for name, answer in found.items()}


def expected(probe: Probe, litres: int, equation: str | None) -> dict[str, str]:
    """What they must answer, by what is in the tank."""
    text = bodies(probe)["select"]
    data = json.loads(text)["sensordata"]["sensordata 0"]["data_id"]
    row = {
        "id": probe.place.device, "component": "Voltage", "unit": "V", "value": RAW, "value_corr": litres,
        "level": 0, "level_corr": 1, "epsg": 4326,
        "timestamp_from_epoch": NOON, "timestamp_to_epoch": NOON + 60, **WHERE,
        "qc_flags": {"flags": 0, "bitflags": "00000000"},
        "qcs_flags": {"flags": 32, "bitflags": "0000000000100000"},
    }  # fmt: skip
    selected = {
        "data_id": data, "data_datetime": "2026-03-01 12:00:00", "asset_id": probe.place.asset,
        "sd_id": probe.definition, "user_agent": "", "sensor_value": "0.35", "sd_name": "Tank",
        "uom_chartlabel": "l", "equation": equation, "data_min": "0", "data_max": "5.0", "graph_min": "",
        "graph_max": "", "chart": "Yes", "data_type": "Numeric", "colorcode": "#FF8000",
        "sd_chartlabel": "Fuel",
    }  # fmt: skip
    seen = {
        "rows": [row],
        "statistics": [statistics(probe, RAW)],
        "corrected": [statistics(probe, litres)],
        "select": {"sensordata": {"sensordata 0": selected}},
        "readings": reading(float(litres)),
        "raw": reading(RAW),
    }
    return {name: json.dumps(each, separators=(",", ":")) for name, each in seen.items()}


def statistics(probe: Probe, value: float) -> dict[str, Any]:
    """Those of a day with one value, which has no spread."""
    return {
        "id": probe.place.device, "timestamp_from_epoch": NOON - 43_200, "timestamp_to_epoch": NOON + 43_200,
        "component": "Voltage", "level": 0 if value == RAW else 1, "unit": "V", "qc": 0, "n": 1, "of": -1,
        "res": 60, "avg": value, "median": value, "min": value, "max": value, "std_dev": None, "var": None,
        "sem": None, "mse": None, "cv": None, "q1": value, "q3": value, "iqr": 0, "epsg": 4326, **WHERE,
    }  # fmt: skip


def reading(value: float) -> dict[str, Any]:
    """One, as Navixy lists it."""
    return {"success": True, "list": [{"value": value, "get_time": "2026-03-01 12:00:00"}]}


def wait_for(probe: Probe, litres: int, equation: str | None) -> None:
    """Until an edited calibration has reached what is stored."""
    until = monotonic() + 60
    while bodies(probe) != expected(probe, litres, equation) and monotonic() < until:
        sleep(0.1)
    found = bodies(probe)
    for door, body in expected(probe, litres, equation).items():
        assert found[door] == body


@pytest.mark.parametrize("send", DOORS, ids=lambda send: send.__name__)
def test_reading_is_the_same_at_every_door(
    customer: Customer, tmp_path: Path, send: Callable[[Probe, Path], None]
):
    """By the equation of its definition, by a table of Navixy's call, by the next equation."""
    probe = Probe.made(customer, DOORS[send])
    send(probe, tmp_path)
    wait_for(probe, 30, "$value * 80 + 2")

    table = [{"in": 0.0, "out": 0.0}, {"in": 0.7, "out": 70.0}]
    assert probe.call("calibration_data/update", data=table).json() == {"success": True}
    wait_for(probe, 35, None)

    said = {**SAID, "equation": "100 - $value * 200"}
    customer.manage("PUT", f"definitions/{probe.definition}", said, 200)
    wait_for(probe, 30, "100 - $value * 200")

"""How one value came about is told step by step."""

from time import monotonic, sleep
from typing import Any

import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider

NOON = 1_767_268_800  # 2026-01-01T12:00:00Z
TANK = {"points": [{"in": 0, "out": 0}, {"in": 200, "out": 20}, {"in": 1000, "out": 480}], "divider": 5}


@pytest.fixture
def device(owner: Provider) -> int:
    """A device that has sent one packet, at noon of the first day of 2026."""
    made = owner.configure()
    owner.push(made, {"date": NOON, "pm25": 1000.0, "humidity": 40.0})
    return made


@pytest.fixture
def path(owner: Provider, device: int) -> str:
    """The address of its PM2.5."""
    return f"/manage/v1/datastreams/{streams(owner, device)['PM2.5']}"


def chain(owner: Provider, path: str) -> dict[str, Any]:
    """The chain of the value at noon."""
    answer = owner.client.get(f"{path}/chain", params={"time": "2026-01-01T12:00:00Z"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def applied(owner: Provider, path: str, value: float) -> dict[str, Any]:
    """The chain once the stored value has become that."""
    until = monotonic() + 60
    while (found := chain(owner, path))["stored"]["value_corr"] != value:
        assert monotonic() < until, found
        sleep(0.1)
    return found


def test_raw_value_alone_is_a_chain_of_one(owner: Provider, path: str):
    """Nothing is stored beside it."""
    found = chain(owner, path)
    assert found["steps"] == [
        {"step": "raw", "value": 1000.0, "calibration": None, "expression": None, "valid_from": None}
    ]
    assert found["stored"] == {"value_corr": None, "level_corr": None, "uncertainty_corr": None}


def test_each_step_tells_what_did_it_and_since_when_that_holds(owner: Provider, path: str):
    """Divider, table and correction, of which the stored value is the result."""
    assert owner.client.put(f"{path}/calibration", json={**TANK, "for_all_time": True}).status_code == 200
    body = {"expression": "value + Humidity", "level": 2, "valid_from": "2026-01-01T00:00:00Z"}
    assert owner.client.put(f"{path}/correction", json=body).status_code == 200
    device = owner.client.get(path).json()["device"]
    assert owner.client.post(f"/manage/v1/devices/{device}/replays", json={}).status_code == 202
    found = applied(owner, path, 60.0)
    (number,) = [each["id"] for each in owner.client.get(f"{path}/calibration").json()["in_force"]]
    epoch, new_year = "1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
    assert [tuple(each.values()) for each in found["steps"]] == [
        ("raw", 1000.0, None, None, None),
        ("scaled", 200.0, number, "$value / 5.0", epoch),
        ("calibrated", 20.0, number, None, epoch),
        ("corrected", 60.0, None, "value + Humidity", new_year),
    ]
    assert found["stored"]["level_corr"] == 2


def test_calibration_of_the_past_reaches_stored_values_by_itself(owner: Provider, path: str):
    """By the job that the change entails; an equation is told as it was written."""
    said = {"equation": "$value / 8", "valid_from": "2026-01-01T12:00:00Z", "uncertainty": 0.5}
    assert owner.client.put(f"{path}/calibration", json=said).status_code == 200
    found = applied(owner, path, 125.0)
    assert found["steps"][-1]["expression"] == "$value / 8"
    assert found["stored"] == {"value_corr": 125.0, "level_corr": 1, "uncertainty_corr": 0.5}


def test_moment_without_a_value_has_no_chain(owner: Provider, path: str):
    """Nor has a request that names none."""
    assert_problem(
        owner.client.get(f"{path}/chain", params={"time": "2026-01-01T12:00:01Z"}), 404, "not-found", "time"
    )
    assert_problem(owner.client.get(f"{path}/chain"), 422, "missing", "time")
    assert_problem(owner.client.get(f"{path}/chain", params={"time": "noon"}), 400, "malformed", "time")


@pytest.mark.parametrize(("limits", "is_hidden"), [({"max": 999}, True), ({"min": 1000, "max": 1000}, False)])
def test_limits_of_a_sensor_hide_a_value_and_the_chain_says_so(
    owner: Provider, device: int, path: str, limits: dict[str, float], *, is_hidden: bool
):
    """They are of Navixy's API alone: what is stored stays."""
    found = owner.client.get("/manage/v1/trackers?limit=500").json()["items"]
    tracker = next(each["id"] for each in found if each["device"] == device)
    sensor = {
        "type": "metering",
        "sensor_type": "fuel",
        "name": "x",
        "input_name": "pm25",
        "parameters": limits,
    }
    body = {"hash": owner.token, "tracker_id": tracker, "sensor": sensor}
    number = owner.client.post("/v2/tracker/sensor/create", json=body).json()["id"]
    assert chain(owner, path)["hidden_by"] == (number if is_hidden else None)
    assert chain(owner, path)["steps"][0]["value"] == 1000.0

"""What becomes of tracking settings on the side of the device: sent, acknowledged, or done otherwise."""

import json
from typing import Any

import httpx2
import pytest

from sensorium.plans.tracking import profiles
from tests.dialects.navixy.api import READ_TRACKING, UPDATE_TRACKING, Caller, Fleet, new_fleet
from tests.dialects.nilu.api import PLAIN, key_of
from tests.running import Server

HEADER = "x-sensorium-settings"
M7 = {"type": "interval", "psm_mode": 0, "wakeup_timer1": "10:00"}
OTHERS = {**M7, "psm_mode": 2}


@pytest.fixture
def m7(owner: Caller) -> Fleet:
    """A tracker of a model with a profile."""
    return new_fleet(owner, model="Navixy M7")


def tell(fleet: Fleet, settings: dict[str, Any]) -> None:
    """Tell the device how to track."""
    fleet.caller.call(UPDATE_TRACKING, tracker_id=fleet.tracker, tracking_settings=settings)


def settings(fleet: Fleet, path: str = "", client: httpx2.Client | None = None) -> dict[str, Any]:
    """What the management API says of the device's settings."""
    response = (client or fleet.caller.provider.client).get(
        f"/manage/v1/devices/{fleet.device}/settings{path}"
    )
    assert response.status_code == 200, response.text
    return response.json()


def push(fleet: Fleet, at: int, **headers: str) -> httpx2.Response:
    """Send a packet."""
    packet = {"date": 1579521600 + at, "pm25": 1.0, "humidity": 50.0}
    client = fleet.caller.provider.client
    response = client.post(f"/api/sensors/{fleet.device}/inbound", json=packet, headers=headers)
    assert response.status_code == 200, response.text
    return response


def report(fleet: Fleet, what: dict[str, Any]) -> dict[str, Any]:
    """The device says what it does."""
    response = fleet.caller.provider.client.put(
        f"/manage/v1/devices/{fleet.device}/settings/reported", json=what
    )
    assert response.status_code == 200, response.text
    return response.json()


def test_device_that_is_told_nothing(m7: Fleet):
    """Finds nothing, and has nothing to report on."""
    assert settings(m7) == {"settings": None, "stored": None}
    state = settings(m7, "/state")
    assert state == {**dict.fromkeys(state), "differing": []}
    client = m7.caller.provider.client
    response = client.put(f"/manage/v1/devices/{m7.device}/settings/reported", json=M7)
    assert response.status_code == 404
    assert HEADER not in push(m7, 0).headers


def test_device_fetches_and_acknowledges(server: Server, m7: Fleet):
    """With a key of its own that is good for nothing but that and its packets. Looking sends nothing."""
    tell(m7, M7)
    state = settings(m7, "/state")
    assert (state["settings"], state["sent"], state["acknowledged"]) == (M7, None, None)
    with server.client(key_of(m7.caller.provider, "data:write")) as device:
        fetched = settings(m7, client=device)
        assert fetched == {"settings": M7, "stored": state["stored"]}
        sent = settings(m7, "/state")
        assert sent["stored"] < sent["sent"]
        response = device.put(f"/manage/v1/devices/{m7.device}/settings/reported", json=fetched["settings"])
        assert response.json()["acknowledged"] == response.json()["reported_at"] > sent["sent"]
        assert response.json()["differing"] == []
        assert device.get(f"/manage/v1/devices/{m7.device}").status_code == 403


def test_what_a_device_does_otherwise_is_seen(m7: Fleet):
    """By name, until it does as it was told; a new word is neither sent nor acknowledged."""
    tell(m7, M7)
    state = report(m7, {**OTHERS, "colour": "red"})
    assert (state["acknowledged"], state["differing"]) == (None, ["colour", "psm_mode"])
    assert report(m7, M7)["acknowledged"] is not None
    tell(m7, OTHERS)
    state = settings(m7, "/state")
    assert (state["sent"], state["acknowledged"], state["reported"]) == (None, None, M7)
    assert state["differing"] == ["psm_mode"]


@pytest.mark.check("TM-003")
@pytest.mark.parametrize(("model", "stays"), [("m7", True), ("telfm", False), (None, False)])
def test_device_that_becomes_another_model(m7: Fleet, model: str | None, *, stays: bool):
    """With another profile it has none of the settings of the one before; they are not sent either."""
    tell(m7, M7)
    m7.change(model=model)
    assert (settings(m7)["settings"] == M7) is stays
    assert (HEADER in push(m7, 0).headers) is stays
    if not stays and model is not None:
        value = m7.caller.call(READ_TRACKING, tracker_id=m7.tracker)["value"]
        assert value.keys() == profiles()[model].settings.keys()


def test_answers_to_packets_tell_the_device_until_it_acknowledges(m7: Fleet):
    """In a header that NILU's document does not have; the body is the same."""
    before = push(m7, 0)
    assert HEADER not in before.headers
    tell(m7, M7)
    first = push(m7, 60)
    assert json.loads(first.headers[HEADER]) == M7
    assert first.json() == before.json()
    sent = settings(m7, "/state")["sent"]
    assert sent is not None
    again = push(m7, 120, **{"idempotency-key": "one"})
    assert json.loads(again.headers[HEADER]) == M7
    assert settings(m7, "/state")["sent"] == sent
    report(m7, OTHERS)
    assert HEADER in push(m7, 180).headers
    report(m7, M7)
    assert HEADER not in push(m7, 240).headers
    tell(m7, OTHERS)
    assert json.loads(push(m7, 300).headers[HEADER]) == OTHERS


def test_batch_is_answered_so_too(m7: Fleet):
    """Once for all of its packets."""
    tell(m7, M7)
    batch = [{"date": 1579521600 + at, "pm25": 1.0, "humidity": 50.0} for at in range(3)]
    client = m7.caller.provider.client
    response = client.post(f"/api/sensors/{m7.device}/inbound", json=batch)
    assert json.loads(response.headers[HEADER]) == M7


def test_text_of_any_language_fits_a_header(owner: Caller):
    """As JSON of ASCII alone."""
    fleet = new_fleet(owner, PLAIN, model="Navixy TT-1")
    told = {"type": "interval", "psm_mode": 0, "bat_voltage": "ü, ½, 電"}
    tell(fleet, told)
    assert json.loads(push(fleet, 0).headers[HEADER]) == told

"""Devices are shown to their account, with the datastreams that they have and have had."""

import pytest

from tests.dialects.manage.api import HUMIDITY, PM25, assert_problem
from tests.dialects.nilu.api import MOVING, PLAIN, Provider, unique


def test_device_is_shown_with_its_datastreams(owner: Provider):
    """Each with its unit and factor, and with what holds for its values."""
    name = unique()
    device = owner.configure(name=name, description="on the roof")
    shown = owner.client.get(f"/manage/v1/devices/{device}").json()
    assert (shown["name"], shown["description"], shown["enabled"], shown["public"]) == (
        name,
        "on the roof",
        True,
        True,
    )
    assert shown["location"] == PLAIN["location"]
    assert shown["created"].endswith("Z")
    assert shown["updated"] is None
    first, second = shown["datastreams"]
    assert first["component"] == {"id": PM25, "name": "PM2.5"}
    assert (first["unit"]["name"], first["qc_unit"]["name"], first["conv_factor"]) == ("µg/m³", "µg/m³", 1.0)
    assert (first["path"], first["level"], first["resolution"], first["device"]) == ("/pm25", 0, 60, device)
    assert (first["current"], first["correction"], first["quality"]["source"]) == (True, None, "shipped")
    assert second["component"]["id"] == HUMIDITY
    assert owner.client.get(f"/manage/v1/datastreams/{first['id']}").json() == first


def test_former_datastreams_are_shown_as_such(owner: Provider):
    """Their data are still there."""
    device = owner.configure()
    owner.client.post(f"/api/sensors/{device}/disable")
    changes = {"components": PLAIN["components"][:1]}
    assert owner.client.put(f"/api/sensors/{device}/reconfigure", json=changes).status_code == 200
    shown = owner.client.get(f"/manage/v1/devices/{device}").json()
    assert [(each["component"]["id"], each["current"]) for each in shown["datastreams"]] == [
        (PM25, True),
        (HUMIDITY, False),
    ]


def test_deleted_device_is_gone_and_its_datastreams_stay(owner: Provider):
    """As its data do."""
    device = owner.configure(enabled=False)
    streams = owner.client.get(f"/manage/v1/devices/{device}").json()["datastreams"]
    assert owner.client.delete(f"/api/sensors/{device}/delete").status_code == 200
    assert_problem(owner.client.get(f"/manage/v1/devices/{device}"), 404, "not-found")
    left = owner.client.get(f"/manage/v1/datastreams/{streams[0]['id']}").json()
    assert left == {**streams[0], "current": False}


def test_devices_come_page_by_page(newcomer: Provider, owner: Provider):
    """One's own alone, without their datastreams; the address of the next page is in each."""
    owner.configure()
    devices = [newcomer.configure(body) for body in (PLAIN, MOVING, PLAIN)]
    page = newcomer.client.get("/manage/v1/devices?limit=2").json()
    rest = newcomer.client.get(page["next"]).json()
    assert [each["id"] for each in (*page["items"], *rest["items"])] == devices
    assert (len(page["items"]), rest["next"]) == (2, None)
    assert page["items"][1]["location"] is None
    assert "datastreams" not in page["items"][0]
    assert newcomer.client.get("/manage/v1/devices?limit=3").json()["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("after=-1", "after")],
)
def test_page_is_bounded(owner: Provider, query: str, field: str):
    """One to 500."""
    assert_problem(owner.client.get(f"/manage/v1/devices?{query}"), 400, "malformed", field)


@pytest.mark.parametrize("number", ["0", "x", "1.5", "-1", "9" * 18, "9" * 40])
def test_number_that_is_none_is_not_found(owner: Provider, number: str):
    """Wherever it stands."""
    for kind in ("devices", "datastreams", "replays"):
        assert owner.client.get(f"/manage/v1/{kind}/{number}").status_code == 404

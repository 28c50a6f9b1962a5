"""Packets are shown as they were sent, page by page."""

import json
from typing import Any

import pytest

from tests.dialects.manage.api import assert_problem
from tests.dialects.nilu.api import PLAIN, Provider

NOON = 1579521600  # 2020-01-20T12:00:00Z


def packets(count: int) -> list[dict[str, Any]]:
    """Packets a minute apart."""
    return [{"date": NOON + 60 * at, "pm25": at, "humidity": 50} for at in range(count)]


def get(owner: Provider, address: str) -> dict[str, Any]:
    """A page."""
    response = owner.client.get(address)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def device(owner: Provider) -> int:
    """A device with five packets."""
    made = owner.configure()
    assert owner.client.post(f"/api/sensors/{made}/inbound", json=packets(5)).status_code == 200
    return made


def test_packet_is_shown_as_it_was_sent(owner: Provider, device: int):
    """With what became of it."""
    page = get(owner, f"/manage/v1/devices/{device}/packets?limit=1")
    [shown] = page["items"]
    assert json.loads(shown.pop("packet")) == packets(1)[0]
    assert shown.pop("received") > "2026-01-01"
    assert shown.pop("id") > 0
    assert shown == {
        "observed": "2020-01-20T12:00:00Z",
        "schema_version": 1,
        "content_type": "application/json",
        "encoding": "text",
        "location": PLAIN["location"],
        "status": "accepted",
        "observations": 2,
        "reason": None,
        "path": None,
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_pages_hold_each_packet_once(owner: Provider, device: int, limit: int):
    """In the order of arrival; the last has no next."""
    address, seen = f"/manage/v1/devices/{device}/packets?limit={limit}", []
    while address:
        page = get(owner, address)
        assert len(page["items"]) <= limit
        seen += [json.loads(each["packet"])["pm25"] for each in page["items"]]
        address = page["next"]
    assert seen == [0, 1, 2, 3, 4]


def test_pages_of_a_range_stay_in_it(owner: Provider, device: int):
    """By the time of observation, with an offset that must be written anew in the next address."""
    span = "from=2020-01-20T13:01:00%2B01:00&to=2020-01-20T12:03:00Z&by=observation"
    first = get(owner, f"/manage/v1/devices/{device}/packets?limit=2&{span}")
    second = get(owner, first["next"])
    observed = [each["observed"] for each in (*first["items"], *second["items"])]
    assert observed == [f"2020-01-20T12:0{minute}:00Z" for minute in (1, 2, 3)]
    assert second["next"] is None
    assert get(owner, f"/manage/v1/devices/{device}/packets?to=2020-01-20T12:03:00Z")["items"] == []


def test_device_without_packets_has_an_empty_page(owner: Provider):
    """And none that were rejected."""
    device = owner.configure()
    for kind in ("packets", "rejected"):
        assert get(owner, f"/manage/v1/devices/{device}/{kind}") == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("packets?by=guess", "by"),
        ("packets?from=now", "from"),
        ("packets?to=1969-01-01T00:00:00Z", "to"),
        ("packets?from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z", "to"),
        ("packets?limit=0", "limit"),
        ("packets?after=x", "after"),
        ("rejected?limit=501", "limit"),
        ("rejected?before=-1", "before"),
    ],
)
def test_mistake_in_the_address_is_named(owner: Provider, query: str, field: str):
    """And nothing is read."""
    response = owner.client.get(f"/manage/v1/devices/{owner.configure()}/{query}")
    assert_problem(response, 400, "malformed", field)

"""A user who is shown some devices sees those, and of the others what anyone does."""

import sqlite3
from contextlib import closing
from itertools import count

import httpx2
import pytest

from tests.dialects.manage.api import PM25, streams
from tests.dialects.nilu.api import Provider, bearer, session_of, unique
from tests.running import Server


def tracker_of(server: Server, device: int) -> int:
    """The id of the tracker by which an account sees its device."""
    with closing(sqlite3.connect(server.data / "catalog.db", timeout=10)) as catalog:
        [[number]] = catalog.execute("SELECT id FROM trackers WHERE device = ?", [device])
    return number


@pytest.fixture
def devices(newcomer: Provider) -> tuple[int, int, int]:
    """A device that is shown, and a public and a private one that are not."""
    seen, public, private = (newcomer.configure(public=each) for each in (False, True, False))
    return seen, public, private


@pytest.fixture
def user(server: Server, newcomer: Provider, devices: tuple[int, int, int]) -> dict[str, str]:
    """The headers of a user who may change what he sees: the first device."""
    trackers = [tracker_of(server, devices[0])]
    return bearer(session_of(server, newcomer, rights=["tracker_update"], trackers=trackers))


def test_only_what_is_shown_is_listed(
    anyone: httpx2.Client, newcomer: Provider, devices: tuple[int, int, int], user: dict[str, str]
):
    """Devices, and the replays of them."""
    for device in devices:
        newcomer.client.post(f"/manage/v1/devices/{device}/replays", json={})
    listed = anyone.get("/manage/v1/devices", headers=user).json()["items"]
    assert [each["id"] for each in listed] == [devices[0]]
    replays = anyone.get("/manage/v1/replays", headers=user).json()["items"]
    assert [each["device"] for each in replays] == [devices[0]]
    for each in newcomer.client.get("/manage/v1/replays").json()["items"]:
        status = 200 if each["device"] == devices[0] else 404
        assert anyone.get(f"/manage/v1/replays/{each['id']}", headers=user).status_code == status


def test_other_devices_are_as_those_of_another_account(
    anyone: httpx2.Client, newcomer: Provider, devices: tuple[int, int, int], user: dict[str, str]
):
    """403 for a public one, 404 for a private one, with everything that belongs to it."""
    for device, status in zip(devices, (200, 403, 404), strict=True):
        stream = streams(newcomer, device)["PM2.5"]
        for path in (
            f"/manage/v1/devices/{device}",
            f"/manage/v1/devices/{device}/schemas",
            f"/manage/v1/devices/{device}/schemas/1",
            f"/manage/v1/devices/{device}/log-entries",
            f"/manage/v1/datastreams/{stream}",
            f"/manage/v1/datastreams/{stream}/quality",
            f"/manage/v1/datastreams/{stream}/calibration",
            f"/manage/v1/datastreams/{stream}/correction",
        ):
            assert anyone.get(path, headers=user).status_code == status, path
        log = anyone.post(f"/manage/v1/devices/{device}/log-entries", json={"message": "m"}, headers=user)
        assert log.status_code == (201 if status == 200 else status)


def test_what_concerns_all_devices_is_not_changed_by_who_does_not_see_them(
    server: Server, anyone: httpx2.Client, newcomer: Provider, user: dict[str, str]
):
    """How the account's values of a component are checked; who sees all and has the right may."""
    path = f"/manage/v1/components/{PM25}/quality"
    assert anyone.get(path, headers=user).status_code == 200
    assert anyone.put(path, json={"preset": "off"}, headers=user).status_code == 403
    everything = bearer(session_of(server, newcomer, rights=["tracker_update"]))
    assert anyone.put(path, json={"preset": "off"}, headers=everything).status_code == 200


def test_assets_are_seen_by_the_devices_on_them(
    anyone: httpx2.Client, newcomer: Provider, devices: tuple[int, int, int], user: dict[str, str]
):
    """One of a device that is not shown is not there; one that had other devices too is not changed."""
    seen, hidden, _ = devices
    years = count(2001, 10)

    def an_asset(*fixed: int) -> int:
        number = newcomer.client.post("/manage/v1/assets", json={"name": unique()}).json()["id"]
        for year, device in enumerate(fixed, next(years)):
            span = {"begin": f"{year}-01-01T00:00:00Z", "end": f"{year}-02-01T00:00:00Z"}
            body = {"device": device, "asset": number, **span}
            assert newcomer.client.post("/manage/v1/links", json=body).status_code == 201
        return number

    def change(method: str, number: int) -> int:
        body = {"name": unique()} if method == "PUT" else None
        headers = {**user, "if-match": "*"}
        return anyone.request(method, f"/manage/v1/assets/{number}", headers=headers, json=body).status_code

    bare, theirs, shared, other = an_asset(), an_asset(seen), an_asset(seen, hidden), an_asset(hidden)
    for query in ("", "?limit=1"):
        listed = anyone.get(f"/manage/v1/assets{query}", headers=user).json()["items"]
        assert [each["id"] for each in listed] == [bare, theirs, shared][: 1 if query else None]
    last = anyone.get(f"/manage/v1/assets?after={shared}", headers=user).json()
    assert last == {"items": [], "next": None}
    for number, shown, put, deleted in (
        (bare, 200, 200, 204),
        (theirs, 200, 200, 204),
        (shared, 200, 403, 403),
        (other, 404, 404, 404),
    ):
        assert anyone.get(f"/manage/v1/assets/{number}", headers=user).status_code == shown
        assert (change("PUT", number), change("DELETE", number)) == (put, deleted)
    refused = anyone.post("/manage/v1/links", json={"device": seen, "asset": other}, headers=user)
    assert (refused.status_code, refused.json()["field"]) == (404, "asset")
    taken = anyone.post("/manage/v1/links", json={"device": seen, "asset": shared}, headers=user)
    assert taken.status_code == 201
    for each in newcomer.client.get("/manage/v1/links").json()["items"]:
        status = 204 if each["device"] == seen else 404
        assert anyone.delete(f"/manage/v1/links/{each['id']}", headers=user).status_code == status

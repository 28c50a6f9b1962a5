"""Trackers over HTTP: what an account sees, to whom it shows its devices, and who takes that back."""

from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem, tracker
from tests.dialects.nilu.api import Provider, bearer, session_of
from tests.running import Server


def show(owner: Provider, device: int, other: Provider, label: str = "Shown") -> dict[str, Any]:
    """Show a device to another account; the clone."""
    body = {"account": other.id, "label": label}
    response = owner.client.post(f"/manage/v1/devices/{device}/clones", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def test_device_has_a_tracker_of_its_account(newcomer: Provider):
    """From the moment when it is configured."""
    device = newcomer.configure(name="Truck 7")
    [shown] = newcomer.client.get("/manage/v1/trackers").json()["items"]
    assert shown == {
        "id": shown["id"],
        "device": device,
        "account": newcomer.id,
        "owner": newcomer.id,
        "label": "Truck 7",
        "clone": False,
        "serial": None,
        "model": None,
        "blocked": False,
        "created": shown["created"],
    }
    assert newcomer.client.get(f"/manage/v1/trackers/{shown['id']}").json() == shown


def test_trackers_are_listed_page_by_page(newcomer: Provider):
    """By id."""
    for _ in range(3):
        newcomer.configure()
    page = newcomer.client.get("/manage/v1/trackers?limit=2").json()
    rest = newcomer.client.get(page["next"]).json()
    found = [each["id"] for each in page["items"] + rest["items"]]
    assert (len(found), found, rest["next"]) == (3, sorted(found), None)


def test_clone_is_seen_by_the_account_that_it_is_for(newcomer: Provider, other: Provider):
    """With a label of its own; the owner sees to whom the device is shown."""
    device = newcomer.configure(public=False)
    clone = show(newcomer, device, other, "Your truck")
    assert (clone["account"], clone["owner"], clone["clone"]) == (other.id, newcomer.id, True)
    assert other.client.get(f"/manage/v1/trackers/{clone['id']}").json() == clone
    assert newcomer.client.get(f"/manage/v1/devices/{device}/clones").json() == {"items": [clone]}
    assert tracker(newcomer.client, device) != clone["id"]


def test_clone_opens_nothing_of_the_device_itself(newcomer: Provider, other: Provider):
    """The management API and NILU's show a device to its own account; a clone is Navixy's."""
    device = newcomer.configure(public=False)
    show(newcomer, device, other)
    for path in (f"/manage/v1/devices/{device}", f"/manage/v1/devices/{device}/log-entries"):
        assert other.client.get(path).status_code == 404
    assert other.client.get(f"/api/data/id/{device}/maxutc").status_code == 404


@pytest.mark.parametrize("by", ["owner", "other"])
def test_either_side_takes_a_clone_away(newcomer: Provider, other: Provider, by: str):
    """The account whose device it is, and the one that did not ask for it."""
    device = newcomer.configure()
    clone = show(newcomer, device, other)
    path = f"/manage/v1/trackers/{clone['id']}"
    assert (newcomer if by == "owner" else other).client.delete(path).status_code == 204
    assert other.client.get(path).status_code == 404
    assert newcomer.client.get(f"/manage/v1/devices/{device}/clones").json() == {"items": []}
    assert newcomer.client.delete(path).status_code == 404
    assert show(newcomer, device, other)["id"] > clone["id"]


def test_nobody_else_takes_a_clone_away(owner: Provider, newcomer: Provider, other: Provider):
    """A third account hears nothing of it."""
    clone = show(newcomer, newcomer.configure(), other)
    assert_problem(owner.client.delete(f"/manage/v1/trackers/{clone['id']}"), 404, "not-found")
    assert other.client.get(f"/manage/v1/trackers/{clone['id']}").status_code == 200


def test_device_s_own_tracker_stays(newcomer: Provider):
    """It is no clone, and goes with the device."""
    device = newcomer.configure()
    own = f"/manage/v1/trackers/{tracker(newcomer.client, device)}"
    assert newcomer.client.delete(own).status_code == 404
    newcomer.client.post(f"/api/sensors/{device}/disable")
    newcomer.client.delete(f"/api/sensors/{device}/delete")
    assert newcomer.client.get(own).status_code == 404


def test_account_sees_a_device_once(newcomer: Provider, other: Provider):
    """Neither its own one nor a clone is shown to it again; a clone is not shown on."""
    device = newcomer.configure()
    show(newcomer, device, other)
    path = f"/manage/v1/devices/{device}/clones"
    for account in (other.id, newcomer.id):
        again = newcomer.client.post(path, json={"account": account, "label": "x"})
        assert_problem(again, 409, "conflict", "account")
    assert other.client.post(path, json={"account": newcomer.id, "label": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({"label": "x"}, 422, "missing", "account"),
        ({"account": 1}, 422, "missing", "label"),
        ({"account": "1", "label": "x"}, 400, "malformed", "account"),
        ({"account": 10**30, "label": "x"}, 400, "malformed", "account"),
        ({"account": 0, "label": "x"}, 400, "malformed", "account"),
        ({"account": 1, "label": "x" * 61}, 400, "malformed", "label"),
        ({"account": 1, "label": "x", "more": 1}, 400, "malformed", "more"),
    ],
)
def test_bad_clone_names_what_is_wrong(
    owner: Provider, body: dict[str, Any], status: int, kind: str, field: str
):
    """An account that there is not, a label that is too long."""
    path = f"/manage/v1/devices/{owner.configure()}/clones"
    assert_problem(owner.client.post(path, json=body), status, kind, field)


def test_blocked_device_is_not_shown_to_others(newcomer: Provider, other: Provider):
    """Until it may be used again."""
    path = f"/manage/v1/devices/{newcomer.configure()}"
    newcomer.client.patch(path, json={"blocked": True}, headers={"if-match": "*"})
    refused = newcomer.client.post(f"{path}/clones", json={"account": other.id, "label": "x"})
    assert (refused.status_code, refused.json()["type"]) == (403, "/manage/v1/problems#blocked")


def test_user_sees_the_trackers_shown_to_him(server: Server, anyone: httpx2.Client, newcomer: Provider):
    """Of the others he hears nothing."""
    seen, unseen = (tracker(newcomer.client, newcomer.configure()) for _ in range(2))
    user = bearer(session_of(server, newcomer, trackers=[seen]))
    listed = anyone.get("/manage/v1/trackers", headers=user).json()["items"]
    assert [each["id"] for each in listed] == [seen]
    assert anyone.get(f"/manage/v1/trackers/{unseen}", headers=user).status_code == 404


def test_models_have_the_profiles_of_their_settings(anyone: httpx2.Client):
    """Every model's profile is there, and says what a setting may be."""
    items = anyone.get("/manage/v1/models").json()["items"]
    assert len(items) > 250
    assert [each["name"] for each in items] == sorted(each["name"] for each in items)
    profile = anyone.get("/manage/v1/tracking-profiles/telfm").json()
    angle = next(each for each in profile["settings"] if each["name"] == "tracking_angle")
    assert (angle["kind"], angle["unit"], angle["low"], angle["high"]) == ("int", "degree", 10, 255)
    for name in {each["profile"] for each in items}:
        assert anyone.get(f"/manage/v1/tracking-profiles/{name}").json()["name"] == name
    assert_problem(anyone.get("/manage/v1/tracking-profiles/none"), 404, "not-found", "name")

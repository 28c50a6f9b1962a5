"""The trackers of an account, and clones of them."""

import re
from typing import Any

import pytest

from sensorium.plans.tracking import profiles
from tests.dialects.navixy.api import Caller, Fleet, assert_code, clone_of, new_fleet, new_user, tracker_of
from tests.running import Server

CLONE = "/panel/tracker/clone"


def test_device_has_a_tracker_from_the_start(newcomer: Caller):
    """With its name as label; what it is as a thing comes with its source."""
    device = newcomer.provider.configure(name="a truck")
    [found] = newcomer.call("/tracker/list")["list"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", found["source"].pop("creation_date"))
    assert found == {
        "id": found["id"],
        "label": "a truck",
        "clone": False,
        "group_id": 0,
        "source": {"id": device, "device_id": str(device), "blocked": False},
        "tag_bindings": [],
    }
    fleet = Fleet(newcomer, device, found["id"], 0)
    fleet.change(model="Navixy M7", serial="G1234", blocked=True)
    source = newcomer.call("/tracker/read", tracker_id=found["id"])["value"]["source"]
    assert (source["model"], source["device_id"], source["blocked"]) == ("Navixy M7", "G1234", True)


def test_trackers_by_label(newcomer: Caller):
    """Those that have one of the texts in it, in any case."""
    for name in ("Truck 1", "Truck 2", "Ship"):
        newcomer.provider.configure(name=name)

    def labels(*texts: str) -> list[str]:
        return [each["label"] for each in newcomer.call("/tracker/list", labels=list(texts))["list"]]

    assert labels("truck") == ["Truck 1", "Truck 2"]
    assert labels("2", "SHIP") == ["Truck 2", "Ship"]
    assert labels("plane") == []
    for wrong in ([], [""], ["x" * 61], ["x"] * 1025, "truck", [5]):
        assert newcomer.post("/tracker/list", labels=wrong).json()["status"]["code"] == 7


def test_tracker_is_read_by_who_sees_it(owner: Caller, foreign: Fleet):
    """Others get the code of one that there is not."""
    fleet, neighbour = new_fleet(owner), new_fleet(owner)
    some = new_user(owner, trackers=[fleet.tracker])
    assert some.call("/tracker/read", tracker_id=fleet.tracker)["value"]["id"] == fleet.tracker
    assert [each["id"] for each in some.call("/tracker/list")["list"]] == [fleet.tracker]
    assert_code(some.post("/tracker/read", tracker_id=neighbour.tracker), 201)
    assert_code(owner.post("/tracker/read", tracker_id=foreign.tracker), 201)
    assert new_user(owner).call("/tracker/read", tracker_id=neighbour.tracker)["success"]


def test_tracker_goes_with_its_device(newcomer: Caller):
    """When that is deleted; a clone too."""
    device = newcomer.provider.configure(enabled=False)
    tracker = tracker_of(newcomer, device)
    assert newcomer.provider.client.delete(f"/api/sensors/{device}/delete").is_success
    assert newcomer.call("/tracker/list")["list"] == []
    assert_code(newcomer.post("/tracker/read", tracker_id=tracker), 201)


def test_models_have_profiles(owner: Caller):
    """The code of each is what a device is said to be of."""
    models = {each["code"]: each["track_control"] for each in owner.call("/tracker/list_models")["list"]}
    assert len(models) == 301 + 26
    assert (models["Navixy M7"], models["Xirgo XT-2050C"], models["telfm"]) == ("m7", "xirgo_dist", "telfm")
    assert set(models.values()) >= profiles().keys() - {"xirgo", "eelink"}
    fleet = new_fleet(owner, model="Teltonika FM5500")
    told = owner.call("/tracker/settings/tracking/read", tracker_id=fleet.tracker)["value"]
    assert told == profiles()[models["Teltonika FM5500"]].example()


def test_clone(fleet: Fleet, newcomer: Caller):
    """Another account sees the device under its own label, once; a clone is not cloned."""
    clone = clone_of(fleet, newcomer)
    shown = newcomer.call("/tracker/read", tracker_id=clone.tracker)["value"]
    assert (shown["clone"], shown["label"], shown["source"]["id"]) == (True, "a clone", fleet.device)
    again: dict[str, Any] = {"user_id": newcomer.provider.id, "label": "again"}
    assert_code(fleet.caller.post(CLONE, tracker_id=fleet.tracker, **again), 247)
    myself = {"user_id": fleet.caller.provider.id, "label": "again"}
    assert_code(fleet.caller.post(CLONE, tracker_id=fleet.tracker, **myself), 247)
    assert_code(newcomer.post(CLONE, tracker_id=clone.tracker, **myself), 219)


def test_clone_that_cannot_be(fleet: Fleet, foreign: Fleet, newcomer: Caller):
    """Of another's tracker, for nobody, by a user, or with a wrong label."""
    to: dict[str, Any] = {"user_id": newcomer.provider.id, "label": "x"}
    for tracker in (foreign.tracker, 10**9):
        assert_code(fleet.caller.post(CLONE, tracker_id=tracker, **to), 201)
    assert_code(fleet.caller.post(CLONE, tracker_id=fleet.tracker, user_id=10**9, label="x"), 201)
    user = new_user(fleet.caller, "tracker_update", "tracker_register")
    assert_code(user.post(CLONE, tracker_id=fleet.tracker, **to), 13)
    for label in (None, "", "x" * 61, "\n"):
        response = fleet.caller.post(CLONE, tracker_id=fleet.tracker, user_id=1, label=label)
        assert_code(response, 7, "label")
    assert newcomer.call("/tracker/list")["list"] == []


def test_clone_is_taken_away(fleet: Fleet, newcomer: Caller):
    """By who has it; the device's own tracker cannot be."""
    clone = clone_of(fleet, newcomer)
    assert_code(new_user(newcomer).post("/tracker/delete", tracker_id=clone.tracker), 13)
    assert newcomer.call("/tracker/delete", tracker_id=clone.tracker) == {"success": True}
    assert newcomer.call("/tracker/list")["list"] == []
    assert_code(newcomer.post("/tracker/delete", tracker_id=clone.tracker), 201)
    assert_code(fleet.caller.post("/tracker/delete", tracker_id=fleet.tracker), 249)
    assert clone_of(fleet, newcomer).tracker != clone.tracker


@pytest.mark.parametrize("shown", ["a token", "a session", "a key"])
def test_credentials_of_every_door_are_hashes(server: Server, fleet: Fleet, shown: str):
    """And the other way round: each is 32 digits, and shows the same trackers."""
    caller = fleet.caller
    login = {"login": caller.provider.username, "password": caller.provider.password}
    found = {
        "a token": lambda: caller.hash,
        "a session": lambda: caller.client.post("/v2/user/auth", json=login).json()["hash"],
        "a key": lambda: caller.provider.client.post("/manage/v1/keys", json={"title": "x"}).json()["key"],
    }[shown]()
    with server.client(found) as client:
        assert client.get(f"/manage/v1/devices/{fleet.device}").status_code == 200
    shows = Caller(found, caller.client, caller.provider)
    assert shows.call("/tracker/read", tracker_id=fleet.tracker)["success"]

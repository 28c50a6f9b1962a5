"""Tracking mode: what devices of a model are told about tracking."""

from typing import Any

import httpx2
import pytest

from sensorium.plans.tracking import profiles
from tests.dialects.navixy.api import (
    READ_TRACKING,
    UPDATE_TRACKING,
    Caller,
    Fleet,
    assert_code,
    clone_of,
    new_fleet,
    new_user,
)

EXAMPLE = {  # the document's
    "tracking_angle": 30,
    "tracking_distance": 100,
    "tracking_interval": 60,
    "on_stop_tracking_interval": 180,
    "sleep_mode": "disabled",
    "stop_detection": "ignition",
}
OTHERS = {**EXAMPLE, "tracking_angle": 45, "sleep_mode": "soft_sleep"}
WRONG = {**EXAMPLE, "tracking_angle": "x"}


@pytest.fixture
def fm(owner: Caller) -> Fleet:
    """A tracker of a model with the profile of the document's example."""
    return new_fleet(owner, model="telfm")


def told(fleet: Fleet) -> dict[str, Any]:
    """How its device is told to track."""
    return fleet.caller.call(READ_TRACKING, tracker_id=fleet.tracker)["value"]


def tell(fleet: Fleet, settings: Any, **more: Any) -> httpx2.Response:
    """Tell it otherwise."""
    return fleet.caller.post(UPDATE_TRACKING, tracker_id=fleet.tracker, tracking_settings=settings, **more)


@pytest.mark.check("TM-001", "TM-002", "TM-012", "TM-013")
def test_document_s_examples(anyone: httpx2.Client, fm: Fleet):
    """Update and read by POST with the id as text, and read by GET."""
    texts = {"hash": fm.caller.hash, "tracker_id": str(fm.tracker)}
    response = anyone.post(f"/v2{UPDATE_TRACKING}", json={**texts, "tracking_settings": EXAMPLE})
    assert (response.status_code, response.content) == (200, b'{"success":true}')
    expected = {"success": True, "value": EXAMPLE}
    assert anyone.post(f"/v2{READ_TRACKING}", json=texts).json() == expected
    assert anyone.get(f"/v2{READ_TRACKING}", params=texts).json() == expected


@pytest.mark.check("TM-003", "TM-004")
@pytest.mark.parametrize("name", ["telfm", "autofon", "jointech_jt703", "cguard_asset"])
def test_before_it_is_told_anything(owner: Caller, name: str):
    """A device has the example of its profile, and nothing else."""
    fleet = new_fleet(owner, model=name)
    assert told(fleet) == profiles()[name].example()
    assert told(fleet).keys() <= profiles()[name].settings.keys()


@pytest.mark.check("TM-005")
def test_after_an_update(fm: Fleet):
    """It has what it was told last."""
    for settings in (EXAMPLE, OTHERS):
        assert tell(fm, settings).json() == {"success": True}
        assert told(fm) == settings


@pytest.mark.check("TM-006", "TM-014")
def test_tracker_that_is_not_the_caller_s(owner: Caller, foreign: Fleet):
    """Is as one that there is not."""
    for tracker in (foreign.tracker, 10**9):
        assert_code(owner.post(READ_TRACKING, tracker_id=tracker), 201)
        assert_code(owner.post(UPDATE_TRACKING, tracker_id=tracker, tracking_settings=EXAMPLE), 201)


@pytest.mark.check("TM-007", "TM-015", "TM-026")
def test_blocked_tracker(fm: Fleet):
    """Can be neither read nor told; it has what it was told before."""
    tell(fm, OTHERS)
    fm.change(blocked=True)
    assert_code(fm.caller.post(READ_TRACKING, tracker_id=fm.tracker), 208)
    assert_code(tell(fm, EXAMPLE), 208)
    fm.change(blocked=False)
    assert told(fm) == OTHERS


@pytest.mark.check("TM-008", "TM-016")
def test_model_without_tracking_settings(fleet: Fleet):
    """No model, or one without a profile."""
    for _ in range(2):
        assert_code(fleet.caller.post(READ_TRACKING, tracker_id=fleet.tracker), 214)
        assert_code(tell(fleet, WRONG), 214)
        fleet.change(model="a thermometer")


@pytest.mark.check("TM-009", "TM-018", "TM-026")
def test_rights_of_a_user(fm: Fleet):
    """To read takes none, to tell takes tracker_configure; tracker_update is another."""
    updates, configures = (new_user(fm.caller, right) for right in ("tracker_update", "tracker_configure"))
    assert configures.call(UPDATE_TRACKING, tracker_id=fm.tracker, tracking_settings=OTHERS)
    assert_code(updates.post(UPDATE_TRACKING, tracker_id=fm.tracker, tracking_settings=EXAMPLE), 13)
    nothing = new_user(fm.caller)
    assert_code(nothing.post(UPDATE_TRACKING, tracker_id=fm.tracker, tracking_settings=EXAMPLE), 13)
    assert nothing.call(READ_TRACKING, tracker_id=fm.tracker)["value"] == OTHERS


@pytest.mark.check("TM-010", "TM-017", "TM-026")
def test_clone_reads_and_does_not_tell(fm: Fleet, other: Caller):
    """What its source is told."""
    tell(fm, OTHERS)
    clone = clone_of(fm, other)
    assert told(clone) == OTHERS
    assert_code(tell(clone, EXAMPLE), 219)
    assert told(fm) == OTHERS


@pytest.mark.check("TM-011")
@pytest.mark.parametrize("wrong", [None, "x", "", 1.5, [], True])
def test_tracker_id_that_is_none(owner: Caller, wrong: Any):
    """It is named."""
    assert_code(owner.post(READ_TRACKING, tracker_id=wrong), 7, "tracker_id")


@pytest.mark.check("TM-019", "TM-020")
@pytest.mark.parametrize("wrong", [None, [], "x", 5, "[]", '"x"', [EXAMPLE]])
def test_settings_that_are_no_object(fm: Fleet, wrong: Any):
    """They are missed."""
    assert_code(tell(fm, wrong), 7, "tracking_settings")


def test_settings_in_a_form_are_json_text(anyone: httpx2.Client, fm: Fleet):
    """As other objects are."""
    form = {
        "hash": fm.caller.hash,
        "tracker_id": fm.tracker,
        "tracking_settings": str(OTHERS).replace("'", '"'),
    }
    assert anyone.post(f"/v2{UPDATE_TRACKING}", data=form).json() == {"success": True}
    assert told(fm) == OTHERS


@pytest.mark.check("TM-021")
def test_setting_that_the_profile_has_not(fm: Fleet):
    """Is left alone and not kept."""
    assert tell(fm, {**OTHERS, "colour": "red", "psm_mode": 7}).json() == {"success": True}
    assert told(fm) == OTHERS


@pytest.mark.check("TM-022", "TM-023", "TM-025", "TM-026")
@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"tracking_angle": "x"}, ["tracking_angle"]),
        ({"tracking_angle": 9}, ["tracking_angle"]),
        ({"tracking_angle": 256}, ["tracking_angle"]),
        ({"tracking_angle": None}, ["tracking_angle"]),
        ({"sleep_mode": "enabled"}, ["sleep_mode"]),
        ({"sleep_mode": 1}, ["sleep_mode"]),
        (dict.fromkeys(EXAMPLE), list(EXAMPLE)),
        ({"tracking_angle": [], "stop_detection": "gprs"}, ["tracking_angle", "stop_detection"]),
    ],
)
def test_settings_that_the_profile_does_not_allow(fm: Fleet, changed: dict[str, Any], names: list[str]):
    """Each is named, in the order of the profile, and nothing is kept."""
    tell(fm, OTHERS)
    response = tell(fm, {**EXAMPLE, **changed})
    found = [each["parameter"] for each in response.json()["errors"]]
    assert sorted(found) == sorted(names)
    assert_code(response, 7, *found)
    assert told(fm) == OTHERS


@pytest.mark.check("TM-024")
def test_setting_that_is_not_needed(owner: Caller):
    """May be left out, and is not there then."""
    fleet = new_fleet(owner, model="Navixy M7")
    assert tell(fleet, {"type": "interval", "psm_mode": 1}).json() == {"success": True}
    assert told(fleet) == {"type": "interval", "psm_mode": 1}


def test_update_by_get_is_refused(anyone: httpx2.Client, fm: Fleet):
    """And nothing is changed."""
    parameters = {"hash": fm.caller.hash, "tracker_id": fm.tracker, "tracking_settings": "{}"}
    assert_code(anyone.get(f"/v2{UPDATE_TRACKING}", params=parameters), 112)

"""The sensors of trackers: listed, added, described anew, taken away."""

from typing import Any

import pytest

from tests.dialects.navixy.api import (
    DOOR,
    FUEL,
    MOVES,
    UPDATE,
    Caller,
    Fleet,
    assert_code,
    clone_of,
    new_fleet,
    new_user,
)

LIST, CREATE, CHANGE, DELETE, BATCH = (
    f"/tracker/sensor/{name}" for name in ("list", "create", "update", "delete", "batch_list")
)
AIR: dict[str, Any] = {
    "type": "metering",
    "sensor_type": "temperature",
    "name": "Air",
    "input_name": "humidity",
    "divider": 2.5,
    "accuracy": 0.25,
    "units": "°C",
    "units_type": "celsius",
    "group_type": "avg",
    "parameters": {"parent_ids": [], "volume": 5.5, "min": 0.0, "ignore_drains_in_move": False},
}


def listed(fleet: Fleet) -> list[dict[str, Any]]:
    """The sensors of its tracker."""
    return fleet.caller.call(LIST, tracker_id=fleet.tracker)["list"]


def create(fleet: Fleet, sensor: Any) -> Any:
    """Add a sensor."""
    return fleet.caller.post(CREATE, tracker_id=fleet.tracker, sensor=sensor)


@pytest.mark.parametrize("sensor", [AIR, DOOR, MOVES], ids=["metering", "discrete", "virtual"])
def test_sensor_is_listed_as_it_was_described(fleet: Fleet, sensor: dict[str, Any]):
    """With its id; what was left out is left out."""
    number = fleet.add(sensor)
    assert listed(fleet) == [{**FUEL, "id": fleet.fuel}, {**sensor, "id": number}]


def test_input_is_the_path_or_the_name_of_a_component(fleet: Fleet):
    """Its path with or without the slash; the first that fits."""
    fleet.caller.call(DELETE, **fleet.ids)
    for name in ("/pm25", "pm25", "PM2.5"):
        number = fleet.add({**FUEL, "input_name": name})
        fleet.caller.call(DELETE, tracker_id=fleet.tracker, sensor_id=number)
    assert listed(fleet) == []


def test_input_is_shown_by_one_sensor(fleet: Fleet):
    """Another one of the same datastream or the same number is refused; a virtual one is none of these."""
    for name in ("pm25", "/pm25", "PM2.5"):
        assert_code(create(fleet, {**AIR, "input_name": name}), 232)
    fleet.add(DOOR)
    assert_code(create(fleet, {**DOOR, "sensor_type": "engine"}), 232)
    fleet.add({**DOOR, "input_number": 2})
    fleet.add({**MOVES, "input_name": "pm25"})
    air = fleet.add(AIR)
    response = fleet.caller.post(CHANGE, tracker_id=fleet.tracker, sensor={**FUEL, "id": air})
    assert_code(response, 232)
    assert fleet.caller.call(CHANGE, tracker_id=fleet.tracker, sensor={**AIR, "id": air, "name": "x"})


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"type": None}, "sensor.type"),
        ({"type": "other"}, "sensor.type"),
        ({"type": 5}, "sensor.type"),
        ({"name": None}, "sensor.name"),
        ({"name": ""}, "sensor.name"),
        ({"name": "x" * 101}, "sensor.name"),
        ({"name": "a\nb"}, "sensor.name"),
        ({"sensor_type": None}, "sensor.sensor_type"),
        ({"sensor_type": "door"}, "sensor.sensor_type"),
        ({"input_name": None}, "sensor.input_name"),
        ({"input_name": "nothing"}, "sensor.input_name"),
        ({"divider": 0}, "sensor.divider"),
        ({"divider": "x"}, "sensor.divider"),
        ({"divider": "inf"}, "sensor.divider"),
        ({"accuracy": 0.1}, "sensor.accuracy"),
        ({"accuracy": 100.25}, "sensor.accuracy"),
        ({"group_type": "max"}, "sensor.group_type"),
        ({"units": "x" * 65}, "sensor.units"),
        ({"parameters": []}, "sensor.parameters"),
        ({"parameters": {"min": "x"}}, "sensor.parameters.min"),
        ({"parameters": {"max": True}}, "sensor.parameters.max"),
        ({"parameters": {"min": 5, "max": 4}}, "sensor.parameters.max"),
        ({"parameters": {"more": "x" * 17_000}}, "sensor.parameters"),
    ],
)
def test_metering_sensor_that_is_described_wrong(fleet: Fleet, changed: dict[str, Any], name: str):
    """The member is named, and nothing is added."""
    assert_code(create(fleet, {**AIR, **changed}), 7, name)
    assert len(listed(fleet)) == 1


def test_texts_that_no_encoding_can_write(fleet: Fleet):
    """JSON can: halves of characters. They are no JSON here, neither in a form nor in a body."""
    sensor = '{"type": "metering", "sensor_type": "fuel", "name": "x", "input_name": "humidity", '
    form = {"hash": fleet.caller.hash, "tracker_id": fleet.tracker}
    for parameters in ('{"x": "\\ud800"}', '{"\\ud800": 1}'):
        form["sensor"] = f'{sensor}"parameters": {parameters}}}'
        assert_code(fleet.caller.client.post(f"/v2{CREATE}", data=form), 7, "sensor")
    for name in ("tracker_id", "sensor"):
        body = f'{{"hash": "{fleet.caller.hash}", "tracker_id": 1, "{name}": "\\ud800"}}'
        headers = {"content-type": "application/json"}
        assert_code(fleet.caller.client.post(f"/v2{CREATE}", content=body, headers=headers), 5)


@pytest.mark.parametrize(
    ("sensor", "name"),
    [
        ({**DOOR, "input_number": None}, "sensor.input_number"),
        ({**DOOR, "input_number": 0}, "sensor.input_number"),
        ({**DOOR, "input_number": 9}, "sensor.input_number"),
        ({**DOOR, "sensor_type": "fuel"}, "sensor.sensor_type"),
        ({**MOVES, "input_name": None}, "sensor.input_name"),
        ({**MOVES, "sensor_type": "fuel"}, "sensor.sensor_type"),
    ],
)
def test_other_sensor_that_is_described_wrong(fleet: Fleet, sensor: dict[str, Any], name: str):
    """As well."""
    assert_code(create(fleet, sensor), 7, name)


@pytest.mark.parametrize("wrong", [None, [], "x", 5, "[]"])
def test_sensor_that_is_no_object(fleet: Fleet, wrong: Any):
    """It is missed."""
    assert_code(create(fleet, wrong), 7, "sensor")


def test_sensor_is_described_anew(fleet: Fleet):
    """As a whole: what is left out then is gone. Its type stays."""
    air = fleet.add(AIR)
    new = {**FUEL, "input_name": "humidity", "id": air}
    assert fleet.caller.call(CHANGE, tracker_id=fleet.tracker, sensor=new) == {"success": True}
    assert listed(fleet)[1] == new
    assert_code(fleet.caller.post(CHANGE, tracker_id=fleet.tracker, sensor={**DOOR, "id": air}), 228)
    assert_code(fleet.caller.post(CHANGE, tracker_id=fleet.tracker, sensor=FUEL), 7, "sensor.id")
    assert_code(fleet.caller.post(CHANGE, tracker_id=fleet.tracker, sensor={**FUEL, "id": 10**9}), 201)


def test_sensor_is_taken_away(fleet: Fleet):
    """Once; its values and its calibration stay with the device."""
    fleet.push(0.35)
    fleet.caller.call(UPDATE, **fleet.ids, data=[{"in": 0, "out": 0}, {"in": 1, "out": 100}])
    assert fleet.caller.call(DELETE, **fleet.ids) == {"success": True}
    assert listed(fleet) == []
    assert_code(fleet.caller.post(DELETE, **fleet.ids), 201)
    again = fleet.add(FUEL)
    assert fleet.values(again) == [35.0]


def test_sensors_of_several_trackers(owner: Caller, foreign: Fleet):
    """All of which must be there; at most 500."""
    first, second = new_fleet(owner), new_fleet(owner)
    result = owner.call(BATCH, trackers=[first.tracker, second.tracker, first.tracker])["result"]
    assert result == {str(each.tracker): [{**FUEL, "id": each.fuel}] for each in (first, second)}
    assert owner.call(BATCH, trackers=[]) == {"success": True, "result": {}}
    assert_code(owner.post(BATCH, trackers=[first.tracker, foreign.tracker]), 217)
    assert_code(owner.post(BATCH, trackers=[first.tracker] * 501), 221)
    assert_code(owner.post(BATCH, trackers=[first.tracker, 0]), 7, "trackers[1]")
    second.change(blocked=True)
    assert_code(owner.post(BATCH, trackers=[first.tracker, second.tracker]), 208)


@pytest.mark.parametrize("path", [LIST, CREATE, CHANGE, DELETE])
def test_who_may_do_what(owner: Caller, other: Caller, foreign: Fleet, path: str):
    """Look: who sees the tracker. Change: the account and users with tracker_update, and no clone."""
    fleet = new_fleet(owner)
    sensor = {**AIR, "id": fleet.fuel} if path == CHANGE else AIR
    sent: dict[str, Any] = {"sensor_id": fleet.fuel, "sensor": sensor}
    assert_code(owner.post(path, **{**sent, "tracker_id": foreign.tracker}), 201)
    clone = clone_of(fleet, other)
    answer = other.post(path, **sent, tracker_id=clone.tracker)
    user = new_user(owner, "tracker_configure").post(path, **sent, tracker_id=fleet.tracker)
    if path == LIST:
        assert answer.json() == user.json() == {"success": True, "list": [{**FUEL, "id": fleet.fuel}]}
    else:
        assert_code(answer, 219)
        assert_code(user, 13)
    fleet.change(blocked=True)
    assert_code(owner.post(path, **sent, tracker_id=fleet.tracker), 208)
    fleet.change(blocked=False)
    assert new_user(owner, "tracker_update").call(path, **sent, tracker_id=fleet.tracker)["success"]

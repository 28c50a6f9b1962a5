"""Calibration data: read, replaced, and who may do which."""

from typing import Any

import httpx2
import pytest

from tests.dialects.navixy.api import (
    CURVE,
    DOOR,
    FUEL,
    MOVES,
    READ,
    UPDATE,
    Caller,
    Fleet,
    assert_code,
    clone_of,
    new_fleet,
    new_user,
)

DONE = {"success": True}


def curly(fleet: Fleet) -> str:
    """The document's example of an update, with the quotes that it prints and its ids as text."""
    return (
        f'{{"hash": "{fleet.caller.hash}", "tracker_id": "{fleet.tracker}", "sensor_id": "{fleet.fuel}", '
        '"data": [{“in”:0.0,”out”:0.0},{“in”:0.7,”out”:60.0}]}'
    )


@pytest.mark.check("CD-001", "CD-002", "CD-003", "CD-004")
def test_document_s_examples_of_read(anyone: httpx2.Client, fleet: Fleet):
    """By POST with ids as text and by GET: the same bytes, with a fraction in every number."""
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    texts = {"hash": fleet.caller.hash, **{name: str(number) for name, number in fleet.ids.items()}}
    expected = b'{"success":true,"value":[{"in":0.0,"out":0.0},{"in":0.7,"out":60.0}]}'
    assert anyone.post(f"/v2{READ}", json=texts).content == expected
    assert anyone.get(f"/v2{READ}", params=texts).content == expected


@pytest.mark.check("CD-005")
def test_sensor_without_a_curve(fleet: Fleet):
    """Has an empty one."""
    assert fleet.caller.call(READ, **fleet.ids) == {"success": True, "value": []}


@pytest.mark.check("CD-006", "CD-034")
def test_points_come_back_in_the_order_they_were_stored_in(fleet: Fleet):
    """Whatever it is."""
    points = [{"in": 5.0, "out": 1.0}, {"in": -1.0, "out": 7.0}, {"in": 2.5, "out": -3.0}]
    fleet.caller.call(UPDATE, **fleet.ids, data=points)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == points


@pytest.mark.check("CD-007", "CD-008", "CD-036")
@pytest.mark.parametrize("path", [READ, UPDATE])
def test_tracker_that_is_not_the_caller_s(fleet: Fleet, foreign: Fleet, path: str):
    """Is as one that there is not."""
    for tracker in (foreign.tracker, 10**9):
        for sensor in (foreign.fuel, fleet.fuel):
            response = fleet.caller.post(path, tracker_id=tracker, sensor_id=sensor, data=CURVE)
            assert_code(response, 201)
    assert foreign.caller.curve(foreign.tracker, foreign.fuel) == []


@pytest.mark.check("CD-009", "CD-010")
@pytest.mark.parametrize("path", [READ, UPDATE])
def test_sensor_that_is_not_the_tracker_s(fleet: Fleet, path: str):
    """Also when it is of another tracker of the same account."""
    neighbour = new_fleet(fleet.caller)
    for sensor in (neighbour.fuel, 10**9):
        assert_code(fleet.caller.post(path, tracker_id=fleet.tracker, sensor_id=sensor, data=CURVE), 201)
    assert neighbour.caller.curve(neighbour.tracker, neighbour.fuel) == []


@pytest.mark.check("CD-011", "CD-012", "CD-037")
@pytest.mark.parametrize("sensor", [DOOR, MOVES], ids=["discrete", "virtual"])
@pytest.mark.parametrize("path", [READ, UPDATE])
def test_sensor_that_measures_nothing(fleet: Fleet, path: str, sensor: dict[str, Any]):
    """Has no curve."""
    number = fleet.add(sensor)
    assert_code(fleet.caller.post(path, tracker_id=fleet.tracker, sensor_id=number, data=CURVE), 228)


@pytest.mark.check("CD-013", "CD-014")
@pytest.mark.parametrize("name", ["tracker_id", "sensor_id"])
def test_read_without_an_id(fleet: Fleet, name: str):
    """Either is needed."""
    ids = {key: value for key, value in fleet.ids.items() if key != name}
    assert_code(fleet.caller.post(READ, **ids), 7, name)


@pytest.mark.check("CD-015")
@pytest.mark.parametrize("wrong", [0, -1, "0", "-5"])
def test_sensor_id_is_a_positive_number(fleet: Fleet, wrong: Any):
    """From 1 on."""
    for path in (READ, UPDATE):
        response = fleet.caller.post(path, tracker_id=fleet.tracker, sensor_id=wrong, data=CURVE)
        assert_code(response, 7, "sensor_id")


@pytest.mark.check("CD-016", "CD-042")
def test_blocked_tracker(owner: Caller):
    """Its curves can be neither read nor replaced; they are there when it is no longer blocked."""
    fleet = new_fleet(owner)
    owner.call(UPDATE, **fleet.ids, data=CURVE)
    fleet.change(blocked=True)
    assert_code(owner.post(READ, **fleet.ids), 208)
    assert_code(owner.post(UPDATE, **fleet.ids, data=[]), 208)
    fleet.change(blocked=False)
    assert owner.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-017", "CD-040", "CD-041")
def test_rights_of_a_user(fleet: Fleet):
    """To read takes none; to replace takes tracker_update, and without it nothing is changed."""
    without, with_ = new_user(fleet.caller), new_user(fleet.caller, "tracker_update")
    assert with_.call(UPDATE, **fleet.ids, data=CURVE) == DONE
    assert without.curve(fleet.tracker, fleet.fuel) == CURVE
    assert_code(without.post(UPDATE, **fleet.ids, data=[]), 13)
    configures = new_user(fleet.caller, "tracker_configure")
    assert_code(configures.post(UPDATE, **fleet.ids, data=[]), 13)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-018")
def test_user_who_does_not_see_the_tracker(fleet: Fleet):
    """Learns nothing of it, whatever the rights."""
    neighbour = new_fleet(fleet.caller)
    user = new_user(fleet.caller, "tracker_update", trackers=[neighbour.tracker])
    for path in (READ, UPDATE):
        assert_code(user.post(path, **fleet.ids, data=CURVE), 201)
    assert user.call(UPDATE, **neighbour.ids, data=CURVE) == DONE


@pytest.mark.check("CD-019", "CD-038")
def test_clone_shows_the_curve_of_its_source(fleet: Fleet, other: Caller):
    """And does not change it."""
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    clone = clone_of(fleet, other)
    assert other.curve(clone.tracker, fleet.fuel) == CURVE
    assert_code(other.post(UPDATE, **clone.ids, data=[]), 219)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-020")
def test_credential_that_may_only_read(fleet: Fleet):
    """A key with the scope to look at instruments reads curves, and changes none."""
    made = fleet.caller.provider.client.post(
        "/manage/v1/keys", json={"title": "looks", "scopes": ["instruments:read"]}
    ).json()
    key = Caller(made["key"], fleet.caller.client, fleet.caller.provider)
    assert key.call(READ, **fleet.ids)["value"] == []
    assert_code(key.post(UPDATE, **fleet.ids, data=CURVE), 13)


@pytest.mark.check("CD-021", "CD-022", "CD-023")
def test_update_replaces_the_curve(fleet: Fleet):
    """It says that it is done and no more; what was there before is gone."""
    assert fleet.caller.post(UPDATE, **fleet.ids, data=[*CURVE, {"in": 9, "out": 9}]).json() == DONE
    assert fleet.caller.post(UPDATE, **fleet.ids, data=CURVE).content == b'{"success":true}'
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE[:1])
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE[:1]


@pytest.mark.check("CD-024")
def test_document_s_example_of_update(anyone: httpx2.Client, fleet: Fleet):
    """With the quotes that it prints, in a body and in a form."""
    response = anyone.post(f"/v2{UPDATE}", content=curly(fleet), headers={"content-type": "application/json"})
    assert response.json() == DONE
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE
    form = {"hash": fleet.caller.hash, **fleet.ids, "data": "[{“in”:1,”out”:2}]"}
    assert anyone.post(f"/v2{UPDATE}", data=form).json() == DONE
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == [{"in": 1.0, "out": 2.0}]


@pytest.mark.check("CD-025", "CD-026", "CD-035")
def test_numbers_of_a_point(fleet: Fleet):
    """Whole ones, texts, negative ones and fractions: all of them come back as numbers with a fraction."""
    data = [{"in": 0, "out": 60}, {"in": "1", "out": "2.5"}, {"in": -0.25, "out": -1e-3}]
    fleet.caller.call(UPDATE, **fleet.ids, data=data)
    assert fleet.caller.post(READ, **fleet.ids).text.endswith(
        '[{"in":0.0,"out":60.0},{"in":1.0,"out":2.5},{"in":-0.25,"out":-0.001}]}'
    )


@pytest.mark.check("CD-027")
def test_no_points_are_no_curve(fleet: Fleet):
    """What was there is gone, for values too."""
    fleet.push(0.35)
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    assert fleet.caller.call(UPDATE, **fleet.ids, data=[]) == DONE
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == []
    assert fleet.values() == [0.35]


@pytest.mark.check("CD-028", "CD-029")
@pytest.mark.parametrize(("point", "name"), [({"out": 1}, "in"), ({"in": 1}, "out"), ({}, "in")])
def test_point_without_one_of_its_numbers(fleet: Fleet, point: dict[str, Any], name: str):
    """It is named, and the curve stays."""
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    response = fleet.caller.post(UPDATE, **fleet.ids, data=[{"in": 5, "out": 5}, point])
    assert_code(response, 7, f"data[1].{name}")
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-030")
@pytest.mark.parametrize("name", ["in", "out"])
@pytest.mark.parametrize(
    "wrong",
    ['"x"', '""', "true", "[1]", "{}", "NaN", "Infinity", "-Infinity", '"NaN"', '"inf"', "1e999", '"1,5"'],
)
def test_point_with_what_is_no_finite_number(anyone: httpx2.Client, fleet: Fleet, name: str, wrong: str):
    """It is named, and the curve stays."""
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    other = "out" if name == "in" else "in"
    body = (
        f'{{"hash": "{fleet.caller.hash}", "tracker_id": {fleet.tracker}, "sensor_id": {fleet.fuel}, '
        f'"data": [{{"{name}": {wrong}, "{other}": 1}}]}}'
    )
    response = anyone.post(f"/v2{UPDATE}", content=body, headers={"content-type": "application/json"})
    assert_code(response, 7, f"data[0].{name}")
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-031", "CD-032")
@pytest.mark.parametrize(
    "wrong", [{}, {"data": None}, {"data": {}}, {"data": 5}, {"data": "x"}, {"data": ""}]
)
def test_update_without_an_array_of_points(fleet: Fleet, wrong: dict[str, Any]):
    """It is missed."""
    assert_code(fleet.caller.post(UPDATE, **fleet.ids, **wrong), 7, "data")


@pytest.mark.check("CD-033")
def test_raw_value_that_comes_twice(fleet: Fleet):
    """Has no one meaning; the curve stays."""
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    for data in ([{"in": 1, "out": 2}] * 2, [{"in": 0.0, "out": 1}, {"in": -0.0, "out": 2}]):
        assert_code(fleet.caller.post(UPDATE, **fleet.ids, data=data), 7, "data")
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


def test_curve_with_too_many_points(fleet: Fleet):
    """Over ten thousand; that many can be."""
    data = [{"in": at, "out": at} for at in range(10_001)]
    assert_code(fleet.caller.post(UPDATE, **fleet.ids, data=data), 7, "data")
    assert fleet.caller.call(UPDATE, **fleet.ids, data=data[1:]) == DONE
    assert len(fleet.caller.curve(fleet.tracker, fleet.fuel)) == 10_000


@pytest.mark.check("CD-039")
def test_clone_is_refused_before_the_kind_of_sensor(fleet: Fleet, other: Caller):
    """219, not 228."""
    door = fleet.add(DOOR)
    clone = clone_of(fleet, other)
    assert_code(other.post(UPDATE, tracker_id=clone.tracker, sensor_id=door, data=CURVE), 219)


@pytest.mark.check("CD-043")
def test_update_by_a_form(anyone: httpx2.Client, fleet: Fleet):
    """Its points are JSON text."""
    form = {"hash": fleet.caller.hash, **fleet.ids, "data": '[{"in":0.0,"out":0.0},{"in":0.7,"out":60.0}]'}
    assert anyone.post(f"/v2{UPDATE}", data=form).json() == DONE
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-044")
def test_update_by_get_is_refused(anyone: httpx2.Client, fleet: Fleet):
    """And nothing is changed."""
    form: dict[str, Any] = {"hash": fleet.caller.hash, **fleet.ids, "data": '[{"in":1,"out":2}]'}
    assert_code(anyone.get(f"/v2{UPDATE}", params=form), 112)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == []


def test_curve_stays_when_the_sensor_gets_another_divider(fleet: Fleet):
    """Both hold then."""
    fleet.push(0.7)
    fleet.caller.call(UPDATE, **fleet.ids, data=CURVE)
    sensor = {**FUEL, "id": fleet.fuel, "divider": 2}
    fleet.caller.call("/tracker/sensor/update", tracker_id=fleet.tracker, sensor=sensor)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE
    assert fleet.values() == [30.0]


def test_change_of_a_curve_is_in_the_log_of_the_device(fleet: Fleet):
    """With who did it: a user by name."""
    user = new_user(fleet.caller, "tracker_update")
    user.call(UPDATE, **fleet.ids, data=CURVE)
    page = fleet.caller.provider.client.get(f"/manage/v1/devices/{fleet.device}/log-entries").json()
    assert "table of 2 points" in page["items"][-1]["message"]
    assert page["items"][-1]["user"] != fleet.caller.provider.name

"""What curves make of values: of a range of time and of the newest."""

from time import time
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
from tests.dialects.nilu.api import PLAIN

DATA, READINGS = "/tracker/sensor/data/read", "/tracker/readings/list"
DAY = {"from": "2020-01-20 00:00:00", "to": "2020-01-21 00:00:00"}
TANK = [{"in": 100, "out": 10}, {"in": 200, "out": 50}, {"in": 300, "out": 70}]


def described(fleet: Fleet, **more: Any) -> None:
    """Describe the fuel sensor anew."""
    sensor = {**FUEL, "id": fleet.fuel, **more}
    fleet.caller.call("/tracker/sensor/update", tracker_id=fleet.tracker, sensor=sensor)


@pytest.mark.check("CD-072", "CD-073", "CD-074", "CD-075")
@pytest.mark.parametrize(
    ("raw", "litres"),
    [
        *((100, 10.0), (200, 50.0), (300, 70.0), (150, 30.0), (250, 60.0), (299, 69.8)),
        *((301, 70.0), (65455, 70.0), (99, 10.0), (0, 10.0), (-5, 10.0)),
    ],
)
def test_value_of_a_curve(fleet: Fleet, raw: float, litres: float):
    """On a point its result, between two on the line, beyond the last and before the first that point's."""
    fleet.caller.call(UPDATE, **fleet.ids, data=TANK)
    fleet.push(raw)
    assert fleet.values() == [pytest.approx(litres, rel=1e-12)]


@pytest.mark.check("CD-076")
def test_value_without_a_curve(fleet: Fleet):
    """The raw one, divided."""
    fleet.push(13.0)
    assert fleet.values() == [13.0]
    described(fleet, divider=4)
    assert fleet.values() == [3.25]
    described(fleet)
    assert fleet.values() == [13.0]


def test_limits_that_are_null(fleet: Fleet):
    """Are none."""
    described(fleet, parameters={"min": None, "max": None})
    fleet.push(-13.0)
    assert fleet.values() == [-13.0]
    assert len(fleet.caller.call(READINGS, tracker_id=fleet.tracker)["inputs"]) == 1


@pytest.mark.check("CD-077")
def test_raw_values_beyond_the_limits_are_dropped(fleet: Fleet):
    """They are looked at before divider and curve, and stay in NILU's answers."""
    fleet.caller.call(UPDATE, **fleet.ids, data=TANK)
    described(fleet, divider=10, parameters={"min": 1000, "max": 3000})
    fleet.push(999.0, 1000.0, 2500.0, 3000.0, 3000.5)
    assert fleet.values() == [10.0, 60.0, 70.0]
    assert len(fleet.values(raw_data=True)) == 5
    assert len(fleet.caller.provider.rows(fleet.device)) == 10
    described(fleet, divider=10, parameters={"max": 1000.0})
    assert fleet.values() == [10.0, 10.0]


@pytest.mark.check("CD-078")
def test_divider_goes_before_the_curve(fleet: Fleet):
    """The document's example: 1000 by 5 is looked up as 200."""
    fleet.caller.call(UPDATE, **fleet.ids, data=TANK)
    described(fleet, divider=5)
    fleet.push(1000.0)
    assert fleet.values() == [50.0]


@pytest.mark.check("CD-079")
def test_new_curve_holds_for_values_of_before(fleet: Fleet):
    """At once, since raw values are what is kept."""
    fleet.push(100.0, 300.0)
    fleet.caller.call(UPDATE, **fleet.ids, data=TANK)
    assert fleet.values() == [10.0, 70.0]
    fleet.caller.call(UPDATE, **fleet.ids, data=[{"in": 100, "out": 1}, {"in": 300, "out": 2}])
    assert fleet.values() == [1.0, 2.0]


def test_account_may_have_its_curves_hold_from_now_on(newcomer: Caller):
    """Then values of before keep the curve of their time."""
    changed = newcomer.provider.client.patch(
        "/manage/v1/account", json={"calibrate_from_now": True}, headers={"if-match": "*"}
    )
    assert changed.status_code == 200, changed.text
    fleet = new_fleet(newcomer)
    fleet.push(100.0)
    newcomer.call(UPDATE, **fleet.ids, data=TANK)
    fleet.push(100.0, begin=int(time()) + 60)
    assert fleet.values() == [100.0]
    [newest] = newcomer.call(READINGS, tracker_id=fleet.tracker)["inputs"]
    assert newest["value"] == 10.0
    assert newcomer.curve(fleet.tracker, fleet.fuel) == [
        {name: float(number) for name, number in point.items()} for point in TANK
    ]


@pytest.mark.check("CD-080")
def test_raw_data_are_as_they_came(fleet: Fleet):
    """Without curve, divider and limits."""
    fleet.caller.call(UPDATE, **fleet.ids, data=TANK)
    described(fleet, divider=5, parameters={"min": 200})
    fleet.push(100.0, 300.0)
    assert fleet.values(raw_data=True) == [100.0, 300.0]


def test_values_have_times_in_one_of_two_forms(fleet: Fleet):
    """In UTC; both ends of the range belong to it."""
    fleet.push(1.0, 2.0, 3.0)
    ids = {**fleet.ids, "from": "2020-01-20 12:00:00", "to": "2020-01-20 12:01:00"}
    expected = {
        "success": True,
        "list": [
            {"value": 1.0, "get_time": "2020-01-20 12:00:00"},
            {"value": 2.0, "get_time": "2020-01-20 12:01:00"},
        ],
    }
    assert fleet.caller.call(DATA, **ids) == expected
    asked = fleet.caller.client.post(
        f"/v2{DATA}", json={"hash": fleet.caller.hash, **ids}, headers={"nvx-iso-datetime": "true"}
    )
    assert fleet.caller.call(DATA, **ids, iso_datetime=True) == asked.json()
    assert [each["get_time"] for each in asked.json()["list"]] == [
        "2020-01-20T12:00:00Z",
        "2020-01-20T12:01:00Z",
    ]
    assert fleet.caller.call(DATA, **{**ids, "from": "2020-01-20T11:00:00+00:00"}) == expected


def test_many_values_come_in_pieces(fleet: Fleet):
    """And are whole: 40,000 of them."""
    packets = [{"date": 1579521600 + at, "pm25": float(at), "humidity": 50.0} for at in range(40_000)]
    fleet.caller.provider.push(fleet.device, packets)
    fleet.caller.call(UPDATE, **fleet.ids, data=[{"in": 0, "out": 0}, {"in": 40_000, "out": 80_000}])
    assert fleet.values() == [2.0 * at for at in range(40_000)]


@pytest.mark.parametrize(
    ("begin", "end", "code", "name"),
    [
        ("2020-01-01 00:00:00", "2020-04-30 00:00:00", None, ""),
        ("2020-01-01 00:00:00", "2020-04-30 00:00:01", 211, ""),
        ("2020-01-02 00:00:00", "2020-01-01 00:00:00", 7, "to"),
        ("yesterday", "2020-01-01 00:00:00", 7, "from"),
        ("2020-01-01 00:00:00", "", 7, "to"),
        ("1969-12-31 23:59:59", "1970-01-02 00:00:00", 7, "from"),
        (None, "2020-01-01 00:00:00", 7, "from"),
    ],
)
def test_range_of_time(fleet: Fleet, begin: str | None, end: str, code: int | None, name: str):
    """120 days at most, from the first to the last."""
    response = fleet.caller.post(DATA, **fleet.ids, **{"from": begin, "to": end})
    if code is None:
        assert response.json() == {"success": True, "list": []}
    else:
        assert_code(response, code, *filter(None, [name]))


def test_who_reads_values(owner: Caller, other: Caller, foreign: Fleet):
    """Whoever sees the tracker, a clone too; of a sensor that measures, while nothing is blocked."""
    fleet = new_fleet(owner)
    fleet.push(5.0)
    assert Fleet(new_user(owner), fleet.device, fleet.tracker, fleet.fuel).values() == [5.0]
    assert clone_of(fleet, other).values() == [5.0]
    for ids in (foreign.ids, {**fleet.ids, "sensor_id": foreign.fuel}):
        assert_code(owner.post(DATA, **ids, **DAY), 201)
    for sensor in (DOOR, MOVES):
        assert_code(owner.post(DATA, tracker_id=fleet.tracker, sensor_id=fleet.add(sensor), **DAY), 228)
    fleet.change(blocked=True)
    assert_code(owner.post(DATA, **fleet.ids, **DAY), 208)


def test_newest_readings(fleet: Fleet):
    """Of each sensor that measures; the curve says what they can be."""
    humidity = fleet.add({**FUEL, "sensor_type": "custom", "name": "Air", "input_name": "humidity"})
    fleet.add(DOOR)
    fleet.push(150.0, 250.0)
    fleet.caller.call(UPDATE, **fleet.ids, data=TANK)
    described(fleet, units="l", units_type="litre")
    assert fleet.caller.call(READINGS, tracker_id=fleet.tracker) == {
        "success": True,
        "inputs": [
            {
                "sensor_id": fleet.fuel,
                "label": "Tank",
                "name": "pm25",
                "type": "fuel",
                "value": 60.0,
                "units": "l",
                "units_type": "litre",
                "update_time": "2020-01-20 12:01:00",
                "min_value": 10.0,
                "max_value": 70.0,
            },
            {
                "sensor_id": humidity,
                "label": "Air",
                "name": "humidity",
                "type": "custom",
                "value": 50.0,
                "update_time": "2020-01-20 12:01:00",
            },
        ],
        "states": [],
        "virtual_sensors": [],
        "counters": [],
    }
    only = fleet.caller.call(READINGS, tracker_id=fleet.tracker, sensor_type="custom", iso_datetime=True)
    assert [(each["sensor_id"], each["update_time"]) for each in only["inputs"]] == [
        (humidity, "2020-01-20T12:01:00Z")
    ]


def test_newest_reading_that_is_none(fleet: Fleet):
    """No value yet, or one beyond the limits: then neither value nor time is there."""
    bare = {"sensor_id": fleet.fuel, "label": "Tank", "name": "pm25", "type": "fuel"}
    assert fleet.caller.call(READINGS, tracker_id=fleet.tracker)["inputs"] == [bare]
    fleet.push(500.0)
    described(fleet, parameters={"max": 400})
    assert fleet.caller.call(READINGS, tracker_id=fleet.tracker)["inputs"] == [bare]


def test_readings_of_a_tracker_that_will_not_do(owner: Caller, foreign: Fleet):
    """Another's or unknown: this call has a code of its own for that; a blocked one."""
    for tracker in (foreign.tracker, 10**9):
        assert_code(owner.post(READINGS, tracker_id=tracker), 204)
    fleet = new_fleet(owner, blocked=True)
    assert_code(owner.post(READINGS, tracker_id=fleet.tracker), 208)


def test_value_that_is_null_is_no_reading(owner: Caller):
    """It is left out."""
    parameters = [{**each, "type": ["null", each["type"]]} for each in PLAIN["parameters"]]
    fleet = new_fleet(owner, {**PLAIN, "parameters": parameters})
    fleet.push(1.0, None, 3.0, None)
    owner.call(UPDATE, **fleet.ids, data=TANK)
    assert fleet.values() == [10.0, 10.0]
    assert fleet.values(raw_data=True) == [1.0, 3.0]

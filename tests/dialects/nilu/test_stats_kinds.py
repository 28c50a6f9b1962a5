"""Statistics of directions, levels and amounts, as NILU's clients get them."""

from typing import Any

import pytest

from tests.dialects.manage.api import streams
from tests.dialects.nilu.api import MOVING, PLAIN, Provider, assert_error, unique
from tests.dialects.nilu.test_stats import HOUR, MEMBERS, ONE, START, between, push, stats

WIND, RAIN, NOISE, BEARING = 149, 153, 57, 281
DEGREES, MILLIMETRES, DECIBELS, MILLIVOLTS = 134, 122, 30, 187
FIRST = between("hourly", START, START + HOUR)
KINDS = (("energetic", "null"), ("sum", "1"), ("circular", "null"))
WIRE = (
    '[{"id":%d,"timestamp_from_epoch":1579521600,"timestamp_to_epoch":1579525200,"component":"Noise",'
    '"level":0,"unit":"dBA","qc":0,"n":3,"of":-1,"res":60,"avg":66.02,"median":60,"min":60,"max":70,'
    '"std_dev":5.77,"var":33.333,"sem":3.333,"mse":11.110999999999999,"cv":null,"q1":60,"q3":68.33,"iqr":8.329999999999998,'
    '"epsg":4326,"longitude":5.312691,"latitude":60.395897,"altitude":3%s},'
    '{"id":%d,"timestamp_from_epoch":1579521600,"timestamp_to_epoch":1579525200,"component":"Precipitation",'
    '"level":0,"unit":"mm","qc":0,"n":3,"of":-1,"res":60,"avg":0.33,"median":0.2,"min":0.2,"max":0.6,'
    '"std_dev":0.23,"var":0.053,"sem":0.133,"mse":0.017666666666666667,"cv":0.696969696969697,"q1":0.2,'
    '"q3":0.53,"iqr":0.33,"epsg":4326,"longitude":5.312691,"latitude":60.395897,"altitude":3%s},'
    '{"id":%d,"timestamp_from_epoch":1579521600,"timestamp_to_epoch":1579525200,"component":"Wind direction",'
    '"level":0,"unit":"°","qc":0,"n":3,"of":-1,"res":60,"avg":0,"median":0,"min":350,"max":10,'
    '"std_dev":10,"var":100,"sem":5.774,"mse":33.333333333333336,"cv":null,"q1":351.67,"q3":8.33,"iqr":16.659999999999968,'
    '"epsg":4326,"longitude":5.312691,"latitude":60.395897,"altitude":3%s}]'
)


def of(component: int, unit: int, **changed: Any) -> dict[str, Any]:
    """A sensor of one component."""
    bound = {"componentid": component, "unitid": unit, "binding-path": "/pm25", "level": 0}
    return {**ONE, "components": [bound], **changed}


def unchecked(provider: Provider, *components: int) -> None:
    """No value of these components is left out."""
    for each in components:
        path = f"/manage/v1/components/{each}/quality"
        body = {"valid_from": "2000-01-01T00:00:00Z"}
        assert provider.client.put(path, json=body).status_code == 200


def weather(provider: Provider) -> int:
    """A sensor of noise, rain and wind that has sent three packets."""
    names = {"laeq": (NOISE, DECIBELS), "rain": (RAIN, MILLIMETRES), "dd": (WIND, DEGREES)}
    sensor = provider.configure(
        PLAIN,
        parameters=[{"name": "date", "type": "long"}, *({"name": each, "type": "double"} for each in names)],
        components=[
            {"componentid": component, "unitid": unit, "binding-path": name, "level": 0}
            for name, (component, unit) in names.items()
        ],
    )
    for minute, (laeq, rain, dd) in enumerate([(60, 0.2, 350), (70, 0.2, 0), (60, 0.6, 10)]):
        provider.push(sensor, {"date": START + 60 * minute, "laeq": laeq, "rain": rain, "dd": dd})
    return sensor


def test_each_component_is_taken_as_what_it_is(newcomer: Provider):
    """Byte for byte: without being asked for more, rows have the members of the document and no other."""
    unchecked(newcomer, NOISE, RAIN, WIND)
    sensor = weather(newcomer)
    more = [f',"aggregation":"{kind}","sum":{total}' for kind, total in KINDS]
    plain = newcomer.client.get(f"/api/data/id/{sensor}/{FIRST}")
    asked = newcomer.client.get(f"/api/data/id/{sensor}/hourly/stats?extensions=true")
    assert plain.text == WIRE % (sensor, "", sensor, "", sensor, "")
    assert asked.text == WIRE % tuple(part for each in more for part in (sensor, each))


def test_mean_of_directions_is_a_direction(provider: Provider):
    """10 and 350 degrees are 0, not 180, by every period; opposite ones have none."""
    sensor = provider.configure(of(WIND, DEGREES))
    push(provider, sensor, {START: 350.0, START + 60: 10.0, START + HOUR: 90.0, START + HOUR + 60: 270.0})
    first, second = stats(provider, sensor, between("hourly", START, START + 2 * HOUR))
    assert [first[each] for each in ("avg", "min", "max", "cv")] == [0.0, 350.0, 10.0, None]
    assert list(second) == MEMBERS
    assert {name for name, value in second.items() if value is None} == {
        *("avg", "median", "min", "max", "std_dev", "var", "sem", "mse", "cv", "q1", "q3", "iqr")
    }
    (day,) = stats(provider, sensor, between("daily", START, START + HOUR, "?tz=Europe/Oslo&coverage=0"))
    assert (day["n"], day["avg"], day["coverage"]) == (4, 0.0, 4 / 1440)


def test_directions_that_failed_are_left_out(provider: Provider):
    """Unless the caller takes them: 400 degrees are 40, but no direction that a vane tells."""
    sensor = provider.configure(of(WIND, DEGREES))
    push(provider, sensor, {START: 350.0, START + 60: 400.0})
    (row,) = stats(provider, sensor, FIRST)
    assert (row["n"], row["of"], row["avg"]) == (1, 0.5, 350.0)
    (row,) = stats(provider, sensor, f"{FIRST}?leaveout=0")
    assert (row["n"], row["avg"], row["max"]) == (2, 15.0, 40.0)


def test_courses_of_a_vehicle_have_a_mean_at_each_place_or_in_all(provider: Provider):
    """As its other components."""
    sensor = provider.configure(of(BEARING, DEGREES, location=MOVING.get("location")))
    for at, (place, course) in enumerate((("10/60/0", 355), ("10/60/0", 15), ("13/63/30", 350))):
        packet = {"date": START + 60 * at, "pm25": float(course)}
        assert provider.client.post(f"/api/sensors/{sensor}/{place}/inbound", json=packet).status_code == 200
    assert [row["avg"] for row in stats(provider, sensor, FIRST)] == [5.0, 350.0]
    (row,) = stats(provider, sensor, f"{FIRST}?exclude=position")
    assert (row["avg"], row["n"], row["longitude"]) == (359.96, 3, 11.0)


def test_raw_signal_is_a_number_and_its_calibrated_value_a_direction(provider: Provider):
    """A vane that sends millivolts, 5000 of which are a turn."""
    sensor = provider.configure(of(WIND, MILLIVOLTS))
    path = f"/manage/v1/datastreams/{streams(provider, sensor)['Wind direction']}/calibration"
    body = {"equation": "$value * 360 / 5000", "for_all_time": True}
    assert provider.client.put(path, json=body).status_code == 200
    push(provider, sensor, {START: 4875.0, START + 60: 125.0})
    (raw,) = stats(provider, sensor, f"{FIRST}?extensions=true")
    assert (raw["avg"], raw["aggregation"]) == (2500.0, "arithmetic")
    (row,) = stats(provider, sensor, f"{FIRST}?extensions=true&values=corrected")
    assert (row["avg"], row["min"], row["max"], row["aggregation"]) == (0.0, 351.0, 9.0, "circular")


@pytest.mark.parametrize(
    ("aggregation", "mean", "total"),
    [
        ("arithmetic", 180.0, None),
        ("circular", 0.0, None),
        ("energetic", 346.99, None),
        ("sum", 180.0, 360.0),
    ],
)
def test_added_component_is_taken_as_was_said(
    provider: Provider, aggregation: str, mean: float, total: float | None
):
    """By the account that added it."""
    body = {"name": unique(), "aggregation": aggregation}
    added = provider.client.post("/manage/v1/components", json=body).json()
    sensor = provider.configure(of(added["id"], DEGREES))
    push(provider, sensor, {START: 350.0, START + 60: 10.0})
    (row,) = stats(provider, sensor, f"{FIRST}?extensions=true")
    assert (row["aggregation"], row["avg"], row["sum"]) == (aggregation, mean, total)


def test_extensions_are_true_or_false(provider: Provider):
    """Else the request is refused."""
    sensor = provider.configure(ONE)
    answer = provider.client.get(f"/api/data/id/{sensor}/hourly/stats?extensions=sum")
    assert_error(answer, 400, 1001, "extensions")

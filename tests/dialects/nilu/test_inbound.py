"""Packets come in by the two doors, and are told apart from what is none."""

import json
import math
import time
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import (
    EXAMPLE,
    MOVING,
    PACKET,
    PACKET_TIME,
    PLAIN,
    Provider,
    assert_error,
    unique,
)
from tests.running import Server

NOON = 1579521600  # 2020-01-20T12:00:00Z
GOOD = {"date": NOON, "pm25": 12.5, "humidity": 55.25}
TEMPLATE = "/{longitude}/{latitude}/{altitude}/inbound"


def post(provider: Provider, sensor: int, body: bytes, kind: str = "application/json") -> httpx2.Response:
    """Push bytes to a fixed sensor."""
    return provider.client.post(
        f"/api/sensors/{sensor}/inbound", content=body, headers={"content-type": kind}
    )


def values(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The value of each component."""
    return {row["component"]: row["value"] for row in rows}


@pytest.mark.check("NI-004", "NI-005", "NI-191", "NI-192", "NI-193", "NI-194", "NI-195")
def test_example_of_the_document_is_stored(server: Server, provider: Provider):
    """Text becomes a number, Stockholm's time an epoch; what is not configured is ignored, sensorid too,
    and kept in the packet as it was sent.
    """
    sensor = provider.configure(EXAMPLE, name=unique())
    response = provider.client.post(f"/api/sensors/{sensor}/inbound", json=PACKET)
    atom = f"{server.url}/api/sensors/{sensor}/pipeline"
    assert (response.status_code, response.json()) == (
        200,
        {"atom": atom, "message": "OK", "http-status-code": 200},
    )
    assert provider.newest(sensor) == [
        {
            "id": sensor,
            "component": "NO2",
            "unit": provider.client.get("/api/units/35").json()["name"],
            "value": 132.5657676765,
            "value_corr": None,
            "level": 1,
            "level_corr": None,
            "epsg": 4326,
            "timestamp_from_epoch": PACKET_TIME,
            "timestamp_to_epoch": PACKET_TIME + 60,
            "longitude": 67.0,
            "latitude": 50.0,
            "altitude": 1.5,
            "qc_flags": {"flags": 1, "bitflags": "00000001"},
            "qcs_flags": {"flags": 94, "bitflags": "0000000001011110"},
        }
    ]
    raw = provider.client.get(f"/api/sensors/{sensor}/raw/fromutc/2010-10-20T13:00:00Z?by=observation")
    assert [json.loads(each["packet"]) for each in raw.json()] == [PACKET]


@pytest.mark.check("NI-196", "NI-220")
@pytest.mark.parametrize("moving", [False, True], ids=["fixed", "moving"])
def test_packet_without_mapped_time_has_the_time_of_receipt(provider: Provider, moving: bool):
    """The system's time, in seconds."""
    sensor = provider.configure({**(MOVING if moving else PLAIN), "mapping": []})
    begin = int(time.time())
    door = "10.5/59.9/12/inbound" if moving else "inbound"
    assert provider.client.post(f"/api/sensors/{sensor}/{door}", json=GOOD).status_code == 200
    assert {begin <= row["timestamp_from_epoch"] <= time.time() for row in provider.newest(sensor)} == {True}


@pytest.mark.check("NI-054", "NI-197", "NI-211")
def test_packet_s_own_time_and_the_sensor_s_place_are_kept(provider: Provider):
    """Seconds since 1970 need no converter; the rows stand at the configured location."""
    sensor = provider.configure()
    provider.push(sensor, GOOD)
    rows = provider.newest(sensor)
    assert values(rows) == {"Humidity": 55.25, "PM2.5": 12.5}
    assert {row["timestamp_from_epoch"] for row in rows} == {NOON}
    places = {(row["longitude"], row["latitude"], row["altitude"]) for row in rows}
    assert places == {(5.312691, 60.395897, 3.0)}


@pytest.mark.check("NI-198")
@pytest.mark.parametrize("missing", [b"NaN", b'"NaN"', b"null"])
def test_missing_value_is_accepted_and_not_stored(provider: Provider, missing: bytes):
    """The other component's value is."""
    sensor = provider.configure()
    assert post(provider, sensor, b'{"date":%d,"pm25":%b,"humidity":50}' % (NOON, missing)).status_code == 200
    assert values(provider.newest(sensor)) == {"Humidity": 50.0}


@pytest.mark.check("NI-099", "NI-199")
def test_packet_of_missing_values_raises_the_flag_for_no_data(provider: Provider):
    """Pipeline flag 1 and no rows; 10 after one with values, which were checked."""
    sensor = provider.configure()
    pipeline = f"/api/sensors/{sensor}/pipeline"
    assert post(provider, sensor, b'{"date":%d,"pm25":NaN,"humidity":NaN}' % NOON).status_code == 200
    assert provider.client.get(pipeline).json()["flags"] == 1
    assert provider.rows(sensor) == []
    provider.push(sensor, GOOD)
    shown = provider.client.get(pipeline).json()
    assert (shown["flags"], shown["bitflags"], shown["status"]) == (
        10,
        "00001010",
        "Raw data processed and stored. QA/QC executed.",
    )
    assert shown["processed"].endswith("Z")


@pytest.mark.check("NI-200", "NI-201", "NI-219")
@pytest.mark.parametrize(
    "packet",
    [
        {"date": NOON, "pm25": 12.5},
        {"pm25": 12.5, "humidity": 55.25},
        {"date": NOON, "pm25": "12.5", "humidity": 55.25},
        {"date": NOON, "pm25": True, "humidity": 55.25},
        {"date": NOON, "pm25": [12.5], "humidity": 55.25},
        {"date": NOON, "pm25": 10**400, "humidity": 55.25},
        {"date": "today", "pm25": 12.5, "humidity": 55.25},
        {"date": -1, "pm25": 12.5, "humidity": 55.25},
        {"date": NOON * 1000, "pm25": 12.5, "humidity": 55.25},
        {"date": 10**18, "pm25": 12.5, "humidity": 55.25},
        {"date": None, "pm25": 12.5, "humidity": 55.25},
        {},
        5,
        "text",
    ],
    ids=lambda packet: repr(packet)[:60],
)
def test_packet_that_is_not_as_declared_is_invalid(provider: Provider, packet: Any):
    """A declared parameter missing, of another type or out of its range: 500 with 110, nothing stored."""
    sensor = provider.configure()
    for door, described in (("inbound", PLAIN), ("10/59/1/inbound", MOVING)):
        sensor = provider.configure(described)
        response = provider.client.post(f"/api/sensors/{sensor}/{door}", json=packet)
        assert_error(response, 500, 110)
        assert provider.newest(sensor) == []


CONVERTED = {
    "StringDouble": ("string", "double", "1.5"),
    "StringInteger": ("string", "long", "7"),
    "BooleanInteger": ("boolean", "long", True),
    "StringEpochTime": ("string", "long", "2020/01/20 12:00:00"),
}


@pytest.mark.check("NI-202", "NI-219")
@pytest.mark.parametrize("converter", CONVERTED)
def test_value_that_its_converter_cannot_read_is_refused(provider: Provider, converter: str):
    """ "abc" through each of the four: 500 with 131, the path named."""
    given, made, good = CONVERTED[converter]
    arguments = {"input-format": "yyyy/MM/dd HH:mm:ss"} if converter == "StringEpochTime" else None
    described = {
        **PLAIN,
        "parameters": [{"name": "x", "type": made}],
        "components": [{**PLAIN["components"][0], "binding-path": "/x"}],
        "converters": [
            {"input-type": given, "output-type": converter, "target-path": "/x", "input-args": arguments}
        ],
        "mapping": None,
    }
    sensor = provider.configure(described)
    provider.push(sensor, {"x": good})
    response = provider.client.post(f"/api/sensors/{sensor}/inbound", json={"x": "abc"})
    assert_error(response, 500, 131, "x")


@pytest.mark.check("NI-010", "NI-205", "NI-219")
def test_door_of_no_sensor_is_not_found(anyone: httpx2.Client, provider: Provider):
    """404 with a token, 401 without one, at both doors."""
    for sensor in ("999999999", "0", "abc", "9" * 25):
        for door in ("inbound", "1/2/3/inbound"):
            assert_error(provider.client.post(f"/api/sensors/{sensor}/{door}", json=GOOD), 404, 1002)
            assert_error(anyone.post(f"/api/sensors/{sensor}/{door}", json=GOOD), 401, 500)


@pytest.mark.check("NI-007", "NI-205", "NI-219")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"date":1}x',
        b'{"pm25":Infinity}',
        b'{"pm25":1e400}',
        b'{"pm25":"\xff"}',
        b'{"a":' * 65 + b"1" + b"}" * 65,
    ],
)
def test_body_that_is_no_json_is_malformed(provider: Provider, body: bytes):
    """400 with 1001, and the sensor goes on taking packets."""
    sensor = provider.configure()
    assert_error(post(provider, sensor, body), 400, 1001)
    provider.push(sensor, GOOD)


@pytest.mark.check("NI-009", "NI-206")
def test_another_provider_s_sensor_is_refused_before_its_body(provider: Provider, other: Provider):
    """500 with 510, also for a body that cannot be read, a disabled sensor and the wrong door."""
    sensor = provider.configure(enabled=False)
    for door in ("inbound", "1/2/3/inbound"):
        response = other.client.post(f"/api/sensors/{sensor}/{door}", content=b"{")
        assert_error(response, 500, 510)


@pytest.mark.check("NI-204", "NI-219")
@pytest.mark.parametrize(
    ("described", "door"), [(PLAIN, "inbound"), (MOVING, "10/59/1/inbound")], ids=["fixed", "moving"]
)
def test_disabled_sensor_refuses_before_its_body(provider: Provider, described: dict[str, Any], door: str):
    """500 with 400, also for a body that cannot be read."""
    sensor = provider.configure(described)
    assert provider.client.post(f"/api/sensors/{sensor}/{door}", json=GOOD).status_code == 200
    provider.client.post(f"/api/sensors/{sensor}/disable")
    assert_error(provider.client.post(f"/api/sensors/{sensor}/{door}", content=b"{"), 500, 400)


@pytest.mark.check("NI-207")
@pytest.mark.parametrize("kind", ["application/xml", "text/xml; charset=utf-8"])
def test_xml_packet_is_accepted(provider: Provider, kind: str):
    """The document's example as XML."""
    sensor = provider.configure(EXAMPLE, name=unique())
    body = b'<p id="6"><date>2010/10/20 15:00:00</date><no2>132.5657676765</no2><v>1</v><v>2</v></p>'
    assert post(provider, sensor, body, kind).status_code == 200
    [row] = provider.newest(sensor)
    assert (row["timestamp_from_epoch"], row["value"]) == (PACKET_TIME, 132.5657676765)
    assert_error(post(provider, sensor, b"<!DOCTYPE p><p/>", kind), 400, 1001)
    assert_error(post(provider, sensor, b"<p/>", kind), 500, 110)


@pytest.mark.check("NI-208")
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
)
def test_other_content_types_are_not_read(provider: Provider, kind: str):
    """415 with 1005."""
    assert_error(post(provider, provider.configure(), b'{"date":1}', kind), 415, 1005)


def test_body_without_content_type_is_read_as_json(provider: Provider):
    """With a byte order mark, too."""
    sensor = provider.configure()
    body = b'\xef\xbb\xbf{"date":%d,"pm25":1,"pm25":2,"humidity":3}' % NOON
    response = provider.client.post(f"/api/sensors/{sensor}/inbound", content=body)
    assert response.status_code == 200
    assert values(provider.newest(sensor)) == {"Humidity": 3.0, "PM2.5": 2.0}


def test_body_over_its_bound_is_too_large(provider: Provider):
    """413 with 1003 beyond a MiB for one packet."""
    sensor = provider.configure()
    body = b'{"date":%d,"pm25":1,"humidity":3,"raw":"%b"}'
    assert post(provider, sensor, body % (NOON, b"x" * 900_000)).status_code == 200
    assert_error(post(provider, sensor, body % (NOON, b"x" * 1_100_000)), 413, 1003)


@pytest.mark.check("NI-210")
def test_fixed_door_of_a_moving_sensor_names_the_right_one(server: Server, provider: Provider):
    """400, and the template in the header `endpoint`."""
    sensor = provider.configure(MOVING)
    response = provider.client.post(f"/api/sensors/{sensor}/inbound", json=GOOD)
    assert_error(response, 400, 1004)
    assert response.headers["endpoint"] == f"{server.url}/api/sensors/{sensor}{TEMPLATE}"


@pytest.mark.check("NI-216")
def test_moving_door_of_a_fixed_sensor_names_the_right_one(server: Server, provider: Provider):
    """300 Multiple Choices, the address in the header `endpoint`, nothing stored."""
    sensor = provider.configure()
    response = provider.client.post(f"/api/sensors/{sensor}/10/59/1/inbound", json=GOOD)
    assert_error(response, 300, 1004)
    assert response.reason_phrase == "Multiple Choices"
    assert response.headers["endpoint"] == f"{server.url}/api/sensors/{sensor}/inbound"
    assert provider.newest(sensor) == []


@pytest.mark.check("NI-212")
def test_second_packet_of_a_time_replaces_the_first(provider: Provider):
    """What came last counts, value by value."""
    sensor = provider.configure()
    provider.push(sensor, GOOD, {**GOOD, "pm25": 99.0})
    assert values(provider.rows(sensor)) == {"Humidity": 55.25, "PM2.5": 99.0}
    assert len(provider.rows(sensor)) == 2


@pytest.mark.check("NI-213", "NI-214", "NI-215")
@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("60/50/1", (60.0, 50.0, 1.0)),
        ("-70.65/-33.4372/570.5", (-70.65, -33.4372, 570.5)),
        ("1e1/+5.9E1/-12.", (10.0, 59.0, -12.0)),
        ("180/-90/0", (180.0, -90.0, 0.0)),
    ],
)
def test_moving_sensor_has_the_place_of_each_packet(
    server: Server, provider: Provider, place: str, expected: tuple[float, ...]
):
    """Decimals and negative numbers, too."""
    sensor = provider.configure(MOVING)
    response = provider.client.post(f"/api/sensors/{sensor}/{place}/inbound", json=GOOD)
    atom = f"{server.url}/api/sensors/{sensor}/pipeline"
    assert (response.status_code, response.json()) == (
        200,
        {"atom": atom, "message": "OK", "http-status-code": 200},
    )
    rows = provider.newest(sensor)
    assert {(row["longitude"], row["latitude"], row["altitude"]) for row in rows} == {expected}


@pytest.mark.check("NI-217", "NI-218", "NI-219")
@pytest.mark.parametrize(
    "place",
    [
        "x/50/1",
        "60/north/1",
        "60/50/",
        "60/50/NaN",
        "inf/50/1",
        "1e999/50/1",
        "1_0/50/1",
        "60/90.1/1",
        "180.5/50/1",
    ],
)
def test_place_that_is_none_is_refused(provider: Provider, place: str):
    """Not a number, or not on the earth: 400 (or 404, where the address is another then); nothing stored."""
    sensor = provider.configure(MOVING)
    response = provider.client.post(f"/api/sensors/{sensor}/{place}/inbound", json=GOOD)
    assert_error(response, *((404, 1002) if place.endswith("/") else (400, 1001)))
    assert provider.newest(sensor) == []


def test_place_in_another_reference_system_may_be_any_number(provider: Provider):
    """Metres in UTM 33N."""
    sensor = provider.configure(MOVING, srs={"epsg": 25833})
    response = provider.client.post(f"/api/sensors/{sensor}/262000.5/6649000/12/inbound", json=GOOD)
    assert response.status_code == 200
    assert {(row["epsg"], row["latitude"]) for row in provider.newest(sensor)} == {(25833, 6649000.0)}


def test_values_come_back_as_they_were_sent(provider: Provider):
    """Doubles of every size, to the last bit."""
    sensor = provider.configure()
    sent = [0.1, -1e-308, 1.7976931348623157e308, 5e-324, 123456789.123456789, math.pi, -0.0, 2**53]
    provider.push(sensor, *({**GOOD, "date": NOON + at, "pm25": value} for at, value in enumerate(sent)))
    assert [row["value"] for row in provider.rows(sensor) if row["component"] == "PM2.5"] == sent

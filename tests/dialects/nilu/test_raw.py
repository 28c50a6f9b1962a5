"""Packets are read back as they were sent, with what became of each."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import MOVING, PLAIN, Provider, assert_error

NOON = 1579521600  # 2020-01-20T12:00:00Z
NEVER = "1970-01-01T00:00:00Z"
MEMBERS = [
    "id",
    "packetid",
    "received",
    "observed",
    "schema-version",
    "content-type",
    "encoding",
    "packet",
    "longitude",
    "latitude",
    "altitude",
    "status",
    "observations",
    "reason",
    "path",
]


def post(provider: Provider, sensor: int, body: bytes, kind: str = "application/json") -> None:
    """Push bytes to a fixed sensor."""
    headers = {"content-type": kind}
    response = provider.client.post(f"/api/sensors/{sensor}/inbound", content=body, headers=headers)
    assert response.status_code == 200, response.text


def raw(provider: Provider, sensor: int, span: str, by: str = "observation") -> list[dict[str, Any]]:
    """The packets of a range."""
    response = provider.client.get(f"/api/sensors/{sensor}/raw/{span}?by={by}")
    assert response.status_code == 200, response.text
    return response.json()


def packet(at: int, pm25: str = "12.50") -> bytes:
    """A packet of that time, written as no encoder of ours would."""
    return b'{ "date":%d,\t"pm25" : %b, "humidity": 55.25, "more": "\xc3\xb8"}' % (at, pm25.encode())


def test_packet_comes_back_to_the_byte(provider: Provider):
    """Also what is not configured; with its times, its place and the number of its values."""
    sensor = provider.configure()
    post(provider, sensor, packet(NOON))
    [row] = raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")
    assert list(row) == MEMBERS
    assert row["received"] > "2026-01-01"
    assert row["packetid"] > 0
    del row["received"], row["packetid"]
    assert row == {
        "id": sensor,
        "observed": "2020-01-20T12:00:00.0000000Z",
        "schema-version": 1,
        "content-type": "application/json",
        "encoding": "text",
        "packet": packet(NOON).decode(),
        "longitude": 5.312691,
        "latitude": 60.395897,
        "altitude": 3.0,
        "status": "accepted",
        "observations": 2,
        "reason": None,
        "path": None,
    }


def test_packets_of_a_batch_come_one_by_one(provider: Provider):
    """Each with its own bytes, in the order of arrival, which is that of the batch."""
    sensor = provider.configure()
    bodies = [packet(NOON - 60 * at) for at in range(3)]
    post(provider, sensor, b"[" + b" ,".join(bodies) + b"]")
    rows = raw(provider, sensor, "fromutc/2020-01-01T00:00:00Z")
    assert [row["packet"].encode() for row in rows] == bodies
    assert sorted(row["packetid"] for row in rows) == [row["packetid"] for row in rows]


def test_packet_of_a_range_has_a_time_in_it(provider: Provider):
    """Of observation, both ends included; or of arrival, which is what counts unless said."""
    sensor = provider.configure()
    for at in range(4):
        post(provider, sensor, packet(NOON + 60 * at, str(at)))
    span = "fromutc/2020-01-20T12:01:00Z/toutc/2020-01-20T12:02:00Z"
    found = raw(provider, sensor, span)
    assert [row["observed"][11:19] for row in found] == ["12:01:00", "12:02:00"]
    assert raw(provider, sensor, span, "arrival") == []
    first, last = (raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")[at]["received"] for at in (1, 2))
    response = provider.client.get(f"/api/sensors/{sensor}/raw/fromutc/{first}/toutc/{last}")
    assert response.json() == found


def test_bytes_that_are_no_text_come_in_base64(provider: Provider):
    """Such as XML in another encoding."""
    described = {
        **PLAIN,
        "components": [PLAIN["components"][0]],
        "parameters": [{"name": "pm25", "type": "double"}],
        "mapping": [],
        "converters": [{"input-type": "string", "output-type": "StringDouble", "target-path": "/pm25"}],
    }
    sensor = provider.configure(described)
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><p name="ø"><pm25>8.5</pm25></p>'.encode("latin-1")
    post(provider, sensor, body, "application/xml")
    [row] = provider.client.get(f"/api/sensors/{sensor}/raw/fromutc/{today()}").json()
    assert (row["content-type"], row["encoding"]) == ("application/xml", "base64")
    assert b64decode(row["packet"]) == body
    assert row["observed"] == row["received"]  # it has no time of its own


def today() -> str:
    """A moment not long ago, of the clock of the server."""
    return f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"


def test_values_of_a_packet_are_counted_as_they_are_in_force(provider: Provider):
    """None of a packet of missing values; those of a time belong to the packet that came last."""
    sensor = provider.configure()
    for body in (packet(NOON, "1"), packet(NOON, "null"), packet(NOON + 60, "3")):
        post(provider, sensor, body)
    missing = b'{"date": %d, "pm25": null, "humidity": null}' % (NOON + 120)
    post(provider, sensor, missing)
    rows = raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")
    assert [row["observations"] for row in rows] == [1, 1, 2, 0]
    assert {row["status"] for row in rows} == {"accepted"}


def test_packet_of_a_moving_sensor_has_its_place(provider: Provider):
    """That of its address."""
    sensor = provider.configure(MOVING)
    response = provider.client.post(f"/api/sensors/{sensor}/10.5/59.9/12/inbound", content=packet(NOON))
    assert response.status_code == 200
    [row] = raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")
    assert (row["longitude"], row["latitude"], row["altitude"]) == (10.5, 59.9, 12.0)


def test_packets_of_an_earlier_description_say_so(provider: Provider):
    """Each names the version of the schema under which it came in."""
    sensor = provider.configure()
    post(provider, sensor, packet(NOON))
    provider.client.post(f"/api/sensors/{sensor}/disable")
    changes = {"components": PLAIN["components"][:1], "enabled": True}
    assert provider.client.put(f"/api/sensors/{sensor}/reconfigure", json=changes).status_code == 200
    post(provider, sensor, packet(NOON + 60))
    rows = raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")
    assert [(row["schema-version"], row["observations"]) for row in rows] == [(1, 2), (2, 1)]


def test_packets_of_a_deleted_sensor_stay_its_provider_s(provider: Provider, other: Provider):
    """As its data do (NI-180)."""
    sensor = provider.configure()
    post(provider, sensor, packet(NOON))
    provider.client.post(f"/api/sensors/{sensor}/disable")
    assert provider.client.delete(f"/api/sensors/{sensor}/delete").status_code == 200
    assert len(raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")) == 1
    response = other.client.get(f"/api/sensors/{sensor}/raw/fromutc/{NEVER}")
    assert_error(response, 404, 1002)


def test_sensor_without_packets_has_none(provider: Provider, anyone: httpx2.Client):
    """[], for who may ask."""
    address = f"/api/sensors/{provider.configure()}/raw/fromutc/{NEVER}"
    assert provider.client.get(address).json() == []
    assert_error(anyone.get(address), 401, 500)


@pytest.mark.parametrize(
    "rest",
    [
        "fromutc/yesterday",
        "fromutc/2020-01-20T12:00:00Z/toutc/2020-01-20T11:00:00Z",
        "fromutc/2020-01-20T12:00:00Z/toutc/2020-04-20T12:00:00Z",
        "fromutc/2020-01-20T12:00:00Z?by=guess",
    ],
)
def test_range_that_cannot_be_is_malformed(provider: Provider, rest: str):
    """As that of a data call."""
    assert_error(provider.client.get(f"/api/sensors/{provider.configure()}/raw/{rest}"), 400, 1001)


def test_many_packets_come_each_once(provider: Provider):
    """More than are looked for at once, and more bytes than are held at once."""
    sensor = provider.configure()
    lines = [b'{"date":%d,"pm25":1,"humidity":2,"x":"%b"}' % (NOON + at, b"x" * 1500) for at in range(9000)]
    post(provider, sensor, b"\n".join(lines), "application/x-ndjson")
    rows = raw(provider, sensor, "fromutc/2020-01-20T12:00:00Z")
    assert [row["packet"].encode() for row in rows] == lines
    assert {row["observations"] for row in rows} == {2}

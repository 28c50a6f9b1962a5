"""Push tests store nothing, end as the push would, and leave a trace to read."""

import json
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import EXAMPLE, MOVING, PACKET, Provider, assert_error, unique
from tests.dialects.nilu.test_inbound import GOOD, NOON
from tests.running import Server


def try_out(provider: Provider, sensor: int, packet: Any, spelled: str = "?pushtest=true") -> httpx2.Response:
    """Make a push test with a fixed sensor."""
    return provider.client.post(f"/api/sensors/{sensor}/inbound{spelled}", json=packet)


def trace(provider: Provider, sensor: int) -> dict[str, Any]:
    """The trace of the last push test."""
    response = provider.client.get(f"/api/sensors/{sensor}/pipeline/test")
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.check("NI-012", "NI-221", "NI-225")
@pytest.mark.parametrize(
    "spelled",
    [
        "/?pushtest=true",
        "?pushtest=true",
        "?pushtest=TRUE",
        "?PushTest=true",
        "?x=1&pushtest=true",
        "?pushtest=true&pushtest=true",
    ],
)
def test_good_packet_passes(server: Server, provider: Provider, spelled: str):
    """200, and the address of the trace, which is there."""
    sensor = provider.configure()
    response = try_out(provider, sensor, GOOD, spelled)
    atom = f"{server.url}/api/sensors/{sensor}/pipeline/test"
    assert (response.status_code, response.json()) == (
        200,
        {"atom": atom, "message": "OK", "http-status-code": 200},
    )
    assert provider.client.get(atom).status_code == 200


@pytest.mark.check("NI-222")
@pytest.mark.parametrize("spelled", ["/?pushtest=true", "?pushtest=true"])
def test_good_packet_of_a_moving_sensor_passes(server: Server, provider: Provider, spelled: str):
    """The same at the other door."""
    sensor = provider.configure(MOVING)
    response = provider.client.post(f"/api/sensors/{sensor}/10/59/1/inbound{spelled}", json=GOOD)
    assert (response.status_code, response.json()["atom"]) == (
        200,
        f"{server.url}/api/sensors/{sensor}/pipeline/test",
    )
    assert provider.newest(sensor) == []


@pytest.mark.check("NI-223")
def test_nothing_is_stored(provider: Provider):
    """No rows, and the flags stay as they are."""
    sensor = provider.configure()
    for packet in (GOOD, [GOOD, GOOD], {}):
        try_out(provider, sensor, packet)
    assert provider.newest(sensor) == []
    assert provider.client.get(f"/api/sensors/{sensor}/pipeline").json()["flags"] == 0


@pytest.mark.check("NI-226")
def test_pushtest_false_stores(provider: Provider):
    """It is a push like any other."""
    sensor = provider.configure()
    assert try_out(provider, sensor, GOOD, "?pushtest=false").status_code == 200
    assert {row["timestamp_from_epoch"] for row in provider.newest(sensor)} == {NOON}


@pytest.mark.parametrize(
    "spelled", ["?pushtest=1", "?pushtest=", "?pushtest=yes", "?pushtest=true&pushtest=false"]
)
def test_other_values_of_pushtest_are_malformed(provider: Provider, spelled: str):
    """A packet meant as a test must not be stored: 400 with 1001."""
    sensor = provider.configure()
    assert_error(try_out(provider, sensor, GOOD, spelled), 400, 1001, "pushtest")
    assert provider.newest(sensor) == []


@pytest.mark.check("NI-224")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"{}", "application/json"),
        (b'{"date":"x","pm25":1,"humidity":2}', "application/json"),
        (b'{"date":99999999999,"pm25":1,"humidity":2}', "application/json"),
        (b"[{},{}]", "application/json"),
        (b"[1]", "application/json"),
        (b"<p/>", "application/xml"),
        (b"<!DOCTYPE p><p/>", "application/xml"),
        (b"{}", "text/plain"),
        (b" " * 1_100_000, "application/json"),
    ],
    ids=lambda given: repr(given[:20]),
)
def test_errors_are_those_of_a_real_push(provider: Provider, body: bytes, kind: str):
    """The same answer to the byte, and the trace tells the error first."""
    sensor = provider.configure()
    headers = {"content-type": kind}
    address = f"/api/sensors/{sensor}/inbound"
    real = provider.client.post(address, content=body, headers=headers)
    test = provider.client.post(f"{address}?pushtest=true", content=body, headers=headers)
    assert real.status_code >= 400
    assert (test.status_code, test.content) == (real.status_code, real.content)
    told = trace(provider, sensor)["packets"][0]["errors"][0]
    assert (told["error-code"], told["error-message"]) == (
        real.json()["error-code"],
        real.json()["error-message"],
    )


def test_who_whose_and_state_come_first(anyone: httpx2.Client, provider: Provider, other: Provider):
    """As at every push: 401, 510, disabled, wrong door."""
    sensor, moving = provider.configure(enabled=False), provider.configure(MOVING)
    address = f"/api/sensors/{sensor}/inbound?pushtest=maybe"
    assert_error(anyone.post(address, json=GOOD), 401, 500)
    assert_error(other.client.post(address, json=GOOD), 500, 510)
    assert_error(provider.client.post(address, json=GOOD), 500, 400)
    assert_error(try_out(provider, moving, GOOD), 400, 1004)


def test_trace_tells_what_was_found_and_made_of_it(provider: Provider):
    """Each path, each converter, the time and the value of each component."""
    sensor = provider.configure(EXAMPLE, name=unique())
    assert try_out(provider, sensor, PACKET).status_code == 200
    told = trace(provider, sensor)
    assert told == {
        "sensorid": sensor,
        "tested": told["tested"],
        "packets": [
            {
                "timestamp": {
                    "target-path": "/date",
                    "found": True,
                    "value": "2010/10/20 15:00:00",
                    "time": "2010-10-20T13:00:00.0000000Z",
                    "error": None,
                },
                "parameters": [
                    {"name": "no2", "found": True, "value": "132.5657676765", "error": None},
                    {"name": "date", "found": True, "value": "2010/10/20 15:00:00", "error": None},
                ],
                "converters": [
                    {
                        "output-type": "StringEpochTime",
                        "target-path": "/date",
                        "found": True,
                        "value": "2010/10/20 15:00:00",
                        "result": 1287579600,
                        "error": None,
                    },
                    {
                        "output-type": "StringDouble",
                        "target-path": "/no2",
                        "found": True,
                        "value": "132.5657676765",
                        "result": 132.5657676765,
                        "error": None,
                    },
                ],
                "components": [
                    {
                        "componentid": 64,
                        "unitid": 35,
                        "level": 1,
                        "binding-path": "/no2",
                        "found": True,
                        "value": 132.5657676765,
                        "error": None,
                    }
                ],
                "errors": [],
            }
        ],
    }


def test_trace_tells_every_error_with_its_path(provider: Provider):
    """A value that cannot be converted and a date that is missing, both in one trace."""
    sensor = provider.configure(EXAMPLE, name=unique())
    assert try_out(provider, sensor, {"no2": "abc"}).status_code == 500
    [packet] = trace(provider, sensor)["packets"]
    assert {(each["error-code"], each["path"]) for each in packet["errors"]} == {(131, "no2"), (110, "date")}
    [no2] = packet["components"]
    assert (no2["found"], no2["value"], bool(no2["error"])) == (True, None, True)


def test_last_push_test_counts(provider: Provider):
    """Each takes the place of the one before; a batch leaves a trace for each packet."""
    sensor = provider.configure()
    assert_error(provider.client.get(f"/api/sensors/{sensor}/pipeline/test"), 404, 1002, "push test")
    try_out(provider, sensor, {})
    body = [{**GOOD, "date": NOON + at} for at in range(150)]
    response = try_out(provider, sensor, body)
    assert len(response.json()["results"]) == 150
    packets = trace(provider, sensor)["packets"]
    assert len(packets) == 100
    assert json.dumps(packets).count('"errors": []') == 100
    assert packets[1]["timestamp"]["time"] == "2020-01-20T12:00:01.0000000Z"


def test_trace_of_a_large_batch_is_short(provider: Provider):
    """Of packets with a thousand parameters the first ones are told, and all are answered."""
    names = [f"Parameter {n}" for n in range(999)]
    sensor = provider.configure(
        parameters=[{"name": name, "type": "double"} for name in names],
        components=[{"componentid": 13, "unitid": 3, "binding-path": names[0], "level": 0}],
        mapping=[],
    )
    body = [{name.upper(): 1 for name in names}] * 30
    assert len(try_out(provider, sensor, body).json()["results"]) == 30
    packets = trace(provider, sensor)["packets"]
    assert [len(each["parameters"]) for each in packets] == [999] * 10

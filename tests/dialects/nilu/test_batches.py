"""Many packets in one request, and requests that come again."""

import json
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, sleep
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import MOVING, PLAIN, Provider, assert_error
from tests.dialects.nilu.test_inbound import GOOD, NOON
from tests.running import Server

ACCEPTED = {"message": "OK", "http-status-code": 200}
MIXED: list[dict[str, Any]] = [
    {**GOOD, "date": NOON},
    {"date": NOON + 60, "pm25": 1.0},
    {**GOOD, "date": NOON + 120},
]


def push(
    provider: Provider, sensor: int, body: Any, kind: str = "application/json", key: str | bytes | None = None
) -> httpx2.Response:
    """Push a body, given as bytes or as a value, maybe with an idempotency key."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers: dict[str, Any] = {"content-type": kind} | ({} if key is None else {"idempotency-key": key})
    return provider.client.post(f"/api/sensors/{sensor}/inbound", content=content, headers=headers)


def times(provider: Provider, sensor: int) -> list[int]:
    """The times of a sensor's rows."""
    return sorted({row["timestamp_from_epoch"] for row in provider.rows(sensor)})


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "application/jsonl"])
def test_each_packet_of_a_batch_has_its_result(server: Server, provider: Provider, kind: str):
    """200 when any is accepted, and a result for each in its order; what is good is stored."""
    sensor = provider.configure()
    lines = b"\r\n".join(json.dumps(packet).encode() for packet in MIXED) + b"\n"
    response = push(provider, sensor, MIXED if kind == "application/json" else lines, kind)
    results = response.json()["results"]
    assert (response.status_code, response.json()) == (
        200,
        {
            "atom": f"{server.url}/api/sensors/{sensor}/pipeline",
            "message": "OK",
            "http-status-code": 200,
            "results": [
                ACCEPTED,
                {"error-code": 110, "error-message": results[1]["error-message"], "http-status-code": 500},
                ACCEPTED,
            ],
        },
    )
    assert "humidity" in results[1]["error-message"]
    assert times(provider, sensor) == [NOON, NOON + 120]


def test_batch_with_bare_nan_is_cut_into_its_packets(provider: Provider):
    """As Python writes lists with missing values."""
    sensor = provider.configure()
    packets = [
        {**GOOD, "date": NOON + at, "pm25": value} for at, value in enumerate([1.5, float("nan"), 3.5])
    ]
    assert push(provider, sensor, packets).json()["results"] == [ACCEPTED] * 3
    assert [row["value"] for row in provider.rows(sensor) if row["component"] == "PM2.5"] == [1.5, 3.5]


def test_lines_that_cannot_be_read_are_refused_alone(provider: Provider):
    """A line is a packet of its own."""
    sensor = provider.configure()
    good = json.dumps(GOOD).encode()
    response = push(provider, sensor, good + b"\n{broken\n\n[1]\n" + good, "application/x-ndjson")
    codes = [each.get("error-code") for each in response.json()["results"]]
    assert (response.status_code, codes) == (200, [None, 1001, 110, None])


def test_batch_without_a_good_packet_is_its_first_error(provider: Provider):
    """As if the first had come alone."""
    sensor = provider.configure()
    alone = push(provider, sensor, MIXED[1])
    batch = push(provider, sensor, [MIXED[1], {}, {"date": "x"}])
    assert (batch.status_code, batch.json()) == (alone.status_code, alone.json())
    assert_error(batch, 500, 110)
    assert_error(push(provider, sensor, b"{\n", "application/x-ndjson"), 400, 1001)


@pytest.mark.parametrize("element", [b"5", b"null", b'"a"', b"[]", b'{"date": "\\ud800"}'])
def test_element_that_is_no_packet_is_refused_alone(provider: Provider, element: bytes):
    """As the same line of NDJSON is: each of its neighbours has its own result."""
    sensor, good = provider.configure(), json.dumps(GOOD).encode()
    array = push(provider, sensor, b"[%b, %b, %b]" % (good, element, good))
    lines = push(provider, sensor, b"\n".join([good, element, good]), "application/x-ndjson")
    assert array.status_code == 200
    assert array.json() == lines.json()
    assert [each["message"] for each in array.json()["results"][::2]] == ["OK", "OK"]


@pytest.mark.parametrize("body", [b"[]", b"[{}"])
def test_array_that_is_no_batch_is_malformed(provider: Provider, body: bytes):
    """400 with 1001."""
    assert_error(push(provider, provider.configure(), body), 400, 1001)


def test_array_is_one_packet_where_paths_begin_with_a_bracket(provider: Provider):
    """The sensor's own packets are arrays: no results, one time."""
    parameter = {"name": "[0]", "type": "double"}
    component = {**PLAIN["components"][0], "binding-path": "[0]"}
    sensor = provider.configure(
        {**PLAIN, "parameters": [parameter], "components": [component], "mapping": []}
    )
    response = push(provider, sensor, b"[7.5, 8.5]")
    assert (response.status_code, "results" in response.json()) == (200, False)
    assert [row["value"] for row in provider.newest(sensor)] == [7.5]


def test_large_batch_is_stored_whole(provider: Provider):
    """Ten thousand packets, more than the bound of a single one."""
    sensor = provider.configure()
    packets = [{**GOOD, "date": NOON + at, "note": "x" * 80} for at in range(10_000)]
    body = json.dumps(packets).encode()
    assert len(body) > 1 << 20
    response = push(provider, sensor, body)
    assert response.json()["results"] == [ACCEPTED] * 10_000
    assert times(provider, sensor) == [NOON + at for at in range(10_000)]


def test_batch_of_a_moving_sensor_stands_at_one_place(provider: Provider):
    """The place of the address is that of every packet."""
    sensor = provider.configure(MOVING)
    packets = [{**GOOD, "date": NOON + at} for at in range(2)]
    response = provider.client.post(f"/api/sensors/{sensor}/10/59/1/inbound", json=packets)
    assert response.json()["results"] == [ACCEPTED] * 2
    places = {(row["longitude"], row["latitude"], row["altitude"]) for row in provider.rows(sensor)}
    assert places == {(10.0, 59.0, 1.0)}


def test_request_that_comes_again_is_answered_and_not_stored(provider: Provider):
    """Same key, same body: the first answer, although the packets would have other times of receipt."""
    sensor = provider.configure({**PLAIN, "mapping": []})
    first = push(provider, sensor, MIXED, key="a-1")
    again = push(provider, sensor, MIXED, key="a-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(times(provider, sensor) or provider.newest(sensor)) == 2
    assert push(provider, sensor, MIXED, key="a-2").status_code == 200


def test_key_with_another_body_is_a_conflict(provider: Provider):
    """409 with 1006, nothing stored; for another sensor the key is new."""
    sensor, second = provider.configure(), provider.configure()
    assert push(provider, sensor, GOOD, key="k").status_code == 200
    assert_error(push(provider, sensor, {**GOOD, "date": NOON + 60}, key="k"), 409, 1006)
    assert times(provider, sensor) == [NOON]
    assert push(provider, second, {**GOOD, "date": NOON + 60}, key="k").status_code == 200


def test_key_is_known_after_the_sensor_was_moved(provider: Provider):
    """Where a fixed sensor stands is not in the request: the first answer comes, nothing is stored again."""
    sensor = provider.configure({**PLAIN, "mapping": []})
    first = push(provider, sensor, GOOD, key="moved")
    moved = {"longitude": 6.0, "latitude": 61.0, "altitude": 4}
    assert provider.client.post(f"/api/sensors/{sensor}/disable").status_code == 200
    change = {"location": moved, "enabled": True}
    answer = provider.client.put(f"/api/sensors/{sensor}/reconfigure", json=change)
    assert answer.status_code == 200, answer.text
    again = push(provider, sensor, GOOD, key="moved")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert {row["longitude"] for row in provider.newest(sensor)} == {PLAIN["location"]["longitude"]}


def test_key_with_another_place_is_a_conflict(provider: Provider):
    """The place of a moving sensor is in the address, so it is part of the request."""
    sensor = provider.configure(MOVING)
    answers = [
        provider.client.post(
            f"/api/sensors/{sensor}/{place}/inbound", json=GOOD, headers={"idempotency-key": "here"}
        )
        for place in ("10/59/1", "10/59/1", "10/59/2")
    ]
    assert answers[1].content == answers[0].content
    assert answers[0].status_code == 200
    assert_error(answers[2], 409, 1006)


def test_key_of_a_refused_request_may_be_used_again(provider: Provider):
    """Only what was stored is remembered."""
    sensor = provider.configure()
    assert_error(push(provider, sensor, {}, key="retry"), 500, 110)
    assert push(provider, sensor, GOOD, key="retry").status_code == 200


@pytest.mark.parametrize("key", [b"x" * 256, b"tab\tbed", "æ".encode()])
def test_key_is_short_and_printable(provider: Provider, key: bytes):
    """400 with 1001."""
    assert_error(push(provider, provider.configure(), GOOD, key=key), 400, 1001, "Idempotency-Key")


def test_long_batch_holds_up_no_other_request(server: Server, provider: Provider):
    """A hundred thousand packets, each refused: others are answered in a small part of that time."""
    sensor = provider.configure()
    body = b"[" + b",".join([b'{"x":NaN}'] * 100_000) + b"]"
    waits: list[float] = []
    begun = perf_counter()
    with server.client(provider.token) as pushing, server.client() as asking, ThreadPoolExecutor(1) as thread:
        pushed = thread.submit(pushing.post, f"/api/sensors/{sensor}/inbound", content=body)
        while not pushed.done():
            begin = perf_counter()
            assert asking.get("/api/nothing").status_code == 404
            waits.append(perf_counter() - begin)
            sleep(0.01)
    assert_error(pushed.result(), 500, 110)
    assert max(waits) < (perf_counter() - begun) / 4

"""JSON that is wrong, or meant to hurt: the documented error, at once, and a server that goes on."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from tests.flow.sensors import describe, description, values
from tests.running import Server
from tests.speed import at_most

MIB = 1 << 20
MALFORMED, UNREADABLE_MEDIA, TOO_LARGE, UNEXPECTED = 1001, 1005, 1003, 1008
JSON = "application/json"
Post = Callable[..., httpx2.Response]


def _nested(depth: int) -> bytes:
    """An object of so many levels."""
    return b'{"v": 1, "x": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def _many_keys(count: int) -> bytes:
    return b'{"v": 1, ' + b", ".join(b'"k%d": 0' % key for key in range(count)) + b"}"


READ = {
    "plain": (b'{"v": 1.5}', [1.5]),
    "byte order mark": (b'\xef\xbb\xbf{"v": 1.5}', [1.5]),
    "NaN is missing": (b'{"v": NaN}', []),
    "NaN in a text is missing": (b'{"v": "NaN"}', []),
    "null is missing": (b'{"v": null}', []),
    "of equal keys the last": (b'{"v": 1, "v": 2, "v": 3}', [3]),
    "NaN beside a text with NaN": (b'{"v": 1, "x": "NaN \\" NaN", "y": NaN}', [1]),
    "negative zero": (b'{"v": -0}', [0]),
    "past the whole numbers of a double": (b'{"v": 9007199254740993}', [9007199254740992]),
    "2 to the 63rd": (b'{"v": 9223372036854775808}', [2**63]),
    "2 to the 70th": (b'{"v": 1180591620717411303424}', [2**70]),
    "1e308": (b'{"v": 1e308}', [1e308]),
    "smaller than any double": (b'{"v": 1e-400}', [0]),
    "blanks around": (b' \r\n\t{"v": 1} \r\n\t', [1]),
    "a long key": (b'{"v": 1, "' + b"k" * 1_000_000 + b'": 0}', [1]),
    "90,000 keys": (_many_keys(80_000), [1]),
    "64 levels": (_nested(64), [1]),
    "nul in a key": (b'{"v": 1, "a\\u0000b": 2}', [1]),
}

NOT_JSON = {
    "nothing": b"",
    "blanks": b"  \r\n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "Infinity": b'{"v": Infinity}',
    "minus Infinity": b'{"v": -Infinity}',
    "1e400": b'{"v": 1e400}',
    "minus 1e400": b'{"v": -1e400}',
    "bad UTF-8": b'{"v": 1, "x": "\xff\xfe"}',
    "overlong UTF-8": b'{"v": 1, "x": "\xc0\x80"}',
    "a surrogate in UTF-8": b'{"v": 1, "x": "\xed\xa0\x80"}',
    "a lone surrogate": b'{"v": 1, "x": "\\ud800"}',
    "a lone surrogate as key": b'{"v": 1, "\\udc00": 1}',
    "UTF-16": '{"v": 1}'.encode("utf-16"),
    "UTF-32": '{"v": 1}'.encode("utf-32"),
    "trailing text": b'{"v": 1} x',
    "a second packet": b'{"v": 1}{"v": 2}',
    "trailing nul": b'{"v": 1}\x00',
    "comment": b'{"v": 1 /* one */}',
    "single quotes": b"{'v': 1}",
    "trailing comma": b'{"v": 1,}',
    "no end": b'{"v": 1',
    "no end of a text": b'{"v": "',
    "control character in a text": b'{"v": 1, "x": "\x01"}',
    "hexadecimal": b'{"v": 0x10}',
    "a whole number of 5,000 digits": b'{"v": 1' + b"0" * 5_000 + b"}",
    "a whole number of 1,000,000 digits": b'{"v": 1' + b"0" * 1_000_000 + b"}",
    "leading zero": b'{"v": 012}',
    "plus": b'{"v": +1}',
    "NaN as a key": b'{NaN: 1, "v": 1}',
    "many NaN and no JSON": b"NaN" * 300_000,
    "many quotes": b'"' * 1_000_000,
    "many backslashes": b'"' + b"\\" * 999_999,
    "65 levels": _nested(65),
    "1,000 levels": _nested(1_000),
    "500,000 levels": _nested(500_000),
    "500,000 levels of objects": b'{"v": 1, "x": ' + b'{"x":' * 150_000 + b"1" + b"}" * 150_001,
    "levels without end": b'{"v": 1, "x": ' + b"[" * 900_000,
    "XML": b"<p><v>1</v></p>",
    "5,000,000 levels": b"[" * 5_000_000 + b"]" * 2_000_000,
}

NO_PACKET = {
    "a text": b'"x"',
    "a number": b"5",
    "true": b"true",
    "null": b"null",
    "NaN": b"NaN",
    "an empty object": b"{}",
    "value is text": b'{"v": "abc"}',
    "value is an empty text": b'{"v": ""}',
    "value is true": b'{"v": true}',
    "value is an array": b'{"v": [1]}',
    "value is an object": b'{"v": {"v": 1}}',
    "a whole number of 400 digits": b'{"v": 1' + b"0" * 400 + b"}",
}


@pytest.fixture(autouse=True)
def _goes_on(server: Server, client: httpx2.Client) -> Iterator[None]:
    """After each test the server answers, has logged no traceback and has not grown much."""
    yield
    assert client.get("/healthz").status_code == 200
    assert "Traceback" not in server.log()
    assert _resident(server) < 400 * MIB


def _resident(server: Server) -> int:
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * 4096


def _refusals(client: httpx2.Client, reason: str) -> float:
    figures = client.get("/metrics").text
    found = re.search(
        rf'^sensorium_refusals_total{{dialect="nilu",reason="{reason}"}} (\S+)$', figures, re.MULTILINE
    )
    return float(found[1]) if found else 0


@pytest.fixture
def post(server: Server, client: httpx2.Client) -> Post:
    """Posts a body to a path, with a media type unless it is empty; each is little work for the server."""

    def send(path: str, body: bytes, media: str = JSON) -> httpx2.Response:
        with at_most(1, server.computed):
            return client.post(path, content=body, headers={"content-type": media} if media else {})

    return send


def _failure(answer: httpx2.Response) -> tuple[int, int]:
    failure = answer.json()
    assert failure["http-status-code"] == answer.status_code
    assert failure["error-message"]
    return answer.status_code, failure["error-code"]


@pytest.mark.parametrize("name", READ)
def test_what_devices_send_is_read(client: httpx2.Client, post: Post, name: str):
    """JSON is taken as it comes, with a missing value for NaN."""
    body, expected = READ[name]
    sensor = describe(client)
    answer = post(f"/api/sensors/{sensor}/inbound", body)
    assert answer.status_code == 200, answer.text
    assert list(map(float, values(client, sensor))) == expected


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_no_json_is_refused(client: httpx2.Client, post: Post, sensor: int, name: str):
    """As malformed, at once, and counted."""
    before = _refusals(client, "Malformed")
    answer = post(f"/api/sensors/{sensor}/inbound", NOT_JSON[name])
    assert _failure(answer) == (400, MALFORMED)
    assert _refusals(client, "Malformed") == before + 1


@pytest.mark.parametrize("name", NO_PACKET)
def test_what_is_json_and_no_packet_is_refused(post: Post, sensor: int, name: str):
    """By what the sensor's description declares (110)."""
    answer = post(f"/api/sensors/{sensor}/inbound", NO_PACKET[name])
    assert _failure(answer) == (500, 110)


@pytest.mark.parametrize("name", NOT_JSON)
def test_a_description_that_is_no_json_is_refused(post: Post, name: str):
    """The same bodies where a sensor is configured; over the limit of such a body they are too large."""
    body = NOT_JSON[name]
    expected = (413, TOO_LARGE) if len(body) > MIB else (400, MALFORMED)
    answer = post("/api/sensors/configure", body)
    assert _failure(answer) == expected


@pytest.mark.parametrize("name", NOT_JSON)
def test_lines_that_are_no_json_do_not_stop_the_others(post: Post, sensor: int, name: str):
    """Each line of a batch has a result of its own."""
    body = NOT_JSON[name].replace(b"\n", b" ")
    answer = post(f"/api/sensors/{sensor}/inbound", b'{"v": 1}\n' + body + b'\n{"v": 2}', "application/jsonl")
    assert answer.status_code == 200
    codes = [result.get("error-code", 0) for result in answer.json()["results"]]
    assert codes in ([0, MALFORMED, 0], [0, TOO_LARGE, 0]) or (not body.strip() and codes == [0, 0])


def test_a_packet_of_a_batch_has_the_limit_of_a_packet(post: Post, sensor: int):
    """The larger limit of a batch is for many packets."""
    packets = [b'{"v": 1}', b'{"v": 2, "x": "' + b"y" * MIB + b'"}', b'{"v": 3}']
    answer = post(f"/api/sensors/{sensor}/inbound", b"[" + b",".join(packets) + b"]")
    assert [result.get("error-code", 0) for result in answer.json()["results"]] == [0, TOO_LARGE, 0]


def test_500_000_keys_cost_less_than_a_second(post: Post, sensor: int):
    """In a batch, since it is longer than a packet may be."""
    answer = post(f"/api/sensors/{sensor}/inbound", b"[" + _many_keys(500_000) + b"]")
    assert _failure(answer) == (413, TOO_LARGE)


@pytest.mark.parametrize(
    "media", ["text/plain", "application/octet-stream", "multipart/form-data; boundary=x", "a"]
)
def test_other_media_are_refused(post: Post, sensor: int, media: str):
    """Whatever the body is."""
    for path in (f"/api/sensors/{sensor}/inbound", "/api/sensors/configure"):
        assert _failure(post(path, b'{"v": 1}', media)) == (415, UNREADABLE_MEDIA)


def test_a_compressed_body_is_not_unpacked(client: httpx2.Client, sensor: int):
    """Nothing can be said to be small that unpacks to a gigabyte."""
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    answer = client.post(
        f"/api/sensors/{sensor}/inbound", content=b"\x1f\x8b\x08" + b"\0" * 100, headers=headers
    )
    assert answer.status_code in {400, 415}


HOSTILE = [
    *(None, True, 0, -1, 1.5, 2**31, 2**63, 10**400, 1e308, -1e308),
    *(
        "",
        " ",
        "x",
        "x" * 5_000,
        "\0",
        "\U0001f600",
        "0",
        "NaN",
        "../..",
        "'; DROP TABLE devices; --",
        "${x}",
    ),
    *([], [[]], [None], [1], {}, {"": None}, {"type": "record"}),
]


def _places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member of a JSON tree."""
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in members:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _with(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = dict(tree) if isinstance(tree, dict) else list(tree)
    changed[path[0]] = _with(tree[path[0]], path[1:], value)
    return changed


FULL = description(
    description="x",
    srs={"epsg": 4326},
    enabled=True,
    public=True,
    parameters=[
        {"name": "t", "type": "long", "doc": "x"},
        {"name": "r", "type": {"type": "record", "name": "r", "fields": [{"name": "v", "type": "double"}]}},
    ],
    components=[{"componentid": 8, "unitid": 3, "binding-path": "r.v", "level": 1}],
    converters=[
        {
            "input-type": "string",
            "output-type": "StringEpochTime",
            "target-path": "t",
            "input-args": {"input-format": "yyyy", "timezone": "UTC"},
        }
    ],
    mapping=[{"name": "Timestamp", "target-path": "t"}],
)


@pytest.mark.parametrize("path", list(_places(FULL)), ids=lambda path: ".".join(map(str, path)))
def test_no_value_anywhere_in_a_description_upsets_the_server(post: Post, path: tuple[Any, ...]):
    """It is configured, or refused with one of the documented errors, at once."""
    for value in HOSTILE:
        tree = _with(FULL, path, value)
        if path != ("name",):
            tree["name"] = msgspec.json.encode([path, str(value)[:50]]).decode("utf-8", "replace")
        answer = post("/api/sensors/configure", msgspec.json.encode(tree))
        if answer.status_code == 201:
            continue
        status, code = _failure(answer)
        assert code != UNEXPECTED, (path, value, answer.text)
        assert status in {400, 422, 500}


@pytest.mark.soak
def test_hostile_bodies_leave_no_memory_behind(server: Server, client: httpx2.Client, sensor: int):
    """Some 20,000 of them: the second half leaves the server as large as the first."""
    path = f"/api/sensors/{sensor}/inbound"
    sizes = []
    for _ in range(2):
        for _ in range(200):
            for body in (*NOT_JSON.values(), *NO_PACKET.values()):
                client.post(path, content=body, headers={"content-type": JSON})
        sizes.append(_resident(server))
    assert sizes[1] - sizes[0] < 20 * MIB

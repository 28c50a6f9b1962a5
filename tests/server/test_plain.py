"""Requests that ask for another protocol are answered in this one, with their bodies (RFC 9110, 7.8)."""

import json

import httpx2
import pytest

from tests.flow.sensors import describe, push, values
from tests.running import Server
from tests.server.test_smuggling import CASES
from tests.server.wire import Wire, wire

# as Java's HttpClient sends it with its first request, and as a browser does
H2C = b"connection: Upgrade, HTTP2-Settings\r\nhttp2-settings: AAEAAEAAAAIAAAAB\r\nupgrade: h2c\r\n"
WEBSOCKET = b"connection: keep-alive, Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
NEXT = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.fixture
def sensor(client: httpx2.Client) -> int:
    """A sensor without values."""
    return describe(client)


def _packet(owner: httpx2.Client, sensor: int, number: int, wish: bytes = H2C) -> bytes:
    body = json.dumps({"v": number}).encode()
    return _head(owner, sensor, wish, b"content-length: %d\r\n" % len(body)) + body


def _chunked(owner: httpx2.Client, sensor: int, number: int) -> bytes:
    body = json.dumps({"v": number}).encode()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    return _head(owner, sensor, H2C, b"transfer-encoding: chunked\r\n") + chunks + b"0\r\n\r\n"


def _head(owner: httpx2.Client, sensor: int, *more: bytes) -> bytes:
    authorization = b"authorization: %s\r\n" % owner.headers["authorization"].encode()
    first = b"POST /api/sensors/%d/inbound HTTP/1.1\r\nhost: x\r\n" % sensor
    return first + authorization + b"".join(more) + b"\r\n"


def _answers(connection: Wire, count: int) -> list[bytes]:
    """So many answers that come one after the other; all are there when the last one is."""
    data = b""
    while data.count(b"HTTP/1.1 ") < count or not data.endswith((b"}", b"alive")):
        piece = connection.receive()
        assert piece, data
        data += piece
    return [b"HTTP/1.1 " + each for each in data.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("wish", [H2C, WEBSOCKET])
@pytest.mark.parametrize("at", ["whole", "behind the head", "in the head", "in the body"])
def test_its_body_is_read(server: Server, client: httpx2.Client, sensor: int, wish: bytes, at: str):
    """However it is cut in pieces; what comes behind it is the next request."""
    request = _packet(client, sensor, 7, wish)
    head = request.index(b"\r\n\r\n") + 4
    cut = {"whole": 0, "behind the head": head, "in the head": 60, "in the body": head + 3}[at]
    with wire(server) as connection:
        if cut:
            connection.send(request[:cut])
            connection.socket.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.socket.recv(1)
            connection.socket.settimeout(20)
        connection.send(request[cut:] + NEXT)
        stored, alive = _answers(connection, 2)
    assert stored.startswith(b"HTTP/1.1 200")
    assert alive.startswith(b"HTTP/1.1 200")
    assert values(client, sensor) == [7]


def test_many_in_one_piece_are_each_read(server: Server, client: httpx2.Client, sensor: int):
    """In their order, in chunks and with a length, with requests between them that ask for nothing."""
    count = 30
    made = (_packet, _chunked, lambda *of: _packet(*of, wish=b""))
    with wire(server) as connection:
        connection.send(b"".join(made[number % 3](client, sensor, number) for number in range(count)) + NEXT)
        answers = _answers(connection, count + 1)
    assert all(each.startswith(b"HTTP/1.1 200") for each in answers)
    assert sorted(values(client, sensor)) == list(range(count))


def test_a_body_is_no_request(server: Server, client: httpx2.Client, sensor: int):
    """One that looks like a request is a packet that cannot be read."""
    body = b"content-length: %d\r\n" % len(NEXT)
    with wire(server) as connection:
        connection.send(_head(client, sensor, H2C, body) + NEXT)
        (answer,) = _answers(connection, 1)
        assert b"alive" not in answer
        connection.send(_packet(client, sensor, 1))
        (answer,) = _answers(connection, 1)
    assert answer.startswith(b"HTTP/1.1 200")
    assert values(client, sensor) == [1]


def test_the_same_head_again_has_its_own_body(server: Server, client: httpx2.Client, sensor: int):
    """Each on one connection, when the one before it is answered."""
    with wire(server) as connection:
        for number in (1, 2, 3):
            connection.send(_packet(client, sensor, number))
            assert connection.answer().startswith(b"HTTP/1.1 200")
    assert push(client, sensor, {"v": 4}).status_code == 200
    assert sorted(values(client, sensor)) == [1, 2, 3, 4]


@pytest.mark.parametrize("version", ["1.1", "1.0"])
@pytest.mark.parametrize("more", [b"", b"connection: close\r\n"])
def test_the_last_request_of_a_connection_is_answered(
    server: Server, client: httpx2.Client, sensor: int, version: str, more: bytes
):
    """With its body, also when that comes later; then the connection ends, unless it goes on."""
    request = _packet(client, sensor, 7, more + H2C).replace(b"HTTP/1.1", b"HTTP/" + version.encode(), 1)
    with wire(server) as connection:
        connection.send(request[:-3])
        connection.send(request[-3:])
        if more or version == "1.0":
            answer = connection.receive_all()
            assert answer.count(b"HTTP/1.1 ") == 1
        else:
            answer = connection.answer()
    assert answer.startswith(b"HTTP/1.1 200")
    assert values(client, sensor) == [7]


@pytest.mark.parametrize("name", CASES)
def test_a_wish_hides_nothing(hasty: Server, name: str):
    """What can be read in two ways is refused beside it as without it."""
    head, end, body = CASES[name].partition(b"\r\n\r\n")
    with wire(hasty) as connection:
        connection.send(head + b"\r\n" + H2C[:-2] + end + body)
        answer = connection.receive_all()
    assert b"alive" not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer[:200]


@pytest.mark.parametrize("target", [b"example.org:443", b"/healthz"])
def test_nobody_is_connected_further(hasty: Server, target: bytes):
    """Such a request is refused and ends the connection: what follows is meant for somebody else."""
    with wire(hasty) as connection:
        connection.send(b"CONNECT " + target + b" HTTP/1.1\r\nhost: x\r\n" + H2C + b"\r\n")
        connection.send(NEXT)
        answer = connection.receive_all()
    assert b"alive" not in answer
    assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1


def test_long_headers_stay_refused(hasty: Server):
    """Also where they come in two pieces, and the wish has them read twice."""
    head = b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + H2C
    long = b"".join(b"x-%d: %s\r\n" % (number, b"y" * 1000) for number in range(40))
    with wire(hasty) as connection:
        connection.send(head + long[:20_000])
        connection.send(long[20_000:] + b"\r\n")
        answer = connection.receive_all()
    assert b"alive" not in answer

"""Bounds on what comes in and on what waits to go out."""

import json
import socket
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from tests.running import Server
from tests.server.wire import Wire, reader, wire

MIB = 1 << 20
PACKET_LIMIT = MIB  # by default
BATCH_LIMIT = 8 * MIB  # as in conftest
WRITE = 2.0  # as in conftest.SHORT


def _head(path: str, client: httpx2.Client, *headers: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "host: x",
        f"authorization: {client.headers['authorization']}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _is_too_large(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    failure = json.loads(body)
    return (
        head.startswith(b"HTTP/1.1 413 ")
        and b"connection: close" in head
        and (failure["error-code"], failure["http-status-code"]) == (1003, 413)
    )


@pytest.fixture(params=["inbound", "configure", "provider"])
def path(request: pytest.FixtureRequest, sensor: int) -> str:
    """Every kind of address that takes a body."""
    inbound, configure = f"/api/sensors/{sensor}/inbound", "/api/sensors/configure"
    return {"inbound": inbound, "configure": configure, "provider": "/api/providers/create"}[request.param]


def _sent_until_answered(connection: Wire, head: bytes, piece: bytes, most: int) -> int:
    """Send pieces until something is answered; how many bytes of them went out."""
    connection.send(head)
    sent = 0
    connection.socket.setblocking(False)
    try:
        while sent < most:
            try:
                sent += connection.socket.send(piece[sent % len(piece) :])
            except BlockingIOError:
                sleep(0.001)
            try:
                if connection.socket.recv(1, socket.MSG_PEEK):
                    break
            except BlockingIOError:
                continue
    finally:
        connection.socket.settimeout(20)
    return sent


def test_a_declared_body_over_the_limit_is_refused_early(server: Server, client: httpx2.Client, path: str):
    """As soon as it begins: the rest is not waited for, and the connection is closed."""
    with wire(server) as connection:
        connection.send(
            _head(path, client, "content-type: application/json", "content-length: 5000000") + b"{"
        )
        begun = monotonic()
        assert _is_too_large(connection.answer())
        assert monotonic() - begun < 2
        assert connection.receive_all() == b""


def test_a_chunked_body_over_the_limit_is_refused_at_the_limit(
    server: Server, client: httpx2.Client, path: str
):
    """The answer comes soon after the limit, and the connection is closed."""
    with wire(server) as connection:
        head = _head(path, client, "content-type: application/json", "transfer-encoding: chunked")
        piece = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
        _sent_until_answered(connection, head, piece, 32 * MIB)
        assert _is_too_large(connection.answer())
        assert connection.receive_all() == b""


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
def test_a_batch_over_its_limit_is_refused(server: Server, client: httpx2.Client, sensor: int, media: str):
    """It has a limit of its own, by its form: an array or NDJSON."""
    with wire(server) as connection:
        head = _head(
            f"/api/sensors/{sensor}/inbound", client, f"content-type: {media}", "transfer-encoding: chunked"
        )
        connection.send(head + b"2\r\n[\n\r\n")
        piece = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
        sent = _sent_until_answered(connection, b"", piece, 64 * MIB)
        assert sent > BATCH_LIMIT
        assert _is_too_large(connection.answer())


def test_a_client_that_asks_first_need_not_send(server: Server, client: httpx2.Client, path: str):
    """`Expect: 100-continue` with a length over every limit is answered at once."""
    with wire(server) as connection:
        connection.send(_head(path, client, "content-length: 100000000", "expect: 100-continue"))
        assert _is_too_large(connection.answer())


def test_an_ordinary_client_sees_the_refusal(server: Server, client: httpx2.Client, sensor: int):
    """It sends all of its body first, and looks for an answer then."""
    for _ in range(5):
        answer = client.post(f"/api/sensors/{sensor}/inbound", json={"v": 1, "x": "y" * 4 * MIB})
        assert (answer.status_code, answer.json()["error-code"]) == (413, 1003)


def test_a_packet_of_exactly_the_limit_is_taken(client: httpx2.Client, sensor: int):
    """And one byte more is not."""
    packet = b'{"v": 1}'.ljust(PACKET_LIMIT)
    headers = {"content-type": "application/json"}
    assert client.post(f"/api/sensors/{sensor}/inbound", content=packet, headers=headers).status_code == 200
    assert (
        client.post(f"/api/sensors/{sensor}/inbound", content=packet + b" ", headers=headers).status_code
        == 413
    )


def test_a_reader_that_takes_nothing_is_cut(hasty: Server, owner: httpx2.Client, large: str):
    """At the deadline for writing; what it gets is not a whole answer."""
    connection = reader(hasty, owner, large)
    with connection.socket:
        sleep(WRITE + 2)
        assert not connection.receive_all().endswith(b"0\r\n\r\n")
    assert 'reason="write"' in owner.get("/metrics").text


def test_a_slow_reader_that_goes_on_is_not_cut(hasty: Server, owner: httpx2.Client, large: str):
    """It takes 100 kB a second, for four times as long as the deadline, and holds up nobody."""
    connection = reader(hasty, owner, large)
    with connection.socket:
        until = monotonic() + 4 * WRITE
        while monotonic() < until:
            assert connection.receive(20_000)
            sleep(0.2)
        assert owner.get(large.replace("/fromutc/2025-06-15T00:00:00Z", "/maxutc")).status_code == 200


def test_slow_readers_cost_little_memory(hasty: Server, owner: httpx2.Client, large: str):
    """Eight of them at once: less than a MiB each in the front."""
    before = _resident(hasty.process.pid)
    readers = [reader(hasty, owner, large) for _ in range(8)]
    sleep(1.5)
    grown = _resident(hasty.process.pid) - before
    for each in readers:
        each.socket.close()
    assert grown < 8 * MIB


def test_readers_that_go_away_leave_their_place(hasty: Server, owner: httpx2.Client, large: str):
    """Forty answers that nobody read to their end hold up no later one."""
    for _ in range(40):
        connection = reader(hasty, owner, large)
        with connection.socket:
            assert connection.receive(1000).startswith(b"HTTP/1.1 200")
    begun = monotonic()
    assert owner.get(large.replace("/fromutc/2025-06-15T00:00:00Z", "/maxutc")).status_code == 200
    assert monotonic() - begun < 2


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096

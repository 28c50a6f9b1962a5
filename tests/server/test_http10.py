"""Clients of HTTP/1.0, which know neither chunks nor 100 Continue, get answers that they can read."""

import json
import os
from signal import SIGKILL

import httpx2
import pytest

from tests.flow.sensors import push
from tests.running import Server
from tests.server.wire import Wire, wire


def _ask(server: Server, path: str, owner: httpx2.Client, method: str = "GET") -> tuple[bytes, bytes]:
    """Head and body of an answer, which the end of the connection ends."""
    with wire(server) as connection:
        connection.send(_request(path, owner, method))
        head, _, body = connection.receive_all().partition(b"\r\n\r\n")
    return head.lower(), body


def _request(path: str, owner: httpx2.Client, method: str = "GET", more: str = "") -> bytes:
    authorization = f"authorization: {owner.headers['authorization']}\r\n"
    return f"{method} {path} HTTP/1.0\r\n{authorization}{more}\r\n".encode()


def test_an_answer_of_unknown_length_ends_with_the_connection(
    server: Server, client: httpx2.Client, sensor: int
):
    """The data of a sensor: plain JSON, no chunks; an answer with a length keeps it."""
    assert push(client, sensor, {"v": 1}).status_code == 200
    path = f"/api/data/id/{sensor}/maxutc"
    answer = client.get(path)
    head, body = _ask(server, path, client)
    assert head.startswith(b"http/1.1 200")
    assert b"transfer-encoding" not in head
    assert b"content-length" not in head
    assert b"connection: close" in head
    assert json.loads(body) == answer.json()
    head, body = _ask(server, path, client, "HEAD")
    assert head.startswith(b"http/1.1 200")
    assert b"transfer-encoding" not in head
    assert body == b""
    head, body = _ask(server, "/healthz", client)
    assert b"content-length: %d" % len(body) in head


def test_a_large_answer_comes_whole(hasty: Server, owner: httpx2.Client, large: str):
    """Some 30 MB."""
    _, body = _ask(hasty, large, owner)
    assert len(json.loads(body)) == 100_000


@pytest.mark.parametrize("more", ["", "content-length: 100000\r\n"])
def test_an_answer_that_breaks_off_ends_with_a_reset(
    hasty: Server, owner: httpx2.Client, large: str, more: str
):
    """There is no length and no last chunk that could be missing, so the connection does not end as usual.

    Nor where the request's body is still awaited, for which it would else stay half open.
    """
    connection = Wire(hasty, receive_buffer=32_768)
    with connection.socket:
        connection.send(_request(large, owner, more=more))
        assert connection.receive(10_000).startswith(b"HTTP/1.1 200")
        engine = hasty.engine_pid()
        assert engine is not None
        os.kill(engine, SIGKILL)
        with pytest.raises(ConnectionResetError):
            while connection.socket.recv(65_536):
                pass
    hasty.wait_for_engine()


def test_it_is_not_told_to_continue(server: Server, client: httpx2.Client):
    """Its body is awaited without a word (RFC 9110, 10.1.1)."""
    head = b"POST /v2/user/auth HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    with wire(server) as connection:
        connection.send(head)
        connection.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.socket.recv(1)
        connection.socket.settimeout(20)
        connection.send(b"{}")
        assert connection.receive().startswith(b"HTTP/1.1 4")

"""A push that can be answered without a task of its own is answered as any other is."""

import re
from asyncio import Future, new_event_loop
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import httpx2
import pytest
from starlette.requests import Request

from sensorium.dialects.dialect import Access, Dialect, Operation
from sensorium.dialects.nilu import errors
from sensorium.dialects.prepared import Prepared
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.server.http import Application
from sensorium.server.metrics import Metrics
from tests.flow.sensors import PASSWORD, STAMPED, describe, register
from tests.running import Server, running
from tests.server.wire import Wire, wire

EPOCH = 1_750_000_000
DATE = re.compile(rb"date: [^\r]*\r\n")
GET = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"


class Door:
    """The address of a sensor with packets like {"t": 1750000000, "v": 1.5}."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client
        self.authorization = client.headers["authorization"]
        self.sensor = describe(client, **STAMPED)
        self.time = EPOCH

    def head(self, length: int, version: str = "1.1", more: str = "") -> bytes:
        """All of a request but its body."""
        return (
            f"POST /api/sensors/{self.sensor}/inbound HTTP/{version}\r\nhost: x\r\n{more}"
            f"authorization: {self.authorization}\r\n"
            f"content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        ).encode()

    def body(self) -> bytes:
        """The next packet."""
        self.time += 1
        return f'{{"t":{self.time},"v":{self.time - EPOCH}}}'.encode()

    def request(self, version: str = "1.1", more: str = "") -> bytes:
        """A request with the next packet."""
        body = self.body()
        return self.head(len(body), version, more) + body

    def stored(self) -> list[float]:
        """The values that were stored."""
        answer = self.client.get(f"/api/data/id/{self.sensor}/fromutc/2025-06-15T00:00:00Z")
        assert answer.status_code == 200, answer.text
        return [row["value"] for row in answer.json()]


@pytest.fixture
def door(client: httpx2.Client) -> Door:
    """A sensor that the server knows by heart, so that nothing but the packet is to be looked up."""
    made = Door(client)
    assert client.post(f"/api/sensors/{made.sensor}/inbound", content=made.body()).status_code == 200
    return made


@pytest.fixture
def connection(server: Server) -> Iterator[Wire]:
    """A connection to the server."""
    with wire(server) as opened:
        yield opened


def answers(connection: Wire, count: int) -> list[bytes]:
    """The next answers that come on a connection, without their dates."""
    data = b""
    while data.count(b"HTTP/1.1 ") < count or not data.endswith(b"}"):
        piece = connection.receive()
        assert piece, data
        data += piece
    return [b"HTTP/1.1 " + DATE.sub(b"", each) for each in data.split(b"HTTP/1.1 ")[1:]]


def test_answer_is_the_same_whether_the_body_comes_in_one_piece_or_in_two(door: Door, connection: Wire):
    """In one piece with the head it goes the short way, and else the usual one."""
    connection.send(door.request())
    (short,) = answers(connection, 1)
    body = door.body()
    connection.send(door.head(len(body)) + body[:5])
    sleep(0.05)
    connection.send(body[5:])
    (usual,) = answers(connection, 1)
    assert short == usual
    assert short.startswith(b"HTTP/1.1 200 OK\r\n")
    assert door.stored() == [1, 2, 3]


def test_requests_that_follow_at_once_are_answered_in_their_order(door: Door, connection: Wire):
    """Pushes and others on one connection, sent together."""
    connection.send(b"".join([door.request(), GET, door.request(), door.request(), GET, door.request()]))
    found = answers(connection, 6)
    assert [b"/pipeline" in each for each in found] == [True, False, True, True, False, True]
    assert door.stored() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("how", [("1.0", ""), ("1.1", "connection: close\r\n")])
def test_connection_that_is_to_be_closed_is_closed_after_the_answer(
    door: Door, connection: Wire, how: tuple[str, str]
):
    """By an old client, or one that asks for it."""
    connection.send(door.request(*how))
    answer = connection.receive_all()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close\r\n" in answer
    assert door.stored() == [1, 2]


def test_packet_of_a_client_that_has_gone_is_kept(server: Server, door: Door):
    """It is in the log before anybody is told."""
    for _ in range(20):
        with wire(server) as connection:
            connection.send(door.request())
    while len(stored := door.stored()) < 21:
        sleep(0.05)
    assert stored == list(range(1, 22))


def test_refusal_is_the_same_on_both_ways(door: Door, connection: Wire):
    """A packet that cannot be read, and a token that is not known."""
    bad = b'{"t":"x","v":1}'
    connection.send(door.head(len(bad)) + bad)
    (short,) = answers(connection, 1)
    connection.send(door.head(len(bad)))
    sleep(0.05)
    connection.send(bad)
    assert answers(connection, 1) == [short]
    assert b'"error-code":110' in short
    connection.send(door.request().replace(b"Bearer ", b"Bearer 0"))
    assert answers(connection, 1)[0].startswith(b"HTTP/1.1 401 ")
    assert door.stored() == [1]


def test_what_is_changed_holds_for_a_head_that_recurs(server: Server, connection: Wire):
    """A sensor that is disabled takes nothing, and a token that is revoked opens nothing any more."""
    account = {"name": "Recurring", "username": "recurring", "password": PASSWORD, "email": "me@example.org"}
    with server.client() as client:
        token = client.post("/api/providers/create", json=account).json()["token"]
    with server.client(token) as client:
        door = Door(client)
        for _ in range(3):
            connection.send(door.request())
            assert connection.answer().startswith(b"HTTP/1.1 200 ")
        assert client.post(f"/api/sensors/{door.sensor}/disable").status_code == 200
        connection.send(door.request())
        assert b'"error-code":400,' in connection.answer()
        assert door.stored() == [1, 2, 3]
        del client.headers["authorization"]
        people = ("recurring", PASSWORD)
        revoked = client.post("/api/providers/tokens/revoke", json={"token": token}, auth=people)
        assert revoked.status_code == 200
        connection.send(door.request())
        assert connection.answer().startswith(b"HTTP/1.1 401 ")


def test_fault_after_a_packet_is_kept_is_answered_as_any_fault():
    """And counted: the packet is on the disk, so no other way is left, and nobody waits for ever."""

    def settle(_: None) -> Prepared:
        raise KeyError("a fault of ours")

    def take(_: bytes) -> Begun:
        return Begun(done, settle)

    async def handler(_: Request) -> Prepared:
        return errors.unexpected()

    loop = new_event_loop()
    done: Future[None] = loop.create_future()
    operation = Operation(
        "POST", "/x", handler, Access.ACCOUNT, "", "",
        begin=lambda _: ShortWay(take),
    )  # fmt: skip
    metrics = Metrics()
    dialect = Dialect("x", "X", "/x", (operation,), errors.refuse, errors.unexpected, None)
    head: dict[str, Any] = {"type": "http", "method": "POST", "path": "/x", "headers": []}
    way = Application([dialect], [], metrics).short_way(head)
    assert way is not None
    begun = way.take(b"")
    assert begun is not None
    answer = begun.settle(None)
    loop.close()
    assert (answer.status_code, answer.body) == (500, errors.unexpected().body)
    scraped = metrics.text()
    assert b'sensorium_answers_total{operation="POST /x",status="500"} 1.0' in scraped
    assert b'sensorium_refusals_total{dialect="x",reason="Unexpected"} 1.0' in scraped


def test_push_that_cannot_be_kept_is_refused_as_such(tmp_path: Path):
    """The short way fails, and the usual one says why: here that there is no space on the disk."""
    full = {"SENSORIUM_DISK_RESERVE": str(1 << 60)}
    with (
        running(tmp_path / "data", env=full) as server,
        register(server) as client,
        wire(server) as connection,
    ):
        door = Door(client)
        for _ in range(2):
            connection.send(door.request())
            (answer,) = answers(connection, 1)
            assert answer.startswith(b"HTTP/1.1 500 ")
            assert b'"error-code":305' in answer

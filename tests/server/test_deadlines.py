"""Clients that are slow on purpose are cut, and harm nobody else."""

import resource
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import httpx2
import pytest

from tests.flow.sensors import describe, push, register, values
from tests.running import Server
from tests.server.wire import Wire, wire

HEADER, BODY, IDLE, WRITE = 1.0, 1.5, 2.0, 2.0  # as in conftest.SHORT
SLACK = 3.0  # seconds: a connection is looked at twice a second, and the machine may be busy
GET = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
POST = b"POST /api/sensors/1/inbound HTTP/1.1\r\nhost: x\r\n"  # answered 401 before its body


def _near(after: float | None, deadline: float) -> bool:
    return after is not None and deadline - 0.1 <= after <= deadline + SLACK


def test_a_connection_on_which_nothing_comes_is_cut(hasty: Server):
    """At the deadline for headers."""
    with wire(hasty) as connection:
        assert _near(connection.silence(HEADER + SLACK), HEADER)


def test_a_trickled_header_is_cut(hasty: Server):
    """However steadily it comes: the deadline counts from its begin."""
    with wire(hasty) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ")
        assert _near(connection.trickle(b"x", 0.1, HEADER + SLACK), HEADER)


@pytest.mark.parametrize(
    "framing",
    [b"content-length: 100000\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n186a0\r\n"],
    ids=["length", "chunked"],
)
def test_a_trickled_body_is_cut(hasty: Server, framing: bytes):
    """It earns no time to speak of."""
    with register(hasty) as client:
        head = f"POST /api/sensors/{describe(client)}/inbound HTTP/1.1\r\nhost: x\r\n".encode()
        token = client.headers["authorization"].encode()
    with wire(hasty) as connection:
        connection.send(head + b"authorization: " + token + b"\r\n" + framing)
        assert _near(connection.trickle(b" ", 0.1, BODY + SLACK), BODY)


def test_a_connection_between_two_requests_is_closed(hasty: Server):
    """At the idle deadline, and no sooner."""
    with wire(hasty) as connection:
        for _ in range(2):
            connection.send(GET)
            assert connection.answer().startswith(b"HTTP/1.1 200")
            sleep(0.5)
        assert _near(connection.silence(IDLE + SLACK), IDLE - 0.5)


def test_empty_lines_between_two_requests_give_no_time(hasty: Server):
    """They are no request, though a server must pass over them."""
    with wire(hasty) as connection:
        connection.send(GET)
        connection.answer()
        assert _near(connection.trickle(b"\r\n", 0.2, IDLE + SLACK), IDLE)


def test_a_body_that_goes_on_after_its_answer_is_cut(hasty: Server):
    """It was refused by its header: the body is read for a moment and not kept."""
    with wire(hasty) as connection:
        connection.send(POST + b"content-length: 100000\r\n\r\n")
        assert connection.answer().startswith(b"HTTP/1.1 401")
        assert _near(connection.trickle(b" ", 0.1, BODY + SLACK), BODY)


def test_a_refused_body_in_full_speed_is_cut_too(hasty: Server):
    """Speed earns time only for a body that is wanted."""
    with wire(hasty) as connection:
        connection.send(POST + b"content-length: 1000000000000\r\n\r\n")
        assert connection.answer().startswith(b"HTTP/1.1 401")
        begun = monotonic()
        while connection.send(b" " * 65_536):
            assert monotonic() - begun < BODY + SLACK
        assert _near(monotonic() - begun, BODY)


def test_a_connection_whose_body_ended_after_its_answer_is_closed(hasty: Server):
    """It is idle like any other, and good for the next request until then."""
    with wire(hasty) as connection:
        connection.send(POST + b"content-length: 3\r\n\r\n")
        assert connection.answer().startswith(b"HTTP/1.1 401")
        connection.send(b"abc")
        sleep(0.2)
        connection.send(GET)
        assert connection.answer().startswith(b"HTTP/1.1 200")
        assert _near(connection.silence(IDLE + SLACK), IDLE)


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in pieces"])
def test_headers_over_32_kib_are_cut(hasty: Server, at_once: bool):
    """Nobody needs them; the request is not carried out."""
    with wire(hasty) as connection:
        begun = monotonic()
        connection.send(GET[:-2])
        for _ in range(40):
            connection.send(b"x: " + b"y" * 1020 + b"\r\n")
            if not at_once:
                sleep(0.005)
        connection.send(b"\r\n")
        answer = connection.receive_all()
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
        assert monotonic() - begun < HEADER


def test_headers_of_20_kib_are_read(hasty: Server):
    """A cookie or two do not matter."""
    with wire(hasty) as connection:
        connection.send(GET[:-2] + b"cookie: " + b"y" * 20_000 + b"\r\n\r\n")
        assert connection.answer().startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "piece", [b"1;" + b"x" * 60_000, b"0\r\n" + b"a: b\r\n" * 10_000], ids=["extension", "trailer"]
)
def test_what_is_around_the_chunks_of_a_body_is_bounded(hasty: Server, piece: bytes):
    """Chunk extensions and trailers are read by nobody."""
    with wire(hasty) as connection:
        begun = monotonic()
        connection.send(POST + b"transfer-encoding: chunked\r\n\r\n")
        sleep(0.05)
        connection.send(piece)
        sleep(0.05)
        connection.send(piece[2:])
        connection.receive_all()
        assert monotonic() - begun < BODY


def test_a_pipeline_of_requests_is_answered_in_order(hasty: Server):
    """Also where a header begins in the same piece as a long body ends."""
    with wire(hasty) as connection:
        body = b" " * 60_000
        first = POST + f"content-length: {len(body)}\r\n\r\n".encode() + body
        connection.send(first + GET + first + GET[:10])
        sleep(0.2)
        connection.send(GET[10:])
        answers = b""
        while answers.count(b"HTTP/1.1 ") < 4 and (piece := connection.receive()):
            answers += piece
    statuses = [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"401", b"200", b"401", b"200"]


def test_a_client_that_ends_its_side_gets_its_answer(hasty: Server):
    """Some devices do so as soon as they have sent all; the connection is closed after the answer."""
    with register(hasty) as client:
        sensor, token = describe(client), client.headers["authorization"]
        for at in range(20):
            with wire(hasty) as connection:
                body = b'{"v": %d}' % at
                head = f"POST /api/sensors/{sensor}/inbound HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n"
                connection.send(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
                connection.socket.shutdown(socket.SHUT_WR)
                assert connection.receive_all().startswith(b"HTTP/1.1 200")
        assert values(client, sensor) == list(range(20))


def test_a_client_that_ends_its_side_too_early_is_cut(hasty: Server):
    """Its request will never be whole."""
    for begin in (b"", GET[:-2], POST + b"content-length: 9\r\n\r\n1234"):
        with wire(hasty) as connection:
            connection.send(begin)
            connection.socket.shutdown(socket.SHUT_WR)
            begun = monotonic()
            assert connection.receive_all()[:12] in {b"", b"HTTP/1.1 401", b"HTTP/1.1 400"}
            assert monotonic() - begun < HEADER


class Honest:
    """A client that pushes packets all the time, and remembers how it went."""

    def __init__(self, server: Server) -> None:
        self.client, self.stopped = register(server), Event()
        self.sensor = describe(self.client)
        self.statuses: list[int] = []
        self.slowest = 0.0

    def run(self) -> None:
        """Push until stopped."""
        with closing(self.client):
            while not self.stopped.is_set():
                begun = monotonic()
                self.statuses.append(push(self.client, self.sensor, {"v": 1}).status_code)
                self.slowest = max(self.slowest, monotonic() - begun)


def _crowd(server: Server, size: int) -> Honest:
    """So many connections of each bad kind beside one honest client, until the last of them is cut."""
    honest = Honest(server)
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        work = pool.submit(honest.run)
        bad = [stack.enter_context(wire(server)) for _ in range(3 * size)]
        for at, connection in enumerate(bad):
            connection.send((b"", GET[:-2], POST + b"content-length: 9\r\n\r\n")[at % 3])
        begun = monotonic()
        while bad := [each for each in bad if _is_open(each)]:
            assert monotonic() - begun < IDLE + BODY + SLACK + size / 100
            sleep(0.3)
        honest.stopped.set()
        work.result()
    return honest


def _is_open(connection: Wire) -> bool:
    """Whether it is, after one more byte of a header or body."""
    if not connection.send(b"x"):
        return False
    connection.socket.settimeout(0.0001)
    try:
        return connection.socket.recv(65_536) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def test_honest_clients_are_not_harmed_by_a_crowd_of_slow_ones(hasty: Server):
    """150 slow connections: all cut, every packet of the honest client taken at once."""
    honest = _crowd(hasty, 50)
    assert set(honest.statuses) == {200}
    assert honest.slowest < 2


@pytest.mark.soak
def test_honest_clients_are_not_harmed_by_thousands_of_slow_ones(hasty: Server):
    """900 of them, as many as the files of a process allow."""
    honest = _crowd(hasty, 300)
    assert set(honest.statuses) == {200}
    assert honest.slowest < 2


def test_cut_connections_are_counted(hasty: Server):
    """By the deadline that they missed."""
    with wire(hasty) as connection:
        connection.silence(HEADER + SLACK)
    metrics = httpx2.get(f"{hasty.url}/metrics").text
    assert 'sensorium_cut_connections_total{reason="header"}' in metrics


def test_more_connections_than_files_harm_only_themselves(hasty: Server):
    """Those that are there go on, and when there are files again new ones are taken."""
    front, limit = hasty.process.pid, resource.RLIMIT_NOFILE
    with ExitStack() as stack, register(hasty) as client:
        sensor = describe(client)
        before = resource.prlimit(front, limit)
        resource.prlimit(front, limit, (len(list(Path(f"/proc/{front}/fd").iterdir())) + 20, before[1]))
        stack.callback(resource.prlimit, front, limit, before)
        for _ in range(60):
            stack.enter_context(wire(hasty))
        assert [push(client, sensor, {"v": at}).status_code for at in range(20)] == [200] * 20
    with register(hasty) as client:
        assert client.get("/api/sensors").status_code == 200

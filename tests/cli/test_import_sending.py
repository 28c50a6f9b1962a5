"""What the importer does with the answers of a server: a small scripted one, so that they can be chosen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx2
import pytest

from sensorium.cli import sending
from sensorium.cli.records import Batch, Record, Rejected
from sensorium.cli.sending import ImportFailed, InboundDoor, Patience
from sensorium.model.device import Position

OK = b'{"message":"OK","http-status-code":200}'
FAILED = b'{"error-code":110,"error-message":"bad","http-status-code":500}'
TWO = Batch((Record(7, b"{}"), Record(8, b"[]")))

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def scripted(*answers: Answer) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A server that gives these answers in turn; its address, and what it was asked: path, key, body."""
    asked: list[tuple[str, str, bytes]] = []
    left = iter(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            asked.append((self.path, self.headers["idempotency-key"], body))
            status, headers, answer = next(left)
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def door(client: httpx2.Client, pause: Callable[[float], object] = lambda _: None) -> InboundDoor:
    return InboundDoor(client, 5, Patience(lambda _: None, pause))


def send(url: str, batch: Batch = TWO, pause: Callable[[float], object] = lambda _: None) -> list[Rejected]:
    with httpx2.Client(base_url=url) as client:
        return list(door(client, pause).send(batch))


def test_each_result_is_matched_with_its_line():
    """Of a batch that was taken in part, the refused packets are named."""
    with scripted((200, {}, b'{"results":[' + OK + b"," + FAILED + b"]}")) as (url, asked):
        assert send(url) == [Rejected(8, "bad (error 110)")]
        assert asked == [("/api/sensors/5/inbound", TWO.key, b"{}\n[]")]


def test_position_is_written_out_in_the_address():
    """Without exponents and without loss."""
    batch = Batch((Record(1, b"{}", Position(1e-5, -53.09843177484889, 57)),))
    with scripted((200, {}, b'{"results":[' + OK + b"]}")) as (url, asked):
        assert send(url, batch) == []
        assert asked[0][0] == "/api/sensors/5/0.00001/-53.09843177484889/57/inbound"


def test_server_that_asks_to_wait_is_asked_again():
    """After the time in Retry-After, whatever the status, with the same key and body."""
    busy = (500, {"retry-after": "7"}, b'{"error-code":305}')
    pauses: list[float] = []
    with scripted(
        busy, (429, {"retry-after": "2"}, b""), (200, {}, b'{"results":[' + OK + b"," + OK + b"]}")
    ) as (
        url,
        asked,
    ):
        assert send(url, pause=pauses.append) == []
        assert pauses == [7.0, 2.0]
        assert asked == [asked[0]] * 3


def test_pauses_grow_when_nothing_is_said():
    """A gateway that stands before a server that is down."""
    pauses: list[float] = []
    down = (503, {}, b"down")
    with scripted(*[down] * 8, (200, {}, b'{"results":[' + OK + b"," + OK + b"]}")) as (url, _):
        assert send(url, pause=pauses.append) == []
        assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_retry_after_may_be_a_date():
    """A date of the past means now."""
    pauses: list[float] = []
    busy = (503, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"")
    with scripted(busy, (200, {}, b'{"results":[' + OK + b"," + OK + b"]}")) as (url, _):
        assert send(url, pause=pauses.append) == []
        assert pauses == [0.0]


def test_it_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch):
    """A server that never comes back ends the import with the reason."""
    monkeypatch.setattr(sending, "GIVE_UP_AFTER", 0)
    with scripted((503, {}, b"")) as (url, _), pytest.raises(ImportFailed, match="HTTP 503"):
        send(url)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((401, {}, b'{"error-code":500,"error-message":"who?"}'), r"who\? \(error 500\) \(HTTP 401\)"),
        ((500, {}, b'{"error-code":400,"error-message":"disabled"}'), "disabled"),
        ((200, {}, b"<html>"), "without JSON"),
    ],
)
def test_refusal_of_the_whole_request_ends_the_import(answer: Answer, why: str):
    """No line of the file is at fault, so none is called rejected."""
    with scripted(answer) as (url, _), pytest.raises(ImportFailed, match=why):
        send(url)


def test_batch_without_a_taken_packet_rejects_all():
    """The one error that comes back belongs to the first."""
    with scripted((500, {}, FAILED)) as (url, _):
        first, second = send(url)
        assert first == Rejected(7, "bad (error 110)")
        assert second.number == 8

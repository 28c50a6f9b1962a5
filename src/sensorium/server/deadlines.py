"""HTTP connections with deadlines: uvicorn's protocol sets none while it waits for a request to arrive.

A connection only notes until when the next thing must have come; one timer for each connection looks at that
note now and then. Arming timers for every request would cost a tenth of the server's throughput.
"""

from asyncio import TimerHandle, Transport
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from math import inf
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from sensorium.server.http10 import RESET, for_http10
from sensorium.server.plain import PlainProtocol

LOOK_EVERY = 0.5  # seconds; a connection is cut at most so much after its deadline
BODY_RATE = 64 << 10  # each so many bytes of body received give one more second
HEADER_LIMIT = 32 << 10
FRAMING = 8  # bytes around one byte of a chunked body, besides HEADER_LIMIT for the whole
LINGER = 2.0  # seconds to read on after the last answer, so that a client that still sends sees it


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that a client has for headers, a body, the next request, and to take some of an answer."""

    header: float
    body: float
    idle: float
    write: float


class Part(Enum):
    """What comes next on a connection; the value is the reason under which it is cut when that stays away."""

    NOTHING = "idle"
    HEADER = "header"
    BODY = "body"


class _TooLong(Exception):
    """The headers are longer than HEADER_LIMIT."""


class _Gentle:
    """A transport whose `close` lets the protocol first read what the client still sends."""

    __slots__ = ("_transport", "close", "is_closing", "write")

    def __init__(self, transport: Transport, close: Callable[[], None]) -> None:
        self._transport, self.close = transport, close
        self.write, self.is_closing = transport.write, transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class DeadlineProtocol(PlainProtocol):
    """A connection that is cut when it is over a deadline or the header limit.

    `count_cut` is told why: idle, header, body, size, write when an answer is not taken, or unreadable when
    it is no HTTP that came.
    """

    deadlines: Deadlines
    count_cut: Callable[[str], None]
    _socket: Transport  # the transport itself, which `transport` wraps
    _timer: TimerHandle | None = None
    _part = Part.HEADER
    _read_until: float = inf
    _write_until: float = inf
    _unsent = 0  # bytes of the answer that waited for the client at the last look
    _received = 0  # bytes that came just now
    _header_size = 0
    _body_size = 0
    _around_body = 0
    _whole = True  # whether all that was received just now belongs to one request's headers
    _lingers = False
    _unfinished = False  # whether the answer would look whole if the connection ended as usual, and is not
    _oversized = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._socket = transport
        self.transport = cast(Transport, _Gentle(transport, self._close))
        self._read_until = self.loop.time() + self.deadlines.header
        self._timer = self.loop.call_later(LOOK_EVERY, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingers:
            return
        in_body = self._part is Part.BODY
        self._whole, self._received = not in_body, len(data)
        super().data_received(data)
        if self._part is Part.HEADER and self._whole:
            self._header_size += len(data)
            if self._header_size > HEADER_LIMIT:
                self._cut("size")
        elif in_body and self._part is Part.BODY:
            self._around_body += len(data)
            if self._around_body > HEADER_LIMIT + FRAMING * self._body_size:
                self._cut("size")

    def on_message_begin(self) -> None:
        self._part, self._header_size = Part.HEADER, 0
        self._read_until = self.loop.time() + self.deadlines.header
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self._header_size + self._received > HEADER_LIMIT and self._too_long():
            self._oversized = True
            raise _TooLong  # the parser stops and uvicorn answers 400
        if self.comes_again():
            return
        self._part, self._body_size, self._around_body = Part.BODY, 0, 0
        self._read_until = self.loop.time() + self.deadlines.body
        super().on_headers_complete()

    def _too_long(self) -> bool:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEADER_LIMIT

    def send_400_response(self, msg: str) -> None:
        self.count_cut("size" if self._oversized else "unreadable")
        super().send_400_response(msg)

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        if not self.cycle.response_complete:  # what is not wanted earns no time
            self._read_until += len(body) / BODY_RATE
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.comes_again():
            return
        self._part, self._whole = Part.NOTHING, False
        answered = self.cycle.response_complete
        self._read_until = self.loop.time() + self.deadlines.idle if answered else inf
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        old = cycle.scope["http_version"] == "1.0"
        if old:
            app = cast(ASGI3Application, for_http10(app, cycle, partial(self._end_with, cycle)))
        super()._start_asgi_task(cycle, app)

    def _end_with(self, cycle: RequestResponseCycle, how: bytes) -> None:
        if cycle.disconnected:
            return
        self._unfinished = how == RESET
        self._socket.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, how)

    def on_response_complete(self) -> None:
        # As uvicorn's own, without the timer that it arms for each answer: `_look` ends an idle connection.
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())
        if self._part is Part.HEADER or not self.cycle.response_complete:  # another request is on its way
            return
        wait = self.deadlines.body if self._part is Part.BODY else self.deadlines.idle
        self._read_until = self.loop.time() + wait

    def eof_received(self) -> bool | None:  # type: ignore[override]
        super().eof_received()
        last = cast(RequestResponseCycle | None, self.cycle)
        if self._part is not Part.NOTHING or last is None or last.response_complete:
            return None
        # Some devices end their side when they have sent: it is closed after the answer.
        last.keep_alive = False
        return True

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._write_until = inf

    def _watch_writing(self) -> None:
        self._unsent = self._socket.get_write_buffer_size()
        self._write_until = self.loop.time() + self.deadlines.write if self._unsent else inf

    def _look(self) -> None:
        now = self.loop.time()
        if self._write_until < inf and self._socket.get_write_buffer_size() != self._unsent:
            self._watch_writing()  # the client took some of it
        if self.flow.read_paused:
            self._read_until += LOOK_EVERY  # it is we who do not read
        if now > self._write_until:
            self._cut("write")
            return
        if now > self._read_until:
            self._miss()
        self._timer = self.loop.call_later(LOOK_EVERY, self._look)

    def _miss(self) -> None:
        """End the connection, since what should have come has not."""
        self._read_until = inf
        if self._lingers:
            self._socket.abort()
        elif self._part is Part.NOTHING:
            self.count_cut(self._part.value)
            self._close()
        else:
            self._cut(self._part.value)

    def _close(self) -> None:
        """Close once the answer is taken, and what the client still sends is read for a moment."""
        if self._lingers or self._socket.is_closing():
            return
        if self._unfinished:
            self._socket.abort()
            return
        if self._part is Part.BODY and self._socket.can_write_eof():
            self._lingers = True
            self._read_until = self.loop.time() + LINGER
            self.flow.resume_reading()
            self._socket.write_eof()
        else:
            self._socket.close()
        self._watch_writing()

    def _cut(self, why: str) -> None:
        self.count_cut(why)
        self._socket.abort()

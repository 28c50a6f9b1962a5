"""HTTP connections with deadlines: uvicorn's protocol sets none while it waits for a request to arrive.

A request only notes until when the next thing must have come; one timer for each connection looks at that
note now and then. Arming timers for every request would cost a tenth of the server's throughput.
"""

from asyncio import Transport
from dataclasses import dataclass
from math import inf
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LOOK_EVERY = 0.5  # seconds; a connection is cut at most so much after its deadline
BODY_RATE = 64 << 10  # each so many bytes of body received give one more second
HEADER_LIMIT = 32 << 10


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that a client has for its headers, its body, and to take some of an answer."""

    header: float
    body: float
    write: float


def protocol_with(deadlines: Deadlines) -> type[HttpToolsProtocol]:
    """A protocol class for uvicorn that cuts connections which are over a deadline or the header limit."""
    return type("DeadlineProtocol", (_DeadlineProtocol,), {"deadlines": deadlines})


class _DeadlineProtocol(HttpToolsProtocol):
    deadlines: Deadlines
    _timer: Any = None
    _read_until: float = inf
    _write_until: float = inf
    _in_headers: bool = True
    _header_size: int = 0
    _body_size: int = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._read_until = self.loop.time() + self.deadlines.header
        self._timer = self.loop.call_later(LOOK_EVERY, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_headers:
            self._header_size += len(data)
            if self._header_size > HEADER_LIMIT:
                self._cut()

    def on_message_begin(self) -> None:
        self._in_headers, self._header_size = True, 0
        self._read_until = self.loop.time() + self.deadlines.header
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_headers, self._body_size = False, 0
        self._read_until = self.loop.time() + self.deadlines.body
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._read_until = inf
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_until = self.loop.time() + self.deadlines.write

    def resume_writing(self) -> None:
        super().resume_writing()
        self._write_until = inf

    def _look(self) -> None:
        now = self.loop.time()
        if now > self._read_until + self._body_size / BODY_RATE or now > self._write_until:
            self._cut()
        else:
            self._timer = self.loop.call_later(LOOK_EVERY, self._look)

    def _cut(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()

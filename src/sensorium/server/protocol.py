"""HTTP connections that answer what has a short way without a task, and read a head that recurs only once."""

from asyncio import Future
from collections.abc import Callable
from functools import partial
from math import inf
from typing import Any, cast

from starlette.types import Scope
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from sensorium.dialects.prepared import AT_ONCE, Wire
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.server.deadlines import DeadlineProtocol, Deadlines, Part
from sensorium.server.heads import Heads, cut

_CLOSE = b"connection", b"close"


def protocol_with(
    deadlines: Deadlines,
    short_way: Callable[[Scope], ShortWay | None],
    count_cut: Callable[[str], None],
) -> type[HttpToolsProtocol]:
    """A protocol class for uvicorn: connections with deadlines (`DeadlineProtocol`) and short ways."""
    bound = {
        "deadlines": deadlines,
        "short_way": staticmethod(short_way),
        "count_cut": staticmethod(count_cut),
        "heads": Heads(),
    }
    return type("Protocol", (_Protocol,), bound)


class _Protocol(DeadlineProtocol):
    short_way: Callable[[Scope], ShortWay | None]
    heads: Heads
    _is_new = True  # nothing has come on this connection
    _expected: tuple[bytes, bytes] | None = None  # head and body, as `cut` sees them, of what is being read
    _goes_usual = False  # what is being read has tried its short way in vain
    _at_headers = False
    _held: tuple[RequestResponseCycle, ASGI3Application, ShortWay] | None = None  # until the body is there
    _under_way = False  # a request whose head was not read again; what follows it waits unread
    _behind = b""
    _has_ended = False  # the client's side, meanwhile
    _is_last = False

    def data_received(self, data: bytes) -> None:
        if self._under_way:
            self._behind += data
            self.flow.pause_reading()
            return
        whole = cut(data) if self._is_new or self._is_between() else None
        self._is_new = False
        way = None if whole is None else self.heads.get(whole[0])
        if whole is None or way is None:
            self._read(data, whole)
        elif not self._go(way, whole[1], data):
            self._read_usual(data)

    def _is_between(self) -> bool:
        """Whether a request was answered on this connection, and nothing has come since."""
        last = cast(RequestResponseCycle | None, self.cycle)
        return (
            self._part is Part.NOTHING
            and (last is None or (last.response_complete and last.keep_alive))
            and not (self._lingers or self.flow.write_paused or self.transport.is_closing())
        )

    def _read(self, data: bytes, whole: tuple[bytes, bytes] | None) -> None:
        """Have the parser read what came."""
        self._expected = whole
        super().data_received(data)
        self._expected = None
        if self._held is not None:  # the rest of the body is still to come
            (cycle, app, _), self._held = self._held, None
            super()._start_asgi_task(cycle, app)

    def _read_usual(self, data: bytes) -> None:
        """Have a request read that is known to need the usual way."""
        self._goes_usual = True
        super().data_received(data)
        self._goes_usual = False

    def _go(self, way: ShortWay, body: bytes, data: bytes) -> bool:
        """Begin a request by its body alone; False when it must be read as a whole."""
        begun = way.take(body)
        if begun is None:
            return False
        self._under_way, self._part, self._read_until = True, Part.NOTHING, inf
        begun.future.add_done_callback(partial(self._arrive, begun, data))
        return True

    def _arrive(self, begun: Begun, data: bytes, future: Future[Any]) -> None:
        """Answer a request that went by its body alone, and go on with what came behind it."""
        self._under_way = False
        failed = future.exception() is not None
        wire = None if failed else begun.settle(future.result()).wire
        if self.transport.is_closing():
            return
        if wire is None:  # nothing was done: the usual way comes to it
            self._read_usual(data)
        else:
            headers = self.server_state.default_headers
            if self._is_last or (self._has_ended and not self._behind):
                headers = [*headers, _CLOSE]
            self._write(wire, headers)
            self.server_state.total_requests += 1
            self._read_until = self.loop.time() + self.deadlines.idle
        if self._is_last:
            super().shutdown()
        elif self._behind:
            behind, self._behind = self._behind, b""
            self.flow.resume_reading()
            self.data_received(behind)
        if self._has_ended and not self._under_way and super().eof_received() is None:
            self.transport.close()

    def eof_received(self) -> bool | None:  # type: ignore[override]
        if self._under_way:
            self._has_ended = True
            return True
        return super().eof_received()

    def shutdown(self) -> None:
        if self._under_way:
            self._is_last = True
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        self._at_headers = True
        super().on_headers_complete()
        self._at_headers = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        cycle.scope["extensions"] = {AT_ONCE: partial(self._answer_at_once, cycle)}  # type: ignore[typeddict-item]
        tries = self._at_headers and not self._goes_usual
        way = self.short_way(cast(Scope, cycle.scope)) if tries else None
        if way is None:
            super()._start_asgi_task(cycle, app)
        else:
            self._held = cycle, app, way

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._held is not None:
            held, self._held = self._held, None
            self._go_short_way(*held)

    def _go_short_way(self, cycle: RequestResponseCycle, app: ASGI3Application, way: ShortWay) -> None:
        begun = way.take(bytes(cycle.body))
        if begun is None:
            super()._start_asgi_task(cycle, app)
            return
        begun.future.add_done_callback(partial(self._finish, cycle, app, begun))
        head = self._head_of(cycle) if way.recurs else None  # kept only now: who has no token fills no memory
        if head is not None:
            self.heads.put(head, way)

    def _head_of(self, cycle: RequestResponseCycle) -> bytes | None:
        """The head as `cut` saw it, if the parser saw the same request, and it wants an answer alone."""
        if self._expected is None or self.expect_100_continue or not cycle.keep_alive:
            return None
        head, body = self._expected
        return head if bytes(cycle.body) == body else None

    def _finish(
        self, cycle: RequestResponseCycle, app: ASGI3Application, begun: Begun, future: Future[Any]
    ) -> None:
        if future.exception() is not None:  # nothing was done: the usual way comes to it again
            super()._start_asgi_task(cycle, app)
            return
        prepared = begun.settle(future.result())
        if not cycle.disconnected and not self._answer_at_once(cycle, prepared.wire):
            super()._start_asgi_task(cycle, cast(ASGI3Application, prepared))

    def _answer_at_once(self, cycle: RequestResponseCycle, wire: Wire) -> bool:
        """Send a prepared answer in one piece; False when this answer must take the long way."""
        if cycle.disconnected or cycle.response_started or not cycle.keep_alive or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        self._write(wire, cycle.default_headers)
        cycle.message_event.set()
        cycle.on_response()
        return True

    def _write(self, wire: Wire, headers: list[tuple[bytes, bytes]]) -> None:
        pieces = [wire.status]
        for name, value in headers:  # the date
            pieces += (name, b": ", value, b"\r\n")
        pieces.append(wire.rest)
        self.transport.write(b"".join(pieces))

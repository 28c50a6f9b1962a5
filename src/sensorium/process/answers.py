"""What the engine process answers on its socket.

`POST /` has a query with its bound values as its body, since an address cannot hold thousands of them, and in
the address the `position` of the log that must be processed first, and the `account` that asks. An answer
that breaks off is not ended: its connection is.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field

import anyio
import msgspec
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from sensorium.model.errors import Unavailable
from sensorium.process.memory import resident
from sensorium.process.positions import Positions
from sensorium.process.turns import Turn, Turns
from sensorium.storage.observations.clients import STREAMS, QueryRefused
from sensorium.storage.observations.select import Query
from sensorium.storage.observations.store import Store

log = structlog.get_logger()

_AHEAD = 8  # pieces of half a MiB that are made and not taken
_FOR_READERS = STREAMS - 2  # the worker needs one for what a job reads, and one for all else


class Wanted(msgspec.Struct):
    """The datastreams that are asked for, and the devices that they are of."""

    devices: list[int]
    datastreams: list[int]


_read_wanted = msgspec.json.Decoder(Wanted).decode
_read_query = msgspec.json.Decoder(Query).decode


def application(store: Store, positions: Positions) -> Starlette:
    """The engine process' answers as an ASGI application."""
    answers = _Answers(store, positions)
    return Starlette(
        routes=[
            Route("/", answers.query, methods=["POST"]),
            Route("/newest", answers.newest, methods=["POST"]),
            Route("/wait", answers.wait, methods=["GET"]),
            Route("/ready", answers.ready, methods=["GET"]),
        ],
        exception_handlers={Unavailable: _unavailable, QueryRefused: _refused},
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    store: Store
    positions: Positions
    turns: Turns = field(default_factory=lambda: Turns(_FOR_READERS, _FOR_READERS // 2))

    async def query(self, request: Request) -> Response:
        """POST /: the answer to a query."""
        query = _read_query(await request.body())
        await self.positions.reach(_number(request, "position"))
        return await _streamed(self.store.answer(query), self.turns, _number(request, "account"))

    async def newest(self, request: Request) -> Response:
        """POST /newest: the newest value of each of some datastreams, [[datastream, time, value], ...]."""
        wanted = _read_wanted(await request.body())
        await self.positions.reach(_number(request, "position"))
        found, unknown = self.store.newest_known(wanted.datastreams)
        if unknown:
            async with self.turns.one(_number(request, "account")):
                found |= await run_in_threadpool(self.store.newest, wanted.devices, unknown)
        rows = [(datastream, *reading) for datastream, reading in found.items()]
        return Response(msgspec.json.encode(rows), media_type="application/json")

    async def wait(self, request: Request) -> Response:
        """GET /wait: nothing, once the position is processed."""
        await self.positions.reach(_number(request, "position"))
        return Response(status_code=204)

    async def ready(self, _request: Request) -> Response:
        """GET /ready: how far the worker and the archive are, and the memory of this process in bytes."""
        newest = await run_in_threadpool(self.store.newest_packet)
        state = {"offset": self.positions.reached, "packet": newest, "rss": resident()}
        return Response(msgspec.json.encode(state), media_type="application/json")


def _number(request: Request, name: str) -> int:
    return int(request.query_params.get(name, "0"))


async def _streamed(pieces: Generator[bytes], turns: Turns, account: int) -> Response:
    """The pieces as they come. The first is awaited here, where an error can still be answered."""
    answer = _Streamed(pieces, turns, await turns.take(account))
    try:
        await answer.begin()
    except BaseException:
        await answer.end()
        raise
    return answer


class _Streamed(StreamingResponse):
    """Pieces made in threads, closed at the end, also when the client went away; then the turn is given back.

    While pieces are sent the next are made, and some more than are taken: so the engine goes on with the
    second of two answers that are read one after the other.
    """

    media_type = "application/octet-stream"

    def __init__(self, pieces: Generator[bytes], turns: Turns, turn: Turn) -> None:
        super().__init__(self._sent())
        self._pieces = pieces
        self._turns = turns
        self._turn = turn
        self._first = b""
        self._is_over = False
        self._room = asyncio.Semaphore(_AHEAD)
        self._made = asyncio.Queue[bytes | Exception]()  # the last is empty, or what went wrong
        self._making = asyncio.create_task(self._make())

    async def begin(self) -> None:
        """Return when the first piece is there. Raises what making it raises."""
        self._first = await self._taken()

    async def _make(self) -> None:
        is_last = False
        while not is_last:
            await self._room.acquire()
            if self._is_over:
                return
            try:
                piece = await run_in_threadpool(next, self._pieces, b"")
                is_last = not piece
                self._made.put_nowait(piece)
            except Exception as error:  # noqa: BLE001 - raised where the pieces are taken
                is_last = True
                self._made.put_nowait(error)

    async def _taken(self) -> bytes:
        piece = await self._made.get()
        self._room.release()
        if isinstance(piece, Exception):
            raise piece
        return piece

    async def _sent(self) -> AsyncGenerator[bytes]:
        piece = self._first
        while piece:
            yield piece
            piece = await self._taken()

    async def stream_response(self, send: Send) -> None:
        """Send all pieces, then close their source."""
        try:
            await self._turn.hand_on(send, super().stream_response)
        finally:
            await self.end()

    async def end(self) -> None:
        """Close the source of the pieces."""
        with anyio.CancelScope(shield=True):
            self._is_over = True
            self._room.release()
            try:
                await asyncio.wait([self._making])
                await run_in_threadpool(self._pieces.close)
            finally:
                self._turns.give_back(self._turn)


def _unavailable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    why = error.why
    if error.__cause__ is not None:  # in the words of the engine, with addresses and paths: not for callers
        log.warning("a query has no answer", why=why)
        why = "The observation store does not answer now."
    return Response(why, 503, {"Retry-After": str(error.retry_after)}, media_type="text/plain")


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, QueryRefused)
    return Response(
        str(error), 500, {"X-ClickHouse-Exception-Code": str(error.code)}, media_type="text/plain"
    )

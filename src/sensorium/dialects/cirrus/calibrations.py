"""The calibration log, and the field calibrations that stand in it."""

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sensorium.dialects.cirrus import encode
from sensorium.dialects.cirrus.access import Access
from sensorium.dialects.cirrus.decode import read_query
from sensorium.dialects.services import Services
from sensorium.model.log_entry import LogEntry
from sensorium.model.rights import Deed

Encode = Callable[[LogEntry], bytes]


@dataclass(frozen=True, slots=True)
class Calibrations:
    """The operations on calibrations."""

    services: Services
    access: Access

    async def log(self, request: Request) -> Response:
        """GET /v1/data/calibrations/log (CI-001)."""
        return await self._answer(request, encode.log_item, is_calibration=False)

    async def calibrations(self, request: Request) -> Response:
        """GET /v1/data/calibrations."""
        return await self._answer(request, encode.calibration_item, is_calibration=True)

    async def _answer(self, request: Request, write: Encode, *, is_calibration: bool) -> Response:
        caller = await self.access.caller(request, Deed.READ_LOG)
        asked = read_query(request.query_params.multi_items())
        logs = self.services.log_entries
        instruments = await run_in_threadpool(logs.instruments, caller, asked.instruments)
        pages = logs.pages(instruments, asked.begin, asked.end, is_calibration=is_calibration)
        first = await _next(pages)  # here a refusal can still be answered
        return StreamingResponse(_pieces(first, pages, write), media_type="application/json")


async def _next(pages: Iterator[list[LogEntry]]) -> list[LogEntry]:
    """The next page, empty at the end."""
    end: list[LogEntry] = []
    return await run_in_threadpool(lambda: next(pages, end))


async def _pieces(
    page: list[LogEntry], pages: Iterator[list[LogEntry]], write: Encode
) -> AsyncGenerator[bytes]:
    """An array of items, a piece for each page."""
    yield b"["
    comma = b""
    while page:
        yield comma + b",".join(map(write, page))
        comma, page = b",", await _next(pages)
    yield b"]"

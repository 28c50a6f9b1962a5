"""The data of a sensor, for its provider: streamed rows, formatted by the engine."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.data.encode import DISCLAIMER, EXTENDED_ROW, ROW
from sensorium.dialects.services import Services
from sensorium.dialects.streamed import streamed
from sensorium.model.device import Datastream
from sensorium.model.errors import Malformed
from sensorium.model.moments import add_months, parse_iso, to_microseconds
from sensorium.model.series import Shape

LONGEST_SPAN = 2  # calendar months (N15)
EXTENSIONS = {"extensions": "true: rows have uncertainty_corr, qa_flags and qas_flags too"}


@dataclass(frozen=True, slots=True)
class Data:
    """The operations on data."""

    services: Services
    access: Access

    async def oldest(self, request: Request) -> Response:
        """GET /api/data/id/{id}/minutc: each component at its oldest time (NI-047)."""
        (account, streams), shape = await self.access.owned_streams(request), _shape(request)
        return await disclaimed(request, await self.services.series.first(account, streams, shape))

    async def newest(self, request: Request) -> Response:
        """GET /api/data/id/{id}/maxutc: each component at its newest time (NI-046)."""
        (account, streams), shape = await self.access.owned_streams(request), _shape(request)
        return await disclaimed(request, await self.services.series.latest(account, streams, shape))

    async def since(self, request: Request) -> Response:
        """GET /api/data/id/{id}/fromutc/{fromUtc}: two months from there on (NI-058)."""
        account, streams = await self.access.owned_streams(request)
        begin = moment(request, "fromUtc")
        return await self._rows(request, account, streams, begin, furthest(begin))

    async def between(self, request: Request) -> Response:
        """GET /api/data/id/{id}/fromutc/{fromUtc}/toutc/{toUtc}: both included, two months at most (N15)."""
        account, streams = await self.access.owned_streams(request)
        begin, end = moment(request, "fromUtc"), moment(request, "toUtc")
        check_span(begin, end)
        return await self._rows(request, account, streams, begin, end)

    async def _rows(
        self, request: Request, account: int, streams: tuple[Datastream, ...], begin: datetime, end: datetime
    ) -> Response:
        first, last = to_microseconds(begin), to_microseconds(end)
        return await disclaimed(
            request, await self.services.series.read(account, streams, first, last, _shape(request))
        )


def _shape(request: Request) -> Shape:
    """The members of a row: the document's, and all words of quality control where they are asked for."""
    return EXTENDED_ROW if extended(request) else ROW


def extended(request: Request) -> bool:
    """Whether rows are to have more members than the document says. Raises Malformed."""
    asked = request.query_params.get("extensions", "false")
    if asked not in ("true", "false"):
        raise Malformed("The query value extensions is true or false.", "extensions")
    return asked == "true"


async def disclaimed(request: Request, rows: AsyncGenerator[bytes]) -> Response:
    """The rows as they come, with the disclaimer in the header."""
    return await streamed(request, rows, {"X-disclaimer": DISCLAIMER})


def moment(request: Request, name: str) -> datetime:
    """A moment in the path. Raises Malformed."""
    text: str = request.path_params[name]
    try:
        return parse_iso(text)
    except (ValueError, OverflowError):
        raise Malformed("The moment is not an ISO-8601 date and time.", name) from None


def check_span(begin: datetime, end: datetime) -> None:
    """Refuse a range that ends before it begins, or is too long (N15). Raises Malformed."""
    if end < begin:
        raise Malformed("The end lies before the beginning.", "toUtc")
    if end > furthest(begin):
        raise Malformed(f"The range is longer than {LONGEST_SPAN} months.", "toUtc")


def furthest(begin: datetime) -> datetime:
    """The end of the longest range that begins then. Raises Malformed."""
    try:
        return add_months(begin, LONGEST_SPAN)
    except ValueError:
        raise Malformed("The moment is too late.", "fromUtc") from None

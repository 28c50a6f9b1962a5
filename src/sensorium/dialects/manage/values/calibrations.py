"""How the raw values of a datastream are calibrated, from a time on or for all time."""

from dataclasses import dataclass
from functools import partial

from msgspec import UNSET, UnsetType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import (
    Precondition,
    etag,
    json_body,
    json_response,
    page_of,
    valid_from_of,
)
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.manage.values import encode, shapes
from sensorium.dialects.manage.values.decode import calibration_change
from sensorium.dialects.services import Services
from sensorium.model.device import Datastream
from sensorium.model.errors import NotFound
from sensorium.plans.calibration_xml import SensorTable, write_tables

MESSAGE = f"Stored values that it touches are made anew: GET {PREFIX}/replays says how far that is."
MOST_TABLES = 20  # on a page: each may be as long as a body
TABLE_LIMIT = 2 << 20  # bytes: a table of the most points there may be


@dataclass(frozen=True, slots=True)
class Calibrations:
    """The operations on calibrations."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /datastreams/{id}/calibration."""
        return await self._shown(await self.access.datastream(request))

    async def file(self, request: Request) -> Response:
        """GET /datastreams/{id}/calibration/file: the table that holds now, as Navixy's upload reads it."""
        stream, now = await self.access.datastream(request), self.services.clock()
        found = await run_in_threadpool(self.services.calibrations.in_force, stream, now)
        if found is None or not found.points:
            raise NotFound("The datastream is calibrated by no table now.")
        points = tuple((each.raw, each.value) for each in found.points)
        return Response(write_tables([SensorTable(1, points)]), media_type="application/xml")

    async def history(self, request: Request) -> Response:
        """GET /datastreams/{id}/calibration/history: all that was ever said, page by page."""
        stream = await self.access.datastream(request)
        limit, after = page_of(request)
        limit = min(limit, MOST_TABLES)
        read = partial(self.services.calibrations.of_stream, stream, after=after, most=limit + 1)
        said, _ = await run_in_threadpool(read)
        items = tuple(encode.calibration_said(each) for each in said[:limit])
        address = f"{self.services.public_url}{PREFIX}/datastreams/{stream.id}/calibration/history"
        return json_response(shapes.CalibrationHistory(items, next_page(said, limit, address)))

    async def set(self, request: Request) -> Response:
        """PUT /datastreams/{id}/calibration."""
        caller = await self.access.caller(request)
        stream = await self.access.datastream(request)
        wanted = calibration_change(await json_body(request, TABLE_LIMIT))
        author = await run_in_threadpool(self.services.users.name_of, caller)
        check, now = Precondition(request), self.services.clock()
        set_ = partial(self.services.calibrations.set, caller.account, stream, wanted, check)
        await run_in_threadpool(partial(set_, author=author, now=now))
        return await self._shown(stream, MESSAGE)

    async def reset(self, request: Request) -> Response:
        """DELETE /datastreams/{id}/calibration."""
        caller = await self.access.caller(request)
        stream = await self.access.datastream(request)
        valid_from, check, now = valid_from_of(request), Precondition(request), self.services.clock()
        author = await run_in_threadpool(self.services.users.name_of, caller)
        reset = partial(self.services.calibrations.reset, caller.account, stream, valid_from, check)
        await run_in_threadpool(partial(reset, author=author, now=now))
        return await self._shown(stream, MESSAGE)

    async def _shown(self, stream: Datastream, message: str | UnsetType = UNSET) -> Response:
        held, version = await run_in_threadpool(self.services.calibrations.held, stream)
        return json_response(encode.calibration(held, message), 200, etag(version))

"""Devices and datastreams of the caller, with what holds for their values."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import Precondition, etag, json_body, json_response, page_of
from sensorium.dialects.manage.devices import encode, shapes
from sensorium.dialects.manage.devices.decode import instrument_change
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.services import Services
from sensorium.model.device import Datastream, Device
from sensorium.register.instruments import version_of


@dataclass(frozen=True, slots=True)
class Devices:
    """The operations that show devices and datastreams."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /devices: the caller's own, page by page."""
        caller = await self.access.caller(request)
        account = caller.account
        limit, after = page_of(request)
        read = partial(self.services.devices.list, account, account, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        address = f"{self.services.public_url}{PREFIX}/devices"
        items = tuple(encode.device(each) for each in found[:limit] if caller.sees(each.id))
        return json_response(shapes.Devices(items, next_page(found, limit, address)))

    async def show(self, request: Request) -> Response:
        """GET /devices/{id}: with every datastream that it has or has had."""
        return await self._shown(await self.access.device(request))

    async def change(self, request: Request) -> Response:
        """PATCH /devices/{id}: what it is as a thing."""
        caller, device = await self.access.caller(request), await self.access.device(request)
        said, check = instrument_change(await json_body(request)), Precondition(request)
        await run_in_threadpool(self.services.instruments.change, caller, device.id, said, check)
        return await self._shown(await self.access.device(request))

    async def show_datastream(self, request: Request) -> Response:
        """GET /datastreams/{id}: also of a deleted device."""
        stream = await self.access.datastream(request)
        [shown] = await run_in_threadpool(self._streams, [stream])
        return json_response(shown)

    async def _shown(self, device: Device) -> Response:
        described = await run_in_threadpool(self._described, device)
        return json_response(described, 200, etag(version_of(device)))

    def _described(self, device: Device) -> shapes.ManagedDevice:
        return encode.device(device, self._streams(self.services.devices.streams(device.id)))

    def _streams(self, streams: Sequence[Datastream]) -> tuple[shapes.ManagedDatastream, ...]:
        """Datastreams of one device."""
        services = self.services
        fed = services.datastreams.fed(streams[0].device) if streams else ()
        rules = services.datastreams.rules(streams, services.clock())
        return encode.datastreams(streams, fed, rules)

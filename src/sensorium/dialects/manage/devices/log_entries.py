"""The log of a device: what was done to it, by whom, and what is added by hand."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_body, json_response, page_of
from sensorium.dialects.manage.devices import encode, shapes
from sensorium.dialects.manage.devices.decode import new_log_entry
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class LogEntries:
    """The operations on the log of a device."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /devices/{id}/log-entries: as they were written, also of a deleted device."""
        _, device = await self.access.device_with_data(request, Deed.READ_LOG)
        limit, after = page_of(request)
        read = partial(self.services.log_entries.list, device, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.log_entry(each) for each in found[:limit])
        address = f"{self.services.public_url}{PREFIX}/devices/{device}/log-entries"
        return json_response(shapes.LogEntries(items, next_page(found, limit, address)))

    async def add(self, request: Request) -> Response:
        """POST /devices/{id}/log-entries: in the caller's name."""
        caller, device = await self.access.caller(request), await self.access.device(request)
        wanted = new_log_entry(await json_body(request))
        name = await run_in_threadpool(self.services.users.name_of, caller)
        add = partial(self.services.log_entries.add, caller, device.id, wanted)
        entry = await run_in_threadpool(partial(add, name=name, now=self.services.clock()))
        return json_response(encode.log_entry(entry), 201)

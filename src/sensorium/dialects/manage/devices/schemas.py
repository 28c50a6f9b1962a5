"""The versions of a device's schema: how its packets are read, and how those of before are."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_response, page_before
from sensorium.dialects.manage.devices import encode, shapes
from sensorium.dialects.services import Services


@dataclass(frozen=True, slots=True)
class Schemas:
    """The operations that show the versions of a schema."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /devices/{id}/schemas: page by page, the newest first, also of a deleted device."""
        _, device = await self.access.device_with_data(request)
        limit, before = page_before(request)
        read = partial(self.services.devices.versions, device, before=before, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.schema_version(each) for each in found[:limit])
        following = None
        if len(found) > limit:
            address = f"{self.services.public_url}{PREFIX}/devices/{device}/schemas"
            following = f"{address}?limit={limit}&before={items[-1].version}"
        return json_response(shapes.Schemas(items, following))

    async def show(self, request: Request) -> Response:
        """GET /devices/{id}/schemas/{version}: also of a deleted device, as its packets are."""
        _, device = await self.access.device_with_data(request)
        read = partial(self.services.devices.version, device, number_in_path(request, "version"))
        version, schema, streams = await run_in_threadpool(read)
        return json_response(encode.schema(version, schema, streams))

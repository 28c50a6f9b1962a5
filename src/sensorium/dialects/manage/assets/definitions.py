"""Sensor definitions, and which device may send which."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import (
    Precondition,
    etag,
    json_body,
    json_response,
    page_of,
    written_body,
)
from sensorium.dialects.manage.assets import encode, shapes
from sensorium.dialects.manage.assets.decode import BOUNDS, definition, provision
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.services import Services
from sensorium.model.definition import Definition


@dataclass(frozen=True, slots=True)
class Definitions:
    """The operations on sensor definitions."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /definitions: what is shipped and what the account has, page by page."""
        account = await self.access.account(request)
        limit, after = page_of(request)
        read = partial(self.services.definitions.of_account, account, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.definition(each) for each in found[:limit])
        return json_response(shapes.Definitions(items, next_page(found, limit, self._address)))

    async def add(self, request: Request) -> Response:
        """POST /definitions."""
        account = await self.access.account(request)
        wanted = definition(await written_body(request, BOUNDS))
        add = partial(self.services.definitions.add, account, wanted, now=self.services.clock())
        added = await run_in_threadpool(add)
        return _shown(added, 201, {"Location": f"{self._address}/{added.id}"})

    async def show(self, request: Request) -> Response:
        """GET /definitions/{id}."""
        account = await self.access.account(request)
        get = self.services.definitions.get
        return _shown(await run_in_threadpool(get, account, number_in_path(request)))

    async def change(self, request: Request) -> Response:
        """PUT /definitions/{id}: all that is said of it."""
        account, number = await self.access.whole_account(request), number_in_path(request)
        caller = await self.access.caller(request)
        await run_in_threadpool(self.services.definitions.get, account, number)
        wanted = definition(await written_body(request, BOUNDS))
        check = Precondition(request)
        author = await run_in_threadpool(self.services.users.name_of, caller)
        change = partial(self.services.definitions.change, account, number, wanted, check)
        return _shown(await run_in_threadpool(partial(change, author=author, now=self.services.clock())))

    async def of_device(self, request: Request) -> Response:
        """GET /devices/{id}/definitions."""
        device = await self.access.device(request)
        found = await run_in_threadpool(self.services.definitions.of_device, device.id)
        return json_response(shapes.Provisions(tuple(encode.provision(each) for each in found)))

    async def provision(self, request: Request) -> Response:
        """POST /devices/{id}/definitions: let the device send its values."""
        device, caller = await self.access.device(request), await self.access.caller(request)
        number, datastream = provision(await json_body(request))
        author = await run_in_threadpool(self.services.users.name_of, caller)
        add = partial(self.services.definitions.provision, device, number, datastream)
        added = await run_in_threadpool(partial(add, author=author, now=self.services.clock()))
        return json_response(encode.provision(added), 201)

    async def withdraw(self, request: Request) -> Response:
        """DELETE /devices/{id}/definitions/{definition}: let it send its values no more."""
        device = await self.access.device(request)
        number = number_in_path(request, "definition")
        await run_in_threadpool(self.services.definitions.withdraw, device.id, number)
        return Response(status_code=204)

    @property
    def _address(self) -> str:
        return f"{self.services.public_url}{PREFIX}/definitions"


def _shown(found: Definition, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_response(encode.definition(found), status, {**(headers or {}), **etag(found.version)})

"""Keys of an account: made, listed and ended by the account itself."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.account import encode, shapes
from sensorium.dialects.manage.account.decode import new_key
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_body, json_response
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class Keys:
    """The operations on keys."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /keys: all of them, without what programs show."""
        account = await self.access.account(request, Deed.ADMINISTER)
        found = await run_in_threadpool(self.services.keys.list, account)
        return json_response(shapes.Keys(tuple(encode.key(each) for each in found)))

    async def add(self, request: Request) -> Response:
        """POST /keys: the one answer that tells the key."""
        account = await self.access.account(request, Deed.ADMINISTER)
        title, scopes = new_key(await json_body(request))
        create = partial(self.services.keys.create, account, title, scopes, now=self.services.clock())
        key, shown = await run_in_threadpool(create)
        address = f"{self.services.public_url}{PREFIX}/keys/{key.id}"
        headers = {"Location": address, "Cache-Control": "no-store"}
        return json_response(encode.key(key, shown), 201, headers)

    async def show(self, request: Request) -> Response:
        """GET /keys/{id}."""
        account = await self.access.account(request, Deed.ADMINISTER)
        found = await run_in_threadpool(self.services.keys.get, account, number_in_path(request))
        return json_response(encode.key(found))

    async def delete(self, request: Request) -> Response:
        """DELETE /keys/{id}: it is good for nothing from now on."""
        account = await self.access.account(request, Deed.ADMINISTER)
        await run_in_threadpool(self.services.keys.delete, account, number_in_path(request))
        return Response(status_code=204)

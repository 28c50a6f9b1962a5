"""Units and components: what is there, and what an account adds for everyone."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_body, json_response
from sensorium.dialects.manage.catalogue import encode
from sensorium.dialects.manage.catalogue.decode import new_component, new_unit
from sensorium.dialects.manage.encode import named
from sensorium.dialects.services import Services


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The operations on the catalogue."""

    services: Services
    access: Access

    async def component(self, request: Request) -> Response:
        """GET /components/{id}."""
        found = await run_in_threadpool(self.services.catalogue.component, number_in_path(request))
        return json_response(encode.component(found))

    async def unit(self, request: Request) -> Response:
        """GET /units/{id}."""
        found = await run_in_threadpool(self.services.catalogue.unit, number_in_path(request))
        return json_response(named(found))

    async def add_component(self, request: Request) -> Response:
        """POST /components: something that nobody has measured here before."""
        account = await self.access.account(request)
        wanted = new_component(await json_body(request))
        add = partial(self.services.catalogue.add_component, account, *wanted)
        added = await run_in_threadpool(add)
        return self._created(f"components/{added.id}", encode.component(added))

    async def add_unit(self, request: Request) -> Response:
        """POST /units."""
        account = await self.access.account(request)
        name = new_unit(await json_body(request))
        added = await run_in_threadpool(self.services.catalogue.add_unit, account, name)
        return self._created(f"units/{added.id}", named(added))

    def _created(self, path: str, body: object) -> Response:
        address = f"{self.services.public_url}{PREFIX}/{path}"
        return json_response(body, 201, {"Location": address})

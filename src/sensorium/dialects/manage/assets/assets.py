"""Assets, and from when to when devices are fixed to them."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import Precondition, etag, json_body, json_response, page_of
from sensorium.dialects.manage.assets import encode, shapes
from sensorium.dialects.manage.assets.decode import asset_name, link_change, new_link
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.services import Services
from sensorium.model.asset import Asset, Link


@dataclass(frozen=True, slots=True)
class Assets:
    """The operations on assets and links."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /assets: page by page."""
        caller = await self.access.caller(request)
        limit, after = page_of(request)
        read = partial(self.services.assets.seen, caller, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.asset(each) for each in found[:limit])
        return json_response(shapes.Assets(items, next_page(found, limit, self._address("assets"))))

    async def add(self, request: Request) -> Response:
        """POST /assets."""
        account = await self.access.account(request)
        name = asset_name(await json_body(request))
        add = partial(self.services.assets.add, account, name, now=self.services.clock())
        return self._shown(await run_in_threadpool(add), 201)

    async def show(self, request: Request) -> Response:
        """GET /assets/{id}."""
        caller = await self.access.caller(request)
        get = self.services.assets.get
        return self._shown(await run_in_threadpool(get, caller, number_in_path(request)))

    async def rename(self, request: Request) -> Response:
        """PUT /assets/{id}."""
        caller, number = await self.access.caller(request), number_in_path(request)
        await run_in_threadpool(self.services.assets.require_whole, caller, number)
        name, check = asset_name(await json_body(request)), Precondition(request)
        rename = self.services.assets.rename
        return self._shown(await run_in_threadpool(rename, caller, number, name, check))

    async def delete(self, request: Request) -> Response:
        """DELETE /assets/{id}: one that no device is fixed to."""
        caller = await self.access.caller(request)
        check, now = Precondition(request), self.services.clock()
        delete = partial(self.services.assets.delete, caller, number_in_path(request), check, now=now)
        await run_in_threadpool(delete)
        return Response(status_code=204)

    async def show_links(self, request: Request) -> Response:
        """GET /links: page by page."""
        caller = await self.access.caller(request)
        limit, after = page_of(request)
        read = partial(self.services.assets.links, caller, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.link(each) for each in found[:limit])
        return json_response(shapes.Links(items, next_page(found, limit, self._address("links"))))

    async def link(self, request: Request) -> Response:
        """POST /links."""
        caller = await self.access.caller(request)
        wanted = new_link(await json_body(request), self.services.clock())
        return self._shown_link(await run_in_threadpool(self.services.assets.link, caller, wanted), 201)

    async def show_link(self, request: Request) -> Response:
        """GET /links/{id}."""
        caller = await self.access.caller(request)
        get = self.services.assets.get_link
        return self._shown_link(await run_in_threadpool(get, caller, number_in_path(request)))

    async def change_link(self, request: Request) -> Response:
        """PATCH /links/{id}: such as its end."""
        caller, number = await self.access.caller(request), number_in_path(request)
        await run_in_threadpool(self.services.assets.get_link, caller, number)
        describe, check = link_change(await json_body(request)), Precondition(request)
        change = self.services.assets.change_link
        return self._shown_link(await run_in_threadpool(change, caller, number, describe, check))

    async def delete_link(self, request: Request) -> Response:
        """DELETE /links/{id}: one that was a mistake."""
        caller, check = await self.access.caller(request), Precondition(request)
        delete = self.services.assets.delete_link
        await run_in_threadpool(delete, caller, number_in_path(request), check)
        return Response(status_code=204)

    def _address(self, what: str) -> str:
        return f"{self.services.public_url}{PREFIX}/{what}"

    def _shown(self, asset: Asset, status: int = 200) -> Response:
        location = {"Location": f"{self._address('assets')}/{asset.id}"} if status == 201 else {}
        return json_response(encode.asset(asset), status, {**location, **etag(asset.version)})

    def _shown_link(self, link: Link, status: int = 200) -> Response:
        location = {"Location": f"{self._address('links')}/{link.id}"} if status == 201 else {}
        return json_response(encode.link(link), status, {**location, **etag(link.version)})

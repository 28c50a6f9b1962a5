"""Trackers: what an account sees, and to whom it shows its devices."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_body, json_response, page_of
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.manage.trackers import encode, shapes
from sensorium.dialects.manage.trackers.decode import new_clone
from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.errors import Conflict, Malformed, NotFound
from sensorium.model.rights import Deed
from sensorium.model.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Trackers:
    """The operations on trackers."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /trackers: the account's own devices and clones of others' that are shown to it."""
        caller = await self.access.caller(request)
        limit, after = page_of(request)
        found = await run_in_threadpool(self.services.trackers.list, caller)
        page = [each for each in found if each.id > after][: limit + 1]
        items = tuple(encode.tracker(each) for each in page[:limit])
        address = f"{self.services.public_url}{PREFIX}/trackers"
        return json_response(shapes.Trackers(items, next_page(page, limit, address)))

    async def show(self, request: Request) -> Response:
        """GET /trackers/{id}."""
        caller = await self.access.caller(request)
        return json_response(encode.tracker(await run_in_threadpool(self._found, caller, request)))

    async def delete(self, request: Request) -> Response:
        """DELETE /trackers/{id}: a clone, by the account that has it or by the one whose device it is."""
        caller = await self.access.caller(request, Deed.ADMINISTER)
        await run_in_threadpool(self.services.trackers.take_back, caller, number_in_path(request))
        return Response(status_code=204)

    async def clones(self, request: Request) -> Response:
        """GET /devices/{id}/clones: to whom a device is shown."""
        device = await self.access.device(request, Deed.ADMINISTER)
        found = await run_in_threadpool(self.services.trackers.clones, device.id)
        return json_response(shapes.Clones(tuple(encode.tracker(each) for each in found)))

    async def clone(self, request: Request) -> Response:
        """POST /devices/{id}/clones: show a device to another account too."""
        caller = await self.access.caller(request, Deed.ADMINISTER)
        device = await self.access.device(request, Deed.ADMINISTER)
        account, label = new_clone(await json_body(request))
        made = await run_in_threadpool(self._clone, caller, device.id, account, label)
        return json_response(encode.tracker(made), 201)

    def _found(self, caller: Credential, request: Request) -> Tracker:
        try:
            return self.services.trackers.get(caller, number_in_path(request))
        except NotFound:
            raise NotFound("There is no such tracker.") from None

    def _clone(self, caller: Credential, device: int, account: int, label: str) -> Tracker:
        use = self.services.trackers
        clone = partial(use.clone, caller, use.own(caller, device), account, label)
        try:
            number = clone(now=self.services.clock())
        except NotFound as refusal:
            raise Malformed(refusal.why, "account") from None
        except Conflict as refusal:
            raise Conflict(refusal.why, "account") from None
        [made] = (each for each in use.clones(device) if each.id == number)
        return made

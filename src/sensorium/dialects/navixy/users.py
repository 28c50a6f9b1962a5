"""Logging in and out, and the keys of an account."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.callers import log_in
from sensorium.dialects.navixy import encode, shapes
from sensorium.dialects.navixy.access import Access, Call, json_response
from sensorium.dialects.navixy.decode import read
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class People:
    """The operations on sessions and keys."""

    services: Services
    access: Access

    async def auth(self, request: Request) -> Response:
        """/user/auth: a session for user name and password."""
        asked = await self.access.asked(request)
        login, services = read(asked.parameters, shapes.Login), self.services
        enter = partial(services.sessions.open, login.login, login.password, now=services.clock())
        shown = await log_in(services, request, login.login, enter)
        return json_response(shapes.Authenticated(success=True, type="authenticated", hash=shown))

    async def renew(self, request: Request) -> Response:
        """/user/session/renew."""
        call = await self.access.call(request)
        now = self.services.clock()
        await run_in_threadpool(self.services.sessions.renew, call.caller, call.shown, now=now)
        return json_response(shapes.Done())

    async def logout(self, request: Request) -> Response:
        """/user/logout."""
        call = await self.access.call(request)
        await run_in_threadpool(self.services.sessions.close, call.caller, call.shown)
        return json_response(shapes.Done())

    async def info(self, request: Request) -> Response:
        """/user/get_info: who has logged in, and what a user may do."""
        return await run_in_threadpool(self._info, await self.access.call(request))

    async def create_key(self, request: Request) -> Response:
        """/api/key/create: for the account itself alone."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._create_key, call, read(call.parameters, shapes.KeyWanted))

    async def keys(self, request: Request) -> Response:
        """/api/key/list: without their hashes, which are not kept."""
        call = await self.access.call(request)
        call.caller.require(Deed.ADMINISTER)
        found = await run_in_threadpool(self.services.keys.list, call.caller.account)
        return json_response(shapes.NavixyKeys(success=True, list=tuple(encode.key(each) for each in found)))

    async def delete_key(self, request: Request) -> Response:
        """/api/key/delete: by its hash."""
        call = await self.access.call(request)
        chosen = read(call.parameters, shapes.KeyChosen)
        call.caller.require(Deed.ADMINISTER)
        await run_in_threadpool(self.services.keys.revoke, call.caller.account, chosen.key.lower())
        return json_response(shapes.Done())

    def _info(self, call: Call) -> Response:
        services, caller = self.services, call.caller
        account = services.accounts.get(caller.account)
        user = None if caller.user is None else services.users.get(caller.account, caller.user)
        return json_response(encode.who(account, user))

    def _create_key(self, call: Call, wanted: shapes.KeyWanted) -> Response:
        call.caller.require(Deed.ADMINISTER)
        services = self.services
        made, shown = services.keys.create(call.caller.account, wanted.title, None, now=services.clock())
        return json_response(shapes.NavixyKeyMade(success=True, value=encode.key(made, shown)))

"""Users of an account: added, changed and deleted by the account itself."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.account import encode, shapes
from sensorium.dialects.manage.account.decode import new_user, user_change
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import Precondition, etag, json_body, json_response, page_of
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.services import Services
from sensorium.model.account import User
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class Users:
    """The operations on users."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /users: page by page."""
        account = await self.access.account(request, Deed.ADMINISTER)
        limit, after = page_of(request)
        read = partial(self.services.users.list, account, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.user(each) for each in found[:limit])
        return json_response(shapes.Users(items, next_page(found, limit, self._address)))

    async def add(self, request: Request) -> Response:
        """POST /users."""
        account = await self.access.account(request, Deed.ADMINISTER)
        username, wanted = new_user(await json_body(request))
        add = partial(self.services.users.create, account, username, wanted, now=self.services.clock())
        user = await run_in_threadpool(add)
        headers = {"Location": f"{self._address}/{user.id}", **etag(user.version)}
        return json_response(encode.user(user), 201, headers)

    async def show(self, request: Request) -> Response:
        """GET /users/{id}."""
        account = await self.access.account(request, Deed.ADMINISTER)
        return _shown(await run_in_threadpool(self.services.users.get, account, number_in_path(request)))

    async def change(self, request: Request) -> Response:
        """PUT /users/{id}: all that is said of the user; without a password it stays."""
        account = await self.access.account(request, Deed.ADMINISTER)
        number = number_in_path(request)
        await run_in_threadpool(self.services.users.get, account, number)
        wanted, check = user_change(await json_body(request)), Precondition(request)
        return _shown(await run_in_threadpool(self.services.users.change, account, number, wanted, check))

    async def delete(self, request: Request) -> Response:
        """DELETE /users/{id}: with all that the user is logged in with."""
        account = await self.access.account(request, Deed.ADMINISTER)
        check, now = Precondition(request), self.services.clock()
        delete = partial(self.services.users.delete, account, number_in_path(request), check, now=now)
        await run_in_threadpool(delete)
        return Response(status_code=204)

    @property
    def _address(self) -> str:
        return f"{self.services.public_url}{PREFIX}/users"


def _shown(user: User) -> Response:
    return json_response(encode.user(user), 200, etag(user.version))

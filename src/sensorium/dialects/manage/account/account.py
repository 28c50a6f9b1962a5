"""The caller's own account: what it is, what a calibration without a date means in it, its password."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.account import encode
from sensorium.dialects.manage.account.decode import account_change, password_change
from sensorium.dialects.manage.answers import Precondition, etag, json_body, json_response
from sensorium.dialects.services import Services
from sensorium.model.account import Account
from sensorium.model.rights import Deed
from sensorium.register.accounts import version_of


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The operations on the caller's account."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /account."""
        account = await self.access.account(request)
        return _shown(await run_in_threadpool(self.services.accounts.get, account))

    async def change(self, request: Request) -> Response:
        """PATCH /account."""
        account = await self.access.account(request, Deed.ADMINISTER)
        wanted, check = account_change(await json_body(request)), Precondition(request)
        change = partial(self.services.accounts.change, account, check, calibrate_from_now=wanted)
        return _shown(await run_in_threadpool(change))

    async def change_password(self, request: Request) -> Response:
        """PUT /account/password: the sessions that were opened by the old one end."""
        account = await self.access.account(request, Deed.ADMINISTER)
        current, new = password_change(await json_body(request))
        await run_in_threadpool(self.services.accounts.change_password, account, current, new)
        return Response(status_code=204)


def _shown(account: Account) -> Response:
    version = version_of(calibrate_from_now=account.calibrate_from_now)
    return json_response(encode.account(account), 200, etag(version))

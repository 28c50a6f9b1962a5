"""Who asks, and whose the thing in the path is: checked before anything else of a request."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sensorium.dialects.services import Services
from sensorium.model.device import Datastream, Device
from sensorium.model.errors import NotFound, Unauthorized
from sensorium.register.devices import require_owner

LONGEST_NUMBER = 18  # digits: within the database's integers


@dataclass(frozen=True, slots=True)
class Access:
    """The checks of who and whose."""

    services: Services

    async def account(self, request: Request) -> int:
        """The account of a token. Raises Unauthorized."""
        scheme, _, token = request.headers.get("authorization", "").encode("latin-1").partition(b" ")
        if scheme.lower() != b"bearer":
            raise Unauthorized("A token (Bearer) is needed here.")
        services, now = self.services, self.services.clock()
        if known := services.credentials.cached(token.strip(), now):
            return known.account
        return (await run_in_threadpool(services.credentials.load, token.strip(), now)).account

    async def device(self, request: Request) -> Device:
        """The device in the path, which must be the caller's. Raises Unauthorized, NotFound and Forbidden."""
        account = await self.account(request)
        device = await run_in_threadpool(self.services.devices.get, number_in_path(request), account)
        require_owner(device, account)
        return device

    async def device_with_data(self, request: Request) -> tuple[int, int]:
        """The account and the id of its device in the path, which may be deleted. Raises as `device` does."""
        account, number = await self.account(request), number_in_path(request)
        await run_in_threadpool(self.services.devices.require_data, account, number)
        return account, number

    async def datastream(self, request: Request) -> Datastream:
        """The datastream in the path, which must be the caller's. Raises as `device` does."""
        account = await self.account(request)
        return await run_in_threadpool(self.services.datastreams.owned, account, number_in_path(request))


def number_in_path(request: Request) -> int:
    """The id in the path. Raises NotFound for anything that is none."""
    text: str = request.path_params["id"]
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise NotFound("There is nothing at this address.", "id")
    return int(text)

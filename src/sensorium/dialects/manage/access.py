"""Who asks, what they may do, and whose the thing in the path is: checked before all else of a request."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sensorium.dialects.callers import credential_of
from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.device import Datastream, Device
from sensorium.model.errors import NotFound, NotPermitted, Unauthorized
from sensorium.model.rights import Deed

LONGEST_NUMBER = 18  # digits: within the database's integers


@dataclass(frozen=True, slots=True)
class Access:
    """The checks of who and whose. To GET is to look, all else is a change, unless another deed is named."""

    services: Services

    async def caller(self, request: Request, deed: Deed | None = None) -> Credential:
        """Whose the token is, if it is good for the deed. Raises Unauthorized and NotPermitted."""
        scheme, _, token = request.headers.get("authorization", "").encode("latin-1").partition(b" ")
        if scheme.lower() != b"bearer":
            raise Unauthorized("A token (Bearer) is needed here.")
        found = await credential_of(self.services, token.strip())
        looks = request.method in ("GET", "HEAD")
        found.require(deed or (Deed.LOOK if looks else Deed.CHANGE))
        return found

    async def account(self, request: Request, deed: Deed | None = None) -> int:
        """The account of a token. Raises as `caller` does."""
        return (await self.caller(request, deed)).account

    async def whole_account(self, request: Request) -> int:
        """As `account`; a change concerns all devices, so the caller must see them all."""
        found = await self.caller(request)
        if found.devices is not None and request.method != "GET":
            raise NotPermitted("The user does not see all devices that this concerns.")
        return found.account

    async def device(self, request: Request, deed: Deed | None = None) -> Device:
        """The device in the path, which must be the caller's. Raises as `caller`, NotFound and Forbidden."""
        found = await self.caller(request, deed)
        return await run_in_threadpool(self.services.devices.owned, found, number_in_path(request))

    async def device_with_data(self, request: Request, deed: Deed | None = None) -> tuple[int, int]:
        """The account and the id of its device in the path, which may be deleted. Raises as `device` does."""
        found, number = await self.caller(request, deed), number_in_path(request)
        await run_in_threadpool(self.services.devices.require_owned_data, found, number)
        return found.account, number

    async def datastream(self, request: Request, deed: Deed | None = None) -> Datastream:
        """The datastream in the path, which must be the caller's. Raises as `device` does."""
        _, stream = await self.account_and_datastream(request, deed)
        return stream

    async def account_and_datastream(
        self, request: Request, deed: Deed | None = None
    ) -> tuple[int, Datastream]:
        """The caller's account, and its datastream in the path. Raises as `device` does."""
        found = await self.caller(request, deed)
        return found.account, await run_in_threadpool(self._datastream, found, number_in_path(request))

    def _datastream(self, caller: Credential, number: int) -> Datastream:
        stream = self.services.datastreams.owned(caller.account, number)
        try:
            self.services.devices.require_seen(caller, stream.device)
        except NotFound:
            raise NotFound("There is no such datastream.") from None
        return stream


def number_in_path(request: Request, name: str = "id") -> int:
    """The id in the path. Raises NotFound for anything that is none."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise NotFound("There is nothing at this address.", name)
    return int(text)

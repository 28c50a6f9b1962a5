"""Who asks, and whose the thing in the path is: checked before anything else of a request."""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sensorium.dialects.callers import credential_of, log_in
from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.device import Datastream, Device
from sensorium.model.errors import NotFound, Unauthorized
from sensorium.model.rights import Deed

LONGEST_NUMBER = 18  # digits: within the database's integers


@dataclass(frozen=True, slots=True)
class Access:
    """The checks of who and whose."""

    services: Services

    async def password(self, request: Request) -> int:
        """The account of a user name and password; nothing else will do (N24).

        Raises Unauthorized, and TooMany when too many were wrong.
        """
        scheme, value = authorization(request)
        if scheme != b"basic":
            raise Unauthorized("A user name and password (Basic) are needed here.")
        return await self._by_password(request, value)

    def known(self, request: Request) -> Credential | None:
        """Whose a token is that is remembered as good: without a wait, None when it takes one."""
        token = bearer(request)
        return None if token is None else self.services.credentials.cached(token, self.services.clock())

    async def caller(self, request: Request, deed: Deed | None = None) -> Credential:
        """Whose a token is, if it is good for the deed; a user name and password are tolerated (N24).

        To GET is to look, all else is a change, unless another deed is named. Raises Unauthorized and
        NotPermitted.
        """
        looks = request.method in ("GET", "HEAD")
        found = await self._credential(request)
        found.require(deed or (Deed.LOOK if looks else Deed.CHANGE))
        return found

    async def account(self, request: Request) -> int:
        """The account of a token. Raises as `caller` does."""
        return (await self.caller(request)).account

    async def viewer(self, request: Request) -> Credential | None:
        """Who looks, None for anyone. A credential that is shown must be good. Raises as `caller` does."""
        return await self.caller(request) if "authorization" in request.headers else None

    async def visible(self, request: Request) -> Device:
        """The device in the path, public or the viewer's own. Raises Unauthorized and NotFound."""
        viewer, number = await self.viewer(request), number_in_path(request, "id")
        account = viewer.account if viewer is not None and viewer.sees(number) else None
        return await run_in_threadpool(self.services.devices.get, number, account)

    async def owned(self, request: Request, deed: Deed | None = None) -> Device:
        """The device in the path, which must be the caller's. Raises as `caller`, NotFound and Forbidden."""
        caller = await self.caller(request, deed)
        return await run_in_threadpool(self.services.devices.owned, caller, number_in_path(request, "id"))

    async def owned_data(self, request: Request) -> tuple[int, int]:
        """The caller's account, and the id in the path of a sensor of it, which may be deleted (NI-180).

        Raises as `owned`.
        """
        caller, number = await self.caller(request, Deed.READ_DATA), number_in_path(request, "id")
        await run_in_threadpool(self.services.devices.require_owned_data, caller, number)
        return caller.account, number

    async def owned_streams(self, request: Request) -> tuple[int, tuple[Datastream, ...]]:
        """The caller's account, and all that the sensor in the path measures or did. Raises as `owned`."""
        account, number = await self.owned_data(request)
        return account, await run_in_threadpool(self.services.devices.streams, number)

    async def changing(self, request: Request) -> tuple[int, int]:
        """The account of a caller who may make changes, and the id in the path, of whatever it is.

        Raises as `caller` does, and as `owned` for a device that the user does not see.
        """
        caller, number = await self.caller(request), number_in_path(request, "id")
        await run_in_threadpool(self.services.devices.require_seen, caller, number)
        return caller.account, number

    async def _credential(self, request: Request) -> Credential:
        scheme, value = authorization(request)
        if scheme == b"bearer":
            return await credential_of(self.services, value)
        if scheme == b"basic":
            return Credential(await self._by_password(request, value))
        raise Unauthorized("A token (Bearer) is needed here.")

    async def _by_password(self, request: Request, value: bytes) -> int:
        try:
            text = b64decode(value, validate=True).decode()
        except (NotBase64, UnicodeDecodeError):
            raise Unauthorized("The user name and password are not in Base64.") from None
        username, colon, password = text.partition(":")
        if not colon:
            raise Unauthorized("The user name and password are not joined by a colon.")
        enter = partial(self.services.tokens.login, username, password)
        return await log_in(self.services, request, username, enter)


def authorization(request: Request) -> tuple[bytes, bytes]:
    """The scheme in lower case and the value of the Authorization header, both empty without one."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            return scheme.lower(), rest.strip()
    return b"", b""


def bearer(request: Request) -> bytes | None:
    """The token that a request shows, None without one."""
    scheme, value = authorization(request)
    return value if scheme == b"bearer" else None


def number_in_path(request: Request, name: str) -> int:
    """A whole number of the path. Raises NotFound for anything else (NI-010)."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise NotFound("There is nothing at this address.", name)
    return int(text)

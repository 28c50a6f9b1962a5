"""Who asks, and whose the thing in the path is: checked before anything else of a request."""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sensorium.dialects.services import Services
from sensorium.model.device import Device
from sensorium.model.errors import NotFound, Unauthorized
from sensorium.register.devices import require_owner

LONGEST_NUMBER = 18  # digits: within the database's integers


@dataclass(frozen=True, slots=True)
class Access:
    """The checks of who and whose."""

    services: Services

    async def password(self, request: Request) -> int:
        """The account of a user name and password; nothing else will do (N24). Raises Unauthorized."""
        scheme, value = authorization(request)
        if scheme != b"basic":
            raise Unauthorized("A user name and password (Basic) are needed here.")
        return await self._by_password(value)

    def known(self, request: Request) -> int | None:
        """The account of a token that is remembered as good: without a wait, None when it takes one."""
        scheme, value = authorization(request)
        if scheme != b"bearer":
            return None
        known = self.services.credentials.cached(value, self.services.clock())
        return None if known is None else known.account

    async def account(self, request: Request) -> int:
        """The account of a token; a user name and password are tolerated (N24). Raises Unauthorized."""
        if known := self.known(request):
            return known
        scheme, value = authorization(request)
        if scheme == b"bearer":
            credential = await run_in_threadpool(self.services.credentials.load, value, self.services.clock())
            return credential.account
        if scheme == b"basic":
            return await self._by_password(value)
        raise Unauthorized("A token (Bearer) is needed here.")

    async def viewer(self, request: Request) -> int | None:
        """The account that looks, None for anyone. A credential that is shown must be good."""
        return await self.account(request) if "authorization" in request.headers else None

    async def visible(self, request: Request) -> Device:
        """The device in the path, public or the viewer's own. Raises Unauthorized and NotFound."""
        viewer = await self.viewer(request)
        return await run_in_threadpool(self.services.devices.get, number_in_path(request, "id"), viewer)

    async def owned(self, request: Request) -> Device:
        """The device in the path, which must be the caller's. Raises Unauthorized, NotFound and Forbidden."""
        account = await self.account(request)
        device = await run_in_threadpool(self.services.devices.get, number_in_path(request, "id"), account)
        require_owner(device, account)
        return device

    async def owned_data(self, request: Request) -> int:
        """The id in the path of the caller's own sensor, which may be deleted (NI-180). Raises as `owned`."""
        account, number = await self.account(request), number_in_path(request, "id")
        await run_in_threadpool(self.services.devices.require_data, account, number)
        return number

    async def _by_password(self, value: bytes) -> int:
        try:
            text = b64decode(value, validate=True).decode()
        except (NotBase64, UnicodeDecodeError):
            raise Unauthorized("The user name and password are not in Base64.") from None
        username, colon, password = text.partition(":")
        if not colon:
            raise Unauthorized("The user name and password are not joined by a colon.")
        return await run_in_threadpool(self.services.tokens.login, username, password)


def authorization(request: Request) -> tuple[bytes, bytes]:
    """The scheme in lower case and the value of the Authorization header, both empty without one."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            return scheme.lower(), rest.strip()
    return b"", b""


def number_in_path(request: Request, name: str) -> int:
    """A whole number of the path. Raises NotFound for anything else (NI-010)."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise NotFound("There is nothing at this address.", name)
    return int(text)

"""Who asks: checked before anything else of a request (SD-005)."""

from dataclasses import dataclass

from starlette.requests import Request

from sensorium.dialects.callers import credential_of
from sensorium.dialects.services import Services
from sensorium.model.account import Credential


@dataclass(frozen=True, slots=True)
class Access:
    """The check of who."""

    services: Services

    async def caller(self, request: Request) -> Credential:
        """Whose the token in the header `token` is, or else in `Authorization: Bearer` (D19).

        Raises Unauthorized.
        """
        return await credential_of(self.services, token_of(request))


def token_of(request: Request) -> bytes:
    """The token that a request shows, empty without one."""
    bearer = b""
    for name, value in request.scope["headers"]:
        if name == b"token":
            return value.strip()
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            bearer = rest.strip() if scheme.lower() == b"bearer" else b""
    return bearer

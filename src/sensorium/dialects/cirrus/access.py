"""Who asks: the key in the header, how often it has asked, and what it is good for."""

from dataclasses import dataclass

from starlette.requests import Request

from sensorium.dialects.callers import credential_of
from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.errors import Unauthorized
from sensorium.model.rights import Deed
from sensorium.register.tokens import digest


@dataclass(frozen=True, slots=True)
class Access:
    """The checks of who and how often, before anything else of a request."""

    services: Services

    async def caller(self, request: Request, deed: Deed) -> Credential:
        """Whose the key is. Raises Unauthorized, then TooMany, then NotPermitted.

        A key in the query opens nothing: addresses are written into logs (CI-005).
        """
        key = request.headers.get("x-api-key", "").strip().encode("latin-1")
        if not key:
            raise Unauthorized("There is no key.")
        found = await credential_of(self.services, key)
        self.services.key_limit.take(digest(key), self.services.clock())
        found.require(deed)
        return found

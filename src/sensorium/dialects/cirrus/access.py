"""Who asks: the key in the header, how often it has asked, and what it is good for."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

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
        services, now = self.services, self.services.clock()
        key = request.headers.get("x-api-key", "").strip().encode("latin-1")
        if not key:
            raise Unauthorized("There is no key.")
        found = services.credentials.cached(key, now)
        if found is None:
            found = await run_in_threadpool(services.credentials.load, key, now)
        services.key_limit.take(digest(key), now)
        found.require(deed)
        return found

"""Who asks, by whichever door: whose a token is, and logging in with a user name and password."""

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.errors import Unauthorized
from sensorium.register.tokens import normal_username

Found = TypeVar("Found")


async def credential_of(services: Services, token: bytes) -> Credential:
    """Whose a token is. Raises Unauthorized and Unavailable."""
    now = services.clock()
    found = services.credentials.cached(token, now)
    return found or await run_in_threadpool(services.credentials.load, token, now)


async def log_in(services: Services, request: Request, username: str, attempt: Callable[[], Found]) -> Found:
    """What `attempt` finds, unless too many have failed under that name from the address of the request.

    Raises TooMany, and what `attempt` does. An attempt that raises Unauthorized has failed.
    """
    host = request.client.host if request.client is not None else ""
    key = f"{normal_username(username)} {host}".encode()
    services.login_limit.require(key, services.clock())
    try:
        return await run_in_threadpool(attempt)
    except Unauthorized:
        services.login_limit.take(key, services.clock())
        raise

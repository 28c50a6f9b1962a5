"""Data providers and their tokens."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import Access, number_in_path
from sensorium.dialects.nilu.addresses import provider_atom
from sensorium.dialects.nilu.answers import json_body, json_response
from sensorium.dialects.nilu.decode import as_object, optional_text, required, text
from sensorium.dialects.nilu.providers import encode, shapes
from sensorium.dialects.services import Services
from sensorium.model.errors import Unauthorized


@dataclass(frozen=True, slots=True)
class Providers:
    """The operations on providers and tokens."""

    services: Services
    access: Access

    async def create(self, request: Request) -> Response:
        """POST /api/providers/create: an account and its first token (NI-014)."""
        services = self.services
        if not services.open_registration:
            raise Unauthorized(
                "New providers cannot register here; ask those who run this server for an account."
            )
        body = as_object(await json_body(request, services))
        given = {
            key: text(required(body, key, f"Provider {key}"), f"Provider {key}", key)
            for key in ("name", "email", "username", "password")
        }
        create = partial(
            services.accounts.create,
            **given,
            acronym=optional_text(body, "acronym", "Provider acronym"),
            description=optional_text(body, "description", "Provider description"),
            now=services.clock(),
        )
        account, token = await run_in_threadpool(create)
        atom = provider_atom(services.public_url, account.id)
        return json_response(shapes.CreatedProvider(account.id, "Created", token, 201, atom), 201)

    async def show_all(self, request: Request) -> Response:  # noqa: ARG002 - the query `id` is ignored (N20)
        """GET /api/providers."""
        accounts = await run_in_threadpool(self.services.accounts.list)
        return json_response([encode.provider(each, self.services.public_url) for each in accounts])

    async def show(self, request: Request) -> Response:
        """GET /api/providers/{id}."""
        account = await run_in_threadpool(self.services.accounts.get, number_in_path(request, "id"))
        return json_response(encode.provider(account, self.services.public_url))

    async def new_token(self, request: Request) -> Response:
        """POST /api/providers/tokens/new: a token without end (NI-025)."""
        return await self._issue(await self.access.password(request), None)

    async def new_token_of_age(self, request: Request) -> Response:
        """POST /api/providers/tokens/new/{format}: a token that ends (NI-029)."""
        return await self._issue(await self.access.password(request), request.path_params["format"])

    async def _issue(self, account: int, age: str | None) -> Response:
        issue = partial(self.services.tokens.issue, account, age, now=self.services.clock())
        token = await run_in_threadpool(issue)
        return json_response(shapes.CreatedToken(account, "Created", token, 201), 201)

    async def revoke_token(self, request: Request) -> Response:
        """POST /api/providers/tokens/revoke: the provider's own token in the body ends now (NI-033)."""
        account = await self.access.password(request)
        body = as_object(await json_body(request, self.services))
        token = text(required(body, "token", "Token"), "Token", "token")
        await run_in_threadpool(self.services.tokens.revoke, account, token)
        return json_response(shapes.ChangedProvider(account, "OK", 200))

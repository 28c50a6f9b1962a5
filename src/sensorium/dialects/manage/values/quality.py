"""How values are checked: set for a component or for one datastream, from a time on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from msgspec import UNSET, UnsetType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import Precondition, etag, json_body, json_response, valid_from_of
from sensorium.dialects.manage.values import encode
from sensorium.dialects.manage.values.decode import quality_change
from sensorium.dialects.services import Services
from sensorium.model.catalogue import Component
from sensorium.model.quality import QualityHistory

MESSAGE = f"Stored data keep their verdicts until they are replayed: POST {PREFIX}/devices/{{id}}/replays."


@dataclass(frozen=True, slots=True)
class Quality:
    """The operations on quality."""

    services: Services
    access: Access

    async def show_component(self, request: Request) -> Response:
        """GET /components/{id}/quality: what holds for the caller's values of the component."""
        account, component = await self._component(request)
        return await self._shown(partial(self.services.quality.of_component, account, component))

    async def set_component(self, request: Request) -> Response:
        """PUT /components/{id}/quality."""
        account, component = await self._component(request)
        rules = self.services.quality
        return await self._set(
            request,
            partial(rules.set_component, account, component),
            partial(rules.of_component, account, component),
        )

    async def reset_component(self, request: Request) -> Response:
        """DELETE /components/{id}/quality: what is shipped holds again."""
        account, component = await self._component(request)
        rules = self.services.quality
        return await self._reset(
            request,
            partial(rules.reset_component, account, component),
            partial(rules.of_component, account, component),
        )

    async def show_datastream(self, request: Request) -> Response:
        """GET /datastreams/{id}/quality."""
        stream = await self.access.datastream(request)
        return await self._shown(partial(self.services.quality.of_stream, stream))

    async def set_datastream(self, request: Request) -> Response:
        """PUT /datastreams/{id}/quality."""
        stream = await self.access.datastream(request)
        rules = self.services.quality
        return await self._set(request, partial(rules.set_stream, stream), partial(rules.of_stream, stream))

    async def reset_datastream(self, request: Request) -> Response:
        """DELETE /datastreams/{id}/quality: what is said of its component holds again."""
        stream = await self.access.datastream(request)
        rules = self.services.quality
        return await self._reset(
            request, partial(rules.reset_stream, stream), partial(rules.of_stream, stream)
        )

    async def _component(self, request: Request) -> tuple[int, Component]:
        account = await self.access.whole_account(request)
        component = await run_in_threadpool(self.services.catalogue.component, number_in_path(request))
        return account, component

    async def _set(
        self, request: Request, change: Callable[..., None], read: Callable[[], QualityHistory]
    ) -> Response:
        wanted = quality_change(await json_body(request))
        await run_in_threadpool(partial(change, wanted, Precondition(request), now=self.services.clock()))
        return await self._shown(read, MESSAGE)

    async def _reset(
        self, request: Request, change: Callable[..., None], read: Callable[[], QualityHistory]
    ) -> Response:
        await run_in_threadpool(change, valid_from_of(request), Precondition(request))
        return await self._shown(read, MESSAGE)

    async def _shown(self, read: Callable[[], QualityHistory], message: str | UnsetType = UNSET) -> Response:
        history = await run_in_threadpool(read)
        return json_response(encode.quality(history, message), 200, etag(history.version))

"""How the values of a datastream are corrected, from a time on."""

from dataclasses import dataclass
from functools import partial

from msgspec import UNSET, UnsetType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import Precondition, etag, json_body, json_response, valid_from_of
from sensorium.dialects.manage.values import encode
from sensorium.dialects.manage.values.decode import correction_change
from sensorium.dialects.services import Services
from sensorium.model.device import Datastream

MESSAGE = (
    f"Stored data keep their corrected values until they are replayed: POST {PREFIX}/devices/{{id}}/replays."
)


@dataclass(frozen=True, slots=True)
class Corrections:
    """The operations on corrections."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /datastreams/{id}/correction."""
        return await self._shown(await self.access.datastream(request))

    async def set(self, request: Request) -> Response:
        """PUT /datastreams/{id}/correction."""
        stream = await self.access.datastream(request)
        wanted = correction_change(await json_body(request))
        check, now = Precondition(request), self.services.clock()
        change = partial(self.services.corrections.set, stream, wanted, check, now=now)
        await run_in_threadpool(change)
        return await self._shown(stream, MESSAGE)

    async def reset(self, request: Request) -> Response:
        """DELETE /datastreams/{id}/correction."""
        stream = await self.access.datastream(request)
        valid_from, check = valid_from_of(request), Precondition(request)
        await run_in_threadpool(self.services.corrections.reset, stream, valid_from, check)
        return await self._shown(stream, MESSAGE)

    async def _shown(self, stream: Datastream, message: str | UnsetType = UNSET) -> Response:
        history = await run_in_threadpool(self.services.corrections.of_stream, stream)
        return json_response(encode.correction(history, message), 200, etag(history.version))

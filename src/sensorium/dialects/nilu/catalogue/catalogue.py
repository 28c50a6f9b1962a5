"""What every provider shares: components, units, data levels, time zones, spatial reference systems."""

from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import number_in_path
from sensorium.dialects.nilu.answers import json_bytes
from sensorium.dialects.nilu.catalogue import encode
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.services import Services
from sensorium.dialects.streamed import streamed


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The operations on the catalogue; all of it is public."""

    services: Services

    async def components(self, request: Request) -> Response:  # noqa: ARG002
        """GET /api/components."""
        return await self._all(self.services.catalogue.components, encode.component)

    async def component(self, request: Request) -> Response:
        """GET /api/components/{id}."""
        return await self._one(request, "id", self.services.catalogue.component, encode.component)

    async def units(self, request: Request) -> Response:  # noqa: ARG002
        """GET /api/units."""
        return await self._all(self.services.catalogue.units, encode.unit)

    async def unit(self, request: Request) -> Response:
        """GET /api/units/{id}."""
        return await self._one(request, "id", self.services.catalogue.unit, encode.unit)

    async def levels(self, request: Request) -> Response:  # noqa: ARG002
        """GET /api/datalevels."""
        return await self._all(self.services.catalogue.levels, encode.level)

    async def level(self, request: Request) -> Response:
        """GET /api/datalevels/{level}."""
        return await self._one(request, "level", self.services.catalogue.level, encode.level)

    async def systems(self, request: Request) -> Response:
        """GET /api/srs: some at a time, since describing all of them takes seconds."""
        return await streamed(request, self._systems())

    async def _systems(self) -> AsyncGenerator[bytes]:
        base, some, mark = self.services.public_url, self.services.catalogue.systems(), b"["

        def following() -> bytes:
            shown = [encode.reference_system(each, base) for each in next(some, ())]
            return to_json(shown)[1:-1]

        while shown := await run_in_threadpool(following):
            yield mark + shown
            mark = b","
        yield b"[]" if mark == b"[" else b"]"

    async def system(self, request: Request) -> Response:
        """GET /api/srs/{srid}."""
        return await self._one(request, "srid", self.services.catalogue.system, encode.reference_system)

    async def timezones(self, request: Request) -> Response:  # noqa: ARG002
        """GET /api/timezones."""
        return await self._all(self.services.catalogue.timezones, lambda each, _: encode.timezone(each))

    async def _all(self, read: Callable[[], Iterable[Any]], shape: Callable[[Any, str], Any]) -> Response:
        base = self.services.public_url
        return json_bytes(await run_in_threadpool(lambda: to_json([shape(each, base) for each in read()])))

    async def _one(
        self, request: Request, name: str, read: Callable[[int], Any], shape: Callable[[Any, str], Any]
    ) -> Response:
        found = await run_in_threadpool(read, number_in_path(request, name))
        return json_bytes(to_json(shape(found, self.services.public_url)))

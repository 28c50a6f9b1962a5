"""Packets as a sensor sent them, for its provider. The document plans them and leaves their address open."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.data import encode
from sensorium.dialects.nilu.data.data import check_span, disclaimed, furthest, moment
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.services import Services
from sensorium.model.errors import Malformed
from sensorium.model.moments import to_microseconds
from sensorium.model.packet import By, Original

PARAMETERS = {"by": "arrival (default) or observation: which time of a packet lies in the range"}


@dataclass(frozen=True, slots=True)
class Raw:
    """The operations on packets as they were sent."""

    services: Services
    access: Access

    async def since(self, request: Request) -> Response:
        """GET /api/sensors/{id}/raw/fromutc/{fromUtc}: two months from there on."""
        owned = await self.access.owned_data(request)
        begin = moment(request, "fromUtc")
        return await self._packets(request, owned, begin, furthest(begin))

    async def between(self, request: Request) -> Response:
        """GET /api/sensors/{id}/raw/fromutc/{fromUtc}/toutc/{toUtc}: both included, two months at most."""
        owned = await self.access.owned_data(request)
        begin, end = moment(request, "fromUtc"), moment(request, "toUtc")
        check_span(begin, end)
        return await self._packets(request, owned, begin, end)

    async def _packets(
        self, request: Request, owned: tuple[int, int], begin: datetime, end: datetime
    ) -> Response:
        account, number = owned
        first, last = to_microseconds(begin), to_microseconds(end)
        packets = self.services.packets.read(account, number, (first, last), _by(request))
        return await disclaimed(request, _array(number, packets))


async def _array(number: int, packets: AsyncGenerator[list[Original]]) -> AsyncGenerator[bytes]:
    """The packets of a sensor as a JSON array, piece by piece."""
    mark = b"["
    try:
        async for some in packets:
            yield mark + _joined(encode.raw_packet(number, each) for each in some)
            mark = b","
    finally:
        await packets.aclose()
    yield b"[]" if mark == b"[" else b"]"


def _joined(packets: Iterable[object]) -> bytes:
    return b",".join(to_json(each) for each in packets)


def _by(request: Request) -> By:
    asked = request.query_params.get("by", By.ARRIVAL)
    if asked not in list(By):
        raise Malformed("The query value by is arrival or observation.", "by")
    return By(asked)

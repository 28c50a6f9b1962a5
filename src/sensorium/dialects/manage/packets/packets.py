"""Packets as they were sent, and those that could not be processed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_response, page_before, page_of, span_of
from sensorium.dialects.manage.encode import to_json
from sensorium.dialects.manage.packets import encode, shapes
from sensorium.dialects.services import Services
from sensorium.dialects.streamed import streamed
from sensorium.model.moments import EVER
from sensorium.model.packet import Original
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class Packets:
    """The operations on packets."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /devices/{id}/packets: page by page in the order of arrival, also of a deleted device."""
        account, device = await self.access.device_with_data(request, Deed.READ_DATA)
        limit, after = page_of(request)
        begin, end, by = span_of(request)
        until = EVER if end is None else end
        packets = self.services.packets.read(
            account, device, (begin or 0, until), by, after=after, most=limit + 1
        )
        kept = {name: text for name, text in request.query_params.items() if name in ("from", "to", "by")}
        address = f"{self._address(device)}/packets?{urlencode({**kept, 'limit': limit})}"
        return await streamed(request, _page(packets, limit, address))

    async def show_rejected(self, request: Request) -> Response:
        """GET /devices/{id}/rejected: page by page, the newest first."""
        _, device = await self.access.device_with_data(request, Deed.READ_DATA)
        limit, before = page_before(request)
        found = await self.services.packets.rejected(device, before=before, most=limit + 1)
        items = tuple(encode.rejected(each) for each in found[:limit])
        following = None
        if len(found) > limit:
            following = f"{self._address(device)}/rejected?limit={limit}&before={items[-1].id}"
        return json_response(shapes.RejectedPackets(items, following))

    def _address(self, device: int) -> str:
        return f"{self.services.public_url}{PREFIX}/devices/{device}"


async def _page(packets: AsyncGenerator[list[Original]], limit: int, address: str) -> AsyncGenerator[bytes]:
    """A page of at most `limit` packets, piece by piece; `packets` has one more, if there is one."""
    mark, room, last, following = b'{"items":[', limit, 0, None
    try:
        async for some in packets:
            if len(some) > room:
                following = f"{address}&after={some[room - 1].id if room else last}"
            if shown := some[:room]:
                yield mark + b",".join(to_json(encode.packet(each)) for each in shown)
                mark, room, last = b",", room - len(shown), shown[-1].id
    finally:
        await packets.aclose()
    begin = mark if last == 0 else b""
    yield begin + b'],"next":' + to_json(following) + b"}"

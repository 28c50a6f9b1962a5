"""Answers as HTTP responses."""

from collections.abc import AsyncGenerator

import anyio
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from sensorium.dialects.nilu.encode import to_json


def json_response(value: object, status: int = 200) -> Response:
    """The value as a JSON body."""
    return json_bytes(to_json(value), status)


def json_bytes(body: bytes, status: int = 200) -> Response:
    """A JSON body that is there already."""
    return Response(body, status, media_type="application/json")


class StreamedJson(StreamingResponse):
    """A JSON body sent piece by piece. Its source is closed at the end, also when the client went away."""

    media_type = "application/json"

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes], headers: dict[str, str]) -> None:
        super().__init__(_chained(first, rest), headers=headers)
        self.rest = rest

    async def stream_response(self, send: Send) -> None:
        """Send all pieces, then close the source."""
        try:
            await super().stream_response(send)
        finally:
            with anyio.CancelScope(shield=True):
                await self.rest.aclose()


async def _chained(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for piece in rest:
        yield piece

"""Answers that nobody holds whole: JSON sent piece by piece, as it is made."""

from collections.abc import AsyncGenerator

import anyio
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Send


class StreamedJson(StreamingResponse):
    """A JSON body sent piece by piece. Its source is closed at the end, also when the client went away."""

    media_type = "application/json"

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes], headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(_chained(first, rest), headers=headers)
        self.rest = rest

    async def stream_response(self, send: Send) -> None:
        """Send all pieces, then close the source."""
        try:
            await super().stream_response(send)
        finally:
            with anyio.CancelScope(shield=True):
                await self.rest.aclose()


async def streamed(
    request: Request, pieces: AsyncGenerator[bytes], headers: dict[str, str] | None = None
) -> StreamedJson:
    """The pieces as they come; the first is awaited here, where a refusal can still be answered.

    For a HEAD request none is made: nothing is read for an answer without a body.
    """
    if request.method == "HEAD":
        await pieces.aclose()
        return StreamedJson(b"", pieces, headers)
    return StreamedJson(await anext(pieces, b""), pieces, headers)


async def _chained(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for piece in rest:
        yield piece

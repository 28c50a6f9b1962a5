"""The body of a request, read no further than its bound."""

from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request

from sensorium.model.errors import TooLarge


async def read_body(request: Request, limit_of: Callable[[bytes], int]) -> bytes:
    """The whole body, at most `limit_of(its first bytes)` long. Raises TooLarge without reading on."""
    receive = request.receive
    chunks: list[bytes] = []
    size, limit = 0, 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        if chunk:
            size += len(chunk)
            limit = limit or limit_of(chunk)
            if size > limit:
                raise TooLarge(f"The body is longer than {limit} bytes.")
            chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)

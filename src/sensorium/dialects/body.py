"""The body of a request, read no further than its bound."""

from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request

from sensorium.model.errors import TooLarge


async def read_body(request: Request, limit: int, limit_of: Callable[[bytes], int] | None = None) -> bytes:
    """The whole body, at most `limit` bytes long, or `limit_of(its first bytes)` where that is given.

    Raises TooLarge without reading on.
    """
    receive = request.receive
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit and limit_of is not None:
            limit, limit_of = limit_of(b"".join([*chunks, chunk])), None
        if size > limit:
            raise TooLarge(f"The body is longer than {limit} bytes.")
        if not message.get("more_body", False):
            return b"".join([*chunks, chunk]) if chunks else chunk
        chunks.append(chunk)

"""The body of a request, read no further than its bound."""

from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request

from sensorium.model.errors import TooLarge


async def read_body(
    request: Request, limit: int, most: int = 0, is_long: Callable[[bytes], bool] | None = None
) -> bytes:
    """The whole body, at most `limit` bytes long, or `most` where `is_long(its first bytes)`.

    Raises TooLarge without reading on, and as soon as the declared length tells.
    """
    declared = _declared_length(request)
    if declared > max(limit, most):
        raise _too_large(max(limit, most))
    receive = request.receive
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if max(size, declared) > limit:
            if size and is_long is not None:
                limit = most if is_long(b"".join([*chunks, chunk])) else limit
                is_long = None
            if max(size, declared) > limit and is_long is None:
                raise _too_large(limit)
        if not message.get("more_body", False):
            return b"".join([*chunks, chunk]) if chunks else chunk
        chunks.append(chunk)


def _declared_length(request: Request) -> int:
    for name, value in request.scope["headers"]:
        if name == b"content-length":
            return int(value)  # the server has checked that it is a number
    return 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is longer than {limit} bytes.")

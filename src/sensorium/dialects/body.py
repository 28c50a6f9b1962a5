"""The body of a request, read no further than its bound."""

from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from sensorium.model.errors import TooLarge, UnsupportedMedia

CONTENT_ENCODING = "Content-Encoding"
_PLAIN = {
    CONTENT_ENCODING.lower().encode(): {b"", b"identity"},
    b"transfer-encoding": {b"", b"chunked"},
}
"""The codings that leave a body as it is, by the header that tells them."""


async def read_body(
    request: Request, limit: int, most: int = 0, is_long: Callable[[bytes], bool] | None = None
) -> bytes:
    """The whole body, at most `limit` bytes long, or `most` where `is_long(its first bytes)`.

    Raises UnsupportedMedia for a body that is packed (RFC 9110, 15.5.16), and TooLarge without reading on, as
    soon as the declared length tells.
    """
    _check_plain(request)
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


def packed_by(scope: Scope) -> str | None:
    """The header that says that a body is packed in a way that is not read here; None when none does."""
    for name, value in scope["headers"]:
        plain = _PLAIN.get(name)
        if plain is not None and not plain.issuperset(map(bytes.strip, value.lower().split(b","))):
            return name.decode().title()
    return None


def _check_plain(request: Request) -> None:
    packed = packed_by(request.scope)
    if packed is not None:
        raise UnsupportedMedia("Bodies are read as they are: they must not be packed.", packed)


def _declared_length(request: Request) -> int:
    for name, value in request.scope["headers"]:
        if name == b"content-length":
            return int(value)  # the server has checked that it is a number
    return 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is longer than {limit} bytes.")

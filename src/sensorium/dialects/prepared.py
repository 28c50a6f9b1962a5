"""Answers that are the same each time, such as to a device whose packet is accepted: made once, sent whole.

An answer of a few bytes costs the server mostly two system calls and the making of its headers.
"""

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

AT_ONCE = "sensorium.answer_at_once"
"""The ASGI extension by which the server takes a `Wire`; it answers False when it cannot, and did nothing."""


_STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}


class Wire(NamedTuple):
    """The bytes of an HTTP/1.1 answer: the status line, and all that follows the server's own headers."""

    status: bytes
    rest: bytes


class Prepared(Response):
    """A response that may be sent any number of times, on a server that can in one piece.

    Its headers are the two that a body needs, so that they are written down at once.
    """

    def __init__(self, body: bytes, status: int = 200, *, media_type: str) -> None:
        self.status_code, self.media_type, self.background, self.body = status, media_type, None, body
        length, kind = b"%d" % len(body), media_type.encode("latin-1")
        self.raw_headers = [(b"content-length", length), (b"content-type", kind)]
        rest = b"content-length: %b\r\ncontent-type: %b\r\n\r\n%b" % (length, kind, body)
        self.wire = Wire(_STATUS_LINES[status], rest)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        at_once = scope.get("extensions", {}).get(AT_ONCE)
        if at_once is None or not at_once(self.wire):
            await super().__call__(scope, receive, send)

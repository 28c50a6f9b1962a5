"""Answers that are the same each time, such as to a device whose packet is accepted: made once, sent whole.

An answer of a few bytes costs the server mostly two system calls and the making of its headers.
"""

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

AT_ONCE = "sensorium.answer_at_once"
"""The ASGI extension by which the server takes a `Wire`; it answers False when it cannot, and did nothing."""


class Wire(NamedTuple):
    """The bytes of an HTTP/1.1 answer: the status line, and all that follows the server's own headers."""

    status: bytes
    rest: bytes


class Prepared(Response):
    """A response that may be sent any number of times, on a server that can in one piece."""

    def __init__(self, body: bytes, status: int = 200, *, media_type: str) -> None:
        super().__init__(body, status, media_type=media_type)
        headers = b"".join(b"%b: %b\r\n" % header for header in self.raw_headers)
        self.wire = Wire(
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode(), headers + b"\r\n" + body
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        at_once = scope.get("extensions", {}).get(AT_ONCE)
        if at_once is None or not at_once(self.wire):
            await super().__call__(scope, receive, send)

"""Answers of unknown length to clients of HTTP/1.0, which know no chunks: the connection's end is theirs.

uvicorn would send them chunks (RFC 9112, 6.1 forbids it).
"""

from socket import SO_LINGER, SOL_SOCKET
from struct import pack

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_RESET, _CLOSE = pack("ii", 1, 0), pack("ii", 0, 0)  # what the end of the connection looks like to the client


def for_http10(app: ASGI3Application, cycle: RequestResponseCycle) -> ASGIApp:
    """The application for one request of HTTP/1.0.

    Where an answer tells no length the connection is reset if it ends before the answer does, so that half of
    it never looks whole. Such clients are not told to continue either (RFC 9110, 10.1.1).
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        cycle.waiting_for_100_continue = False
        has_length = True

        async def send_plain(message: Message) -> None:
            nonlocal has_length
            if message["type"] == "http.response.start":
                has_length = any(name == b"content-length" for name, _ in message["headers"])
                if not has_length:
                    cycle.chunked_encoding = False
                    _end_with(cycle, _RESET)
            elif not has_length:
                cycle.expected_content_length = len(message.get("body", b""))
                if not message.get("more_body", False):
                    _end_with(cycle, _CLOSE)
            await send(message)

        await app(scope, receive, send_plain)  # type: ignore[arg-type]

    return answer


def _end_with(cycle: RequestResponseCycle, how: bytes) -> None:
    if not cycle.disconnected:
        cycle.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, how)

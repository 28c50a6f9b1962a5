"""Answers of unknown length to clients of HTTP/1.0, which know no chunks: the connection's end is theirs.

uvicorn would send them chunks (RFC 9112, 6.1 forbids it).
"""

from collections.abc import Callable
from struct import pack

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

RESET, CLOSE = pack("ii", 1, 0), pack("ii", 0, 0)  # SO_LINGER: what the connection's end is to the client


def for_http10(
    app: ASGI3Application, cycle: RequestResponseCycle, end_with: Callable[[bytes], None]
) -> ASGIApp:
    """The application for one request of HTTP/1.0. `end_with` is told with what the connection is to end.

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
                    end_with(RESET)
            elif not has_length:
                cycle.expected_content_length = len(message.get("body", b""))
                if not message.get("more_body", False):
                    end_with(CLOSE)
            await send(message)

        await app(scope, receive, send_plain)  # type: ignore[arg-type]

    return answer

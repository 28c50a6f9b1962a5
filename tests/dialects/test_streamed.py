"""Answers that are sent piece by piece."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.requests import Request

from sensorium.dialects.streamed import streamed

HEADERS = {"x-disclaimer": "none"}


def request(method: str) -> Request:
    """A request of that method."""
    return Request({"type": "http", "method": method, "path": "/", "headers": [], "query_string": b""})


async def sent(method: str, pieces: AsyncGenerator[bytes]) -> tuple[dict[str, str], bytes]:
    """Headers and body of the answer."""
    response = await streamed(request(method), pieces, HEADERS)
    body: list[bytes] = []

    async def send(message: dict[str, object]) -> None:
        part = message.get("body", b"")
        assert isinstance(part, bytes)
        body.append(part)

    await response.stream_response(send)  # type: ignore[arg-type]
    return dict(response.headers), b"".join(body)


@pytest.mark.parametrize(("method", "asked"), [("GET", 3), ("HEAD", 0)])
def test_nothing_is_read_for_an_answer_without_a_body(method: str, asked: int):
    """The answer to HEAD has the headers of that to GET, and costs no query."""
    made: list[bytes] = []
    closed: list[bool] = []

    async def pieces() -> AsyncGenerator[bytes]:
        try:
            for piece in (b"[1", b",2", b"]"):
                made.append(piece)
                yield piece
        finally:
            closed.append(True)

    headers, body = asyncio.run(sent(method, pieces()))
    assert headers == {**HEADERS, "content-type": "application/json"}
    assert (len(made), body, len(closed)) == (asked, b"".join(made), asked // 3)


def test_refusal_comes_before_the_first_piece():
    """So that it can be answered as one."""

    async def pieces() -> AsyncGenerator[bytes]:
        raise LookupError("no such thing")
        yield b""

    with pytest.raises(LookupError):
        asyncio.run(streamed(request("GET"), pieces()))

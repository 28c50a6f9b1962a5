"""The measure: an ASGI application that decodes a packet and answers, and does nothing else.

`python -m bench.echo PORT` serves it as sensorium is served: uvicorn, httptools, uvloop.
"""

import sys
from typing import Any

import msgspec
import uvicorn

decode = msgspec.json.Decoder().decode
ANSWER = b'{"message":"OK","status":200}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


async def echo(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - the signature is ASGI's own
    """Answer one request."""
    message = await receive()
    body = message["body"]
    while message.get("more_body", False):
        message = await receive()
        body += message["body"]
    decode(body)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    uvicorn.run(
        echo,
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
    )

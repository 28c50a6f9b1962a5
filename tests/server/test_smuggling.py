"""Requests whose length can be read in two ways, or no HTTP: refused, with all that hides in them."""

import pytest

from tests.running import Server
from tests.server.wire import wire

HOST = b"host: x\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"


def _post(*headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /api/providers/create HTTP/1.1\r\n" + HOST + b"".join(headers) + b"\r\n" + body


def _chunked(body: bytes) -> bytes:
    return _post(CHUNKED, body=body)


CASES = {
    "length and chunks": _post(b"content-length: 5\r\n", CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
    "chunks and length": _post(CHUNKED, b"content-length: 5\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "two lengths": _post(b"content-length: 0\r\n", b"content-length: 5\r\n", body=HIDDEN),
    "twice the same length": _post(b"content-length: 5\r\n", b"content-length: 5\r\n", body=b"12345"),
    "list of lengths": _post(b"content-length: 0, 5\r\n", body=HIDDEN),
    "length with plus": _post(b"content-length: +5\r\n", body=HIDDEN),
    "negative length": _post(b"content-length: -5\r\n", body=HIDDEN),
    "hexadecimal length": _post(b"content-length: 0x5\r\n", body=HIDDEN),
    "length with a fraction": _post(b"content-length: 5.0\r\n", body=HIDDEN),
    "length over 64 bits": _post(b"content-length: 18446744073709551621\r\n", body=HIDDEN),
    "empty length": _post(b"content-length: \r\n", body=HIDDEN),
    "blank before the colon": _post(b"content-length : 5\r\n", body=HIDDEN),
    "blank before a name": b"POST / HTTP/1.1\r\n host: x\r\ncontent-length: 5\r\n\r\n" + HIDDEN,
    "folded header": _post(b"x: y\r\n z\r\n", b"content-length: 0\r\n"),
    "folded encoding": _post(b"transfer-encoding:\r\n chunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "unknown encoding": _post(b"transfer-encoding: xchunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "encoding after chunked": _post(b"transfer-encoding: chunked, identity\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "encoding with a vertical tab": _post(b"transfer-encoding: \x0bchunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "encoding in quotes": _post(b'transfer-encoding: "chunked"\r\n', body=b"0\r\n\r\n" + HIDDEN),
    "chunk size with 0x": _chunked(b"0x5\r\n12345\r\n0\r\n\r\n"),
    "chunk size with plus": _chunked(b"+5\r\n12345\r\n0\r\n\r\n"),
    "negative chunk size": _chunked(b"-5\r\n12345\r\n0\r\n\r\n"),
    "blank before a chunk size": _chunked(b" 5\r\n12345\r\n0\r\n\r\n"),
    "chunk size over 64 bits": _chunked(b"10000000000000005\r\n12345\r\n0\r\n\r\n"),
    "no chunk size": _chunked(b"\r\n12345\r\n0\r\n\r\n"),
    "chunk that is too long": _chunked(b"5\r\n123456\r\n0\r\n\r\n"),
    "chunk with a bare line feed": _chunked(b"5\n12345\n0\n\n"),
    "chunk with a bare carriage return": _chunked(b"5\r12345\r0\r\r"),
    "bare line feeds": b"POST / HTTP/1.1\nhost: x\ncontent-length: 0\n\n" + HIDDEN,
    "bare carriage return in a value": _post(b"x: y\rcontent-length: 5\r\n", body=HIDDEN),
    "nul in a value": _post(b"x: \0\r\n"),
    "nul in a name": _post(b"x\0: y\r\n"),
    "nul in the address": b"GET /healthz\0 HTTP/1.1\r\nhost: x\r\n\r\n",
    "blank in the address": b"GET /healthz x HTTP/1.1\r\nhost: x\r\n\r\n",
    "no colon": _post(b"content-length\r\n"),
    "no name": _post(b": x\r\n"),
    "control character in a name": _post(b"x\x01: y\r\n"),
    "HTTP/9.9": b"GET /healthz HTTP/9.9\r\nhost: x\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "unknown method": b"FETCH /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "random": bytes(range(256)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_read_in_two_ways_is_refused(hasty: Server, name: str):
    """With 400, or the connection is closed; the hidden request gets no answer."""
    with wire(hasty) as connection:
        connection.send(CASES[name])
        answer = connection.receive_all()
    assert b"alive" not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer[:200]

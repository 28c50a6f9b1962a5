"""A head that came before is known again, whatever the length of the body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.dialects.short_way import ShortWay
from sensorium.server.heads import LIMIT, Heads, cut

HEAD = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nToken: abc\r\n\r\n"


def request(body: bytes, head: bytes = HEAD) -> bytes:
    return head % len(body) + body


@given(st.binary(), st.binary())
def test_a_head_is_the_same_with_any_body(one: bytes, other: bytes):
    """The length alone differs, and is not looked at; the body is as it was sent."""
    first, second = cut(request(one)), cut(request(other))
    assert first is not None
    assert second is not None
    assert first[0] == second[0]
    assert (first[1], second[1]) == (one, other)


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (b"POST", b"PUTS"),
        (b"/a", b"/b"),
        (b"1.1", b"1.0"),
        (b"Host", b"host"),
        (b"abc", b"abd"),
        (b": abc", b":abc"),
        (b"\r\nToken", b"\r\nContent-Length: 2\r\nToken"),
        (b"\r\nToken", b"\r\nTransfer-Encoding: chunked\r\nToken"),
    ],
)
def test_a_head_that_differs_in_a_byte_is_another(part: bytes, other: bytes):
    """In its method, path, version, a name, a value, a blank, or in a header more."""
    known, changed = cut(request(b"{}")), cut(request(b"{}", HEAD.replace(part, other)))
    assert known is not None
    assert changed is not None
    assert known[0] != changed[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        HEAD % 3 + b"{}",
        HEAD % 1 + b"{}",
        request(b"{}") + request(b"{}"),
        request(b"{}", HEAD.replace(b"%d", b"+%d")),
        request(b"{}", HEAD.replace(b"%d", b"%d ")),
        request(b"{}", HEAD.replace(b"%d", b"0000000000%d")),
        request(b"{}", HEAD.replace(b"Content-Length: %d", b"X: %d")),
        request(b"{}", HEAD.replace(b"\r\n", b"\n")),
        b"POST /a HTTP/1.1\r\nContent-Length: 40",
        b"POST /a HTTP/1.1\r\n\r\n\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_not_one_whole_request_with_a_length_is_left_to_the_parser(data: bytes):
    """Parts, two at once, no length, or one that is written in another way."""
    assert cut(data) is None


def test_heads_are_bounded():
    """When there are too many all are forgotten, but the newest."""
    heads, way = Heads(), ShortWay(lambda _: None)
    for number in range(LIMIT + 1):
        heads.put(b"%d" % number, way)
    assert heads.get(b"0") is None
    assert heads.get(b"%d" % LIMIT) is way

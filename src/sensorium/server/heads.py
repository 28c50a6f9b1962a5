"""Heads that came before: a device sends the same one with each packet, but for the length of the body.

Reading a head and finding its way takes longer than reading a packet. A head is known by its digest, since it
holds a token.
"""

from hashlib import sha256

from sensorium.dialects.short_way import ShortWay

LIMIT = 10_000  # heads in memory, as many as there may be devices
_LENGTHS = (b"\r\nContent-Length: ", b"\r\ncontent-length: ")  # other ways to write it are not looked for
_DIGITS = 9


class Heads:
    """The short ways of heads, by what `cut` gives."""

    def __init__(self) -> None:
        self._ways: dict[bytes, ShortWay] = {}

    def get(self, head: bytes) -> ShortWay | None:
        """The way of a head that came before."""
        return self._ways.get(head)

    def put(self, head: bytes, way: ShortWay) -> None:
        """Remember the way of a head. When there are too many all are forgotten, and read once more."""
        if len(self._ways) >= LIMIT:
            self._ways.clear()
        self._ways[head] = way


def cut(data: bytes) -> tuple[bytes, bytes] | None:
    """The digest of a head without the length that it tells, and the body.

    None unless the data is one whole request with a length; what is a request is for the parser to say.
    """
    end = data.find(b"\r\n\r\n") + 4
    for name in _LENGTHS:
        at = data.find(name, 0, end)
        if at >= 0:
            at += len(name)
            after = data.find(b"\r", at, end)
            digits = data[at:after]
            if len(digits) <= _DIGITS and digits.isdigit() and int(digits) == len(data) - end:
                return sha256(data[:at] + data[after:end]).digest(), data[end:]
            return None
    return None

"""Groups: the packets of one commit are one row, its body a MessagePack array with an array for each packet.

A row for each packet would be plainer, but every step of SQLite gives the interpreter's lock away: beside
one busy Python thread 2,000 rows a second are read, and ten times as many packets in groups of 256.
"""

from collections.abc import Sequence

import msgspec

from sensorium.model.device import Position
from sensorium.model.packet import Format, NewPacket, Packet

VERSION = 1
SCHEMA = """
CREATE TABLE groups (
    last INTEGER PRIMARY KEY AUTOINCREMENT, -- id of the newest packet; those before it count down
    count INTEGER NOT NULL,
    received INTEGER NOT NULL, -- of the first packet, in microseconds; those after it count up
    checksum INTEGER NOT NULL, -- CRC-32 of the body
    body BLOB NOT NULL
) STRICT;
"""

_Item = tuple[int, int, int | None, tuple[float, float, float] | None, int, bytes, bytes]


class _Owner(msgspec.Struct, array_like=True):
    """The first member of a packet's array; the decoder passes over the others."""

    device: int


_FORMATS = tuple(Format)
_encode = msgspec.msgpack.Encoder().encode
_items = msgspec.msgpack.Decoder(list[_Item])
_owners = msgspec.msgpack.Decoder(list[_Owner])


def pack(packets: Sequence[NewPacket]) -> bytes:
    """The packets one after the other, to be joined with others in `join`.

    Raises TypeError or OverflowError when a member of a packet is not what NewPacket says.
    """
    return b"".join([_encode(_item(packet)) for packet in packets])


def _item(packet: NewPacket) -> _Item:
    place = packet.position
    return (
        packet.device,
        packet.version,
        packet.time,
        None if place is None else (place.longitude, place.latitude, place.altitude),
        packet.format,
        packet.record,
        packet.raw,
    )


def join(count: int, packed: Sequence[bytes]) -> bytes:
    """The body of a group of `count` packets."""
    array_of_32_bit_length = b"\xdd" + count.to_bytes(4, "big")
    return array_of_32_bit_length + b"".join(packed)


def unpack(first: int, received: int, body: bytes) -> list[Packet]:
    """The packets of a body; the first has the id `first` and the time of receipt `received`."""
    return [
        Packet(
            first + index,
            received + index,
            device,
            version,
            time,
            None if place is None else Position(*place),
            _FORMATS[written],
            record,
            raw,
        )
        for index, (device, version, time, place, written, record, raw) in enumerate(_items.decode(body))
    ]


def owners(body: bytes) -> list[int]:
    """The device of each packet of a body, in order."""
    return [item.device for item in _owners.decode(body)]

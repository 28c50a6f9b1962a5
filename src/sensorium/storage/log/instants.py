"""What is known of an instant of a device: the first packet for it, and the datastreams that have a value.

So a packet that comes again adds only what is new, also when nothing of it is processed yet. Only packets
that are added in this way are known here; they are never forgotten, since an instant may be added to years
later.
"""

import sqlite3
from collections.abc import Callable, Sequence
from struct import pack, unpack
from typing import NamedTuple

from sensorium.model.packet import NewPacket

SCHEMA = """
CREATE TABLE IF NOT EXISTS instants (
    device INTEGER NOT NULL,
    time INTEGER NOT NULL, -- in microseconds
    first INTEGER NOT NULL, -- id of the first packet
    datastreams BLOB NOT NULL, -- ids, each in four bytes
    PRIMARY KEY (device, time)
) STRICT, WITHOUT ROWID
"""


class Addition(NamedTuple):
    """Values of some datastreams of a device for an instant, of which only those are stored that are new.

    `make` gives the packet of some of the datastreams, given the id of the first packet for the instant; 0
    when it is the first itself.
    """

    device: int
    time: int
    datastreams: tuple[int, ...]
    make: Callable[[int, Sequence[int]], NewPacket]


class Added(NamedTuple):
    """The first packet for an instant (0: the one that is made now), and which datastreams are new."""

    first: int
    datastreams: tuple[int, ...]


def add(database: sqlite3.Connection, addition: Addition, packet: int) -> Added:
    """Note in the open transaction what an addition brings, which becomes the packet of that id.

    Nothing is noted when it brings nothing.
    """
    device, time, wanted, _ = addition
    inserted = database.execute(
        "INSERT OR IGNORE INTO instants (device, time, first, datastreams) VALUES (?, ?, ?, ?)",
        (device, time, packet, _packed(wanted)),
    ).rowcount
    if inserted:
        return Added(0, wanted)
    first, known = database.execute(
        "SELECT first, datastreams FROM instants WHERE device = ? AND time = ?", (device, time)
    ).fetchone()
    there = _unpacked(known)
    new = tuple(each for each in wanted if each not in there)
    if new:
        database.execute(
            "UPDATE instants SET datastreams = ? WHERE device = ? AND time = ?",
            (known + _packed(new), device, time),
        )
    return Added(first, new)


def _packed(datastreams: Sequence[int]) -> bytes:
    return pack(f"<{len(datastreams)}I", *datastreams)


def _unpacked(blob: bytes) -> set[int]:
    return set(unpack(f"<{len(blob) // 4}I", blob))

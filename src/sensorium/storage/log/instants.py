"""What is known of an instant of a device: the first packet for it, and the datastreams that have a value.

A datastream is known here by its line (the id of the first that it goes on with), so that the one that is
fed after it has no second value. So a packet that comes again adds only what is new, also when nothing of it
is processed yet. Only packets that are added in this way are known here; they are never forgotten, since an
instant may be added to years later.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from sensorium.model.packet import NewPacket

SCHEMA = """
CREATE TABLE IF NOT EXISTS instants (
    device INTEGER NOT NULL,
    time INTEGER NOT NULL, -- in microseconds
    first INTEGER NOT NULL, -- id of the first packet
    datastreams TEXT NOT NULL, -- lines with blanks between them
    PRIMARY KEY (time, device) -- what is added now lies together
) STRICT, WITHOUT ROWID
"""
_COLUMNS = "instants (device, time, first, datastreams)"
_ALL = f"""
INSERT INTO {_COLUMNS} SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)
"""  # noqa: S608 - constants of this file


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


def add_all(database: sqlite3.Connection, additions: Sequence[tuple[Addition, int]]) -> bool:
    """Note additions in the open transaction, each of which becomes the packet of that id, in one statement.

    Each statement gives the interpreter's lock away, which is dear beside a busy thread. False, and nothing
    is noted, when one of them is not the first for its instant.
    """
    rows = [(each.device, each.time, packet, _joined(each.datastreams)) for each, packet in additions]
    try:
        database.execute(_ALL, (msgspec.json.encode(rows).decode(),))
    except sqlite3.IntegrityError:
        return False
    return True


def add(database: sqlite3.Connection, addition: Addition, packet: int) -> Added:
    """Note in the open transaction what one addition brings, which becomes the packet of that id.

    Nothing is noted when it brings nothing.
    """
    device, time, wanted, _ = addition
    inserted = database.execute(
        f"INSERT OR IGNORE INTO {_COLUMNS} VALUES (?, ?, ?, ?)",  # noqa: S608
        (device, time, packet, _joined(wanted)),
    ).rowcount
    if inserted:
        return Added(0, wanted)
    first, known = database.execute(
        "SELECT first, datastreams FROM instants WHERE device = ? AND time = ?", (device, time)
    ).fetchone()
    there = set(map(int, known.split()))
    new = tuple(each for each in wanted if each not in there)
    if new:
        database.execute(
            "UPDATE instants SET datastreams = ? WHERE device = ? AND time = ?",
            (f"{known} {_joined(new)}", device, time),
        )
    return Added(first, new)


def _joined(datastreams: Sequence[int]) -> str:
    return " ".join(map(str, datastreams))

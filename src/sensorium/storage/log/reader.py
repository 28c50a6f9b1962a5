"""The reading side of the log, for another process than the one that writes it."""

import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sensorium.model.packet import Packet
from sensorium.storage.log import groups
from sensorium.storage.log.database import DamageError, ReadLater


class _Group(NamedTuple):
    last: int
    packets: int
    received: int
    checksum: int
    body: bytes

    @property
    def first(self) -> int:
        return self.last - self.packets + 1

    def is_whole(self) -> bool:
        return zlib.crc32(self.body) == self.checksum


class LogReader:
    """The log, read in the order of acceptance. It may be opened before the log is there.

    For one thread at a time. Reading never makes the writer wait, and holds what it reads only while it
    is fetched.
    """

    def __init__(self, path: Path) -> None:
        self._file = ReadLater(path, groups.VERSION)

    def read(self, after: int, *, rows: int = 50_000, size: int = 32 << 20) -> list[Packet]:
        """The packets after the id `after`, at most `rows` of them, empty when there is none.

        Stops after the commit with which `size` bytes are reached. Raises DamageError when the next packets
        are not what was written (a read after `DamageError.last` goes on behind them).
        """
        packets: list[Packet] = []
        for group in self._fetch(after, rows, size):
            if not group.is_whole():
                if packets:
                    break
                raise DamageError(max(group.first, after + 1), group.last)
            found = groups.unpack(group.first, group.received, group.body)
            packets += found[max(0, after + 1 - group.first) :]
        del packets[rows:]
        return packets

    def _fetch(self, after: int, rows: int, size: int) -> list[_Group]:
        fetched: list[_Group] = []
        count = length = 0
        for group in self._groups(after):
            fetched.append(group)
            count += group.last - max(after, group.first - 1)
            length += len(group.body)
            if count >= rows or length >= size:
                break
        return fetched

    def _groups(self, after: int) -> Iterator[_Group]:
        database = self._file.open()
        if database is None:
            return
        cursor = database.execute(
            "SELECT last, count, received, checksum, body FROM groups WHERE last > ? ORDER BY last", (after,)
        )
        with closing(cursor):  # also when the caller stops: an open read would hold up the checkpoints
            yield from map(_Group._make, cursor)

    def newest(self) -> int:
        """The id of the newest packet, 0 when there is none."""
        database = self._file.open()
        if database is None:
            return 0
        (newest,) = database.execute("SELECT coalesce(max(last), 0) FROM groups").fetchone()
        return newest

    def newest_by_device(self, after: int) -> dict[int, int]:
        """The newest id of each device that has packets after the id `after`; damaged ones are left out."""
        newest: dict[int, int] = {}
        for group in self._groups(after):
            if group.is_whole():
                owners = enumerate(groups.owners(group.body), group.first)
                newest.update((device, packet) for packet, device in owners if packet > after)
        return newest

    def close(self) -> None:
        """Close the file."""
        self._file.close()

"""How far the engine has come in the log, and what became of each device's last packet."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from sensorium.model.errors import Unavailable
from sensorium.model.flags import NEVER_PROCESSED, Pipeline, PipelineStatus
from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.model.packet import Rejected
from sensorium.storage.log.database import Journal, ReadLater, open_writer, or_exit, undo, version_of

LARGEST = 2**63 - 1  # of all ids

_VERSION = 2
_SCHEMA = """
CREATE TABLE offsets (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
CREATE TABLE statuses (device INTEGER PRIMARY KEY, flags INTEGER NOT NULL, processed INTEGER) STRICT;
CREATE TABLE rejected (
    packet INTEGER PRIMARY KEY, device INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
    path TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX rejected_of_device ON rejected (device, packet);
INSERT INTO offsets VALUES (1, 0)
"""
_UPGRADES = {1: "ALTER TABLE rejected ADD COLUMN path TEXT NOT NULL DEFAULT ''"}
_JOURNAL = 1 << 20


class ProgressReader:
    """The progress, read by another process than the engine. It may be opened before the file is there.

    For one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self._file = ReadLater(path, *_UPGRADES, _VERSION)

    def offset(self) -> int:
        """The id up to which every packet is processed, 0 at the beginning."""
        database = self._file.open()
        if database is None:
            return 0
        (offset,) = database.execute("SELECT value FROM offsets").fetchone()
        return offset

    def statuses(self, devices: Iterable[int]) -> dict[int, PipelineStatus]:
        """What became of the last packet of each of these devices."""
        statuses = dict.fromkeys(devices, NEVER_PROCESSED)
        database = self._file.open()
        if database is not None:
            rows = database.execute(
                "SELECT device, flags, processed FROM statuses"
                " WHERE device IN (SELECT value FROM json_each(?))",
                (json.dumps(list(statuses)),),
            )
            for device, flags, processed in rows:
                statuses[device] = PipelineStatus(
                    Pipeline(flags), None if processed is None else from_microseconds(processed)
                )
        return statuses

    def rejected(self, *, device: int | None = None, after: int = 0, rows: int = 1000) -> list[Rejected]:
        """The packets on the rejected list with ids after `after`, of one device or of all, by id.

        Raises Unavailable while the engine has not made the list ready.
        """
        condition = "packet > ?1 AND (?2 IS NULL OR device = ?2) ORDER BY packet LIMIT ?3"
        return self._rejected(condition, (after, device, rows))

    def last_rejected(self, device: int, *, before: int = LARGEST, rows: int = 1000) -> list[Rejected]:
        """The packets of a device on the rejected list with ids below `before`, the newest first.

        Raises as `rejected` does.
        """
        condition = "device = ?1 AND packet < ?2 ORDER BY packet DESC LIMIT ?3"
        return self._rejected(condition, (device, before, rows))

    def rejected_among(self, packets: Iterable[int]) -> dict[int, Rejected]:
        """Those of these packets that are on the rejected list. Raises as `rejected` does."""
        condition = "packet IN (SELECT value FROM json_each(?))"
        found = self._rejected(condition, (json.dumps(list(packets)),))
        return {each.packet: each for each in found}

    def count_rejected(self) -> int:
        """How many packets are on the rejected list."""
        database = self._file.open()
        if database is None:
            return 0
        (count,) = database.execute("SELECT count(*) FROM rejected").fetchone()
        return count

    def rejected_devices(self) -> list[int]:
        """The devices that have packets on the rejected list, in order."""
        database = self._file.open()
        if database is None:
            return []
        return [
            device for (device,) in database.execute("SELECT DISTINCT device FROM rejected ORDER BY device")
        ]

    def _rejected(self, condition: str, bound: Sequence[object]) -> list[Rejected]:
        database = self._file.open()
        if database is None:
            return []
        if version_of(database) < _VERSION:
            raise Unavailable("The engine process has not started yet.", retry_after=2)
        columns = ", ".join(each.name for each in fields(Rejected))
        found = database.execute(f"SELECT {columns} FROM rejected WHERE {condition}", bound)  # noqa: S608
        return [Rejected(*row) for row in found]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Progress(ProgressReader):
    """The progress, as the engine keeps it: it reads, and it alone writes.

    For one thread at a time. When the disk fails, the process ends with exit code 70.
    """

    @classmethod
    def open(cls, path: Path) -> "Progress":
        """Open the file, and make it where there is none. Raises RuntimeError as `Log.open` does."""
        return cls(path, open_writer(path, _SCHEMA, _VERSION, _UPGRADES))

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        super().__init__(path)
        self._writer = database
        self._file = ReadLater(path, _VERSION, database=database)
        self._journal = Journal(database, _JOURNAL)

    def commit(
        self,
        offset: int,
        statuses: Mapping[int, PipelineStatus],
        rejected: Sequence[Rejected],
        *,
        recovered: Sequence[int] = (),
    ) -> None:
        """Keep all this at once, durably; `recovered` packets leave the rejected list.

        Raises Unavailable, and keeps nothing, when there is no space.
        """
        changes = [
            ("UPDATE offsets SET value = ?", [(offset,)]),
            ("INSERT OR REPLACE INTO statuses VALUES (?, ?, ?)", [_row(*item) for item in statuses.items()]),
            ("INSERT OR REPLACE INTO rejected VALUES (?, ?, ?, ?, ?)", [astuple(each) for each in rejected]),
            ("DELETE FROM rejected WHERE packet = ?", [(packet,) for packet in recovered]),
        ]
        with or_exit("the progress of the engine"):
            refusal = self._commit(changes)
            self._journal.wrote(64 * (len(statuses) + len(rejected)))
            self._journal.tidy()
        if refusal is not None:
            raise refusal

    def _commit(self, changes: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> Unavailable | None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for sql, rows in changes:
                self._writer.executemany(sql, rows)
            self._writer.execute("COMMIT")
        except sqlite3.OperationalError as error:
            undo(self._writer, error)
            return Unavailable(f"the progress cannot be written: {error}", retry_after=10)
        return None

    def close(self) -> None:
        """Leave everything in the one file, and close it."""
        with or_exit("the progress of the engine"):
            self._journal.close()
        super().close()


def _row(device: int, status: PipelineStatus) -> tuple[int, int, int | None]:
    processed = status.processed
    return device, status.flags, None if processed is None else to_microseconds(processed)

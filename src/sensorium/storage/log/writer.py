"""The writing side of the log: transactions, in the one thread that makes them."""

import asyncio
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sensorium.model.errors import AlreadyStored, KeyReused, Refusal, Unavailable
from sensorium.storage.files import LOOK_EVERY, OpenFiles
from sensorium.storage.log import groups, instants, keys
from sensorium.storage.log.database import PAGE, Journal, open_writer, undo

IDS = 1 << 46  # a packet's id shares 64 bits with a generation and a pass
_TRIM_ROWS = 256
_TRIM_BYTES = 8 << 20
_GIVEN_BACK = 1024  # pages at once
_SLACK = 1024  # free pages that are worth no work


def wall_clock() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a log.

    `waiting_packets` and `waiting_bytes` bound what waits for the disk, `group` is how many packets of
    small requests go into one commit, nothing is taken when fewer than `low_water` bytes would be free on
    the disk, and `journal` bytes are written before they are moved into the database file.
    """

    waiting_packets: int = 100_000
    waiting_bytes: int = 128 << 20
    group: int = 256
    low_water: int = 64 << 20
    journal: int = 4 << 20


class Appended(NamedTuple):
    """What an append came to: the id of its last packet and the answer to its request.

    `repeated` tells that the request's key had come before: nothing was stored now, and the position and
    the answer are those of the first time. Of an addition, `first` is the id of the first packet for its
    instant, and `datastreams` are those that were new.
    """

    position: int
    answer: bytes
    repeated: bool
    first: int = 0
    datastreams: tuple[int, ...] = ()


@dataclass(slots=True)
class Append:
    """A request to store `count` packets, and who waits for it.

    Of an addition `packed` is the one packet as it is when it is the first for its instant; another one is
    made when it is known what is new.
    """

    count: int
    packed: bytes
    key: keys.Key | None
    answer: bytes
    future: asyncio.Future[Appended]
    addition: instants.Addition | None = None


class Trimmed(NamedTuple):
    """How many packets a part of a trim deleted, and whether there may be more to delete."""

    packets: int
    more: bool


class Writer:
    """The file of the log, open for writing. Not for use by two threads at once.

    Nothing is taken once its files are lost, or those of `needed`, without which packets mean nothing. Every
    sqlite3.Error that leaves a method means that what is on the disk is not known any more.
    """

    def __init__(
        self, path: Path, after: int, clock: Callable[[], int], limits: Limits, needed: OpenFiles
    ) -> None:
        if after >= IDS:
            raise ValueError(f"packet ids end below {IDS}; {after} cannot be one")
        self._folder = path.parent
        self._clock = clock
        self._limits = limits
        self._database = open_writer(path, groups.SCHEMA + keys.SCHEMA, groups.VERSION)
        self._database.execute(instants.SCHEMA)  # a table that files of earlier releases lack
        self.files = OpenFiles.of_database("the log's", path)
        self._needed = needed
        self._journal = Journal(self._database, limits.journal)
        self._last = max(after, self._ask("SELECT seq FROM sqlite_sequence WHERE name = 'groups'"))
        self._received = self._ask("SELECT received + count - 1 FROM groups ORDER BY last DESC LIMIT 1")

    def _ask(self, sql: str) -> int:
        row = self._database.execute(sql).fetchone()
        return 0 if row is None else row[0]

    def store(self, appends: Sequence[Append]) -> list[Appended | Refusal]:
        """Commit these requests in one transaction; what each came to, in their order.

        Nothing is acknowledged that is in files which the next start would not find.
        """
        size = sum(len(append.packed) for append in appends)
        if why := self._closed_to(size, sum(append.count for append in appends)):
            return [Unavailable(why, retry_after=10) for _ in appends]
        now = max(self._clock(), self._received + 1)
        try:
            outcomes, position = self._commit(appends, now)
        except sqlite3.OperationalError as error:
            undo(self._database, error)
            return [Unavailable(f"the log cannot be written: {error}", retry_after=10) for _ in appends]
        if position > self._last:  # else nothing is stored from which the next start would learn the time
            self._received = now + position - self._last - 1
        self._last = position
        self._journal.wrote(size)
        if why := self.files.look(LOOK_EVERY):
            return [Unavailable(why, retry_after=10) for _ in appends]
        return outcomes

    def _closed_to(self, size: int, count: int) -> str:
        if self._last + count >= IDS:
            return "the log has used all its packet ids"
        if why := self.files.lost or self._needed.look(LOOK_EVERY):
            return why
        try:
            disk = os.statvfs(self._folder)
        except FileNotFoundError:
            return self.files.look() or f"there is no folder {self._folder}"
        if disk.f_bavail * disk.f_frsize < self._limits.low_water + size:
            return "the disk of the log is nearly full"
        return ""

    def _commit(self, appends: Sequence[Append], now: int) -> tuple[list[Appended | Refusal], int]:
        """Store in one transaction; what each request came to, and the newest id then."""
        in_parts = any(append.key is not None or append.addition is not None for append in appends)
        if in_parts:
            self._database.execute("BEGIN IMMEDIATE")
        outcomes: list[Appended | Refusal] = []
        packed: list[bytes] = []
        position = self._last
        all_new = self._add_all(appends)
        for append in appends:
            last = position + append.count
            if append.addition is None:
                outcome = self._earlier(append, last, now)
            else:
                outcome = None if all_new else self._add(append.addition, last, packed)
            if outcome is None:
                packed.append(append.packed)
                first, new = (0, ()) if append.addition is None else (last, append.addition.datastreams)
                outcome = Appended(last, append.answer, repeated=False, first=first, datastreams=new)
            if isinstance(outcome, Appended) and not outcome.repeated:
                position = last
            outcomes.append(outcome)
        if packed:
            self._insert(position, position - self._last, now, packed)
        if in_parts:
            self._database.execute("COMMIT")
        return outcomes, position

    def _add_all(self, appends: Sequence[Append]) -> bool:
        """Note the additions among requests without keys, if each is the first for its instant."""
        if any(append.key is not None for append in appends):
            return False  # it is not known before which of them are stored
        position = self._last
        additions: list[tuple[instants.Addition, int]] = []
        for append in appends:
            position += append.count
            if append.addition is not None:
                additions.append((append.addition, position))
        return not additions or instants.add_all(self._database, additions)

    def _add(
        self, addition: instants.Addition, packet: int, packed: list[bytes]
    ) -> Appended | AlreadyStored | None:
        """What an addition comes to that becomes the packet of that id; None when all of it is stored so."""
        first, new = instants.add(self._database, addition, packet)
        if not new:
            return AlreadyStored("All of these values are stored already.")
        if first == 0:
            return None
        packed.append(groups.pack([addition.make(first, new)]))
        return Appended(packet, b"", repeated=False, first=first, datastreams=new)

    def _earlier(self, append: Append, position: int, now: int) -> Appended | KeyReused | None:
        """What became of an earlier request with the same key; None when there was none."""
        if append.key is None:
            return None
        earlier = keys.keep(self._database, append.key, append.answer, position, now)
        if earlier is None:
            return None
        if earlier.digest != append.key.digest:
            return KeyReused("this idempotency key came before with another body", "Idempotency-Key")
        return Appended(earlier.position, earlier.answer, repeated=True)

    def _insert(self, last: int, count: int, received: int, packed: Sequence[bytes]) -> None:
        content = groups.join(count, packed)
        inserted = self._database.execute(
            "INSERT INTO groups (last, count, received, checksum, body) SELECT ?1, ?2, ?3, ?4, ?5"
            " WHERE coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'groups'), 0) <= ?1 - ?2",
            (last, count, received, zlib.crc32(content), content),
        ).rowcount
        if inserted != 1:
            raise RuntimeError("another process writes to the log")

    def trim(self, archived: int, before: int) -> Trimmed:
        """Delete a part of the packets and of the keys that may go, the oldest first.

        Raises Unavailable when there is no space to do so.
        """
        try:
            deleted = self._trim(archived, before)
            forgotten = keys.forget(self._database, self._received + 1)  # a clock may be ahead, and come back
            given_back = 0 if deleted or forgotten else self._give_back()
        except sqlite3.OperationalError as error:
            undo(self._database, error)
            raise Unavailable(f"the log cannot be trimmed: {error}", retry_after=10) from error
        return Trimmed(deleted, more=bool(deleted or forgotten or given_back))

    def _trim(self, archived: int, before: int) -> int:
        # The time of receipt grows with the id, so the first group that stays ends the search. The newest
        # stays always: the next start learns from it which id and which time come next.
        oldest = self._database.execute(
            "SELECT last, count, received, length(body) FROM groups"
            " WHERE last <= ? AND last < (SELECT max(last) FROM groups) ORDER BY last LIMIT ?",
            (archived, _TRIM_ROWS),
        ).fetchall()
        size = last = deleted = 0
        for last_of_group, count, received, length in oldest:
            if received + count > before or size > _TRIM_BYTES:
                break
            last, size, deleted = last_of_group, size + length, deleted + count
        if deleted:
            self._database.execute("DELETE FROM groups WHERE last <= ?", (last,))
            self._journal.wrote(len(oldest) * 1024)
        return deleted

    def _give_back(self) -> int:
        """Cut some free pages off the file when a quarter of it is free; how many.

        Otherwise it would stay as long as it ever was, and a disk that it has filled would stay full.
        """
        pages, free = self._ask("PRAGMA page_count"), self._ask("PRAGMA freelist_count")
        if free < max(pages // 4, _SLACK):
            return 0
        self._database.execute(f"PRAGMA incremental_vacuum({_GIVEN_BACK})").fetchall()
        given_back = free - self._ask("PRAGMA freelist_count")
        self._journal.wrote(given_back * PAGE)
        return given_back

    def tidy(self) -> None:
        """Move the journal into the file when it is long."""
        self._journal.tidy()

    def close(self) -> None:
        """Leave everything in the one file."""
        self._journal.close()

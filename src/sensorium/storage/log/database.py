"""What the log and the progress have in common: SQLite files that keep their promise to be durable.

Checkpoints are made and checked by hand, since SQLite's own pass over a failed fsync in silence.
"""

import os
import sqlite3
import sys
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

EXIT_STORAGE_FAILED = 70

# The last: on a full disk the index in shared memory, beside the journal, cannot grow.
_PASSES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR_SHMSIZE}
_PATIENCE = 0.25  # seconds that a writer waits for another process to let go of the file
PAGE = 4096
_PAGES_OF_A_COMMIT = 4
_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "wal_autocheckpoint": 0,
    "secure_delete": 0,
    "temp_store": 2,
}


class DamageError(Exception):
    """Stored packets are not what was written; `first` and `last` are their ids."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"packets {first} to {last} of the log are damaged on the disk")
        self.first = first
        self.last = last


def open_writer(
    path: Path, schema: str, version: int, upgrades: Mapping[int, str] | None = None
) -> sqlite3.Connection:
    """Open the one writing connection of a file, and make the file with its tables where there is none.

    `upgrades` are the statements that make a file of each earlier version one of the next. The connection
    commits each statement by itself unless BEGIN is given. Raises RuntimeError when the file is of another
    version, or when SQLite does not take the settings that make a commit durable. When the disk fails, the
    process ends with exit code 70.
    """
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    if not (path.exists() and path.stat().st_size):
        database.execute("PRAGMA auto_vacuum = 2")  # what is deleted can be given back
    for name, value in _PRAGMAS.items():
        database.execute(f"PRAGMA {name} = {value}")
        (found,) = database.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise RuntimeError(f"{path}: SQLite answers {name} = {found} where {value} is needed")
    steps = upgrades or {}
    found = _version(database, path, {version, *steps})
    with or_exit(f"opening {path}"):
        _write_again(database)
        if not found:
            database.executescript(f"BEGIN; {schema}; PRAGMA user_version = {version}; COMMIT")
        for at in range(found or version, version):
            database.executescript(f"BEGIN; {steps[at]}; PRAGMA user_version = {at + 1}; COMMIT")
        _sync_folder(path.parent)
    return database


def _write_again(database: sqlite3.Connection) -> None:
    """Move the whole journal into the file before anything is added to it.

    A commit whose fsync failed in the life before can be in the page cache and not on the disk; what
    follows such a commit in the journal would be lost with it.
    """
    try:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        undo(database, error)


def open_reader(path: Path, *versions: int) -> sqlite3.Connection | None:
    """Open a connection that only reads, None while the file or its tables are not there yet.

    Raises RuntimeError when the file is of another version than these.
    """
    if not path.exists():
        return None
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    if _version(database, path, set(versions)) == 0:
        database.close()
        return None
    return database


class ReadLater:
    """A file of one of these versions that is read once it is there; `database` when it is open already."""

    def __init__(self, path: Path, *versions: int, database: sqlite3.Connection | None = None) -> None:
        self._path = path
        self._versions = versions
        self._database = database
        self._closed = False

    def open(self) -> sqlite3.Connection | None:
        """The connection, None while there is nothing to read. Raises RuntimeError once it is closed."""
        if self._closed:
            raise RuntimeError(f"the reader of {self._path} is closed")
        if self._database is None:
            self._database = open_reader(self._path, *self._versions)
        return self._database

    def close(self) -> None:
        """Close the file."""
        self._closed = True
        if self._database is not None:
            self._database.close()


def version_of(database: sqlite3.Connection) -> int:
    """The version of a file's tables, 0 when there are none."""
    (found,) = database.execute("PRAGMA user_version").fetchone()
    return found


def _version(database: sqlite3.Connection, path: Path, expected: set[int]) -> int:
    """The version of the tables, 0 when there are none. Raises RuntimeError when it is another one."""
    found = version_of(database)
    if found not in {0, *expected}:
        raise RuntimeError(f"{path} is of version {found}; this sensorium reads version {max(expected)}")
    return found


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def undo(database: sqlite3.Connection, error: sqlite3.OperationalError) -> None:
    """Undo a transaction that failed for want of space, or because another process holds the file.

    The next one may go well. Any other error is raised again: it is not known what is on the disk then.
    """
    if error.sqlite_errorcode not in _PASSES:
        raise error
    if database.in_transaction:
        database.execute("ROLLBACK")


@contextmanager
def or_exit(what: str) -> Generator[None]:
    """End the process with code 70, at once, when the block ends by an error.

    After a failed fsync the kernel may report success for what it has dropped, so nothing is tried again
    and nothing is answered.
    """
    ended = False
    try:
        yield
        ended = True
    finally:
        if not ended:
            traceback.print_exc()
            sys.stderr.write(f"{what} failed; nothing more is acknowledged and the process ends\n")
            sys.stderr.flush()
            os._exit(EXIT_STORAGE_FAILED)


class Journal:
    """The write-ahead journal of a connection, moved into the database file every `limit` bytes.

    Its file is used again from its start, so that it does not grow; when slow readers have made it four
    times as long, they are waited for, and the file is cut.
    """

    def __init__(self, database: sqlite3.Connection, limit: int) -> None:
        self._database = database
        self._limit = limit
        self._written = 0
        self._cut_at = 4 * limit
        database.execute(f"PRAGMA journal_size_limit = {4 * limit}")

    def wrote(self, size: int) -> None:
        """Count one commit of `size` bytes of content."""
        self._written += size + _PAGES_OF_A_COMMIT * PAGE

    def tidy(self) -> None:
        """Move the journal into the database file if it is long. Raises sqlite3.Error as SQLite does."""
        if self._written < self._limit:
            return
        self._written = 0
        try:
            _, frames, _ = self._database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if frames * PAGE >= self._cut_at:
                self._restart()
        except sqlite3.OperationalError as error:
            undo(self._database, error)

    def _restart(self) -> None:
        """Wait a moment for the readers, so that the journal's file begins anew.

        While a reader stands still this is tried less and less often, since appends wait meanwhile.
        """
        (busy, _, _) = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._cut_at = 2 * self._cut_at if busy else 4 * self._limit

    def close(self) -> None:
        """Move everything into the database file and close the connection."""
        self._written = self._limit
        self.tidy()
        self._database.close()

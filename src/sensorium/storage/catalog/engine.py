"""Connections to SQLite and PostgreSQL, with the same meaning of a transaction."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url

from sensorium.model.errors import Unreachable
from sensorium.storage.files import OpenFiles

BUSY = 5  # seconds to wait for a lock or for a free connection
_KEEPS_NOT = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}

_POSTGRESQL = {
    "connect_timeout": BUSY,
    "tcp_user_timeout": 1000 * BUSY,  # a server that is cut off is one that is away
    "keepalives_idle": BUSY,
    "keepalives_interval": 1,
    "keepalives_count": BUSY,
    # nobody waits for ever for the change of another process, and one that stands still in its middle ends
    "options": f"-c lock_timeout={BUSY}s -c idle_in_transaction_session_timeout={6 * BUSY}s",
}


class NoCatalog(Unreachable):
    """There is no catalog at an address, and none is to be made."""


def create(dsn: str, *, make: bool = True) -> Engine:
    """An engine for the DSN of a catalog; a file that is not there is made, unless told otherwise.

    Raises ValueError when it is neither SQLite nor PostgreSQL, and NoCatalog without a file.
    """
    url = make_url(dsn)
    kind = url.get_backend_name()
    pool: dict[str, Any] = {"pool_size": 5, "max_overflow": 15, "pool_timeout": BUSY}
    if kind == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        unsaid = {name: value for name, value in _POSTGRESQL.items() if name not in url.query}
        return create_engine(url, **pool, pool_pre_ping=True, connect_args=unsaid)
    if kind != "sqlite" or url.host or not url.database or url.database == ":memory:":
        raise ValueError("The catalog's DSN must begin with sqlite:///path or postgresql+psycopg://")
    if not make and not Path(url.database).exists():
        raise NoCatalog(f"there is no file {url.database}")
    Path(url.database).touch(mode=0o600)  # it holds password hashes
    engine = create_engine(url.set(drivername="sqlite"), **pool, connect_args={"timeout": BUSY})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def files_of(engine: Engine) -> OpenFiles:
    """The files of a catalog in SQLite that was read or written already; of PostgreSQL there are none."""
    name, database = "the catalog's", engine.url.database
    if engine.dialect.name != "sqlite" or database is None:
        return OpenFiles(name)
    return OpenFiles.of_database(name, Path(database))


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the right to write at their begin (SQLite)."""
    return engine.execution_options(writing=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where sqlite3 guesses
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log. Processes at a new file collide here, without SQLite waiting."""
    deadline = time.monotonic() + BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def is_there(error: exc.SQLAlchemyError) -> bool:
    """Whether the database behind this error answers: a file that is open, or a server."""
    if not isinstance(error, exc.DBAPIError) or error.connection_invalidated:
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return cause.sqlite_errorcode & 0xFF in _KEEPS_NOT
    return getattr(cause, "sqlstate", None) is not None


def first_line(error: Exception) -> str:
    """What the database itself says of an error."""
    return str(error.orig if isinstance(error, exc.DBAPIError) else error).partition("\n")[0]

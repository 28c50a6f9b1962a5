"""Idempotency keys: a request that comes again with its key gets its first answer and stores nothing."""

import sqlite3
from typing import NamedTuple

SCHEMA = """
CREATE TABLE keys (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    device INTEGER NOT NULL,
    text TEXT NOT NULL,
    digest BLOB NOT NULL,
    answer BLOB NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (account, device, text)
) STRICT
"""
LIFE = 24 * 3600 * 1_000_000
_CHUNK = 500
_ROW = "INTO keys (account, device, text, digest, answer, position, at) VALUES (?, ?, ?, ?, ?, ?, ?)"


class Key(NamedTuple):
    """An account's key for one request to one device; `digest` is of the request's body."""

    account: int
    device: int
    text: str
    digest: bytes


class Earlier(NamedTuple):
    """The request that came first with a key: its body's digest, its answer and its last packet's id."""

    digest: bytes
    answer: bytes
    position: int


def keep(database: sqlite3.Connection, key: Key, answer: bytes, position: int, now: int) -> Earlier | None:
    """Keep a request's answer, in the transaction of its packets, at the time `now` in microseconds.

    Nothing is kept when the key has come within a day before: what was kept then is returned.
    """
    row = (*key, answer, position, now)
    if database.execute(f"INSERT OR IGNORE {_ROW}", row).rowcount:
        return None
    digest, answer, position, at = database.execute(
        "SELECT digest, answer, position, at FROM keys WHERE account = ? AND device = ? AND text = ?", key[:3]
    ).fetchone()
    if at >= now - LIFE:
        return Earlier(digest, answer, position)
    database.execute(f"INSERT OR REPLACE {_ROW}", row)
    return None


def forget(database: sqlite3.Connection, now: int) -> int:
    """Delete some of the expired keys, the oldest first; how many. Ids grow with the time of the key."""
    return database.execute(
        "DELETE FROM keys WHERE id IN"
        " (SELECT id FROM (SELECT id, at FROM keys ORDER BY id LIMIT ?) WHERE at < ?)",
        (_CHUNK, now - LIFE),
    ).rowcount

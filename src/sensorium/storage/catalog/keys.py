"""The keys of an account as rows: tokens of a kind that programs show, each with a title and scopes."""

from typing import Any

from sqlalchemy import Row, Select, delete, func, select

from sensorium.model.account import Key, Kind
from sensorium.model.errors import PoolFull
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.accounts import LARGEST_ID, NewToken, insert_token
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import of_people
from sensorium.storage.catalog.tables import tokens

_KEY: Select[Any] = select(tokens).where(tokens.c.kind == Kind.KEY).order_by(tokens.c.id)


def add_key(catalog: Catalog, account: int, new: NewToken, *, most: int, now: int) -> int:
    """Add a key to the account, and say its id. Raises PoolFull when it has `most`."""
    theirs = select(func.count()).where(tokens.c.account == account, tokens.c.kind == Kind.KEY)
    with catalog.change([]) as connection:
        if connection.scalars(theirs).one() >= most:
            raise PoolFull(f"An account may have at most {most} keys.")
        return insert_token(connection, account, new, now)


def find_key(catalog: Catalog, account: int, number: int) -> Key | None:
    """A key of the account."""
    if not 0 < number <= LARGEST_ID:
        return None
    query = _KEY.where(tokens.c.account == account, tokens.c.id == number)
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _key(row)


def keys_of(catalog: Catalog, account: int) -> list[Key]:
    """The keys of the account, by id."""
    with catalog.read() as connection:
        return [_key(row) for row in connection.execute(_KEY.where(tokens.c.account == account))]


def remove_key(catalog: Catalog, account: int, number: int) -> bool:
    """Remove a key of the account; False when it has no such key."""
    theirs = delete(tokens).where(
        tokens.c.account == account, tokens.c.id == number, tokens.c.kind == Kind.KEY
    )
    with catalog.change([of_people(account)]) as connection:
        return connection.execute(theirs).rowcount == 1


def _key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        title=row.title,
        last4=row.last4,
        scopes=None if row.scopes is None else frozenset(row.scopes.split()),
        created=from_microseconds(row.created),
    )

"""Sessions as rows: tokens of a kind that a use makes last longer."""

from sqlalchemy import delete, func, select

from sensorium.model.account import Kind
from sensorium.model.errors import PoolFull
from sensorium.storage.catalog.accounts import NewToken, insert_token
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import tokens


def add_session(catalog: Catalog, account: int, new: NewToken, *, most: int, now: int) -> None:
    """Add a session of an account, or of a user of it; those that are over go.

    Raises PoolFull when there are `most` others. Nothing remembered depends on it, so the generation stays.
    """
    theirs = tokens.c.account == account, tokens.c.user == new.user, tokens.c.kind == Kind.SESSION.value
    with catalog.note() as connection:
        connection.execute(delete(tokens).where(*theirs, tokens.c.expires <= now))
        if connection.scalars(select(func.count()).select_from(tokens).where(*theirs)).one() >= most:
            raise PoolFull(f"There may be at most {most} sessions at once; use one of them.", "login")
        insert_token(connection, account, new, now)

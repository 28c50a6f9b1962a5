"""Those who use an account besides its owner, as rows. A password comes here as its hash."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from sensorium.model.account import Kind, User
from sensorium.model.errors import Malformed, PoolFull
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.accounts import LARGEST_ID, refuse_username
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import of_people
from sensorium.storage.catalog.tables import tokens, trackers, user_trackers, users

_USER: Select[Any] = select(users).where(users.c.deleted.is_(None))


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is said of a user: all of it for a new one. `trackers` are ids (None: the user sees all).

    `password` is a hash, None to leave the one that is there.
    """

    label: str | None
    rights: frozenset[str]
    trackers: frozenset[int] | None
    password: str | None = None


def add_user(catalog: Catalog, account: int, username: str, new: UserChange, *, most: int, now: int) -> int:
    """Add a user of the account, and say the id.

    Raises Conflict when the user name is taken, PoolFull when the account has `most` users, and Malformed for
    a tracker that is not the account's.
    """
    with catalog.change([]) as connection:
        theirs = select(func.count()).where(users.c.account == account, users.c.deleted.is_(None))
        if connection.scalars(theirs).one() >= most:
            raise PoolFull(f"An account may have at most {most} users.")
        refuse_username(connection, username)
        _refuse_foreign(connection, account, new.trackers)
        row = insert(users).values(
            account=account, username=username, password=new.password, created=now, **_columns(new)
        )
        number = connection.scalars(row.returning(users.c.id)).one()
        _write_trackers(connection, number, new.trackers)
    return number


def find_user(catalog: Catalog, account: int, number: int) -> User | None:
    """A user of the account."""
    if not 0 < number <= LARGEST_ID:
        return None
    with catalog.read() as connection:
        return _find(connection, account, number)


def users_of(catalog: Catalog, account: int, *, after: int = 0, most: int) -> list[User]:
    """The users of the account by id: `most` of them, those with an id above `after`."""
    query = _USER.where(users.c.account == account, users.c.id > after).order_by(users.c.id).limit(most)
    with catalog.read() as connection:
        rows = connection.execute(query).all()
        seen = _trackers_of(connection, [row.id for row in rows])
    return [_user(row, seen) for row in rows]


def find_user_login(catalog: Catalog, username: str) -> tuple[int, int, str] | None:
    """The account, the id and the password hash of the user of that name."""
    query = select(users.c.account, users.c.id, users.c.password).where(
        users.c.username == username, users.c.deleted.is_(None)
    )
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else (row.account, row.id, row.password)


def change_user(
    catalog: Catalog,
    account: int,
    number: int,
    describe: Callable[[User], UserChange],
) -> bool:
    """Say anew what is said of a user; whether there is one. Another password ends the user's sessions.

    `describe` is given the user as it is now; what it raises prevents the change. Raises Malformed for a
    tracker that is not the account's.
    """
    with catalog.change([of_people(account)]) as connection:
        user = _find(connection, account, number) if 0 < number <= LARGEST_ID else None
        if user is None:
            return False
        new = describe(user)
        _refuse_foreign(connection, account, new.trackers)
        changed = update(users).where(users.c.id == number).values(**_columns(new))
        connection.execute(changed if new.password is None else changed.values(password=new.password))
        _write_trackers(connection, number, new.trackers)
        if new.password is not None:
            ended = delete(tokens).where(tokens.c.user == number, tokens.c.kind == Kind.SESSION)
            connection.execute(ended)
    return True


def delete_user(catalog: Catalog, account: int, number: int, check: Callable[[str], None], now: int) -> bool:
    """Delete a user with all credentials of the user; whether there was one.

    `check` is given the version that is there; what it raises prevents the change.
    """
    with catalog.change([of_people(account)]) as connection:
        user = _find(connection, account, number) if 0 < number <= LARGEST_ID else None
        if user is None:
            return False
        check(user.version)
        connection.execute(delete(tokens).where(tokens.c.user == number))
        connection.execute(delete(user_trackers).where(user_trackers.c.user == number))
        connection.execute(update(users).where(users.c.id == number).values(deleted=now))
    return True


def _find(connection: Connection, account: int, number: int) -> User | None:
    row = connection.execute(_USER.where(users.c.account == account, users.c.id == number)).one_or_none()
    return None if row is None else _user(row, _trackers_of(connection, [number]))


def _columns(new: UserChange) -> dict[str, Any]:
    return {
        "label": new.label,
        "rights": " ".join(sorted(new.rights)),
        "sees_all": new.trackers is None,
    }


def _refuse_foreign(connection: Connection, account: int, wanted: frozenset[int] | None) -> None:
    known = [number for number in wanted or () if 0 < number <= LARGEST_ID]
    theirs = select(trackers.c.id).where(trackers.c.account == account, trackers.c.id.in_(known))
    for number in sorted((wanted or frozenset()) - set(connection.scalars(theirs))):
        raise Malformed(f"The account has no tracker {number}.", "trackers")


def _write_trackers(connection: Connection, user: int, wanted: frozenset[int] | None) -> None:
    connection.execute(delete(user_trackers).where(user_trackers.c.user == user))
    if wanted:
        connection.execute(
            insert(user_trackers), [{"user": user, "tracker": each} for each in sorted(wanted)]
        )


def _trackers_of(connection: Connection, numbers: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {number: set() for number in numbers}
    for row in connection.execute(select(user_trackers).where(user_trackers.c.user.in_(found))):
        found[row.user].add(row.tracker)
    return found


def _user(row: Row[Any], seen: dict[int, set[int]]) -> User:
    return User(
        id=row.id,
        account=row.account,
        username=row.username,
        label=row.label,
        rights=frozenset(row.rights.split()),
        trackers=None if row.sees_all else frozenset(seen[row.id]),
        created=from_microseconds(row.created),
    )

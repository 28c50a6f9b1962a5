"""Accounts and their tokens as rows. A token comes here as its SHA-256 digest, a password as its hash."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from sensorium.model.account import Account, Credential, Kind
from sensorium.model.errors import Conflict
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import of_people
from sensorium.storage.catalog.tables import accounts, tokens, trackers, user_trackers, users

LARGEST_ID = 2**63 - 1

_ACCOUNT = select(
    accounts.c.id,
    accounts.c.name,
    accounts.c.acronym,
    accounts.c.description,
    accounts.c.email,
    accounts.c.username,
    accounts.c.created,
    accounts.c.calibrate_from_now,
)

_SEEN = select(trackers.c.device).join_from(user_trackers, trackers, trackers.c.id == user_trackers.c.tracker)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as it is created: its names are checked, its password is a hash.

    `name_key` is what names that look alike have in common; it is taken once.
    """

    name: str
    name_key: str
    acronym: str | None
    description: str | None
    email: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is issued. `expires` is in microseconds since 1970 UTC, None for never.

    `sliding` is for how many microseconds a use makes it last (None: a use changes nothing).
    """

    digest: bytes
    last4: str
    expires: int | None
    kind: Kind = Kind.TOKEN
    user: int | None = None
    title: str | None = None
    scopes: frozenset[str] | None = None
    sliding: int | None = None


def add_account(catalog: Catalog, new: NewAccount, token: NewToken, now: int) -> Account:
    """Add an account and its first token. Raises Conflict when the name or the user name is taken."""
    with catalog.change([]) as connection:
        _refuse_taken(connection, accounts.c.name_key == new.name_key, "name")
        refuse_username(connection, new.username)
        row = insert(accounts).values(
            name=new.name,
            name_key=new.name_key,
            acronym=new.acronym,
            description=new.description,
            email=new.email,
            username=new.username,
            password=new.password,
            created=now,
        )
        number = connection.scalars(row.returning(accounts.c.id)).one()
        insert_token(connection, number, token, now)
    return Account(
        id=number,
        name=new.name,
        acronym=new.acronym,
        description=new.description,
        email=new.email,
        username=new.username,
        created=from_microseconds(now),
    )


def find_account(catalog: Catalog, number: int) -> Account | None:
    """The account of that id."""
    found = _accounts(catalog, accounts.c.id == number) if 0 < number <= LARGEST_ID else []
    return found[0] if found else None


def find_account_named(catalog: Catalog, username: str) -> Account | None:
    """The account with that user name."""
    found = _accounts(catalog, accounts.c.username == username)
    return found[0] if found else None


def all_accounts(catalog: Catalog) -> list[Account]:
    """Every account, by id."""
    return _accounts(catalog)


def set_calibrate_from_now(
    catalog: Catalog, account: int, check: Callable[[bool], None], *, wanted: bool
) -> None:
    """Say whether a calibration without a date is for values from then on, or for all time.

    `check` is given what is said now; what it raises prevents the change.
    """
    theirs = accounts.c.id == account
    with catalog.change() as connection:
        check(connection.scalars(select(accounts.c.calibrate_from_now).where(theirs)).one())
        connection.execute(update(accounts).where(theirs).values(calibrate_from_now=wanted))


def find_password(catalog: Catalog, account: int) -> str | None:
    """The password hash of an account."""
    query = select(accounts.c.password).where(accounts.c.id == account)
    with catalog.read() as connection:
        return connection.scalars(query).one_or_none()


def change_password(catalog: Catalog, account: int, password: str) -> None:
    """Give an account another password hash; the sessions that were opened by the old one end."""
    opened = tokens.c.account == account, tokens.c.user.is_(None), tokens.c.kind == Kind.SESSION
    with catalog.change([of_people(account)]) as connection:
        connection.execute(update(accounts).where(accounts.c.id == account).values(password=password))
        connection.execute(delete(tokens).where(*opened))


def find_login(catalog: Catalog, username: str) -> tuple[int, str] | None:
    """The id and the password hash of the account with that user name."""
    query = select(accounts.c.id, accounts.c.password).where(accounts.c.username == username)
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else (row.id, row.password)


def add_token(catalog: Catalog, account: int, token: NewToken, now: int) -> None:
    """Add a token to an account. Nothing remembered depends on it, so the generation stays."""
    with catalog.note() as connection:
        insert_token(connection, account, token, now)


def find_token(catalog: Catalog, digest: bytes) -> tuple[Credential, int | None] | None:
    """Whose the token with that digest is, and for how long a use makes it last in microseconds."""
    query = (
        select(tokens, users.c.rights, users.c.sees_all)
        .join_from(tokens, users, tokens.c.user == users.c.id, isouter=True)
        .where(tokens.c.digest == digest, users.c.deleted.is_(None))
    )
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        seen = None
        if row.user is not None and not row.sees_all:
            seen = frozenset(connection.scalars(_SEEN.where(user_trackers.c.user == row.user)))
    credential = Credential(
        account=row.account,
        expires=None if row.expires is None else from_microseconds(row.expires),
        kind=Kind(row.kind),
        user=row.user,
        rights=None if row.user is None else frozenset(row.rights.split()),
        scopes=None if row.scopes is None else frozenset(row.scopes.split()),
        devices=seen,
    )
    return credential, row.sliding


def prolong_token(catalog: Catalog, digest: bytes, expires: int) -> None:
    """Have a token end later. Nothing remembered depends on it, so the generation stays."""
    statement = update(tokens).where(tokens.c.digest == digest, tokens.c.expires < expires)
    with catalog.note() as connection:
        connection.execute(statement.values(expires=expires))


def remove_token(catalog: Catalog, account: int, digest: bytes, kind: Kind | None = None) -> bool:
    """Remove a token of the account, of that kind (None: of any); False when it has no such token."""
    statement = delete(tokens).where(tokens.c.digest == digest, tokens.c.account == account)
    if kind is not None:
        statement = statement.where(tokens.c.kind == kind)
    with catalog.change([of_people(account)]) as connection:
        return connection.execute(statement).rowcount == 1


def _accounts(catalog: Catalog, *conditions: ColumnElement[bool]) -> list[Account]:
    with catalog.read() as connection:
        rows = connection.execute(_ACCOUNT.where(*conditions).order_by(accounts.c.id)).all()
    return [
        Account(
            id=row.id,
            name=row.name,
            acronym=row.acronym,
            description=row.description,
            email=row.email,
            username=row.username,
            created=from_microseconds(row.created),
            calibrate_from_now=row.calibrate_from_now,
        )
        for row in rows
    ]


def _refuse_taken(connection: Connection, condition: ColumnElement[bool], where: str) -> None:
    if connection.execute(select(accounts.c.id).where(condition)).first() is not None:
        raise Conflict(f"The {where} is taken.", where)


def refuse_username(connection: Connection, username: str) -> None:
    """Refuse a user name that an account has, or a user of one has or has had. Raises Conflict.

    That of a user who was deleted is not given again: what the logs say was done under it stays that user's.
    """
    _refuse_taken(connection, accounts.c.username == username, "username")
    if connection.execute(select(users.c.id).where(users.c.username == username)).first() is not None:
        raise Conflict("The username is taken.", "username")


def insert_token(connection: Connection, account: int, token: NewToken, now: int) -> int:
    """Add a token of the account within a transaction, and say its id."""
    row = insert(tokens).values(
        account=account,
        user=token.user,
        kind=token.kind,
        digest=token.digest,
        last4=token.last4,
        title=token.title,
        scopes=None if token.scopes is None else " ".join(sorted(token.scopes)),
        created=now,
        expires=token.expires,
        sliding=token.sliding,
    )
    return connection.scalars(row.returning(tokens.c.id)).one()

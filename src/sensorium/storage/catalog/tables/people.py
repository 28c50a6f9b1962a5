"""Accounts, those who use them, and what they show."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, Named, Table, Text, TypedColumns

from sensorium.storage.catalog.tables.schema import ID, metadata


class _Accounts(TypedColumns):
    id: Named[int] = Column(ID, primary_key=True)
    name: Named[str] = Column(Text)
    name_key: Named[str] = Column(Text, unique=True)
    acronym: Named[str | None] = Column(Text)
    description: Named[str | None] = Column(Text)
    email: Named[str] = Column(Text)
    username: Named[str] = Column(Text, unique=True)
    password: Named[str] = Column(Text)  # argon2id, as an encoded hash
    created: Named[int] = Column(BigInteger)
    calibrate_from_now: Named[bool] = Column(Boolean, default=False)  # or a new calibration is for all time


class _Users(TypedColumns):
    """Those who use an account besides its owner. `rights` are words with blanks between them."""

    id: Named[int] = Column(ID, primary_key=True)
    account: Named[int] = Column(BigInteger, ForeignKey("accounts.id"), index=True)
    username: Named[str] = Column(Text, unique=True)
    password: Named[str] = Column(Text)  # argon2id, as an encoded hash
    label: Named[str | None] = Column(Text)
    rights: Named[str] = Column(Text)
    sees_all: Named[bool] = Column(Boolean)  # or only the trackers of user_trackers
    created: Named[int] = Column(BigInteger)
    deleted: Named[int | None] = Column(BigInteger)


class _Tokens(TypedColumns):
    """The tokens in use, each only as its SHA-256 and the last four characters for people to tell it by.

    `kind` is one of `Kind`. Without a user it is of the account itself. `scopes` are words with blanks
    between them (None: no bounds). `sliding` is for how long a use makes it last, in microseconds.
    """

    id: Named[int] = Column(ID, primary_key=True)
    account: Named[int] = Column(BigInteger, ForeignKey("accounts.id"), index=True)
    digest: Named[bytes] = Column(LargeBinary, unique=True)
    last4: Named[str] = Column(Text)
    created: Named[int] = Column(BigInteger)
    expires: Named[int | None] = Column(BigInteger)
    kind: Named[str] = Column(Text, default="token")
    user: Named[int | None] = Column(BigInteger, ForeignKey("users.id"), index=True)
    title: Named[str | None] = Column(Text)
    scopes: Named[str | None] = Column(Text)
    sliding: Named[int | None] = Column(BigInteger)


class _UserTrackers(TypedColumns):
    user: Named[int] = Column(BigInteger, ForeignKey("users.id"), primary_key=True)
    tracker: Named[int] = Column(BigInteger, ForeignKey("trackers.id"), primary_key=True)


class _Rates(TypedColumns):
    """How many requests a credential has made since `begin`, as far as it was kept."""

    credential: Named[bytes] = Column(LargeBinary, primary_key=True)
    begin: Named[int] = Column(BigInteger)
    requests: Named[int] = Column(BigInteger)


accounts = Table("accounts", metadata, _Accounts, sqlite_autoincrement=True)
users = Table("users", metadata, _Users, sqlite_autoincrement=True)
tokens = Table("tokens", metadata, _Tokens, sqlite_autoincrement=True)
user_trackers = Table("user_trackers", metadata, _UserTrackers)
rates = Table("rates", metadata, _Rates)

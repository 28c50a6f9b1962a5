"""The tables of the catalog. Moments are microseconds since 1970 UTC; ids are never used twice."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    SmallInteger,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

VERSION = "0004"  # the newest migration in migrations/versions

# SQLite counts only an INTEGER PRIMARY KEY upwards by itself
_ID = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


class _Revision(TypedColumns):
    """One row: how often something in the catalog was changed."""

    n: Named[int] = Column(BigInteger, nullable=False)


class _Accounts(TypedColumns):
    id: Named[int] = Column(_ID, primary_key=True)
    name: Named[str] = Column(Text)
    name_key: Named[str] = Column(Text, unique=True)
    acronym: Named[str | None] = Column(Text)
    description: Named[str | None] = Column(Text)
    email: Named[str] = Column(Text)
    username: Named[str] = Column(Text, unique=True)
    password: Named[str] = Column(Text)  # argon2id, as an encoded hash
    created: Named[int] = Column(BigInteger)


class _Tokens(TypedColumns):
    """The tokens in use, each only as its SHA-256 and the last four characters for people to tell it by."""

    id: Named[int] = Column(_ID, primary_key=True)
    account: Named[int] = Column(BigInteger, ForeignKey("accounts.id"), index=True)
    digest: Named[bytes] = Column(LargeBinary, unique=True)
    last4: Named[str] = Column(Text)
    created: Named[int] = Column(BigInteger)
    expires: Named[int | None] = Column(BigInteger)


class _Units(TypedColumns):
    """Those that are shipped have no account; the account of another has added it for everyone."""

    id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    name: Named[str] = Column(Text)
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"))


class _Components(TypedColumns):
    """As units are: shipped, or added by an account for everyone."""

    id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    name: Named[str] = Column(Text)
    kind: Named[str] = Column(Text)
    description: Named[str | None] = Column(Text)
    qc_unit: Named[int | None] = Column(BigInteger, ForeignKey("units.id"))
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"))


class _Levels(TypedColumns):
    value: Named[int] = Column(SmallInteger, primary_key=True, autoincrement=False)
    description: Named[str] = Column(Text)


class _Devices(TypedColumns):
    """`deleted` is kept beside the name, so that a deleted device's name is free and its data readable."""

    id: Named[int] = Column(_ID, primary_key=True)
    account: Named[int] = Column(BigInteger, ForeignKey("accounts.id"))
    name: Named[str] = Column(Text)
    description: Named[str | None] = Column(Text)
    resolution: Named[int] = Column(BigInteger)
    epsg: Named[int] = Column(Integer)
    enabled: Named[bool] = Column(Boolean)
    public: Named[bool] = Column(Boolean)
    longitude: Named[float | None]
    latitude: Named[float | None]
    altitude: Named[float | None]
    version: Named[int] = Column(Integer)  # the current schema version
    created: Named[int] = Column(BigInteger)
    updated: Named[int | None] = Column(BigInteger)
    deleted: Named[int | None] = Column(BigInteger)


class _SchemaVersions(TypedColumns):
    """What a device's packets hold, as its owner wrote it and as a complete Avro schema; both JSON text."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    document: Named[str] = Column(Text)
    avro: Named[str] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _Datastreams(TypedColumns):
    """One series for each way in which a device has ever been bound: an equal binding takes up its series."""

    id: Named[int] = Column(_ID, primary_key=True)
    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"))
    component: Named[int] = Column(BigInteger, ForeignKey("components.id"))
    unit: Named[int] = Column(BigInteger, ForeignKey("units.id"))
    level: Named[int] = Column(SmallInteger, ForeignKey("levels.value"))
    path: Named[str] = Column(Text)
    resolution: Named[int] = Column(BigInteger)
    epsg: Named[int] = Column(Integer)


class _Bindings(TypedColumns):
    """The series of each schema version, in the order of its bindings."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"))


class _Quality(TypedColumns):
    """How values are checked from a time on: `document` is JSON. Of a component for everyone (no account) or
    for an account, or of one datastream.
    """

    id: Named[int] = Column(_ID, primary_key=True)
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"))
    component: Named[int | None] = Column(BigInteger, ForeignKey("components.id"), index=True)
    datastream: Named[int | None] = Column(BigInteger, ForeignKey("datastreams.id"), index=True)
    valid_from: Named[int] = Column(BigInteger)
    document: Named[str] = Column(Text)
    note: Named[str | None] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _Corrections(TypedColumns):
    """How the values of a datastream are corrected from a time on; without an expression they are not."""

    id: Named[int] = Column(_ID, primary_key=True)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"))
    valid_from: Named[int] = Column(BigInteger)
    expression: Named[str | None] = Column(Text)
    level: Named[int | None] = Column(SmallInteger, ForeignKey("levels.value"))  # of the corrected value
    note: Named[str | None] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _Scorers(TypedColumns):
    """What was learned of a datastream to score its values by. `settings` are JSON."""

    id: Named[int] = Column(_ID, primary_key=True)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"))
    version: Named[int] = Column(Integer)
    method: Named[str] = Column(Text)
    settings: Named[str] = Column(Text)
    model: Named[bytes] = Column(LargeBinary)
    trained_from: Named[int] = Column(BigInteger)
    trained_to: Named[int] = Column(BigInteger)
    samples: Named[int] = Column(BigInteger)
    created: Named[int] = Column(BigInteger)


class _Jobs(TypedColumns):
    """Work that the engine process does beside new packets, and how far it is. `arguments` are JSON.

    Of an account, or of whoever runs the server; of a device, or of all. `after_device` and `after` are the
    device and the packet that are done last.
    """

    id: Named[int] = Column(_ID, primary_key=True)
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"), index=True)
    kind: Named[str] = Column(Text)
    device: Named[int | None] = Column(BigInteger, ForeignKey("devices.id"))
    begin: Named[int | None] = Column(BigInteger)
    end: Named[int | None] = Column(BigInteger)
    arguments: Named[str] = Column(Text)
    state: Named[str] = Column(Text, index=True)
    after_device: Named[int] = Column(BigInteger)
    after: Named[int] = Column(BigInteger)
    total: Named[int | None] = Column(BigInteger)
    processed: Named[int] = Column(BigInteger)
    rejected: Named[int] = Column(BigInteger)
    message: Named[str | None] = Column(Text)
    created: Named[int] = Column(BigInteger)
    started: Named[int | None] = Column(BigInteger)
    ended: Named[int | None] = Column(BigInteger)


class _PushTests(TypedColumns):
    """The last push test of each device; the trace is JSON text."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    at: Named[int] = Column(BigInteger)
    trace: Named[str] = Column(Text)


revision = Table("revision", metadata, _Revision)
accounts = Table("accounts", metadata, _Accounts, sqlite_autoincrement=True)
tokens = Table("tokens", metadata, _Tokens, sqlite_autoincrement=True)
units = Table("units", metadata, _Units)
components = Table("components", metadata, _Components)
levels = Table("levels", metadata, _Levels)
devices = Table("devices", metadata, _Devices, sqlite_autoincrement=True)
schema_versions = Table("schema_versions", metadata, _SchemaVersions)
datastreams = Table(
    "datastreams",
    metadata,
    _Datastreams,
    UniqueConstraint("device", "component", "unit", "level", "path", "resolution", "epsg"),
    sqlite_autoincrement=True,
)
bindings = Table("bindings", metadata, _Bindings)
quality = Table("quality", metadata, _Quality, sqlite_autoincrement=True)
corrections = Table(
    "corrections",
    metadata,
    _Corrections,
    UniqueConstraint("datastream", "valid_from"),
    sqlite_autoincrement=True,
)
scorers = Table(
    "scorers", metadata, _Scorers, UniqueConstraint("datastream", "version"), sqlite_autoincrement=True
)
jobs = Table("jobs", metadata, _Jobs, sqlite_autoincrement=True)
push_tests = Table("push_tests", metadata, _PushTests)

Index(
    "uq_devices_name",
    devices.c.account,
    devices.c.name,
    unique=True,
    sqlite_where=devices.c.deleted.is_(None),
    postgresql_where=devices.c.deleted.is_(None),
)

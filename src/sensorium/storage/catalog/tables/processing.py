"""How values are checked, calibrated and corrected, and the work that goes beside new packets."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    Named,
    SmallInteger,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from sensorium.storage.catalog.tables.schema import ID, metadata


class _Quality(TypedColumns):
    """How values are checked from a time on: `document` is JSON. Of a component for everyone (no account) or
    for an account, or of one datastream.
    """

    id: Named[int] = Column(ID, primary_key=True)
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"))
    component: Named[int | None] = Column(BigInteger, ForeignKey("components.id"), index=True)
    datastream: Named[int | None] = Column(BigInteger, ForeignKey("datastreams.id"), index=True)
    valid_from: Named[int] = Column(BigInteger)
    document: Named[str] = Column(Text)
    note: Named[str | None] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _Calibrations(TypedColumns):
    """How raw values of a datastream become values from a time on, until another holds from a later time.

    `kind` is "table" or "equation". `points` are JSON ([[in, out], ...]); a raw value is divided by `divider`
    and multiplied by `multiplier` before it is looked up. `uncertainty` is k = 1, in the unit of the result.
    One that is replaced is kept to be seen, and holds no more.
    """

    id: Named[int] = Column(ID, primary_key=True)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"), index=True)
    valid_from: Named[int] = Column(BigInteger)
    kind: Named[str] = Column(Text)
    points: Named[str | None] = Column(Text)
    expression: Named[str | None] = Column(Text)
    divider: Named[float | None] = Column(Float(53))
    multiplier: Named[float | None] = Column(Float(53))
    level: Named[int | None] = Column(SmallInteger, ForeignKey("levels.value"))
    certificate: Named[str | None] = Column(Text)
    uncertainty: Named[float | None] = Column(Float(53))
    author: Named[str] = Column(Text)
    note: Named[str | None] = Column(Text)
    created: Named[int] = Column(BigInteger)
    replaced: Named[int | None] = Column(BigInteger)


class _Corrections(TypedColumns):
    """How the values of a datastream are corrected from a time on; without an expression they are not."""

    id: Named[int] = Column(ID, primary_key=True)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"))
    valid_from: Named[int] = Column(BigInteger)
    expression: Named[str | None] = Column(Text)
    level: Named[int | None] = Column(SmallInteger, ForeignKey("levels.value"))  # of the corrected value
    note: Named[str | None] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _Scorers(TypedColumns):
    """What was learned of a datastream to score its values by. `settings` are JSON."""

    id: Named[int] = Column(ID, primary_key=True)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"))
    version: Named[int] = Column(Integer)
    method: Named[str] = Column(Text)
    settings: Named[str] = Column(Text)
    model: Named[bytes] = Column(LargeBinary)
    trained_from: Named[int] = Column(BigInteger)
    trained_to: Named[int] = Column(BigInteger)
    samples: Named[int] = Column(BigInteger)
    created: Named[int] = Column(BigInteger)


class _Increments(TypedColumns):
    """The least step between values of a line of datastreams, in the QC unit, measured of so many of them."""

    line: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"), primary_key=True, autoincrement=False)
    size: Named[float] = Column(Float(53))
    samples: Named[int] = Column(BigInteger)
    measured: Named[int] = Column(BigInteger)


class _Jobs(TypedColumns):
    """Work that the engine process does beside new packets, and how far it is. `arguments` are JSON.

    Of an account, or of whoever runs the server; of a device, or of all. `after_device` and `after` are the
    device and the packet that are done last.
    """

    id: Named[int] = Column(ID, primary_key=True)
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


quality = Table("quality", metadata, _Quality, sqlite_autoincrement=True)
calibrations = Table("calibrations", metadata, _Calibrations, sqlite_autoincrement=True)
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
increments = Table("increments", metadata, _Increments)
jobs = Table("jobs", metadata, _Jobs, sqlite_autoincrement=True)

"""Devices, their schema versions and their datastreams."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    SmallInteger,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from sensorium.storage.catalog.tables.schema import ID, metadata


class _Devices(TypedColumns):
    """`deleted` is kept beside the name, so that a deleted device's name is free and its data readable.

    `model` is what a vendor calls this kind of device, and `serial` is what stands on it. A blocked device is
    one that its owner may not use now.
    """

    id: Named[int] = Column(ID, primary_key=True)
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
    model: Named[str | None] = Column(Text)
    serial: Named[str | None] = Column(Text)
    blocked: Named[bool] = Column(Boolean, default=False)


class _SchemaVersions(TypedColumns):
    """What a device's packets hold, as its owner wrote it and as a complete Avro schema; both JSON text."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    document: Named[str] = Column(Text)
    avro: Named[str] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _Datastreams(TypedColumns):
    """One series for each way in which a device has ever been bound: an equal binding takes up its series."""

    id: Named[int] = Column(ID, primary_key=True)
    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"))
    component: Named[int] = Column(BigInteger, ForeignKey("components.id"))
    unit: Named[int] = Column(BigInteger, ForeignKey("units.id"))
    level: Named[int] = Column(SmallInteger, ForeignKey("levels.value"))
    path: Named[str] = Column(Text)
    resolution: Named[int] = Column(BigInteger)
    epsg: Named[int] = Column(Integer)
    line: Named[int | None] = Column(BigInteger, ForeignKey("datastreams.id"), index=True)


class _Bindings(TypedColumns):
    """The series of each schema version, in the order of its bindings."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    datastream: Named[int] = Column(BigInteger, ForeignKey("datastreams.id"))


class _PushTests(TypedColumns):
    """The last push test of each device; the trace is JSON text."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    at: Named[int] = Column(BigInteger)
    trace: Named[str] = Column(Text)


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
push_tests = Table("push_tests", metadata, _PushTests)

Index(
    "uq_devices_name",
    devices.c.account,
    devices.c.name,
    unique=True,
    sqlite_where=devices.c.deleted.is_(None),
    postgresql_where=devices.c.deleted.is_(None),
)
Index(
    "uq_devices_serial",
    devices.c.account,
    devices.c.serial,
    unique=True,
    sqlite_where=devices.c.deleted.is_(None),
    postgresql_where=devices.c.deleted.is_(None),
)

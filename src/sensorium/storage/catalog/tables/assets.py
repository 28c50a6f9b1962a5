"""What devices are fixed to, and what is known of the values that they send (SensorData)."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Named, Table, Text, TypedColumns

from sensorium.storage.catalog.tables.schema import ID, metadata


class _Assets(TypedColumns):
    id: Named[int] = Column(ID, primary_key=True)
    account: Named[int] = Column(BigInteger, ForeignKey("accounts.id"), index=True)
    name: Named[str] = Column(Text)
    created: Named[int] = Column(BigInteger)
    deleted: Named[int | None] = Column(BigInteger)


class _Links(TypedColumns):
    """From when to when (None: still) a device is fixed to an asset; `task` is what for."""

    id: Named[int] = Column(ID, primary_key=True)
    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), index=True)
    asset: Named[int] = Column(BigInteger, ForeignKey("assets.id"), index=True)
    begin: Named[int] = Column(BigInteger)
    end: Named[int | None] = Column(BigInteger)
    task: Named[str | None] = Column(Text)


class _Definitions(TypedColumns):
    """A kind of value (sd_id is its id): of an account, or shipped. Bounds are text, as they were written."""

    id: Named[int] = Column(ID, primary_key=True)
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"), index=True)
    name: Named[str] = Column(Text)
    sensor: Named[int | None] = Column(BigInteger)
    component: Named[int | None] = Column(BigInteger, ForeignKey("components.id"))
    unit: Named[int | None] = Column(BigInteger, ForeignKey("units.id"))
    unit_label: Named[str | None] = Column(Text)
    equation: Named[str | None] = Column(Text)
    data_min: Named[str | None] = Column(Text)
    data_max: Named[str | None] = Column(Text)
    graph_min: Named[str | None] = Column(Text)
    graph_max: Named[str | None] = Column(Text)
    deactivated: Named[str | None] = Column(Text)
    chart: Named[bool] = Column(Boolean)
    data_type: Named[str] = Column(Text)
    color: Named[str | None] = Column(Text)
    chart_label: Named[str | None] = Column(Text)
    active: Named[bool] = Column(Boolean)
    created: Named[int] = Column(BigInteger)


class _Provisioned(TypedColumns):
    """The definitions whose values a device may send, and the series that these become."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    definition: Named[int] = Column(BigInteger, ForeignKey("definitions.id"), primary_key=True)
    datastream: Named[int | None] = Column(BigInteger, ForeignKey("datastreams.id"))


assets = Table("assets", metadata, _Assets, sqlite_autoincrement=True)
links = Table("links", metadata, _Links, sqlite_autoincrement=True)
definitions = Table("definitions", metadata, _Definitions, sqlite_autoincrement=True)
provisioned = Table("provisioned", metadata, _Provisioned)

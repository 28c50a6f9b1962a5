"""Devices as trackers (Navixy): who sees them, their sensors, how they are to run, and their log."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from sensorium.storage.catalog.tables.schema import ID, metadata


class _Trackers(TypedColumns):
    """A device as an account sees it: once by its owner, and as a clone by others it is shown to."""

    id: Named[int] = Column(ID, primary_key=True)
    account: Named[int] = Column(BigInteger, ForeignKey("accounts.id"))
    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), index=True)
    label: Named[str] = Column(Text)
    clone: Named[bool] = Column(Boolean)
    group: Named[int] = Column("group_id", BigInteger, default=0)
    created: Named[int] = Column(BigInteger)


class _Sensors(TypedColumns):
    """What a tracker's owner reads from an input of the device (Navixy 1.6 of the facts).

    A metering sensor shows the datastream of its input. `parameters` is JSON.
    """

    id: Named[int] = Column(ID, primary_key=True)
    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), index=True)
    datastream: Named[int | None] = Column(BigInteger, ForeignKey("datastreams.id"))
    type: Named[str] = Column(Text)
    sensor_type: Named[str] = Column(Text)
    name: Named[str] = Column(Text)
    input_name: Named[str | None] = Column(Text)
    input_number: Named[int | None] = Column(Integer)
    divider: Named[float | None] = Column(Float(53))
    accuracy: Named[float | None] = Column(Float(53))
    units: Named[str | None] = Column(Text)
    units_type: Named[str | None] = Column(Text)
    group_type: Named[str | None] = Column(Text)
    parameters: Named[str] = Column(Text)
    created: Named[int] = Column(BigInteger)


class _TrackingSettings(TypedColumns):
    """How a device is to run and what it says that it does: JSON, with when each was said."""

    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"), primary_key=True)
    document: Named[str] = Column(Text)
    stored: Named[int] = Column(BigInteger)
    sent: Named[int | None] = Column(BigInteger)
    acknowledged: Named[int | None] = Column(BigInteger)
    reported: Named[str | None] = Column(Text)
    reported_at: Named[int | None] = Column(BigInteger)


class _LogEntries(TypedColumns):
    """What was done to a device and by whom; `status`, `level` and `offset` (dB) of a field calibration."""

    id: Named[int] = Column(ID, primary_key=True)
    device: Named[int] = Column(BigInteger, ForeignKey("devices.id"))
    time: Named[int] = Column(BigInteger)
    user: Named[str] = Column(Text)
    message: Named[str] = Column(Text)
    status: Named[str | None] = Column(Text)
    level: Named[float | None] = Column(Float(53))
    offset: Named[float | None] = Column(Float(53))


trackers = Table(
    "trackers", metadata, _Trackers, UniqueConstraint("account", "device"), sqlite_autoincrement=True
)
sensors = Table("sensors", metadata, _Sensors, sqlite_autoincrement=True)
tracking_settings = Table("tracking_settings", metadata, _TrackingSettings)
log_entries = Table("log_entries", metadata, _LogEntries, sqlite_autoincrement=True)

Index("ix_log_entries_device", log_entries.c.device, log_entries.c.time)

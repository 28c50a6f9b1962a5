"""The log of what was done to devices, as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, insert, select, tuple_

from sensorium.model.log_entry import FieldCalibration, LogEntry, NewLogEntry
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import devices, log_entries

_ENTRY: Select[Any] = select(log_entries, devices.c.serial).join_from(
    log_entries, devices, devices.c.id == log_entries.c.device
)


def add_log_entry(catalog: Catalog, device: int, new: NewLogEntry) -> int:
    """Add an entry to the log of a device, and say its id. Nobody remembers any, so the generation stays."""
    measured = new.calibration
    row = insert(log_entries).values(
        device=device,
        time=new.time,
        user=new.user,
        message=new.message,
        status=None if measured is None else measured.status,
        level=None if measured is None else measured.level,
        offset=None if measured is None else measured.offset,
    )
    with catalog.note() as connection:
        return connection.scalars(row.returning(log_entries.c.id)).one()


def log_of(catalog: Catalog, device: int, *, after: int = 0, most: int) -> list[LogEntry]:
    """The log of a device by id: `most` entries, those with an id above `after`."""
    query = _ENTRY.where(log_entries.c.device == device, log_entries.c.id > after)
    with catalog.read() as connection:
        return [_entry(row) for row in connection.execute(query.order_by(log_entries.c.id).limit(most))]


def log_between(  # noqa: PLR0913 - a page of a range
    catalog: Catalog,
    numbers: Sequence[int],
    begin: int,
    end: int,
    *,
    after: LogEntry | None,
    most: int,
    is_calibration: bool,
) -> list[LogEntry]:
    """The entries of these devices from `begin` on and before `end`, in microseconds since 1970 UTC.

    By time, then serial, then id: `most` of them, those behind `after`. With `is_calibration` only field
    calibrations.
    """
    query = _ENTRY.where(
        log_entries.c.device.in_(numbers), log_entries.c.time >= begin, log_entries.c.time < end
    )
    if is_calibration:
        query = query.where(log_entries.c.status.is_not(None))
    place = (log_entries.c.time, devices.c.serial, log_entries.c.id)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(after.time, after.serial, after.id))
    with catalog.read() as connection:
        return [_entry(row) for row in connection.execute(query.order_by(*place).limit(most))]


def find_by_serials(catalog: Catalog, account: int, serials: Sequence[str]) -> dict[str, int]:
    """The devices of the account with these serial numbers, by serial number."""
    query = select(devices.c.serial, devices.c.id).where(
        devices.c.account == account, devices.c.serial.in_(serials), devices.c.deleted.is_(None)
    )
    with catalog.read() as connection:
        return {row.serial: row.id for row in connection.execute(query)}


def _entry(row: Row[Any]) -> LogEntry:
    measured = None if row.status is None else FieldCalibration(row.status, row.level, row.offset)
    return LogEntry(row.id, row.device, row.serial, row.time, row.user, row.message, measured)

"""How devices are told to track, as rows: one of each device, with how far it is."""

from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from sensorium.model.moments import from_microseconds
from sensorium.model.tracker import ToldSettings
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import of_device
from sensorium.storage.catalog.tables import tracking_settings

_read = msgspec.json.Decoder(dict[str, Any]).decode


def find_settings(catalog: Catalog, device: int) -> ToldSettings | None:
    """What a device is told."""
    query = select(tracking_settings).where(tracking_settings.c.device == device)
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _told(row)


def store_settings(catalog: Catalog, device: int, settings: dict[str, Any], now: int) -> None:
    """Tell a device something else; it has not been sent then. What it has reported stays."""
    values = {"document": _json(settings), "stored": now, "sent": None, "acknowledged": None}
    with catalog.change([of_device(device)]) as connection:
        there = update(tracking_settings).where(tracking_settings.c.device == device).values(**values)
        if connection.execute(there).rowcount == 0:
            connection.execute(insert(tracking_settings).values(device=device, **values))


def mark_sent(catalog: Catalog, device: int, stored: int, now: int) -> None:
    """Take down that the settings of that time were sent, unless they were before."""
    first = update(tracking_settings).where(
        tracking_settings.c.device == device,
        tracking_settings.c.stored == stored,
        tracking_settings.c.sent.is_(None),
    )
    with catalog.change([of_device(device)]) as connection:
        connection.execute(first.values(sent=now))


def report_settings(
    catalog: Catalog, device: int, reported: dict[str, Any], *, acknowledged: int | None, now: int
) -> None:
    """Take down what a device says that it does.

    `acknowledged` is when the settings were stored that it does (None: it does others).
    """
    mine = update(tracking_settings).where(tracking_settings.c.device == device)
    with catalog.change([of_device(device)]) as connection:
        connection.execute(mine.values(reported=_json(reported), reported_at=now))
        if acknowledged is not None:
            connection.execute(
                mine.where(tracking_settings.c.stored == acknowledged).values(acknowledged=now)
            )


def _json(settings: dict[str, Any]) -> str:
    return msgspec.json.encode(settings).decode()


def _told(row: Row[Any]) -> ToldSettings:
    return ToldSettings(
        settings=_read(row.document),
        stored=from_microseconds(row.stored),
        sent=None if row.sent is None else from_microseconds(row.sent),
        acknowledged=None if row.acknowledged is None else from_microseconds(row.acknowledged),
        reported=None if row.reported is None else _read(row.reported),
        reported_at=None if row.reported_at is None else from_microseconds(row.reported_at),
    )

"""Trackers as rows: each device has one of its account, and clones of others. Deleted devices have none."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, insert, or_, select

from sensorium.model.errors import Conflict
from sensorium.model.moments import from_microseconds
from sensorium.model.tracker import Tracker
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import devices, trackers, user_trackers

_TRACKER: Select[Any] = (
    select(
        trackers,
        devices.c.account.label("owner"),
        devices.c.model,
        devices.c.serial,
        devices.c.blocked,
        devices.c.created.label("since"),
    )
    .join_from(trackers, devices, devices.c.id == trackers.c.device)
    .where(devices.c.deleted.is_(None))
    .order_by(trackers.c.id)
)


def trackers_of(catalog: Catalog, account: int) -> list[Tracker]:
    """The trackers of an account, by id."""
    return _trackers(catalog, trackers.c.account == account)


def find_tracker(catalog: Catalog, account: int, number: int) -> Tracker | None:
    """A tracker of the account."""
    if not 0 < number <= LARGEST_ID:
        return None
    found = _trackers(catalog, trackers.c.account == account, trackers.c.id == number)
    return found[0] if found else None


def tracker_of_device(catalog: Catalog, account: int, device: int) -> Tracker | None:
    """The tracker by which an account sees a device."""
    found = _trackers(catalog, trackers.c.account == account, trackers.c.device == device)
    return found[0] if found else None


def clones_of(catalog: Catalog, device: int) -> list[Tracker]:
    """The clones of a device, by id: what other accounts see it by."""
    return _trackers(catalog, trackers.c.device == device, trackers.c.clone.is_(True))


def find_clone(catalog: Catalog, account: int, number: int) -> Tracker | None:
    """A clone that the account has, or another one of a device of the account."""
    if not 0 < number <= LARGEST_ID:
        return None
    theirs = or_(trackers.c.account == account, devices.c.account == account)
    found = _trackers(catalog, trackers.c.id == number, trackers.c.clone.is_(True), theirs)
    return found[0] if found else None


def add_clone(catalog: Catalog, device: int, account: int, label: str, now: int) -> int:
    """Show a device to another account too, and say the id of its tracker there.

    Raises Conflict when the account sees the device already.
    """
    theirs = select(trackers.c.id).where(trackers.c.account == account, trackers.c.device == device)
    with catalog.change() as connection:
        if connection.execute(theirs).first() is not None:
            raise Conflict("The account has a tracker of this device.", "user_id")
        row = insert(trackers).values(account=account, device=device, label=label, clone=True, created=now)
        return connection.scalars(row.returning(trackers.c.id)).one()


def remove_clone(catalog: Catalog, account: int, number: int) -> bool:
    """Take a clone from an account; False when it has no such clone."""
    theirs = delete(trackers).where(
        trackers.c.account == account, trackers.c.id == number, trackers.c.clone.is_(True)
    )
    with catalog.change() as connection:
        connection.execute(delete(user_trackers).where(user_trackers.c.tracker == number))
        return connection.execute(theirs).rowcount == 1


def _trackers(catalog: Catalog, *conditions: ColumnElement[bool]) -> list[Tracker]:
    with catalog.read() as connection:
        return [_tracker(row) for row in connection.execute(_TRACKER.where(*conditions))]


def _tracker(row: Row[Any]) -> Tracker:
    return Tracker(
        id=row.id,
        account=row.account,
        device=row.device,
        owner=row.owner,
        label=row.label,
        clone=row.clone,
        group=row.group_id,
        model=row.model,
        serial=row.serial,
        blocked=row.blocked,
        created=from_microseconds(row.since),
    )

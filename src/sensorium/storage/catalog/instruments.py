"""What is said of devices as things, as rows: serial number, model, and whether they may be used."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from sensorium.model.errors import Conflict
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import of_device
from sensorium.storage.catalog.tables import devices, tracking_settings


@dataclass(frozen=True, slots=True)
class Instrument:
    """A device as a thing: the number on it, its maker's word for its kind, and whether it rests."""

    serial: str | None
    model: str | None
    blocked: bool

    @property
    def version(self) -> str:
        """A name for what is said now."""
        return repr((self.serial, self.model, self.blocked))


def change_instrument(
    catalog: Catalog,
    account: int,
    device: int,
    describe: Callable[[Instrument], Instrument],
    tracks_otherwise: Callable[[Instrument, Instrument], bool],
) -> bool:
    """Say anew what a device of the account is as a thing; whether there is such a device.

    `describe` is given what is said now; what it raises prevents the change. `tracks_otherwise` is given both
    and says whether the device cannot do any more what it was told about tracking; then that is forgotten.
    Raises Conflict when another device of the account has the serial number.
    """
    if not 0 < device <= LARGEST_ID:
        return False
    theirs = devices.c.id == device, devices.c.account == account, devices.c.deleted.is_(None)
    query = select(devices.c.serial, devices.c.model, devices.c.blocked).where(*theirs)
    with catalog.change([of_device(device)]) as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return False
        now = Instrument(row.serial, row.model, row.blocked)
        new = describe(now)
        if new.serial is not None and new.serial != now.serial:
            _refuse_taken(connection, account, new.serial)
        changed = update(devices).where(devices.c.id == device)
        connection.execute(changed.values(serial=new.serial, model=new.model, blocked=new.blocked))
        if tracks_otherwise(now, new):
            connection.execute(delete(tracking_settings).where(tracking_settings.c.device == device))
    return True


def _refuse_taken(connection: Connection, account: int, serial: str) -> None:
    query = select(devices.c.id).where(
        devices.c.account == account, devices.c.serial == serial, devices.c.deleted.is_(None)
    )
    if connection.execute(query).first() is not None:
        raise Conflict("The account has a device with that serial number.", "serial")

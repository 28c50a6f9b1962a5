"""Devices, their schema versions and their datastreams as rows.

A deleted device is gone for everyone, and its name is free; its datastreams stay readable by its id.
"""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from sensorium.model.device import Device, NewDevice, Position, Schema, SchemaVersion
from sensorium.model.errors import Conflict, PoolFull
from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.datastreams import add_bindings, current_streams
from sensorium.storage.catalog.subjects import of_device, of_holdings
from sensorium.storage.catalog.tables import accounts, devices, push_tests, schema_versions, trackers

_DEVICE = (
    select(devices, accounts.c.name.label("account_name"), schema_versions.c.document)
    .join_from(devices, accounts, accounts.c.id == devices.c.account)
    .join(
        schema_versions,
        and_(schema_versions.c.device == devices.c.id, schema_versions.c.version == devices.c.version),
    )
    .where(devices.c.deleted.is_(None))
    .order_by(devices.c.id)
)

_VERSION = select(
    schema_versions.c.version,
    schema_versions.c.created,
    and_(devices.c.version == schema_versions.c.version, devices.c.deleted.is_(None)).label("current"),
).join_from(schema_versions, devices, devices.c.id == schema_versions.c.device)

_read_schema = msgspec.json.Decoder(Schema).decode


def add_device(
    catalog: Catalog, account: int, new: NewDevice, avro: dict[str, Any], *, pool: int | None, now: int
) -> int:
    """Add a device of the account with its first schema version and its tracker, and say its id.

    Raises Conflict when the account has a device of that name and PoolFull when it has `pool` devices.
    """
    with catalog.change([]) as connection:
        _refuse_over_pool(connection, account, pool)
        _refuse_taken(connection, account, new.name)
        row = insert(devices).values(account=account, version=1, created=now, **_described(new))
        device = connection.scalars(row.returning(devices.c.id)).one()
        _add_version(connection, device, 1, new, avro, now)
        tracker = insert(trackers).values(account=account, device=device, label=new.name, clone=False)
        connection.execute(tracker.values(created=now))
    return device


def change_device(
    catalog: Catalog, device: Device, new: NewDevice, avro: dict[str, Any] | None, *, now: int
) -> bool:
    """Describe a device anew, if it still is as `device` says; whether it was.

    With `avro` its packets are described anew too, as its next schema version. Raises Conflict when the
    account has another device of that name, and Misbound as `add_bindings` does.
    """
    with catalog.change([of_device(device.id), of_holdings(device.account)]) as connection:
        query = select(devices.c.enabled, devices.c.version, devices.c.updated).where(
            devices.c.id == device.id, devices.c.deleted.is_(None)
        )
        updated = None if device.updated is None else to_microseconds(device.updated)
        if connection.execute(query).one_or_none() != (device.enabled, device.schema_version, updated):
            return False
        if new.name != device.name:
            _refuse_taken(connection, device.account, new.name)
        version = device.schema_version + (avro is not None)
        changed = update(devices).where(devices.c.id == device.id)
        connection.execute(changed.values(version=version, updated=now, **_described(new)))
        if avro is not None:
            _add_version(connection, device.id, version, new, avro, now)
    return True


def delete_device(catalog: Catalog, device: Device, *, now: int) -> bool:
    """Delete a device; whether it was there and disabled. Its rows stay, its name is free."""
    with catalog.change([of_device(device.id), of_holdings(device.account)]) as connection:
        there = update(devices).where(
            devices.c.id == device.id, devices.c.deleted.is_(None), devices.c.enabled.is_(False)
        )
        deleted = connection.scalars(there.values(deleted=now).returning(devices.c.id)).one_or_none()
        connection.execute(delete(push_tests).where(push_tests.c.device == deleted))
    return deleted is not None


def find_owner(catalog: Catalog, number: int) -> int | None:
    """The account of a device, also of one that is deleted."""
    if not 0 < number <= LARGEST_ID:
        return None
    with catalog.read() as connection:
        return connection.scalars(select(devices.c.account).where(devices.c.id == number)).one_or_none()


def has_devices(catalog: Catalog) -> bool:
    """Whether there is any device, or ever was one."""
    with catalog.read() as connection:
        return connection.scalars(select(devices.c.id).limit(1)).one_or_none() is not None


def _described(new: NewDevice) -> dict[str, Any]:
    """The columns of a device that its owner describes."""
    place = new.location
    return {
        "name": new.name,
        "description": new.description,
        "resolution": new.resolution,
        "epsg": new.epsg,
        "enabled": new.enabled,
        "public": new.public,
        "longitude": None if place is None else place.longitude,
        "latitude": None if place is None else place.latitude,
        "altitude": None if place is None else place.altitude,
    }


def _add_version(
    connection: Connection, device: int, version: int, new: NewDevice, avro: dict[str, Any], now: int
) -> None:
    schema = insert(schema_versions).values(
        device=device,
        version=version,
        document=msgspec.json.encode(new.schema).decode(),
        avro=msgspec.json.encode(avro).decode(),
        created=now,
    )
    connection.execute(schema)
    add_bindings(connection, device, version, new)


def find_device(catalog: Catalog, number: int) -> Device | None:
    """The device of that id."""
    if not 0 < number <= LARGEST_ID:
        return None
    found = _devices(catalog, devices.c.id == number)
    return found[0] if found else None


def visible_devices(
    catalog: Catalog, viewer: int | None, owner: int | None, after: int = 0, most: int | None = None
) -> list[Device]:
    """The devices that `viewer` may know of (None: anyone), all or those of one owner, by id.

    Only those with an id above `after`, and `most` of them (None: all).
    """
    conditions = [devices.c.deleted.is_(None), devices.c.id > after]
    if viewer is None:
        conditions.append(devices.c.public.is_(True))
    else:
        conditions.append(or_(devices.c.public.is_(True), devices.c.account == viewer))
    if owner is not None:
        conditions.append(devices.c.account == owner)
    page = select(devices.c.id).where(*conditions).order_by(devices.c.id).limit(most)
    return _devices(catalog, devices.c.id.in_(page))


def set_enabled(catalog: Catalog, account: int, device: int, *, enabled: bool) -> None:
    """Let a device of the account take packets, or no longer."""
    statement = update(devices).where(devices.c.id == device, devices.c.account == account)
    with catalog.change([of_device(device)]) as connection:
        connection.execute(statement.values(enabled=enabled))


def find_avro(catalog: Catalog, device: int, version: int) -> dict[str, Any] | None:
    """The complete Avro schema of a schema version."""
    query = select(schema_versions.c.avro).where(*_is_version(device, version))
    with catalog.read() as connection:
        found = connection.scalars(query).one_or_none()
    return None if found is None else msgspec.json.decode(found, type=dict[str, Any])


def find_schema(catalog: Catalog, device: int, version: int) -> Schema | None:
    """What the packets of a schema version hold, also when the device is deleted."""
    query = select(schema_versions.c.document).where(*_is_version(device, version))
    with catalog.read() as connection:
        found = connection.scalars(query).one_or_none()
    return None if found is None else _read_schema(found)


def find_newest_version(catalog: Catalog, device: int) -> int | None:
    """The number of the device's newest schema version, also when the device is deleted."""
    query = select(func.max(schema_versions.c.version)).where(schema_versions.c.device == device)
    with catalog.read() as connection:
        return connection.scalars(query).one()


def find_versions(catalog: Catalog, device: int, before: int | None, most: int) -> list[SchemaVersion]:
    """The device's schema versions, the newest first: at most so many, with numbers below `before`.

    Also when the device is deleted.
    """
    query = _VERSION.where(schema_versions.c.device == device).order_by(schema_versions.c.version.desc())
    if before is not None:
        query = query.where(schema_versions.c.version < literal(before, BigInteger))
    with catalog.read() as connection:
        return [_version(row) for row in connection.execute(query.limit(most))]


def find_version(catalog: Catalog, device: int, version: int) -> SchemaVersion | None:
    """A schema version of the device, also when the device is deleted."""
    query = _VERSION.where(*_is_version(device, version))
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _version(row)


def _is_version(device: int, version: int) -> tuple[ColumnElement[bool], ...]:
    """The row of a schema version; of a number that no version can have there is none."""
    return schema_versions.c.device == device, schema_versions.c.version == literal(version, BigInteger)


def _version(row: Row[int, int, bool]) -> SchemaVersion:
    return SchemaVersion(row.version, from_microseconds(row.created), row.current)


def write_push_test(catalog: Catalog, device: int, at: int, trace: dict[str, Any]) -> None:
    """Keep a push test of the device instead of the one before."""
    with catalog.note() as connection:
        connection.execute(select(devices.c.id).where(devices.c.id == device).with_for_update())
        connection.execute(delete(push_tests).where(push_tests.c.device == device))
        row = insert(push_tests).values(device=device, at=at, trace=msgspec.json.encode(trace).decode())
        connection.execute(row)


def find_push_test(catalog: Catalog, device: int) -> tuple[int, dict[str, Any]] | None:
    """When the last push test of the device was, in microseconds since 1970 UTC, and its trace."""
    query = select(push_tests.c.at, push_tests.c.trace).where(push_tests.c.device == device)
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else (row.at, msgspec.json.decode(row.trace, type=dict[str, Any]))


def _devices(catalog: Catalog, condition: ColumnElement[bool]) -> list[Device]:
    with catalog.read() as connection:
        rows = connection.execute(_DEVICE.where(condition)).all()
        streams = current_streams(connection, condition)
    return [
        Device(
            id=row.id,
            account=row.account,
            account_name=row.account_name,
            name=row.name,
            description=row.description,
            resolution=row.resolution,
            epsg=row.epsg,
            enabled=row.enabled,
            public=row.public,
            location=None if row.longitude is None else Position(row.longitude, row.latitude, row.altitude),
            schema_version=row.version,
            schema=_read_schema(row.document),
            streams=streams[row.id, row.version],
            created=from_microseconds(row.created),
            updated=None if row.updated is None else from_microseconds(row.updated),
            model=row.model,
            serial=row.serial,
            blocked=row.blocked,
        )
        for row in rows
    ]


def _refuse_over_pool(connection: Connection, account: int, pool: int | None) -> None:
    if pool is None:
        return
    query = select(func.count()).where(devices.c.account == account, devices.c.deleted.is_(None))
    if connection.scalars(query).one() >= pool:
        raise PoolFull(f"An account may have at most {pool} devices.")


def _refuse_taken(connection: Connection, account: int, name: str) -> None:
    query = select(devices.c.id).where(
        devices.c.account == account, devices.c.name == name, devices.c.deleted.is_(None)
    )
    if connection.execute(query).first() is not None:
        raise Conflict("The account has a device of that name.", "name")

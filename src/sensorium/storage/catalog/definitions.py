"""Sensor definitions, and the devices that are provisioned with them, as rows."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, or_, select, update

from sensorium.model.definition import DataType, Definition, Provision, WantedDefinition
from sensorium.model.device import Device
from sensorium.model.errors import Conflict, NotFound, PoolFull
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.lines import (
    Identity,
    fed_of_line,
    go_on,
    line_column,
    line_of,
    own_path,
    series_of,
)
from sensorium.storage.catalog.subjects import of_device, of_holdings
from sensorium.storage.catalog.tables import datastreams, definitions, devices, provisioned

FIRST_ADDED = 100  # the id of the first definition that people add; what is shipped has lower ones
_SAID = tuple(WantedDefinition.__dataclass_fields__)
_later = datastreams.alias("later")
_PROVISION: Select[Any] = (
    select(
        definitions,
        provisioned.c.device.label("of_device"),
        provisioned.c.datastream,
        datastreams.c.resolution,
        line_column.label("line"),
        _later.c.id.label("later"),
    )
    .join_from(provisioned, definitions, definitions.c.id == provisioned.c.definition)
    .join(datastreams, datastreams.c.id == provisioned.c.datastream)
    .outerjoin(_later, _later.c.line == line_column)
    .order_by(provisioned.c.device, definitions.c.id, _later.c.id)
)


def add_definition(catalog: Catalog, account: int, new: WantedDefinition, *, most: int, now: int) -> int:
    """Add a definition of the account, and say its id. Raises PoolFull when there are `most` of it."""
    with catalog.change([]) as connection:
        theirs = select(func.count()).select_from(definitions).where(definitions.c.account == account)
        if connection.scalars(theirs).one() >= most:
            raise PoolFull(f"An account may have at most {most} definitions.")
        newest = connection.scalars(select(func.max(definitions.c.id))).one() or 0
        number = max(FIRST_ADDED, newest + 1)
        connection.execute(insert(definitions).values(id=number, account=account, created=now, **asdict(new)))
    return number


def find_definition(catalog: Catalog, account: int, number: int) -> Definition | None:
    """A definition of the account or one that is shipped."""
    if not 0 < number <= LARGEST_ID:
        return None
    with catalog.read() as connection:
        return _find(connection, account, number)


def definitions_of(catalog: Catalog, account: int, *, after: int = 0, most: int) -> list[Definition]:
    """What is shipped and what the account has added, by id: `most` of them, those above `after`."""
    query = select(definitions).where(_visible(account), definitions.c.id > after)
    with catalog.read() as connection:
        found = connection.execute(query.order_by(definitions.c.id).limit(most))
        return [_definition(row) for row in found]


def change_definition(
    catalog: Catalog, account: int, number: int, new: WantedDefinition, check: Callable[[Definition], None]
) -> None:
    """Say anew what is said of a definition. Raises NotFound, and what `check` does with the present one."""
    with catalog.change() as connection:
        found = _find(connection, account, number) if 0 < number <= LARGEST_ID else None
        if found is None:
            raise NotFound("There is no such definition.")
        check(found)
        connection.execute(update(definitions).where(definitions.c.id == number).values(**asdict(new)))


def provision(catalog: Catalog, device: Device, definition: Definition, datastream: int | None) -> int:
    """Let a device send a definition's values; the datastream that they become.

    None makes one, of the component and the unit of the definition, or goes on with the one it has had; of a
    given one's line it is the datastream that is fed now, or the one of the device as it is described now.
    Raises Conflict when the device may send it already, or the line is another definition's, and NotFound
    when the device was deleted meanwhile.
    """
    with catalog.change([of_device(device.id), of_holdings(device.account)]) as connection:
        number = (
            _own_stream(connection, device, definition)
            if datastream is None
            else _stream_of_line(connection, device, datastream)
        )
        line = line_of(connection, number)
        there = select(provisioned.c.definition, line_column.label("line")).join_from(
            provisioned, datastreams, datastreams.c.id == provisioned.c.datastream
        )
        for row in connection.execute(there.where(provisioned.c.device == device.id)):
            if row.definition == definition.id:
                raise Conflict("The device has this definition.", "definition")
            if row.line == line:
                raise Conflict("The datastream is of another definition.", "datastream")
        row = insert(provisioned).values(device=device.id, definition=definition.id, datastream=number)
        connection.execute(row)
    return number


def withdraw(catalog: Catalog, device: int, definition: int) -> bool:
    """Let a device send a definition's values no more; whether it might. Its data stay."""
    if not 0 < definition <= LARGEST_ID:
        return False
    statement = delete(provisioned).where(
        provisioned.c.device == device, provisioned.c.definition == definition
    )
    with catalog.change() as connection:
        return connection.execute(statement).rowcount == 1


def provisions_of_device(catalog: Catalog, device: int) -> list[Provision]:
    """What a device may send, by definition."""
    return _provisions(catalog, _PROVISION.where(provisioned.c.device == device))


def provisions_of_account(catalog: Catalog, account: int) -> list[Provision]:
    """What the devices of an account may send, deleted ones too, by device and definition."""
    query = _PROVISION.join(devices, devices.c.id == provisioned.c.device).where(devices.c.account == account)
    return _provisions(catalog, query)


def streams_of_definition(catalog: Catalog, definition: int) -> Sequence[int]:
    """The datastreams that the values of a definition become now, of all devices."""
    with catalog.read() as connection:
        query = select(provisioned.c.datastream).where(provisioned.c.definition == definition)
        return [each for each in connection.scalars(query) if each is not None]


def _own_stream(connection: Connection, device: Device, definition: Definition) -> int:
    """The series of the device for a definition: one it has had, one that goes on with that, or a new one."""
    said, now = definition.said, _described(connection, device)
    assert said.component is not None
    assert said.unit is not None
    own = Identity(said.component, said.unit, 0, own_path(definition.id), now.resolution, now.epsg)
    return series_of(connection, device.id, now.version, [own])[own]


def _stream_of_line(connection: Connection, device: Device, number: int) -> int:
    """The series that goes on with one of the device: the one that packets feed, or as it is described."""
    line, now = line_of(connection, number), _described(connection, device)
    fed = fed_of_line(connection, device.id, line)
    if fed is not None:
        return fed
    return go_on(connection, device.id, [number], now.resolution, now.epsg).get(line, number)


def _described(connection: Connection, device: Device) -> Row[int, int, int]:
    """How a device is described now: others may have changed that since it was read. Raises NotFound."""
    query = select(devices.c.version, devices.c.resolution, devices.c.epsg)
    found = connection.execute(query.where(devices.c.id == device.id, devices.c.deleted.is_(None)))
    row = found.one_or_none()
    if row is None:
        raise NotFound("There is no such device.")
    return row


def _visible(account: int) -> Any:
    return or_(definitions.c.account == account, definitions.c.account.is_(None))


def _find(connection: Connection, account: int, number: int) -> Definition | None:
    query = select(definitions).where(_visible(account), definitions.c.id == number)
    row = connection.execute(query).one_or_none()
    return None if row is None else _definition(row)


def _provisions(catalog: Catalog, query: Select[Any]) -> list[Provision]:
    found: dict[tuple[int, int], Provision] = {}
    with catalog.read() as connection:
        for row in connection.execute(query):
            before = found.get((row.of_device, row.id))
            streams = (row.line,) if before is None else before.streams
            found[row.of_device, row.id] = Provision(
                row.of_device,
                _definition(row) if before is None else before.definition,
                row.datastream,
                row.resolution,
                row.line,
                streams if row.later is None else (*streams, row.later),
            )
    return list(found.values())


def _definition(row: Row[Any]) -> Definition:
    said = {name: getattr(row, name) for name in _SAID}
    said["data_type"] = DataType(said["data_type"])
    return Definition(row.id, row.account, WantedDefinition(**said), from_microseconds(row.created))

"""The sensors of trackers as rows; they belong to the device, so that its clones show them too."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from sensorium.model.errors import Conflict, PoolFull
from sensorium.model.tracker import NewSensor, Sensor, SensorType
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.lines import fed_of_line, line_column, line_of
from sensorium.storage.catalog.subjects import of_device
from sensorium.storage.catalog.tables import datastreams, sensors


def sensors_of(catalog: Catalog, devices: Iterable[int]) -> list[Sensor]:
    """The sensors of these devices, by id."""
    return _sensors(catalog, sensors.c.device.in_(list(devices)))


def find_sensor(catalog: Catalog, device: int, number: int) -> Sensor | None:
    """A sensor of the device."""
    if not 0 < number <= LARGEST_ID:
        return None
    found = _sensors(catalog, sensors.c.device == device, sensors.c.id == number)
    return found[0] if found else None


def add_sensor(
    catalog: Catalog, device: int, new: NewSensor, datastream: int | None, *, most: int, now: int
) -> int:
    """Add a sensor to a device, and say its id. Of its datastream's line it shows the one that is fed now.

    Raises PoolFull when the device has `most`, and Conflict when its input is shown by another one.
    """
    with catalog.change([of_device(device)]) as connection:
        count = select(func.count()).where(sensors.c.device == device)
        if connection.scalars(count).one() >= most:
            raise PoolFull(f"A tracker may have at most {most} sensors.")
        _refuse_taken(connection, device, new, datastream, None)
        shown = _fed(connection, device, datastream)
        row = insert(sensors).values(device=device, created=now, **_columns(new, shown))
        return connection.scalars(row.returning(sensors.c.id)).one()


def change_sensor(catalog: Catalog, device: int, number: int, new: NewSensor, datastream: int | None) -> bool:
    """Describe a sensor of a device anew; whether there is one. Raises Conflict as `add_sensor` does."""
    with catalog.change([of_device(device)]) as connection:
        _refuse_taken(connection, device, new, datastream, number)
        changed = update(sensors).where(sensors.c.device == device, sensors.c.id == number)
        shown = _fed(connection, device, datastream)
        return connection.execute(changed.values(**_columns(new, shown))).rowcount == 1


def remove_sensor(catalog: Catalog, device: int, number: int) -> bool:
    """Take a sensor from a device; whether there was one."""
    theirs = delete(sensors).where(sensors.c.device == device, sensors.c.id == number)
    with catalog.change([of_device(device)]) as connection:
        return connection.execute(theirs).rowcount == 1


def _refuse_taken(
    connection: Connection, device: int, new: NewSensor, datastream: int | None, number: int | None
) -> None:
    """An input is shown by one sensor: a metering one its line of datastreams, a discrete one its number."""
    line = None if datastream is None else line_of(connection, datastream)
    of_line = select(datastreams.c.id).where(datastreams.c.device == device, line_column == line)
    same = {
        SensorType.METERING: sensors.c.datastream.in_(of_line),
        SensorType.DISCRETE: sensors.c.input_number == new.input_number,
    }.get(new.type)
    if same is None:
        return
    query = select(sensors.c.id).where(sensors.c.device == device, sensors.c.type == new.type.value, same)
    taken = connection.scalars(query).first()
    if taken not in (None, number):
        raise Conflict("The input is shown by another sensor.", "input_name")


def _fed(connection: Connection, device: int, datastream: int | None) -> int | None:
    """The datastream of the line that is fed now; the device may be described anew since one was named."""
    if datastream is None:
        return None
    return fed_of_line(connection, device, line_of(connection, datastream)) or datastream


def _columns(new: NewSensor, datastream: int | None) -> dict[str, Any]:
    return {
        "datastream": datastream,
        "type": new.type.value,
        "sensor_type": new.sensor_type,
        "name": new.name,
        "input_name": new.input_name,
        "input_number": new.input_number,
        "divider": new.divider,
        "accuracy": new.accuracy,
        "units": new.units,
        "units_type": new.units_type,
        "group_type": new.group_type,
        "parameters": msgspec.json.encode(new.parameters).decode(),
    }


def _sensors(catalog: Catalog, *conditions: ColumnElement[bool]) -> list[Sensor]:
    query = select(sensors).where(*conditions).order_by(sensors.c.id)
    with catalog.read() as connection:
        return [_sensor(row) for row in connection.execute(query)]


def _sensor(row: Row[Any]) -> Sensor:
    described = NewSensor(
        type=SensorType(row.type),
        sensor_type=row.sensor_type,
        name=row.name,
        input_name=row.input_name,
        input_number=row.input_number,
        divider=row.divider,
        accuracy=row.accuracy,
        units=row.units,
        units_type=row.units_type,
        group_type=row.group_type,
        parameters=msgspec.json.decode(row.parameters),
    )
    return Sensor(row.id, row.device, row.datastream, described)

"""Datastreams as rows: the series that a device has, or has had, and which bindings feed them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, select

from sensorium.model.catalogue import Aggregation, Component, Unit
from sensorium.model.device import Datastream, NewDevice
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.lines import Identity, go_on, provisioned_series, series_of
from sensorium.storage.catalog.tables import bindings, components, datastreams, devices, units

_qc_units = units.alias("qc_units")

_STREAM: Select[Any] = (
    select(
        datastreams,
        components.c.name.label("component_name"),
        components.c.kind,
        components.c.description,
        components.c.qc_unit,
        components.c.aggregation,
        units.c.name.label("unit_name"),
        _qc_units.c.name.label("qc_unit_name"),
    )
    .join_from(datastreams, components, components.c.id == datastreams.c.component)
    .join(units, units.c.id == datastreams.c.unit)
    .outerjoin(_qc_units, _qc_units.c.id == components.c.qc_unit)
)
_BOUND = _STREAM.add_columns(bindings.c.version).join(bindings, bindings.c.datastream == datastreams.c.id)


def add_bindings(connection: Connection, device: int, version: int, new: NewDevice) -> None:
    """Bind a schema version to its series: one that the device has had for an equal binding, or a new one.

    So data that are stored keep their meaning when a device is described anew. Definitions whose values no
    packet of it has any more follow the device too. Raises Misbound as `series_of` does.
    """
    wanted = [
        Identity(each.component, each.unit, each.level, each.path, new.resolution, new.epsg)
        for each in new.schema.bindings
    ]
    series = series_of(connection, device, version - 1, wanted)
    unfed = provisioned_series(connection, device).difference(series.values())
    go_on(connection, device, unfed, new.resolution, new.epsg)
    if wanted:
        bound = [
            {"device": device, "version": version, "position": position, "datastream": series[identity]}
            for position, identity in enumerate(wanted)
        ]
        connection.execute(insert(bindings), bound)


def current_streams(
    connection: Connection, condition: ColumnElement[bool]
) -> dict[tuple[int, int], tuple[Datastream, ...]]:
    """The series of the current schema version, by device and version, of devices that meet the condition."""
    current = and_(devices.c.id == bindings.c.device, devices.c.version == bindings.c.version)
    query = _BOUND.join(devices, current).where(condition).order_by(bindings.c.device, bindings.c.position)
    found: defaultdict[tuple[int, int], list[Datastream]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.device, row.version].append(_stream(row))
    return {key: tuple(streams) for key, streams in found.items()}


def find_streams(catalog: Catalog, device: int) -> tuple[Datastream, ...]:
    """Every series that the device has or has had, by id."""
    query = _STREAM.where(datastreams.c.device == device).order_by(datastreams.c.id)
    with catalog.read() as connection:
        return tuple(_stream(row) for row in connection.execute(query))


def find_streams_of(catalog: Catalog, devices: Sequence[int]) -> dict[int, tuple[Datastream, ...]]:
    """Every series that each of these devices has or has had, by id."""
    query = _STREAM.where(datastreams.c.device.in_(devices)).order_by(datastreams.c.id)
    found: defaultdict[int, list[Datastream]] = defaultdict(list)
    with catalog.read() as connection:
        for row in connection.execute(query):
            found[row.device].append(_stream(row))
    return {device: tuple(streams) for device, streams in found.items()}


def device_of(connection: Connection, number: int) -> int:
    """The device of a series."""
    return connection.scalars(select(datastreams.c.device).where(datastreams.c.id == number)).one()


def find_by_ids(catalog: Catalog, numbers: Sequence[int]) -> tuple[Datastream, ...]:
    """The series with these ids, by id."""
    query = _STREAM.where(datastreams.c.id.in_(numbers)).order_by(datastreams.c.id)
    with catalog.read() as connection:
        return tuple(_stream(row) for row in connection.execute(query))


def find_version_streams(catalog: Catalog, device: int, version: int) -> tuple[Datastream, ...]:
    """The series of one schema version, one for each binding and in their order."""
    query = _BOUND.where(bindings.c.device == device, bindings.c.version == version)
    with catalog.read() as connection:
        return tuple(_stream(row) for row in connection.execute(query.order_by(bindings.c.position)))


def _stream(row: Row[Any]) -> Datastream:
    qc_unit = None if row.qc_unit is None else Unit(row.qc_unit, row.qc_unit_name)
    return Datastream(
        id=row.id,
        device=row.device,
        component=Component(
            row.component,
            row.component_name,
            row.kind,
            row.description,
            qc_unit,
            Aggregation(row.aggregation),
        ),
        unit=Unit(row.unit, row.unit_name),
        level=row.level,
        epsg=row.epsg,
        resolution=row.resolution,
        path=row.path,
        line=row.id if row.line is None else row.line,
    )

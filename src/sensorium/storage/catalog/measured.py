"""What can be measured, in which unit and at which level, as rows."""

from sqlalchemy import select

from sensorium.model.catalogue import Component, Level, Unit
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import components, levels, units


def all_components(catalog: Catalog) -> list[Component]:
    """Every component, by id."""
    known = {each.id: each for each in all_units(catalog)}
    with catalog.read() as connection:
        rows = connection.execute(select(components).order_by(components.c.id)).all()
    return [
        Component(
            row.id, row.name, row.kind, row.description, None if row.qc_unit is None else known[row.qc_unit]
        )
        for row in rows
    ]


def all_units(catalog: Catalog) -> list[Unit]:
    """Every unit, by id."""
    with catalog.read() as connection:
        rows = connection.execute(select(units).order_by(units.c.id)).all()
    return [Unit(row.id, row.name) for row in rows]


def all_levels(catalog: Catalog) -> list[Level]:
    """Every data level, by its value."""
    with catalog.read() as connection:
        rows = connection.execute(select(levels).order_by(levels.c.value)).all()
    return [Level(row.value, row.description) for row in rows]

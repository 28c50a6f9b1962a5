"""What can be measured, in which unit and at which level, as rows."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import Connection, Table, func, insert, select

from sensorium.model.catalogue import Aggregation, Component, Level, Unit
from sensorium.model.errors import PoolFull
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import components, levels, units

FIRST_ADDED = 10_000  # the id of the first unit or component that people add; what is shipped has lower ones
MOST_ADDED = 500  # by one account, of each

Names = Callable[[Iterable[str]], None]
"""Is given the names that there are and raises what prevents another one."""


def all_components(catalog: Catalog) -> list[Component]:
    """Every component, by id."""
    known = {each.id: each for each in all_units(catalog)}
    with catalog.read() as connection:
        rows = connection.execute(select(components).order_by(components.c.id)).all()
    return [
        Component(
            row.id,
            row.name,
            row.kind,
            row.description,
            None if row.qc_unit is None else known[row.qc_unit],
            Aggregation(row.aggregation),
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


def add_unit(catalog: Catalog, account: int, name: str, check: Names) -> Unit:
    """Add a unit for everyone. Raises what `check` does, and PoolFull when the account has added too many."""
    with catalog.change() as connection:
        check(connection.scalars(select(units.c.name)).all())
        number = _next_id(connection, units, account)
        connection.execute(insert(units).values(id=number, name=name, account=account))
    return Unit(number, name)


def add_component(catalog: Catalog, account: int, new: Component, check: Names) -> Component:
    """Add a component for everyone; its id is of no account here. Raises as `add_unit` does."""
    with catalog.change() as connection:
        check(connection.scalars(select(components.c.name)).all())
        number = _next_id(connection, components, account)
        row = insert(components).values(
            id=number,
            name=new.name,
            kind=new.kind,
            description=new.description,
            qc_unit=None if new.qc_unit is None else new.qc_unit.id,
            account=account,
            aggregation=new.aggregation.value,
        )
        connection.execute(row)
    return replace(new, id=number)


def _next_id(connection: Connection, table: Table, account: int) -> int:
    theirs = select(func.count()).select_from(table).where(table.c.account == account)
    if connection.scalars(theirs).one() >= MOST_ADDED:
        raise PoolFull(f"An account may add at most {MOST_ADDED}.")
    newest = connection.scalars(select(func.max(table.c.id))).one()
    return max(FIRST_ADDED, newest + 1)

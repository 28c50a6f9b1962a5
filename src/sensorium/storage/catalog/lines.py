"""Lines of series: the same quantity of a device by the same path, one series after the other.

A series has one resolution, one data level and one reference system, since these stand beside every stored
value. A device that is described anew with others of them goes on with a new series in the same line. What
is said of a series (its calibrations, corrections and quality) is said of its line, by the id of the first;
a sensor and a definition name the series of a line that is fed now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from sensorium.model.errors import Misbound
from sensorium.storage.catalog.tables import bindings, datastreams, devices, provisioned, sensors

_OWN = "/sd_id/"

line_column: ColumnElement[Any] = func.coalesce(datastreams.c.line, datastreams.c.id)
"""The line of a series as a column."""


class Identity(NamedTuple):
    """What makes two series of a device one."""

    component: int
    unit: int
    level: int
    path: str
    resolution: int
    epsg: int

    @property
    def quantity(self) -> tuple[int, int, str]:
        """What is the same in a line."""
        return self.component, self.unit, self.path


class Series(NamedTuple):
    """A series by its id, and its line."""

    id: int
    line: int


def own_path(definition: int) -> str:
    """Where the values of a definition stand that are a series of their own: no packet is read by it."""
    return f"{_OWN}{definition}"


def is_own_path(path: str) -> bool:
    """Whether it is such a path of a definition, whichever."""
    return path.startswith(_OWN) and path.removeprefix(_OWN).isdecimal()


def series_of(
    connection: Connection, device: int, before: int, wanted: Iterable[Identity]
) -> dict[Identity, int]:
    """The ids of these series of a device, which are all fed from now on: those that it has had, or new ones.

    A new one goes on with a line of its quantity: before others with one of its own level, and of these with
    one that is fed by the schema version `before`, then one that is shown, then the newest. What shows
    another series of the line shows this one now. Raises Misbound for two levels that were one line.
    """
    there = _there(connection, device)
    each_once = list(dict.fromkeys(wanted))
    _refuse_levels_of_a_line(each_once, there)
    missing = [each for each in each_once if each not in there]
    if missing:
        taken = {there[each].line for each in each_once if each in there}
        fed, shown = _fed_lines(connection, device, before), _shown_lines(connection, device)
        candidates = sorted(
            there.items(), key=lambda each: (each[1].line in fed, each[1].line in shown, each[1].id)
        )
        there |= _added(connection, device, _lines_for(missing, candidates[::-1], taken))
    found = {each: there[each] for each in each_once}
    _move(connection, device, {each.line: each.id for each in found.values()})
    return {each: series.id for each, series in found.items()}


def go_on(
    connection: Connection, device: int, numbers: Collection[int], resolution: int, epsg: int
) -> dict[int, int]:
    """The series that go on with these of a device, which no packet feeds, as it is described now: by line.

    What shows another series of the line shows this one now. A line is left out whose series of now is a line
    of its own, as those are that were made before there were lines.
    """
    there = _there(connection, device)
    wanted = {
        series.line: identity._replace(resolution=resolution, epsg=epsg)
        for identity, series in there.items()
        if series.id in numbers
    }
    missing = {identity: line for line, identity in wanted.items() if identity not in there}
    there |= _added(connection, device, missing)
    found = {line: there[identity].id for line, identity in wanted.items() if there[identity].line == line}
    _move(connection, device, found)
    return found


def provisioned_series(connection: Connection, device: int) -> set[int]:
    """The series that definitions of a device name."""
    query = select(provisioned.c.datastream).where(provisioned.c.device == device)
    return {each for each in connection.scalars(query) if each is not None}


def line_of(connection: Connection, number: int) -> int:
    """The line of a series."""
    return connection.scalars(select(line_column).where(datastreams.c.id == number)).one()


def fed_of_line(connection: Connection, device: int, line: int) -> int | None:
    """The series of a line that the device's packets feed now."""
    current = and_(devices.c.id == bindings.c.device, devices.c.version == bindings.c.version)
    query = (
        select(datastreams.c.id)
        .join_from(bindings, devices, current)
        .join(datastreams, datastreams.c.id == bindings.c.datastream)
        .where(bindings.c.device == device, line_column == line)
    )
    return connection.scalars(query).first()


def _there(connection: Connection, device: int) -> dict[Identity, Series]:
    query = select(datastreams, line_column.label("of_line")).where(datastreams.c.device == device)
    return {
        Identity(row.component, row.unit, row.level, row.path, row.resolution, row.epsg): Series(
            row.id, row.of_line
        )
        for row in connection.execute(query.order_by(datastreams.c.id))
    }


def _refuse_levels_of_a_line(wanted: Iterable[Identity], there: dict[Identity, Series]) -> None:
    """Two levels of a quantity that were one after the other are not bound at once: neither could go on."""
    levels: defaultdict[tuple[int, int, str], set[int]] = defaultdict(set)
    for each in wanted:
        levels[each.quantity].add(each.level)
    level_of_line: dict[int, int] = {}
    for identity, series in there.items():
        if (
            identity.level in levels[identity.quantity]
            and level_of_line.setdefault(series.line, identity.level) != identity.level
        ):
            raise Misbound(
                "Two of the components were one after the other before, at another level.", "components"
            )


def _fed_lines(connection: Connection, device: int, version: int) -> set[int]:
    query = select(line_column).join_from(bindings, datastreams, datastreams.c.id == bindings.c.datastream)
    query = query.where(bindings.c.device == device, bindings.c.version == version)
    return set(connection.scalars(query))


def _shown_lines(connection: Connection, device: int) -> set[int]:
    """The lines that definitions and sensors of a device show."""
    found = set[int]()
    for table in (provisioned, sensors):
        query = select(line_column).join_from(table, datastreams, datastreams.c.id == table.c.datastream)
        found.update(connection.scalars(query.where(table.c.device == device)))
    return found


def _lines_for(
    missing: Sequence[Identity], candidates: Iterable[tuple[Identity, Series]], taken: set[int]
) -> dict[Identity, int | None]:
    """Which line each new series goes on with; None begins one. The best candidate comes first."""
    by_quantity: defaultdict[tuple[int, int, str], list[tuple[int, int]]] = defaultdict(list)
    for identity, series in candidates:
        by_quantity[identity.quantity].append((identity.level, series.line))
    lines = dict[Identity, int | None].fromkeys(missing)
    for same_level in (True, False):
        for each in missing:
            if lines[each] is not None:
                continue
            for level, line in by_quantity[each.quantity]:
                if line not in taken and (level == each.level or not same_level):
                    lines[each] = line
                    taken.add(line)
                    break
    return lines


def _added(
    connection: Connection, device: int, lines: Mapping[Identity, int | None]
) -> dict[Identity, Series]:
    if not lines:
        return {}
    rows = [{"device": device, "line": line, **each._asdict()} for each, line in lines.items()]
    added = insert(datastreams).returning(datastreams.c.id, sort_by_parameter_order=True)
    numbers = connection.scalars(added, rows)
    return {
        each: Series(number, line or number)
        for (each, line), number in zip(lines.items(), numbers, strict=True)
    }


def _move(connection: Connection, device: int, fed: dict[int, int]) -> None:
    """Let what shows a series of a line show the one that is fed, given by line."""
    for table in (provisioned, sensors):
        query = select(table.c.datastream, line_column).join_from(
            table, datastreams, datastreams.c.id == table.c.datastream
        )
        for shown, line in connection.execute(query.where(table.c.device == device)).all():
            if fed.get(line, shown) != shown:
                theirs = update(table).where(table.c.device == device, table.c.datastream == shown)
                connection.execute(theirs.values(datastream=fed[line]))

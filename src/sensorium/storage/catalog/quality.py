"""How values are checked, from which time on: what holds for a datastream out of all that was said.

What is said of a datastream is said of its line (`lines`), and goes before what its account says of the
component, and that before what is shipped for everyone.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, insert, or_, select

from sensorium.model.quality import UNCHECKED, DatedQuality, Quality, SaidQuality, Source
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.datastreams import device_of
from sensorium.storage.catalog.lines import line_column
from sensorium.storage.catalog.subjects import Subject, of_device
from sensorium.storage.catalog.tables import datastreams, devices, quality

_read = msgspec.json.Decoder(Quality, strict=True).decode


_Row = Row[Any]
_RANKS = (Source.DATASTREAM, Source.ACCOUNT, Source.SHIPPED)


@dataclass(frozen=True, slots=True)
class About:
    """What quality is said of: a line of datastreams, or a component for an account or everyone (None)."""

    datastream: int | None = None
    account: int | None = None
    component: int | None = None


def find_quality(catalog: Catalog, streams: Iterable[int]) -> dict[int, tuple[DatedQuality, ...]]:
    """How each of these datastreams is checked, in the order of time; the first holds from the beginning."""
    wanted = list(streams)
    query: Select[Any] = (
        select(datastreams.c.id.label("stream"), quality)
        .join_from(datastreams, devices, devices.c.id == datastreams.c.device)
        .join(
            quality,
            or_(
                quality.c.datastream == line_column,
                and_(
                    quality.c.component == datastreams.c.component,
                    or_(quality.c.account.is_(None), quality.c.account == devices.c.account),
                ),
            ),
        )
        .where(datastreams.c.id.in_(wanted))
        .order_by(quality.c.valid_from, quality.c.id)
    )
    found: dict[int, list[_Row]] = {each: [] for each in wanted}
    with catalog.read() as connection:
        for row in connection.execute(query):
            found[row.stream].append(row)
    return {stream: _in_force(rows) for stream, rows in found.items()}


def said_of_quality(catalog: Catalog, about: About) -> tuple[tuple[SaidQuality, ...], str | None]:
    """All that is said, in the order of time, and the version of it (None: there is nothing)."""
    with catalog.read() as connection:
        rows = _rows(connection, about)
    said = tuple(SaidQuality(row.valid_from, _read(row.document), row.note, row.created) for row in rows)
    return said, _version(rows)


def say_quality(
    catalog: Catalog, about: About, said: SaidQuality, check: Callable[[str | None], None]
) -> None:
    """Say how values are checked, in place of what was said for the same time.

    `check` is given the version that is there, before anything is changed; what it raises prevents that.
    """
    touched: list[Subject] = []
    with catalog.change(None if about.datastream is None else touched) as connection:
        if about.datastream is not None:
            touched.append(of_device(device_of(connection, about.datastream)))
        check(_version(_rows(connection, about)))
        connection.execute(delete(quality).where(_is_about(about), quality.c.valid_from == said.valid_from))
        row = insert(quality).values(
            account=about.account,
            component=about.component,
            datastream=about.datastream,
            valid_from=said.valid_from,
            document=msgspec.json.encode(said.quality).decode(),
            note=said.note,
            created=said.created,
        )
        connection.execute(row)


def unsay_quality(
    catalog: Catalog, about: About, valid_from: int | None, check: Callable[[str | None], None]
) -> bool:
    """Take back what is said for a time, or all of it (None); whether there was anything."""
    statement = delete(quality).where(_is_about(about))
    if valid_from is not None:
        statement = statement.where(quality.c.valid_from == valid_from)
    touched: list[Subject] = []
    with catalog.change(None if about.datastream is None else touched) as connection:
        if about.datastream is not None:
            touched.append(of_device(device_of(connection, about.datastream)))
        check(_version(_rows(connection, about)))
        return connection.execute(statement).rowcount > 0


def _is_about(about: About) -> ColumnElement[bool]:
    return and_(
        quality.c.datastream.is_not_distinct_from(about.datastream),
        quality.c.account.is_not_distinct_from(about.account),
        quality.c.component.is_not_distinct_from(about.component),
    )


def _rows(connection: Connection, about: About) -> list[Row[Any]]:
    query = select(quality).where(_is_about(about))
    return list(connection.execute(query.order_by(quality.c.valid_from)))


def _version(rows: list[Row[Any]]) -> str | None:
    """A name for these rows: no other rows ever have it, as ids are never used twice."""
    return ".".join(str(row.id) for row in rows) or None


def find_component_quality(catalog: Catalog, account: int, component: int) -> tuple[DatedQuality, ...]:
    """How the account's values of a component are checked where nothing is said of a datastream."""
    query = (
        select(quality)
        .where(quality.c.component == component)
        .where(or_(quality.c.account.is_(None), quality.c.account == account))
        .order_by(quality.c.valid_from, quality.c.id)
    )
    with catalog.read() as connection:
        return _in_force(list(connection.execute(query)))


def _in_force(rows: list[_Row]) -> tuple[DatedQuality, ...]:
    """What holds when, out of what is shipped, said for the component and said for the datastream."""
    said: dict[Source, list[_Row]] = {each: [] for each in _RANKS}
    for row in rows:
        said[_source(row)].append(row)
    held = [_at(said, begin) for begin in sorted({0, *(row.valid_from for row in rows)})]
    return tuple(each for at, each in enumerate(held) if at == 0 or each[1:] != held[at - 1][1:])


def _source(row: _Row) -> Source:
    if row.datastream is not None:
        return Source.DATASTREAM
    return Source.SHIPPED if row.account is None else Source.ACCOUNT


def _at(said: dict[Source, list[_Row]], time: int) -> DatedQuality:
    for source, rows in said.items():
        place = bisect_right([row.valid_from for row in rows], time)
        if place:
            return DatedQuality(time, _read(rows[place - 1].document), source)
    return DatedQuality(time, UNCHECKED, Source.NOBODY)

"""Corrections as rows: what is said of a line of datastreams (`lines`), and from which time on it holds."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from sensorium.model.correction import Correction, DatedCorrection, SaidCorrection
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.datastreams import device_of
from sensorium.storage.catalog.lines import line_column
from sensorium.storage.catalog.subjects import Subject, of_device
from sensorium.storage.catalog.tables import corrections, datastreams


def find_corrections(catalog: Catalog, streams: Iterable[int]) -> dict[int, tuple[DatedCorrection, ...]]:
    """How each of these datastreams is corrected, in the order of time; before the first one, not at all."""
    wanted = list(streams)
    query = select(datastreams.c.id.label("stream"), corrections).join_from(
        corrections, datastreams, corrections.c.datastream == line_column
    )
    said = query.where(datastreams.c.id.in_(wanted))
    found: dict[int, list[DatedCorrection]] = {each: [] for each in wanted}
    with catalog.read() as connection:
        for row in connection.execute(said.order_by(corrections.c.valid_from)):
            found[row.stream].append(DatedCorrection(row.valid_from, _correction(row)))
    return {stream: tuple(dated) for stream, dated in found.items()}


def find_corrections_of(
    catalog: Catalog, devices: Sequence[int]
) -> dict[int, dict[int, tuple[DatedCorrection, ...]]]:
    """By device, how each of its datastreams is corrected; only those of which anything is said."""
    query = select(datastreams.c.device, datastreams.c.id.label("stream"), corrections).join_from(
        corrections, datastreams, corrections.c.datastream == line_column
    )
    wanted = query.where(datastreams.c.device.in_(devices)).order_by(corrections.c.valid_from)
    found: dict[int, dict[int, tuple[DatedCorrection, ...]]] = {}
    with catalog.read() as connection:
        for row in connection.execute(wanted):
            of_device = found.setdefault(row.device, {})
            said = DatedCorrection(row.valid_from, _correction(row))
            of_device[row.stream] = (*of_device.get(row.stream, ()), said)
    return found


def said_of_correction(catalog: Catalog, line: int) -> tuple[tuple[SaidCorrection, ...], str | None]:
    """All that is said of its correction, in the order of time, and the version of it (None: nothing)."""
    with catalog.read() as connection:
        rows = _rows(connection, line)
    said = tuple(SaidCorrection(row.valid_from, _correction(row), row.note, row.created) for row in rows)
    return said, _version(rows)


def say_correction(
    catalog: Catalog, line: int, said: SaidCorrection, check: Callable[[str | None], None]
) -> None:
    """Say how a line is corrected, in place of what was said for the same time.

    `check` is given the version that is there, before anything is changed; what it raises prevents that.
    """
    there = corrections.c.datastream == line
    touched: list[Subject] = []
    with catalog.change(touched) as connection:
        touched.append(of_device(device_of(connection, line)))
        check(_version(_rows(connection, line)))
        connection.execute(delete(corrections).where(there, corrections.c.valid_from == said.valid_from))
        correction = said.correction
        row = insert(corrections).values(
            datastream=line,
            valid_from=said.valid_from,
            expression=None if correction is None else correction.expression,
            level=None if correction is None else correction.level,
            note=said.note,
            created=said.created,
        )
        connection.execute(row)


def unsay_correction(
    catalog: Catalog, line: int, valid_from: int | None, check: Callable[[str | None], None]
) -> bool:
    """Take back what is said for a time, or all of it (None); whether there was anything."""
    statement = delete(corrections).where(corrections.c.datastream == line)
    if valid_from is not None:
        statement = statement.where(corrections.c.valid_from == valid_from)
    touched: list[Subject] = []
    with catalog.change(touched) as connection:
        touched.append(of_device(device_of(connection, line)))
        check(_version(_rows(connection, line)))
        return connection.execute(statement).rowcount > 0


def _rows(connection: Connection, line: int) -> list[Row[Any]]:
    query = select(corrections).where(corrections.c.datastream == line)
    return list(connection.execute(query.order_by(corrections.c.valid_from)))


def _version(rows: list[Row[Any]]) -> str | None:
    """A name for these rows: no other rows ever have it, as ids are never used twice."""
    return ".".join(str(row.id) for row in rows) or None


def _correction(row: Row[Any]) -> Correction | None:
    return None if row.expression is None else Correction(row.expression, row.level)

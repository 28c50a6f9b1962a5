"""The increments of instruments as rows: measured once for a line of datastreams."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from sensorium.model.quality import Increment, MeasuredIncrement
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.lines import line_column
from sensorium.storage.catalog.subjects import Subject, of_device
from sensorium.storage.catalog.tables import datastreams, increments


def find_increments(catalog: Catalog, streams: Collection[int]) -> dict[int, MeasuredIncrement]:
    """What was measured of these datastreams, of those of which it was."""
    query = select(datastreams.c.id, increments).join_from(
        datastreams, increments, increments.c.line == line_column
    )
    with catalog.read() as connection:
        rows = connection.execute(query.where(datastreams.c.id.in_(streams)))
        return {row.id: MeasuredIncrement(Increment(row.size, row.samples), row.measured) for row in rows}


def keep_increments(catalog: Catalog, found: Mapping[int, Increment], *, now: int) -> None:
    """Keep what was measured of datastreams, in place of what was measured of their lines before."""
    touched: list[Subject] = []
    with catalog.change(touched) as connection:
        query = select(datastreams.c.id, datastreams.c.device, line_column.label("of_line"))
        streams = connection.execute(
            query.where(datastreams.c.id.in_(found)).order_by(datastreams.c.id.desc())
        ).all()
        touched += {of_device(stream.device) for stream in streams}
        lines = {stream.of_line: found[stream.id] for stream in streams}
        if not lines:
            return
        connection.execute(delete(increments).where(increments.c.line.in_(lines)))
        rows = [
            {"line": line, "size": each.size, "samples": each.samples, "measured": now}
            for line, each in lines.items()
        ]
        connection.execute(insert(increments), rows)

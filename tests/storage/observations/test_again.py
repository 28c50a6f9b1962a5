"""What stays in memory of what was read: the embedded engine's, a server has settings of its own."""

from dataclasses import replace

import msgspec

from sensorium.model.selection import Selection, Span, Wanted
from sensorium.storage.observations import filtered
from tests.storage.observations import shared
from tests.storage.observations.shared import (
    EVER,
    NOON,
    SECOND,
    SHAPE,
    answer,
    new_device,
    rows_of,
    stream_of,
)

CELLS = "SELECT value FROM system.metrics WHERE metric = 'UncompressedCacheCells' FORMAT JSONEachRow"
HITS = (
    "SELECT sum(value) AS value FROM system.events WHERE event = 'UncompressedCacheHits' FORMAT JSONEachRow"
)


def number(sql: str) -> int:
    row = b"".join(shared.the_store().stream(sql, {}))
    return int(msgspec.json.decode(row)["value"])


def stored() -> Selection:
    """Everything of a new device that has ten values."""
    stream = stream_of(new_device())
    shared.the_store().write(rows_of(stream, {NOON + at * SECOND: float(at) for at in range(10)}))
    span = Span(stream.device, 1, 0, EVER)
    return Selection((Wanted(stream.device, stream.id, 1),), (span,), 0, EVER, 1)


def newest(selection: Selection, limit: int) -> list[dict[str, object]]:
    query = filtered.rows(replace(selection, limit=limit), SHAPE, NOON, EVER, limit)
    assert query is not None
    return answer(query)


def test_newest_rows_asked_for_again_are_in_memory():
    """The blocks of a short selection are unpacked once, and what is written later is seen as well."""
    selection, before = stored(), number(CELLS)
    first = newest(selection, 2)
    kept, hits = number(CELLS), number(HITS)
    assert [row["text"] for row in first] == ["9", "8"]
    assert newest(selection, 2) == first
    assert number(CELLS) == kept > before
    assert number(HITS) > hits
    stream = stream_of(selection.wanted[0].device)
    shared.the_store().write(rows_of(stream, {NOON + 9 * SECOND: 90.0, NOON + 10 * SECOND: 100.0}, packet=2))
    assert [row["text"] for row in newest(selection, 3)] == ["100", "90", "8"]


def test_long_answers_drive_nothing_from_memory():
    """A selection of very many rows reads past the memory."""
    selection, before = stored(), number(CELLS)
    assert len(newest(selection, 1_000_000)) == 10
    assert number(CELLS) == before

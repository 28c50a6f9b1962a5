"""Selections read through the engine process: step by step from one end, and nothing twice."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.packet import Format, NewPacket
from sensorium.model.reading import Reading, Readings
from sensorium.model.selection import Comparator, Comparison, Item, Selection, SelectionShape, Span, Wanted
from sensorium.plans.readings import write_readings
from sensorium.query.selections import Selections
from sensorium.storage.observations.filtered import first_span, next_to
from sensorium.storage.observations.reader import Reader
from tests.chance import cases
from tests.process import engine
from tests.process.scene import SECOND, Sensor, sensor

ACCOUNT = 1

SHAPE: SelectionShape = {"data": Item.DATA, "text": Item.TEXT, "definition": Item.DEFINITION}
EVER = 1 << 62
TIMES = sorted({0, 1, 59, 3600, 86_400 * 400, *(1_600_000_000 + n**3 for n in range(150)), 2_000_000_000})
"""Seconds of values: dense, sparse, with gaps of years."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engine.Served]:
    """One engine process for the tests of this file."""
    with engine.served(tmp_path_factory.mktemp("engine")) as served:
        yield served


@pytest.fixture(scope="module")
def device(served: engine.Served) -> Sensor:
    """A device with one value at each of the times, which is the place of the time."""
    made = sensor(1, catalog=served.catalog)
    served.put([made.packet(float(n), time=time) for n, time in enumerate(TIMES)])
    return made


def select(folder: Path, selection: Selection, position: int = 0) -> list[dict[str, object]]:
    async def whole() -> list[dict[str, object]]:
        reader = Reader(folder / "engine.sock")
        try:
            pieces = Selections(reader, lambda _: position).read(ACCOUNT, selection, SHAPE)
            return [json.loads(row) async for some in pieces for row in some]
        finally:
            await reader.close()

    return asyncio.run(whole())


@cases(20)
@given(st.data())
def test_steps_leave_nothing_out_and_bring_nothing_twice(
    served: engine.Served, device: Sensor, data: st.DataObject
):
    """Whatever the bounds, the limit and the end to begin with are, and however often values come."""
    edges = st.sampled_from(TIMES).map(lambda time: time * SECOND) | st.integers(0, 2_100_000_000 * SECOND)
    begin, end = sorted((data.draw(edges), data.draw(edges)))
    limit, newest_first = data.draw(st.integers(1, 200)), data.draw(st.booleans())
    above = data.draw(st.integers(-1, len(TIMES)))
    condition = ((Comparison(Comparator.ABOVE, above),),)
    wanted = Wanted(device.id, device.streams[0].id, 1, condition, data.draw(st.sampled_from([1, 60, 10**6])))
    spans = (Span(device.id, 1, 0, EVER),)
    rows = select(served.folder, Selection((wanted,), spans, begin, end, limit, newest_first))
    expected = [n for n, time in enumerate(TIMES) if n > above and begin <= time * SECOND <= end]
    assert [int(str(row["text"])) for row in rows] == (expected[::-1] if newest_first else expected)[:limit]


def test_data_of_an_instant_are_all_its_packets(served: engine.Served):
    """By the id of the first one; the id of a later one is none."""
    made = sensor(2, catalog=served.catalog)
    one, other = made.streams

    def packet(first: int, stream: int) -> NewPacket:
        record = write_readings(Readings(first, "x", (Reading(stream, 1.0),)))
        return NewPacket(made.id, 1, 1_700_000_000 * SECOND, None, Format.READINGS, record, b"{}")

    first = served.put([packet(0, one.id)])
    second = served.put([packet(first, other.id)])
    wanted = tuple(Wanted(made.id, each.id, n) for n, each in enumerate((one, other)))
    spans = (Span(made.id, 1, 0, EVER),)

    def found(*ids: int) -> list[object]:
        asked = Selection(wanted, spans, 0, EVER, 10, data=frozenset(ids))
        return [(row["data"], row["definition"]) for row in select(served.folder, asked)]

    assert found(first) == found(first, second) == [(first, 0), (first, 1)]
    assert found(second) == found(10**12) == []


def test_first_step_is_as_long_as_the_rows_asked_for_take():
    """Ten datastreams of a value a minute make 1000 rows in 100 minutes, and a quarter more is read.

    Eight times that where a condition lets through a part of them, and never more than one query sorts.
    """
    wanted = tuple(Wanted(1, n, n, resolution=60) for n in range(10))
    asked = Selection(wanted, (), 0, EVER, 1000)
    assert first_span(asked, 10**6) == (100 * 60 * 5 // 4 + 1) * SECOND
    hot = ((Comparison(Comparator.ABOVE, 20),),)
    filtered = Selection(tuple(replace(each, condition=hot) for each in wanted), (), 0, EVER, 1000)
    assert first_span(filtered, 10**6) == (8 * 100 * 60 * 5 // 4 + 1) * SECOND
    assert first_span(filtered, 100) == first_span(asked, 100) == (10 * 60 * 5 // 4 + 1) * SECOND
    stored = (0, 999)
    assert next_to(asked, 0, 999, 100, stored) == next_to(asked, 0, 999, 100, (-9, 2000)) == (900, 999)
    assert next_to(asked, 950, 999, 100, stored) == (950, 999)
    oldest = replace(asked, newest_first=False)
    assert next_to(oldest, 0, 999, 100, stored) == next_to(oldest, 0, 999, 100, (-9, 2000)) == (0, 99)


def test_step_takes_what_is_beyond_the_stored_at_once():
    """What came since it was asked, and what nobody has: a step is measured in times that had values."""
    asked = Selection((), (), 0, EVER, 1000)
    assert next_to(asked, 0, EVER, 100, (500, 999)) == (900, EVER)
    assert next_to(asked, 0, 599, 100, (500, 999)) == (0, 599)
    oldest = replace(asked, newest_first=False)
    assert next_to(oldest, 0, EVER, 100, (500, 999)) == (0, 599)
    assert next_to(oldest, 900, EVER, 100, (500, 999)) == (900, EVER)


def test_what_came_since_the_last_select_is_seen_at_once(served: engine.Served):
    """Newer and older than all that was stored a moment ago."""
    made = sensor(1, catalog=served.catalog)
    served.put([made.packet(1.0, time=1_650_000_000)])
    selection = Selection(
        (Wanted(made.id, made.streams[0].id, 1),), (Span(made.id, 1, 0, EVER),), 0, EVER, 10
    )

    async def texts(reader: Reader, selection: Selection, position: int) -> list[object]:
        pieces = Selections(reader, lambda _: position).read(ACCOUNT, selection, SHAPE)
        return [json.loads(row)["text"] async for some in pieces for row in some]

    async def before_and_after() -> None:
        reader = Reader(served.folder / "engine.sock")
        try:
            assert await texts(reader, selection, 0) == ["1"]
            packets = [made.packet(2.0, time=2_900_000_000), made.packet(0.0, time=0)]
            position = await asyncio.to_thread(served.put, packets)
            for asked, expected in (
                (selection, ["2", "1", "0"]),
                (replace(selection, newest_first=False), ["0", "1", "2"]),
            ):
                assert await texts(reader, asked, position) == expected
        finally:
            await reader.close()

    asyncio.run(before_and_after())

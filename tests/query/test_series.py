"""Series read through the engine process, as the dialects read them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from sensorium.model.errors import Unavailable
from sensorium.model.series import Column, Shape
from sensorium.query.series import Series
from sensorium.storage.observations.asking import QueryFailed
from sensorium.storage.observations.reader import Reader
from sensorium.storage.observations.select import Query
from tests.process import engine
from tests.process.scene import NOON, SECOND, Sensor, sensor

ACCOUNT = 1

ROW: Shape = {"component": Column.COMPONENT, "begin": Column.BEGIN, "value": Column.VALUE}
YEAR = 365 * 86_400


def read(
    folder: Path, ask: Callable[[Series], Coroutine[Any, Any, AsyncGenerator[bytes]]], position: int = 0
) -> Any:
    """The whole answer to what is asked of the series, as objects."""

    async def whole() -> bytes:
        reader = Reader(folder / "engine.sock")
        try:
            return b"".join([piece async for piece in await ask(Series(reader, lambda _: position))])
        finally:
            await reader.close()

    return json.loads(asyncio.run(whole()))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engine.Served]:
    """One engine process for the tests of this file; each has its own devices."""
    with engine.served(tmp_path_factory.mktemp("engine")) as served:
        yield served


def names(device: Sensor) -> list[str]:
    return sorted(stream.component.name for stream in device.streams)


def test_a_series_is_sorted_and_has_both_ends(served: engine.Served):
    """Rows come by time, then by component name; rows at the first and last moment belong to the answer."""
    device = sensor(3, catalog=served.catalog)
    position = served.put([device.packet(1.0, 2.0, 3.0, time=NOON + n) for n in (3, 1, 2, 0, 4)])
    begin, end = (NOON + 1) * SECOND, (NOON + 3) * SECOND
    rows = read(served.folder, lambda series: series.read(ACCOUNT, device.streams, begin, end, ROW), position)
    assert [(row["begin"], row["component"]) for row in rows] == [
        (NOON + second, name) for second in (1, 2, 3) for name in names(device)
    ]


@pytest.mark.check("NI-056")
def test_nothing_is_an_empty_array(served: engine.Served):
    """A device without data, a range without data and no datastreams at all are answered with []."""
    device = sensor(1, catalog=served.catalog)
    assert read(served.folder, lambda series: series.read(ACCOUNT, device.streams, 0, 1 << 60, ROW)) == []
    assert read(served.folder, lambda series: series.first(ACCOUNT, device.streams, ROW)) == []
    assert read(served.folder, lambda series: series.latest(ACCOUNT, device.streams, ROW)) == []
    position = served.put([device.packet(1.0, time=NOON)])
    assert (
        read(served.folder, lambda series: series.read(ACCOUNT, device.streams, 0, NOON, ROW), position) == []
    )
    assert read(served.folder, lambda series: series.read(ACCOUNT, device.streams, 9, 8, ROW), position) == []
    assert read(served.folder, lambda series: series.read(ACCOUNT, [], 0, 1 << 60, ROW), position) == []
    assert read(served.folder, lambda series: series.latest(ACCOUNT, [], ROW), position) == []


def test_a_long_series_is_put_together_without_gap_or_repetition(served: engine.Served):
    """200,000 rows, with a gap of ten years and a change of density, come back each once and in order."""
    device = sensor(4, catalog=served.catalog)
    times = [NOON + 60 * n for n in range(20_000)]
    times += [NOON + 10 * YEAR + n for n in range(30_000)]
    packets = [device.packet(0.0, 1.0, 2.0, float(n), time=time) for n, time in enumerate(times)]
    position = served.put(packets)
    rows = read(served.folder, lambda series: series.read(ACCOUNT, device.streams, 0, 1 << 60, ROW), position)
    assert [row["begin"] for row in rows[::4]] == times
    assert [row["component"] for row in rows] == names(device) * len(times)
    last = device.streams[3].component.name
    assert [row["value"] for row in rows if row["component"] == last] == list(range(len(times)))


def test_the_first_and_the_latest_are_each_datastreams_own(served: engine.Served):
    """Each datastream is shown at its own oldest and newest time, over years and months without data."""
    device = sensor(3, catalog=served.catalog)
    position = served.put(
        [
            device.packet(1.0, None, None, time=NOON - 20 * YEAR),
            device.packet(2.0, 20.0, None, time=NOON),
            device.packet(3.0, None, None, time=NOON + YEAR),
        ],
    )
    first = read(served.folder, lambda series: series.first(ACCOUNT, device.streams, ROW), position)
    latest = read(served.folder, lambda series: series.latest(ACCOUNT, device.streams, ROW), position)
    (a, b, _) = (stream.component.name for stream in device.streams)
    assert {row["component"]: (row["begin"], row["value"]) for row in first} == {
        a: (NOON - 20 * YEAR, 1.0),
        b: (NOON, 20.0),
    }
    assert {row["component"]: (row["begin"], row["value"]) for row in latest} == {
        a: (NOON + YEAR, 3.0),
        b: (NOON, 20.0),
    }


def test_what_is_not_processed_in_time_is_unavailable(served: engine.Served):
    """A read that must see a packet which does not get processed is refused before its first byte."""
    device = sensor(1, catalog=served.catalog)
    with pytest.raises(Unavailable):
        read(served.folder, lambda series: series.read(ACCOUNT, device.streams, 0, 1, ROW), position=1 << 40)


def test_an_absent_engine_is_unavailable(served: engine.Served, tmp_path: Path):
    """Without an engine process a read is refused before its first byte."""
    device = sensor(1, catalog=served.catalog)
    with pytest.raises(Unavailable):
        read(tmp_path, lambda series: series.latest(ACCOUNT, device.streams, ROW))


def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(served: engine.Served):
    """When the engine fails in the middle of an answer the reader raises instead of ending."""

    async def scenario() -> int:
        reader = Reader(served.folder / "engine.sock")
        sql = "SELECT number, throwIf(number = 900000) AS t FROM numbers(1000000) FORMAT JSONEachRow"
        rows = 0
        try:
            with pytest.raises((Unavailable, QueryFailed)):
                async for lines in reader._lines(Query(sql, {})):
                    assert lines.endswith(b"}\n")
                    rows += lines.count(b"\n")
        finally:
            await reader.close()
        return rows

    assert 0 < asyncio.run(scenario()) < 1_000_000


def test_a_refused_query_says_why(served: engine.Served):
    """A query that the engine does not understand raises with the engine's words."""

    async def scenario() -> None:
        reader = Reader(served.folder / "engine.sock")
        with pytest.raises(QueryFailed, match="nowhere"):
            await reader._read(Query("SELECT 1 FROM nowhere FORMAT JSONEachRow", {}), 0)
        await reader.close()

    asyncio.run(scenario())


def test_answers_left_half_way_free_the_engine(served: engine.Served):
    """Readers that go away in the middle of an answer do not use up the engine's clients."""

    async def scenario() -> None:
        reader = Reader(served.folder / "engine.sock")
        for _ in range(30):
            lines = reader._lines(Query("SELECT number FROM numbers(100000000) FORMAT JSONEachRow", {}))
            assert await anext(lines)
            await lines.aclose()
        (row,) = await reader._read(Query("SELECT 1 AS n FORMAT JSONEachRow", {}), 0)
        assert row == {"n": 1}
        await reader.close()

    asyncio.run(scenario())

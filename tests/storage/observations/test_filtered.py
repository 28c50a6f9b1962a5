"""Selected observations: what the engine finds is what the words of a selection say."""

import operator
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.selection import (
    ANYTHING,
    Comparator,
    Comparison,
    Condition,
    Item,
    Selection,
    SelectionShape,
    Span,
    Wanted,
)
from sensorium.storage.observations import filtered
from sensorium.storage.observations.origins import Origin
from sensorium.storage.observations.rows import Rows
from tests.chance import cases
from tests.storage.observations.shared import (
    EVER,
    NOON,
    SECOND,
    SHAPE,
    answer,
    new_device,
    rows_of,
    stream_of,
    the_store,
)

OPERATORS = {
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
    Comparator.BELOW: operator.lt,
    Comparator.ABOVE: operator.gt,
    Comparator.AT_MOST: operator.le,
    Comparator.AT_LEAST: operator.ge,
}
DAY = 86_400 * SECOND


def found(
    selection: Selection, begin: int = 0, end: int = EVER, shape: SelectionShape = SHAPE
) -> list[dict[str, object]]:
    query = filtered.rows(selection, shape, begin, end, selection.limit)
    return [] if query is None else answer(query)


def always(device: int, asset: int = 1) -> Span:
    return Span(device, asset, 0, EVER)


def texts(device: int, number: int, times: Sequence[int]) -> Rows:
    """Rows without a number."""
    return rows_of(stream_of(device, number), dict.fromkeys(times))


comparisons = st.builds(Comparison, st.sampled_from(Comparator), st.integers(-3, 3) | st.just(10**30))
conditions = st.lists(st.lists(comparisons, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(
    tuple
)


def holds(condition: Condition, value: float | None) -> bool:
    """What a condition means, word by word."""
    return any(
        all(
            each.comparator is Comparator.UNEQUAL
            if value is None
            else OPERATORS[each.comparator](value, each.number)
            for each in group
        )
        for group in condition
    )


@pytest.fixture(scope="module")
def stored(kind: None) -> dict[int, dict[int, float | None]]:
    """The values of three datastreams of one device, by time; of the last some are texts."""
    device = new_device()
    values = {
        number: {NOON + at * SECOND: (at * 7 + number * 3) % 9 / 2 - 2 for at in range(40)}
        for number in range(3)
    }
    mixed: dict[int, dict[int, float | None]] = {n: {**each} for n, each in values.items()}
    for at in range(0, 40, 5):
        mixed[2][NOON + at * SECOND] = None
    for number, rows in mixed.items():
        the_store().write(rows_of(stream_of(device, number), rows))
    return {device * 100 + number: rows for number, rows in mixed.items()}


@cases(25)
@given(st.data())
def test_conditions_mean_what_they_say(stored: dict[int, dict[int, float | None]], data: st.DataObject):
    """Any conditions of any datastreams within any times, newest or oldest first, as many as asked for."""
    device = min(stored) // 100
    chosen = data.draw(
        st.dictionaries(st.sampled_from(sorted(stored)), st.just(ANYTHING) | conditions, min_size=1)
    )
    edges = st.integers(-1, 41).map(lambda at: NOON + at * SECOND)
    begin, end = sorted((data.draw(edges), data.draw(edges)))
    limit, newest_first = data.draw(st.integers(1, 130)), data.draw(st.booleans())
    spans = tuple(
        Span(device, asset, *sorted((data.draw(edges), data.draw(edges))))
        for asset in range(data.draw(st.integers(0, 3)))
    ) or (always(device),)
    wanted = tuple(Wanted(device, number, number % 100 + 1, each) for number, each in chosen.items())
    selection = Selection(wanted, spans, 0, EVER, limit, newest_first)
    expected = [
        (time, number % 100 + 1)
        for number, condition in chosen.items()
        for time, value in stored[number].items()
        if begin <= time <= end
        and holds(condition, value)
        and any(span.begin <= time <= span.end for span in spans)
    ]
    expected.sort(key=lambda each: (-each[0] if newest_first else each[0], each[1]))
    query = filtered.rows(selection, SHAPE, begin, end, limit)
    rows = [] if query is None else answer(replace(query, untold=None))
    assert found(selection, begin, end) == rows  # the device is not told of
    moments = [
        (f"{datetime.fromtimestamp(time // SECOND, UTC):%Y-%m-%d %H:%M:%S}", kind) for time, kind in expected
    ]
    assert [(row["at"], row["definition"]) for row in rows] == moments[:limit]


def test_row_shows_where_its_value_comes_from():
    """Its packet or the first of its instant, the asset of its time, and the text that was sent."""
    device = new_device()
    one, other = stream_of(device), stream_of(device, 1)
    the_store().write(rows_of(one, {NOON: 12.34}, packet=5))
    the_store().write(rows_of(other, {NOON: None}, packet=6))
    the_store().write(rows_of(one, {NOON + SECOND: 122.0}, packet=7))
    the_store().tell(
        [
            Origin(device, NOON, 5, 5, 'A"#1', [one.id], ["12.340"]),
            Origin(device, NOON, 6, 5, "B", [other.id], ["TEST"]),
        ]
    )
    wanted = (Wanted(device, one.id, 14, kind=3), Wanted(device, other.id, 12, kind=1))
    spans = (Span(device, 9, NOON + 1, EVER), Span(device, 8, 0, NOON))
    shape: SelectionShape = {**SHAPE, "kind": Item.KIND}
    noon = "2023-11-14 22:13:20"
    later = "2023-11-14 22:13:21"
    rows = found(Selection(wanted, spans, 0, EVER, 10), shape=shape)
    assert [tuple(row.values()) for row in rows] == [
        (7, later, 9, 14, "", "122", 3),
        (5, noon, 8, 12, "B", "TEST", 1),
        (5, noon, 8, 14, 'A"#1', "12.340", 3),
    ]
    of_one = Selection(wanted, spans, 0, EVER, 10, data=frozenset({5}))
    assert [row["text"] for row in found(of_one)] == ["12.340"]


def test_row_shows_the_kind_of_its_time():
    """From a moment on, that moment included, another one; each datastream has its own moments."""
    device = new_device()
    streams = [stream_of(device, number) for number in range(3)]
    times = [NOON + at * SECOND for at in range(4)]
    for stream in streams:
        the_store().write(rows_of(stream, dict.fromkeys(times, 1.0)))
    wanted = (
        Wanted(device, streams[0].id, 1, kind=5, later=((times[1], 6), (times[3], 5))),
        Wanted(device, streams[1].id, 2, kind=6, later=((times[2], 7),)),
        Wanted(device, streams[2].id, 3, kind=7),
    )
    shape: SelectionShape = {"definition": Item.DEFINITION, "kind": Item.KIND}
    rows = found(Selection(wanted, (always(device),), 0, EVER, 100, newest_first=False), shape=shape)
    kinds = {number: [row["kind"] for row in rows if row["definition"] == number] for number in (1, 2, 3)}
    assert kinds == {1: [5, 6, 6, 5], 2: [6, 6, 7, 7], 3: [7] * 4}


def test_query_is_as_long_for_much_as_for_little():
    """Its texts are the same for one link, change of kind and comparison as for thousands: values grow."""
    device = new_device()
    one = ((Comparison(Comparator.ABOVE, 1),),)
    many: Condition = tuple(
        (Comparison(Comparator.ABOVE, at), Comparison(Comparator.UNEQUAL, at + 3)) for at in range(500)
    )
    little = Selection(
        (Wanted(device, 1, 1, one, later=((NOON, 1),)),), (Span(device, 1, NOON, NOON),), 0, EVER, 1
    )
    much = Selection(
        tuple(
            Wanted(device + at, at, at, many, later=tuple((NOON + n, n) for n in range(1, 5)))
            for at in range(1, 1001)
        ),
        tuple(Span(device + at % 1000, at, NOON + 2 * at, NOON + 2 * at + 1) for at in range(5000)),
        0,
        EVER,
        1,
    )
    queries = [query for each in (little, much) if (query := filtered.rows(each, SHAPE, 0, EVER, 1))]
    assert len({(query.sql, query.untold.sql) for query in queries if query.untold}) == 1
    assert found(much) == []


def test_nothing_is_asked_where_nothing_can_be():
    """No datastream, no span, and spans of other devices or times."""
    device = new_device()
    wanted = (Wanted(device, 1, 1),)
    for selection in (
        Selection((), (always(device),), 0, EVER, 1),
        Selection(wanted, (), 0, EVER, 1),
        Selection(wanted, (always(device + 1),), 0, EVER, 1),
        Selection(wanted, (replace(always(device), end=NOON),), 0, EVER, 1),
    ):
        assert filtered.rows(selection, SHAPE, NOON + 1, EVER, 1) is None
        assert filtered.extent(selection, NOON + 1, EVER) is None


def granules(query: filtered.Query) -> tuple[int, int]:
    """How many marks of the observations the engine reads for a query, and of how many."""
    client = the_store()._writer  # only it may explain
    given_values = {name: AsItIs(text) for name, text in query.parameters.items()}
    plan = client.query(
        f"EXPLAIN indexes = 1 {query.sql.replace('FORMAT JSONEachRow', '')}", parameters=given_values
    )
    lines = "\n".join(line for (line,) in plan.result_rows)
    table = lines[re.search(r"ReadFromMergeTree \(\S*observations\)", lines).start() :]  # type: ignore[union-attr]
    key = table[table.index("PrimaryKey") :]
    read, of = re.search(r"Granules: (\d+)/(\d+)", key).groups()  # type: ignore[union-attr]
    return int(read), int(of)


class AsItIs:
    """A bound value in the notation of the HTTP interface."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def test_filter_over_a_device_and_a_day_reads_nothing_of_others():
    """By the index: a few marks of the one device, however many devices have values of that day."""
    devices = [new_device() for _ in range(20)]
    day = {NOON + minute * 10 * SECOND: float(minute % 50) for minute in range(8640)}
    for device in devices:
        for number in range(2):
            the_store().write(
                rows_of(stream_of(device, number), {**day, **{t + DAY: v for t, v in day.items()}})
            )
    the_store()._writer.command("OPTIMIZE TABLE observations FINAL")  # as time does
    chosen = devices[7]
    hot = ((Comparison(Comparator.ABOVE, 20), Comparison(Comparator.AT_MOST, 30)),)
    selection = Selection(
        tuple(Wanted(chosen, chosen * 100 + number, number, hot) for number in range(2)),
        (always(chosen),),
        0,
        EVER,
        100_000,
    )
    query = filtered.rows(selection, SHAPE, NOON, NOON + DAY - 1, selection.limit)
    assert query is not None
    read, of = granules(query)
    assert of > 1200  # twenty devices with two days of two datastreams
    assert read <= 2 * (8640 // 512 + 2)
    assert len(answer(query)) == 2 * sum(20 < value <= 30 for value in day.values())


def test_end_of_many_datastreams_is_read_and_nothing_else():
    """An hour of twenty devices is one or two marks of each datastream."""
    devices = [new_device() for _ in range(20)]
    times = {NOON + minute * 60 * SECOND: 1.0 for minute in range(20_000)}
    for device in devices:
        the_store().write(rows_of(stream_of(device), times))
    the_store()._writer.command("OPTIMIZE TABLE observations FINAL")
    wanted = tuple(Wanted(device, device * 100, 1) for device in devices)
    newest = max(times)
    query = filtered.rows(
        Selection(wanted, tuple(map(always, devices)), 0, EVER, 1000),
        SHAPE,
        newest - 3600 * SECOND,
        newest,
        1000,
    )
    assert query is not None
    read, _ = granules(query)
    assert read <= 2 * len(devices) + 2
    assert len(answer(query)) == 1000

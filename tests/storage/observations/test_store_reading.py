"""Queries: what is answered, how, and what is not."""

import pytest

from sensorium.model.errors import Unavailable
from sensorium.storage.observations import select
from sensorium.storage.observations.clients import STREAMS, QueryRefused
from tests.storage.observations.shared import (
    NOON,
    SECOND,
    answer,
    new_device,
    read,
    rows_of,
    stream_of,
    the_store,
    values,
)

MANY = "SELECT number FROM numbers(10000000) FORMAT JSONEachRow"


def ask(sql: str, **parameters: str) -> bytes:
    return b"".join(the_store().stream(sql, parameters))


def test_rows_are_sorted_by_time_then_component_name_then_datastream():
    """At an equal time the components come by name, and two datastreams of a component by id."""
    device = new_device()
    streams = [stream_of(device, number, name) for number, name in enumerate(["PM2.5", "NO2", "O3", "NO2"])]
    for number, stream in enumerate(streams):
        the_store().write(rows_of(stream, {NOON + SECOND: number + 10.0, NOON: float(number)}))
    assert values(*streams) == [1.0, 3.0, 2.0, 0.0, 11.0, 13.0, 12.0, 10.0]


def test_both_ends_of_a_range_belong_to_it():
    """A row at the first or at the last microsecond is there, one beside it is not."""
    stream = stream_of(new_device())
    the_store().write(rows_of(stream, {NOON + offset: float(offset) for offset in range(-2, 3)}))
    assert [row["value"] for row in read(stream, begin=NOON - 1, end=NOON + 1)] == [-1.0, 0.0, 1.0]


def test_only_the_datastreams_asked_for_are_shown():
    """Another datastream of the device and another device's stay out."""
    device = new_device()
    streams = [stream_of(device), stream_of(device, 1), stream_of(new_device())]
    for number, stream in enumerate(streams):
        the_store().write(rows_of(stream, {NOON: float(number)}))
    assert values(streams[1]) == [1.0]


@pytest.mark.parametrize(
    "name", ["NO2", "it's", "back\\slash", "tab\tnew\nline", "µ ± \x7f", "a','b", "{ids:Array}", "%s"]
)
def test_any_name_is_shown_as_it_is(name: str):
    """Names travel as bound values: no character has a meaning for the engine."""
    stream = stream_of(new_device(), name=name, unit=name)
    the_store().write(rows_of(stream, {NOON: 1.0}))
    shape = {name: select.Column.COMPONENT, "unit": select.Column.UNIT}
    assert read(stream, shape=shape) == [{name: name, "unit": name}]


def test_slashes_are_not_escaped_and_integers_are_numbers():
    """The engine's JSON has no needless escapes and no numbers in quotes."""
    assert (
        ask("SELECT 'µg/m³' AS unit, toUInt64(1) AS n FORMAT JSONEachRow")
        == '{"unit":"µg/m³","n":1}\n'.encode()
    )


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO observations (device) VALUES (1)",
        "DROP TABLE observations",
        "SET readonly = 0",
        "SELECT 1 SETTINGS readonly = 0",
        "SELECT 1 INTO OUTFILE '/tmp/sensorium-test-outfile'",
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
        "WITH 1 AS a INSERT INTO observations (device) SELECT a",
        "SELECT nothing FROM nowhere",
        "",
    ],
)
def test_nothing_is_answered_but_selects_from_the_tables(sql: str):
    """The socket cannot change or leave the store, whatever its text."""
    with pytest.raises(QueryRefused):
        ask(sql)
    assert ask("SELECT 1 AS n FORMAT JSONEachRow") == b'{"n":1}\n'


def test_an_error_in_the_middle_of_an_answer_is_raised():
    """An answer never just ends early: what follows the last good piece is the engine's error."""
    pieces = the_store().stream(
        "SELECT number, throwIf(number = 500000) AS t FROM numbers(1000000) FORMAT JSONEachRow", {}
    )
    assert next(pieces)
    with pytest.raises(QueryRefused, match="throwIf"):
        list(pieces)


def test_a_query_that_takes_too_much_memory_is_the_stores_trouble():
    """A query over the memory bound ends with Unavailable and leaves the store well."""
    with pytest.raises(Unavailable):
        ask("SELECT length(groupArray(number)) FROM numbers(1000000000) FORMAT JSONEachRow")
    assert ask("SELECT 1 AS n FORMAT JSONEachRow") == b'{"n":1}\n'


def test_a_closed_answer_gives_its_client_back():
    """Any number of answers can be begun and left, one after the other."""
    for _ in range(2 * STREAMS):
        pieces = the_store().stream(MANY, {})
        assert next(pieces)
        pieces.close()


def test_more_answers_than_clients_are_refused_and_the_open_ones_go_on():
    """Beyond the bound an answer is refused within two seconds; the others are not disturbed."""
    opened = [the_store().stream(MANY, {}) for _ in range(STREAMS)]
    assert all(next(pieces) for pieces in opened)
    with pytest.raises(Unavailable):
        ask("SELECT 1")
    assert all(next(pieces) for pieces in opened)
    for pieces in opened:
        pieces.close()
    assert ask("SELECT 1 AS n FORMAT JSONEachRow") == b'{"n":1}\n'


def test_writing_goes_on_while_an_answer_is_open():
    """An open answer stops neither the writer nor other answers."""
    stream = stream_of(new_device())
    pieces = the_store().stream(MANY, {})
    assert next(pieces)
    the_store().write(rows_of(stream, {NOON: 1.0}))
    assert values(stream) == [1.0]
    pieces.close()


def test_the_extent_of_a_range():
    """How many rows there are, and the first and last of them."""
    stream = stream_of(new_device())
    the_store().write(rows_of(stream, {NOON + second * SECOND: 1.0 for second in range(10)}))
    assert answer(select.extent([stream], NOON + SECOND, NOON + 100 * SECOND)) == [
        {"count": 9, "first": NOON + SECOND, "last": NOON + 9 * SECOND}
    ]
    assert answer(select.extent([stream], 0, 10))[0]["count"] == 0

"""What is written to the observation store, and what is then in force."""

from dataclasses import replace

import pytest

from sensorium.storage.observations.rows import LATEST, Rows
from sensorium.storage.observations.select import Query
from sensorium.storage.observations.store import RowsRefused
from tests.storage.observations.shared import (
    NOON,
    SECOND,
    WHOLE_ROW,
    answer,
    new_device,
    read,
    rows_of,
    stream_of,
    the_store,
    values,
)

RAW = """
    SELECT * EXCEPT time, toUnixTimestamp64Micro(time) AS time FROM observations FINAL
    WHERE device = {device:UInt32} FORMAT JSONEachRow
"""


def test_all_columns_come_back():
    """Each column is stored and read back as written, text and every flag word among them."""
    stream = stream_of(new_device())
    rows = Rows(
        device=[stream.device],
        datastream=[stream.id],
        time=[NOON + 123_456],
        value=[None],
        longitude=[10.75],
        latitude=[59.9],
        altitude=[-1.5],
        packet=[9],
        version=[36],
        text=["TEST \\ 'µ' \n \x00"],
        value_corrected=[-1e-300],
        level_corrected=[-3],
        uncertainty_corrected=[0.25],
        qc=[1],
        qcs=[65_535],
        qa=[4],
        qas=[8],
        is_deleted=[0],
    )
    the_store().write(rows)
    (found,) = answer(Query(RAW, {"device": str(stream.device)}))
    assert found == {name: column[0] for name, column in rows.columns().items()}


def test_columns_left_out_have_their_defaults():
    """A row has no text, no correction and no flags unless they are given."""
    stream = stream_of(new_device(), name="PM10")
    the_store().write(rows_of(stream, {NOON: 21.5}))
    (row,) = read(stream, shape=WHOLE_ROW)
    assert row == {
        "id": stream.device,
        "component": "PM10",
        "unit": "µg/m³",
        "level": 1,
        "epsg": 4326,
        "begin": NOON // SECOND,
        "end": NOON // SECOND + 60,
        "value": 21.5,
        "value_corrected": None,
        "level_corrected": None,
        "longitude": None,
        "latitude": None,
        "altitude": None,
        "qc": {"flags": 0, "bitflags": "00000000"},
        "qcs": {"flags": 0, "bitflags": "0000000000000000"},
        "qa": {"flags": 0, "bitflags": "0000"},
        "qas": {"flags": 0, "bitflags": "00000000"},
    }


def test_flag_words_have_as_many_digits_as_the_shape_says():
    """A flag word is shown as a number and as its digits, the lowest last."""
    stream = stream_of(new_device())
    rows = rows_of(stream, {NOON: 1.0})
    the_store().write(replace(rows, qc=[0b1001], qcs=[0b1000_0011_1110], qa=[0b1100], qas=[0b1]))
    (row,) = read(stream, shape=WHOLE_ROW)
    assert row["qc"] == {"flags": 9, "bitflags": "00001001"}
    assert row["qcs"] == {"flags": 0b1000_0011_1110, "bitflags": "0000100000111110"}
    assert row["qa"] == {"flags": 12, "bitflags": "1100"}
    assert row["qas"] == {"flags": 1, "bitflags": "00000001"}


def test_writing_the_same_rows_again_changes_nothing():
    """A batch that is written twice, as after a crash, is stored once."""
    stream = stream_of(new_device())
    rows = rows_of(stream, {NOON + second * SECOND: float(second) for second in range(100)})
    for _ in range(3):
        the_store().write(rows)
    assert values(stream) == [float(second) for second in range(100)]


@pytest.mark.check("NI-212")
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_at_an_equal_time_the_later_packet_wins(order: tuple[int, int]):
    """Of two packets with the same time the one accepted later is in force, whichever is stored first."""
    stream = stream_of(new_device())
    for packet in order:
        the_store().write(rows_of(stream, {NOON: float(packet)}, packet=packet))
    assert values(stream) == [2.0]


def test_within_one_batch_the_later_packet_wins_too():
    """Rows of equal time in one write are as if they had been written one after the other."""
    stream = stream_of(new_device())
    rows = rows_of(stream, {NOON: 1.0, NOON + 1: 2.0, NOON + 2: 3.0})
    the_store().write(replace(rows, time=[NOON] * 3, version=[4, 12, 8]))
    assert values(stream) == [2.0]


def test_a_column_may_hold_values_and_nulls():
    """A column with some values is written with them in their places."""
    stream = stream_of(new_device())
    rows = rows_of(stream, {NOON: 1.0, NOON + SECOND: None, NOON + 2 * SECOND: 3.0})
    the_store().write(replace(rows, altitude=[None, 7.0, None]))
    found = read(stream, shape=WHOLE_ROW)
    assert [row["value"] for row in found] == [1.0, None, 3.0]
    assert [row["altitude"] for row in found] == [None, 7.0, None]


def test_a_later_turn_wins():
    """A row that was judged again replaces the packet's own, in whichever order they are stored."""
    stream = stream_of(new_device())
    the_store().write(rows_of(stream, {NOON: 1.0}, turn=1))
    the_store().write(rows_of(stream, {NOON: 2.0}, turn=0))
    assert values(stream) == [1.0]


def test_of_equal_versions_the_row_stored_last_wins():
    """In parts of their own and in one, merged or not."""
    stream = stream_of(new_device())
    for value in (1.0, 2.0, 3.0):
        the_store().write(rows_of(stream, {NOON: value}))
    assert values(stream) == [3.0]
    one, other = rows_of(stream, {NOON: 4.0, NOON + SECOND: 0.0}), rows_of(stream, {NOON: 5.0})
    both = {name: [*column, *other.columns()[name]] for name, column in one.columns().items()}
    the_store().write(replace(one, **both))
    assert values(stream) == [5.0, 0.0]


def test_a_deleted_row_is_gone_until_it_is_written_again():
    """A tombstone of the same version takes a row out of force; the row written once more brings it back."""
    stream = stream_of(new_device())
    rows = rows_of(stream, {NOON: 1.0, NOON + SECOND: 2.0})
    the_store().write(rows)
    the_store().write(replace(rows.take([0]), is_deleted=[1]))
    assert values(stream) == [2.0]
    the_store().write(rows)
    assert values(stream) == [1.0, 2.0]


def test_rows_of_more_months_than_an_insert_takes():
    """One write may hold rows of any number of months: here of 250."""
    stream = stream_of(new_device())
    times = {month * 30 * 86_400 * SECOND: float(month) for month in range(250)}
    the_store().write(rows_of(stream, times))
    assert values(stream) == list(times.values())


def test_nothing_is_a_batch_too():
    """A batch without rows is written at once."""
    the_store().write(rows_of(stream_of(new_device()), {}))
    the_store().archive([])


@pytest.mark.parametrize("time", [2**70, -1, LATEST + 1])
def test_rows_that_the_engine_cannot_take_are_refused(time: int):
    """A row out of the engine's bounds is refused as such, and the store takes the next rows."""
    stream = stream_of(new_device())
    with pytest.raises(RowsRefused):
        the_store().write(rows_of(stream, {NOON: 1.0, time: 2.0}))
    the_store().write(rows_of(stream, {NOON: 3.0}, packet=2))
    assert values(stream) == [3.0]


def test_a_value_out_of_its_columns_bounds_is_refused():
    """What does not fit into a column is refused, and the store takes the next rows."""
    stream = stream_of(new_device())
    with pytest.raises(RowsRefused):
        the_store().write(replace(rows_of(stream, {NOON: 1.0}), datastream=[2**40]))
    the_store().write(rows_of(stream, {LATEST: 3.0}))
    assert values(stream) == []
    assert [row["value"] for row in read(stream, end=LATEST)] == [3.0]

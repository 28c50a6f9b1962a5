"""Blocks of rows in the engine's own format, against what its client makes of the same columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.storage.observations.native import block
from sensorium.storage.observations.rows import LATEST, NO_LEVEL, TYPES, Rows
from sensorium.storage.observations.select import Query
from tests.chance import cases
from tests.storage.observations.shared import NOON, answer, new_device, rows_of, stream_of, the_store

ALL = """
    SELECT * EXCEPT (device, time), toUnixTimestamp64Micro(time) AS time, reinterpretAsUInt64(value) AS bits,
        assumeNotNull(altitude) AS under
    FROM observations WHERE device = {device:UInt32} ORDER BY time FORMAT JSONEachRow
"""
NULLABLE = [name for name, kind in TYPES.items() if kind.null is not None] + ["text"]
floats = st.floats(allow_nan=False)
words = st.integers(0, 2**16 - 1)
texts = st.text(max_size=200) | st.integers(100, 20_000).map("µ".__mul__)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "datastream": st.integers(0, 2**32 - 1),
    "time": st.integers(NOON, NOON + 10**9),
    "value": floats,
    "text": texts,
    "value_corrected": floats,
    "level_corrected": st.integers(-(2**15), 2**15 - 1).filter(NO_LEVEL.__ne__),
    "uncertainty_corrected": floats,
    "qc": words,
    "qcs": words,
    "qa": words,
    "qas": words,
    "longitude": floats,
    "latitude": floats,
    "altitude": floats,
    "packet": st.integers(0, 2**63 - 1),
    "version": st.integers(0, 2**63 - 1),
    "is_deleted": st.integers(0, 1),
}


@st.composite
def some_columns(draw: st.DrawFn) -> dict[str, list[Any]]:
    """All columns but that of the device; those that may have nulls have none, some, or only those."""
    count = draw(st.integers(1, 12))
    columns: dict[str, list[Any]] = {}
    for name, values in VALUES.items():
        some = values
        if name in NULLABLE:
            some = draw(st.sampled_from([values, values | st.none(), st.none()]))
        columns[name] = draw(st.lists(some, min_size=count, max_size=count, unique=name == "time"))
    return columns


def stored(device: int) -> list[dict[str, object]]:
    return answer(Query(ALL, {"device": str(device)}))


def write_by_client(columns: dict[str, list[Any]]) -> None:
    """The columns as the engine's client sends them."""
    types = [
        f"Nullable({kind.name})" if name in NULLABLE else kind.name
        for name, kind in ((name, TYPES[name]) for name in columns)
    ]
    the_store()._writer.insert(
        "observations",
        list(columns.values()),
        column_names=list(columns),
        column_type_names=types,
        column_oriented=True,
    )


def as_array(name: str, column: list[Any]) -> Sequence[Any] | np.ndarray[Any, Any]:
    """A column as samples have it: signed and wide, and with a number in place of each null."""
    kind = TYPES[name]
    if kind.dtype is None:
        return column
    wide = np.float64 if kind.dtype is np.float64 else np.int64
    return np.asarray([kind.null if each is None else each for each in column], wide)


@cases(12)
@given(some_columns())
def test_a_block_stores_what_the_client_stores(columns: dict[str, list[Any]]):
    """Out of lists and out of arrays: to the last bit, nulls, what is below them and defaults among it."""
    by_client, of_lists, of_arrays = new_device(), new_device(), new_device()
    count = len(columns["time"])
    write_by_client({"device": [by_client] * count, **columns})
    levels = [NO_LEVEL if each is None else each for each in columns["level_corrected"]]
    the_store().write(Rows(**{"device": [of_lists] * count, **columns, "level_corrected": levels}))
    arrays = {name: as_array(name, column) for name, column in columns.items()}
    the_store().write(Rows(device=np.full(count, of_arrays, np.uint32), **arrays))  # pyright: ignore[reportArgumentType]
    assert stored(by_client) == stored(of_lists) == stored(of_arrays)
    assert len(stored(by_client)) == count


def test_a_block_is_written_like_this():
    """The numbers of columns and rows; then name, type and values of each column, the nulls before them."""
    columns = {
        "qc": [1, 0x1234],
        "value": np.asarray([np.nan, 1.5]),
        "text": [None, "µ" * 100],
        "altitude": [None, None],
    }
    names, written = block(columns, TYPES)
    assert names == ["qc", "value", "text"]
    assert written == (
        b"\x03\x02"
        b"\x02qc\x06UInt16\x01\x00\x34\x12"
        b"\x05value\x11Nullable(Float64)\x01\x00" + bytes(8) + b"\x00\x00\x00\x00\x00\x00\xf8\x3f"
        b"\x04text\x10Nullable(String)\x01\x00\x00\xc8\x01" + "µ".encode() * 100
    )


def test_rows_without_nulls_and_no_rows():
    """A column without nulls is of the plain type; without rows there is nothing but names and types."""
    assert block({"level_corrected": np.asarray([2], np.int32)}, TYPES)[1] == (
        b"\x01\x01\x0flevel_corrected\x05Int16\x02\x00"
    )
    assert block({"qa": []}, TYPES) == (["qa"], b"\x01\x00\x02qa\x06UInt16")


def test_many_rows_are_one_block():
    """Strided columns of a table of samples, of more rows than the engine reads at once."""
    device, count = new_device(), 200_000
    table = np.zeros(count, [("time", np.int64), ("value", np.float64), ("packet", np.int64)])
    table["time"] = LATEST - np.arange(count)
    table["value"] = np.arange(count) / 7
    table["packet"] = np.arange(count) + 2**40
    nothing = np.full(count, np.nan)
    the_store().write(
        Rows(
            device=np.full(count, device),
            datastream=np.full(count, device * 100),
            time=table["time"],
            value=table["value"],
            longitude=nothing,
            latitude=nothing,
            altitude=np.where(np.arange(count) % 2, np.nan, 7.5),
            packet=table["packet"],
            version=table["packet"],
        )
    )
    (found,) = answer(
        Query(
            """
            WITH {latest:Int64} - toUnixTimestamp64Micro(time) AS number
            SELECT count() AS rows, countIf(value = number / 7 AND packet = number + 1099511627776) AS equal,
                countIf(altitude = 7.5) AS placed, count(longitude) AS known
            FROM observations FINAL WHERE device = {device:UInt32} FORMAT JSONEachRow
            """,
            {"device": str(device), "latest": str(LATEST)},
        )
    )
    assert found == {"rows": count, "equal": count, "placed": count // 2, "known": 0}


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("device", np.asarray([1, 2**32])),
        ("device", [2**32]),
        ("packet", np.asarray([-1])),
        ("level_corrected", np.asarray([2**15, NO_LEVEL], np.int32)),
        ("qc", np.asarray([65_536], np.int32)),
        ("qc", [None]),
        ("time", [2**63]),
        ("value", ["high"]),
        ("value", [10**400]),
        ("text", ["\ud800"]),
    ],
)
def test_what_a_column_cannot_hold_is_refused(name: str, column: Any):
    """No number is bent into bounds: the block is not made."""
    with pytest.raises((OverflowError, TypeError, ValueError)):
        block({name: column}, TYPES)


def test_newest_value_is_followed_through_arrays():
    """Rows of arrays are seen as those of lists are, and have Python's numbers."""
    device = new_device()
    stream = stream_of(device)
    the_store().write(rows_of(stream, {NOON: 1.0}))
    assert the_store().newest([device], [stream.id])[stream.id].value == 1.0
    one = rows_of(stream, {NOON + 1: 2.0}, packet=2)
    arrays = {name: np.asarray(column) for name, column in one.columns().items() if column != [None]}
    the_store().write(Rows(**{**one.columns(), **arrays}))  # pyright: ignore[reportArgumentType]
    found = the_store().newest_known([stream.id])[0][stream.id]
    assert (found.time, found.value) == (NOON + 1, 2.0)
    assert type(found.time) is int
    assert type(found.value) is float

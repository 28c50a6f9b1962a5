"""Rows as columns, and how they are cut into inserts."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.moments import to_microseconds
from sensorium.storage.observations.rows import LATEST as LAST
from sensorium.storage.observations.rows import by_months, month_bounds, version_of, whole_months
from tests.storage.observations.shared import SECOND, rows_of, stream_of

LATEST = 4_102_444_800 * SECOND  # 2100
times = st.integers(0, LATEST)


def months(microseconds: list[int]) -> set[tuple[int, int]]:
    moments = [datetime.fromtimestamp(each // SECOND, UTC) for each in microseconds]
    return {(moment.year, moment.month) for moment in moments}


@given(st.lists(times, unique=True, max_size=300))
def test_every_piece_spans_few_months_and_no_row_is_lost(given_times: list[int]):
    """Each row is in one piece, with its own values, and no piece spans more than 50 months."""
    rows = rows_of(stream_of(7), {time: float(time % 1000) for time in given_times})
    pieces = by_months(rows)
    assert sorted(time for piece in pieces for time in piece.time) == sorted(given_times)
    for piece in pieces:
        assert len(months(piece.time)) <= 50
        assert piece.value == [float(time % 1000) for time in piece.time]
        assert len(piece) == len(piece.version) == len(piece.device)


def test_rows_of_few_months_are_one_piece():
    """What one insert takes is not copied."""
    rows = rows_of(stream_of(7), {0: 1.0, 3 * 365 * 86_400 * SECOND: 2.0})
    assert by_months(rows) == [rows]
    assert by_months(rows)[0] is rows


@given(times)
def test_a_month_has_its_first_and_its_last_microsecond(time: int):
    """The bounds of a moment's month hold the moment, and the next month begins right after them."""
    moment = datetime.fromtimestamp(time // SECOND, UTC)
    begin, end = month_bounds(moment.year * 100 + moment.month)
    assert begin <= time <= end
    assert months([begin, end]) == {(moment.year, moment.month)}
    assert months([end + 1]).isdisjoint(months([end]))


@given(st.integers(0, 2**46 - 1), st.integers(0, 3))
def test_versions_order_by_packet_and_turn(packet: int, turn: int):
    """What a later packet caused is above every turn before it."""
    version = version_of(packet, turn)
    assert version < version_of(packet + 1, 0)
    assert version == version_of(packet, 0) + turn
    assert version < 2**64


def test_range_is_cut_at_the_last_end_of_a_month_in_it():
    """When it holds one; its own end may be one."""
    may, june = (to_microseconds(datetime(2025, month, 1, tzinfo=UTC)) for month in (5, 6))
    assert whole_months(may - 5, june + 7) == june - 1
    assert whole_months(may - 5, june - 1) == june - 1
    assert whole_months(may - 5, june - 2) == may - 1
    assert whole_months(may, june - 2) == june - 2
    assert whole_months(may, LAST) == LAST

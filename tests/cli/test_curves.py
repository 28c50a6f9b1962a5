"""Calibration tables as text: what is read, and what is refused by its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.cli.curves import Unreadable, read_curve, write_curve

_numbers = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("10;30\n15.7; 43\n", [(10, 30), (15.7, 43)]),
        ("10;30\r\n\r\n 15.7;43", [(10, 30), (15.7, 43)]),
        ("raw;litres\n0;0\n0,7;60", [(0, 0), (0.7, 60)]),
        ("in,out\n0,0\n0.7,60", [(0, 0), (0.7, 60)]),
        ("0\t0\n0,7\t60,5", [(0, 0), (0.7, 60.5)]),
        ("-1e3;2.5e-1", [(-1000, 0.25)]),
        ("5;1\n3;2\n", [(5, 1), (3, 2)]),
    ],
)
def test_table_is_read_in_its_order(text: str, points: list[tuple[float, float]]):
    """With a heading or without, with any of three delimiters, with a decimal comma where it can be one."""
    assert read_curve(text) == points


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "no line"),
        ("raw;litres", "no line"),
        ("0;0\nraw;litres", "line 2"),
        ("0;0\n\n1;2;3", "line 3"),
        ("0;0\n1", "line 2"),
        ("0;0\n1;", "line 2"),
        ("1;nan", "line 1"),
        ("0;0\ninf;1", "line 2"),
        ("0,7,60,5", "line 1"),
        ("1 2", "no line"),
    ],
)
def test_anything_else_is_refused_by_its_line(text: str, where: str):
    """A heading stands first; a line has two numbers."""
    with pytest.raises(Unreadable, match=where):
        read_curve(text)


@given(st.lists(st.tuples(_numbers, _numbers), min_size=1, max_size=20))
def test_written_table_is_read_back(points: list[tuple[float, float]]):
    """To the last digit."""
    assert read_curve(write_curve(points)) == points


@given(st.text(max_size=80))
def test_any_text_is_a_table_or_refused(text: str):
    """No text is an error of another kind."""
    try:
        assert all(len(point) == 2 for point in read_curve(text))
    except Unreadable as refusal:
        assert str(refusal)

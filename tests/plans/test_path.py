"""Paths are read as their owner means them, and packets are walked along them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.errors import InvalidPath
from sensorium.plans.path import (
    ABSENT,
    LONGEST_PATH,
    MOST_FOLDED,
    MOST_STEPS,
    Key,
    below,
    is_name,
    lookup,
    parse,
    readings,
    render,
    walk,
)
from tests.speed import at_most

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
KEYS = st.one_of(NAMES, st.integers(0, 999_999_999))


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        pytest.param("no2", ("no2",), marks=pytest.mark.check("NI-153")),
        pytest.param("no2.value", ("no2", "value"), marks=pytest.mark.check("NI-154")),
        pytest.param(
            "gas.components[0].no2.value",
            ("gas", "components", 0, "no2", "value"),
            marks=pytest.mark.check("NI-155"),
        ),
        pytest.param(
            "level1.['lev.el2'].no2.value",
            ("level1", "lev.el2", "no2", "value"),
            marks=pytest.mark.check("NI-156"),
        ),
        pytest.param("/no2", ("no2",), marks=pytest.mark.check("NI-157")),
        pytest.param(
            "/gas/components[0]/no2", ("gas", "components", 0, "no2"), marks=pytest.mark.check("NI-158")
        ),
        pytest.param("$.no2", ("no2",), marks=pytest.mark.check("NI-158")),
        ("a/b", ("a", "b")),
        ("/a.b", ("a", "b")),
        ("$/a/b", ("a", "b")),
        ("$['x.y']", ("x.y",)),
        ("$[0].x", (0, "x")),
        ("[0].x", (0, "x")),
        ("[0][12]", (0, 12)),
        ("/[0]/x", (0, "x")),
        ("['x.y']", ("x.y",)),
        ("a['b'].c", ("a", "b", "c")),
        ("a.['b']/c", ("a", "b", "c")),
        (r"['it\'s a \\ here']", ("it's a \\ here",)),
        ("['a/b.c[0]*']", ("a/b.c[0]*",)),
        ("µg/m³", ("µg", "m³")),
        ("phenomenons.GPS Altitude.value", ("phenomenons", "GPS Altitude", "value")),
        ("$no2", ("$no2",)),
        ("温度", ("温度",)),
    ],
)
def test_path_leads_along_its_keys(path: str, keys: tuple[Key, ...]):
    """Each documented form, and what is left over of them."""
    assert parse(path) == keys


@pytest.mark.check("NI-142")
@pytest.mark.parametrize(
    "path",
    [
        "", "/", "$", "$.", ".", "..a", "a..b", "a//b", "//a", "a.", "a/", ".a", "a[0]b", "a[0", "a]", "[]",
        "['a]", "*", "a.*", "a[*]", "a[-1]", "a[1:2]", "a[:]", "a[0,1]", "a['b','c']", "a[?(@.b==1)]",
        "a[(@.length-1)]", "('a')", 'a["b"]', "a[1.5]", "a[\u0661]", "a[ 0 ]", "a[1234567890]", r"['\n']",
        "['']", "a\x00b", "a\nb", "a\x7fb", "\ud800", "x" * (LONGEST_PATH + 1), "x" * 256,
        ".".join(["x"] * (MOST_STEPS + 1)),
    ],
)  # fmt: skip
def test_path_to_no_one_place_is_refused(path: str):
    """Wildcards, descents, slices, filters, negative indices, empty or long names, control characters."""
    with pytest.raises(InvalidPath) as refused:
        parse(path)
    assert len(refused.value.where) <= LONGEST_PATH


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/PM2.5 (µg/m³)", ("/PM2.5 (µg/m³)",), ("PM2.5 (µg", "m³)")),
        ("/pm2.5", ("/pm2.5",), ("pm2", "5")),
        ("no2", ("no2",), ("no2",)),
        ("[0].x", (0, "x"), (0, "x")),
        ("['a']", ("a",), ("a",)),
    ],
)
def test_literal_reading_comes_first(path: str, first: tuple[Key, ...], last: tuple[Key, ...]):
    """A parameter's own name needs no quotes; a path in brackets is never a name."""
    found = readings(path)
    assert found[0] == first
    assert found[-1] in {last, (path.removeprefix("/"),)}


def test_slashes_alone_may_part_names_with_dots():
    """/stats/pm2.5 is the member pm2.5 of stats before it is anything else."""
    assert readings("/stats/pm2.5").index(("stats", "pm2.5")) < readings("/stats/pm2.5").index(
        ("stats", "pm2", "5")
    )


@given(st.lists(KEYS, min_size=1, max_size=20))
def test_rendered_path_is_read_back(keys: list[Key]):
    """Any keys can be written as a path."""
    assert parse(render(keys)) == tuple(keys)


@given(st.one_of(st.text(max_size=60), st.text("ab.[]'\"/\\$*0()?@-:", max_size=30)))
def test_any_text_is_a_path_or_is_refused(text: str):
    """Nothing but InvalidPath comes out, and readings agree with parse."""
    try:
        keys = parse(text)
    except InvalidPath:
        return
    assert readings(text)[-1] == keys
    assert parse(render(keys)) == keys


@pytest.mark.parametrize("text", ["['" + "\\'" * 2000, "[" * 4000, "a." * 2000, "['" * 2000, "a[0]" * 1000])
def test_long_path_is_read_at_once(text: str):
    """No path takes more than a moment, however it is made."""
    with at_most(1):
        try:
            readings(text)
            parse(text)
        except InvalidPath:
            pass


@pytest.mark.check("NI-159")
@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"PM10": 1, "pm10": 2}, 1),
        ({"pm10": 2}, 2),
        ({"pm10": 2, "Pm10": 3}, ABSENT),
        ({"pm25": 2}, ABSENT),
        ([1], ABSENT),
        ("PM10", ABSENT),
    ],
)
def test_name_matches_exactly_then_in_another_case(tree: object, found: object):
    """Exactly; else one name that differs in case alone; of two of those none."""
    assert lookup(tree, "PM10") == found


def test_name_in_another_case_is_sought_among_few():
    """An object of more members is no packet whose names were written by hand."""
    members = {f"x{n}": n for n in range(MOST_FOLDED)}
    assert lookup(members, "X7") == 7
    assert lookup(members | {"y": 0}, "X7") is ABSENT
    assert lookup(members | {"y": 0}, "x7") == 7


def test_strict_name_matches_exactly():
    """A parameter that has a sibling of the same letters is found only as it is written."""
    assert lookup({"pm10": 2}, "PM10", loose=False) is ABSENT


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"gas": {"components": [{"no2": 15.232}]}}, 15.232),
        ({"GAS": {"Components": [{"NO2": None}]}}, None),
        ({"gas": None}, None),
        ({"gas": {"components": []}}, ABSENT),
        ({"gas": {"components": {"0": {"no2": 1}}}}, ABSENT),
        ({"gas": {"components": "abc"}}, ABSENT),
        ([{"gas": 1}], ABSENT),
        (7, ABSENT),
    ],
)
def test_walk_finds_values_nulls_and_nothing(tree: object, found: object):
    """A null on the way is a missing value; what is not there is absent."""
    steps: list[tuple[Key, bool]] = [("gas", True), ("components", True), (0, False), ("no2", True)]
    assert walk(tree, steps) == found
    assert repr(ABSENT) == "ABSENT"


@pytest.mark.parametrize(
    ("key", "rest", "path"),
    [
        ("gas", "", "gas"),
        ("gas", "no2", "gas.no2"),
        ("gas", "[0].no2", "gas[0].no2"),
        (3, "no2", "[3].no2"),
        ("a.b", "['c.d']", "['a.b']['c.d']"),
        ("x" * 300, "", "['\"" + "x" * 60 + "…\"']"),
        ("\ud800", "", "['\\'\\\\ud800\\'']"),
    ],
)
def test_place_of_a_refusal_grows_from_below(key: Key, rest: str, path: str):
    """The path to a place inside another, printable whatever the packet's names are."""
    assert below(key, rest) == path
    path.encode()


@pytest.mark.parametrize(
    ("text", "legal"),
    [("no2", True), ("µg/m³ (x)", True), (" ", True), ("", False), ("x" * 255, True), ("x" * 256, False)],
)
def test_name_is_1_to_255_characters(text: str, legal: bool):
    """Of any kind but control characters."""
    assert is_name(text) is legal

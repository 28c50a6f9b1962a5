"""Filters: comparisons of values, chained, beside a list of definitions."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

import pytest

from tests.dialects.sensordata.api import Customer, new_customer, values
from tests.running import Server

FIRST = [-7, 0, 5, 10, 11, 50, 51, 100, 200, 201, 300, 301]
"""The values of each definition of the scene, one a minute."""


@dataclass(frozen=True)
class Scene:
    """An account with five definitions that all have had the same values."""

    customer: Customer
    asset: int
    definitions: list[int]

    def only(self, *value: Any, **more: Any) -> list[str]:
        """The values of the first definition that comparisons let through, in the order of time."""
        asked = [{"sd_id": self.definitions[0], "value": list(value)}]
        return values(self.customer.select(filter=asked, order="ASC", **more))

    def refused(self, filter_: Any) -> Any:
        return self.customer.post({"action": "select", "filter": filter_})


@pytest.fixture(scope="module")
def scene(server: Server) -> Iterator[Scene]:
    """All values within one hour of one day."""
    with new_customer(server) as customer:
        definitions = [customer.definition() for _ in range(5)]
        place = customer.place(*definitions)
        for minute, value in enumerate(FIRST):
            moment = f"2021-07-06 01:{minute:02}:00"
            customer.insert(place.by_asset, *((each, value) for each in definitions), timestamp=moment)
        yield Scene(customer, place.asset, definitions)


def compare(comparator: object, value: object, operator: object = 1) -> dict[str, object]:
    return {"comp": comparator, "val": value, "op": operator}


@pytest.mark.check("SD-046", "SD-047")
def test_document_s_example_runs(scene: Scene):
    """Three definitions unfiltered, and of two others what lies in (200, 300] and in (10, 50]."""
    one, two, three, four, five = scene.definitions
    asked: dict[str, Any] = {
        "asset_id": str(scene.asset),
        "timestamp_from": "2021-07-06 00:00:00",
        "timestamp_to": "2021-07-06 10:30:00",
        "sd_id": [one, two, three],
        "filter": [
            {"sd_id": str(four), "value": [compare(">", "200", "1"), compare("<=", "300", "0")]},
            {"sd_id": str(five), "value": [compare(">", "10", "1"), compare("<=", "50", "0")]},
        ],
    }
    rows = scene.customer.select(**asked, limit=2000)
    assert scene.customer.select(**asked, limit=20) == rows[:20]
    found = {
        number: {row["sensor_value"] for row in rows if row["sd_id"] == number}
        for number in scene.definitions
    }
    everything = set(map(str, FIRST))
    assert found == {
        one: everything,
        two: everything,
        three: everything,
        four: {"201", "300"},
        five: {"11", "50"},
    }


@pytest.mark.check("SD-048")
def test_filter_alone_selects_nothing_else(scene: Scene):
    """Of two definitions that are filtered, and of one whose filter is given twice."""
    four, five = scene.definitions[3:]
    rows = scene.customer.select(
        filter=[
            {"sd_id": four, "value": [compare(">", 300)]},
            {"sd_id": five, "value": [compare("<", 0)]},
            {"sd_id": five, "value": [compare("=", 5)]},
        ]
    )
    assert [(row["sd_id"], row["sensor_value"]) for row in rows] == [(four, "301"), (five, "5"), (five, "-7")]


@pytest.mark.check("SD-049", "SD-050")
def test_operator_joins_a_comparison_with_the_next(scene: Scene):
    """1 is AND, 0 is OR; that of the last joins nothing."""
    for last in (0, 1):
        assert scene.only(compare(">", 10, 1), compare("<", 100, last)) == ["11", "50", "51"]
        assert scene.only(compare("<", 0, 0), compare(">", 300, last)) == ["-7", "301"]


@pytest.mark.check("SD-051")
def test_and_binds_tighter_than_or(scene: Scene):
    """a OR b AND c, a AND b OR c."""
    assert scene.only(compare("<", 0, 0), compare(">", 50, 1), compare("<", 101, 0)) == ["-7", "51", "100"]
    assert scene.only(compare(">", 50, 1), compare("<", 101, 0), compare("<", 0, 1)) == ["-7", "51", "100"]
    assert scene.only(compare(">", 250, 0), compare("<", 0, 1), compare(">", 5, 0)) == ["300", "301"]


@pytest.mark.check("SD-052")
@pytest.mark.parametrize(
    ("comparator", "expected"),
    [
        ("=", ["100"]),
        ("!=", [str(each) for each in FIRST if each != 100]),
        ("<", ["-7", "0", "5", "10", "11", "50", "51"]),
        (">", ["200", "201", "300", "301"]),
        ("<=", ["-7", "0", "5", "10", "11", "50", "51", "100"]),
        (">=", ["100", "200", "201", "300", "301"]),
    ],
)
def test_comparison_means_what_it_says(scene: Scene, comparator: str, expected: list[str]):
    """Each of the six."""
    assert scene.only(compare(comparator, 100)) == expected


@pytest.mark.check("SD-053")
@pytest.mark.parametrize("comparator", ["==", "<>", "=>", "", 1, "<==", "> ", "is", True, [], {}])
def test_other_comparisons_are_refused(scene: Scene, comparator: object):
    """Other signs, no text, longer ones."""
    filter_ = [{"sd_id": 1, "value": [compare(comparator, 1)]}]
    assert scene.refused(filter_) == {"error": "INVALID_MATH_COMPARISON_PRAM"}


@pytest.mark.check("SD-054")
def test_value_is_a_whole_number(scene: Scene):
    """Also below zero, also as a text, however large."""
    assert scene.only(compare("=", 10)) == scene.only(compare("=", "10")) == ["10"]
    assert scene.only(compare("<", -5)) == scene.only(compare("<", "-5")) == ["-7"]
    assert scene.only(compare(">", 10**30)) == scene.only(compare("<", -(10**400))) == []
    for value in ("10.5", "x", [], 10.5, 1.0, True, {}, "", "1e2", "--1"):
        filter_ = [{"sd_id": 1, "value": [compare("=", value)]}]
        assert scene.refused(filter_) == {"error": "INVALID_SENSOR_VALUE_PRAM"}


@pytest.mark.check("SD-055")
def test_operator_is_0_or_1(scene: Scene):
    """As a number or a text."""
    for operator in (0, 1, "0", "1"):
        assert scene.only(compare("=", 10, operator)) == ["10"]
    for operator in (2, "x", 0.5, -1, "", True, [], {}, "01", 1.0):
        filter_ = [{"sd_id": 1, "value": [compare("=", 1, operator)]}]
        assert scene.refused(filter_) == {"error": "INVALID_OPERATOR_PRAM"}


def test_filter_and_ids_may_be_many(scene: Scene):
    """As many as are let in, which is answered at once: a chain of them is no work for the engine."""
    first = scene.definitions[0]
    began = monotonic()
    assert scene.only(*(compare("=", number, 0) for number in range(999)), compare("<", 0)) == [
        str(each) for each in FIRST
    ]
    assert scene.only(*(compare("!=", number + 1) for number in range(1000))) == ["-7", "0"]
    alternating = [
        compare("=!"[number % 2] + "=" * (number % 2), number, number % 2) for number in range(1000)
    ]
    assert scene.only(*alternating)
    many = list(range(10_000 - len(scene.definitions)))
    asked = dict.fromkeys(("asset_id", "device_id", "data_id"), many)
    filters = [
        {"sd_id": number, "value": [compare(">", 250)]} for number in [first, *range(10**6, 10**6 + 999)]
    ]
    rows = scene.customer.select(**asked, filter=filters)
    assert values(rows) == ["301", "300"]
    assert monotonic() - began < 20


GOOD = compare("=", 1)


@pytest.mark.check("SD-056", "SD-057", "SD-058", "SD-059", "SD-060")
@pytest.mark.parametrize(
    "filter_",
    [
        [{"value": [GOOD]}],
        [{"sd_id": None, "value": [GOOD]}],
        [{"sd_id": 1}],
        [{"sd_id": 1, "value": None}],
        [{"sd_id": 1, "value": [{"val": 1, "op": 1}]}],
        [{"sd_id": 1, "value": [{"comp": "=", "op": 1}]}],
        [{"sd_id": 1, "value": [{"comp": "=", "val": 1}]}],
        [{"sd_id": 1, "value": [GOOD, {"comp": "=", "val": 1, "op": None}]}],
        [{"sd_id": 1, "value": [GOOD]}, {"sd_id": 1}],
        [],
        [{"sd_id": 1, "value": []}],
        {"sd_id": 1, "value": [GOOD]},
        "x",
        1,
        True,
        ["x"],
        [1],
        [[]],
        [{"sd_id": 1, "value": GOOD}],
        [{"sd_id": 1, "value": "x"}],
        [{"sd_id": 1, "value": ["x"]}],
        [{"sd_id": 1, "value": [GOOD] * 1001}],
    ],
)
def test_filter_that_lacks_something_is_refused(scene: Scene, filter_: object):
    """An object, a member of it, a comparison, a member of that; and what is no array of objects."""
    assert scene.refused(filter_) == {"error": "INVALID_FILTER_PRAM"}


@pytest.mark.check("SD-061")
@pytest.mark.parametrize("definition", [-1, 1.5, "abc", True, {}, [], [1], ""])
def test_definition_of_a_filter_is_one_id(scene: Scene, definition: object):
    """With the code of `sd_id`."""
    filter_ = [{"sd_id": definition, "value": [GOOD]}]
    assert scene.refused(filter_) == {"error": "INVALID_SD_ID_PRAM"}


def test_members_that_are_not_known_are_passed_over_in_a_filter(scene: Scene):
    """Unlike those of the request (D22)."""
    assert scene.only({**compare("=", 5), "note": 1}) == ["5"]


@pytest.mark.check("SD-062")
def test_text_is_unlike_every_number_and_nothing_else(newcomer: Customer):
    """A text that is a number is compared as one."""
    words = newcomer.definition(data_type="String")
    place = newcomer.place(words)
    for minute, text in enumerate(("TEST", "7", "-3.5", "abc")):
        inserted = newcomer.insert(place.by_asset, (words, text), timestamp=f"2021-01-01 00:0{minute}")
        assert inserted["sensor_value"] == text
    expected = {
        "<": ["-3.5"],
        "<=": ["-3.5"],
        ">": ["7"],
        ">=": ["7"],
        "=": [],
        "!=": ["TEST", "7", "-3.5", "abc"],
    }
    for comparator, found in expected.items():
        asked = [{"sd_id": words, "value": [compare(comparator, 0)]}]
        assert values(newcomer.select(filter=asked, order=1)) == found


@pytest.mark.check("SD-063")
def test_filter_that_lets_nothing_through_has_no_data(scene: Scene):
    """Nor has a definition that there is not."""
    for number, value in ((scene.definitions[0], 10**6), (10**9, 0)):
        filter_ = [{"sd_id": number, "value": [compare(">", value)]}]
        assert scene.refused(filter_) == {"error": "NO_DATA"}


def test_faults_are_named_in_the_order_of_the_parameters(scene: Scene):
    """As the original does: ids, times, definitions, the filter from its first object on, order, limit."""
    bad: dict[str, object] = {
        "limit": -1, "order": 7, "sd_id": [],
        "filter": [{"sd_id": 1, "value": [compare("x", "x", "x")]}, "x"],
        "timestamp_to": "x", "timestamp_from": "x", "data_id": "x", "device_id": "x", "asset_id": "x",
    }  # fmt: skip
    found: list[str] = []
    while bad:
        code = scene.customer.post({"action": "select", **bad})["error"]
        found.append(code)
        names = {"INVALID_MATH_COMPARISON_PRAM": "filter"}
        del bad[names.get(code, code.removeprefix("INVALID_").removesuffix("_PRAM").lower())]
    assert found == [
        "INVALID_ASSET_ID_PRAM",
        "INVALID_DEVICE_ID_PRAM",
        "INVALID_DATA_ID_PRAM",
        "INVALID_TIMESTAMP_FROM_PRAM",
        "INVALID_TIMESTAMP_TO_PRAM",
        "INVALID_SD_ID_PRAM",
        "INVALID_MATH_COMPARISON_PRAM",
        "INVALID_ORDER_PRAM",
        "INVALID_LIMIT_PRAM",
    ]

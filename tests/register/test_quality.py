"""Quality is set by presets and what differs from them; each mistake is named by its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.errors import Malformed, NotFound, PoolFull
from sensorium.model.quality import UNCHECKED, OutlierTest, Quality, QualityChange, Source
from sensorium.register.catalogue import Catalogue
from sensorium.register.quality import MOST_SAID, QualityRules
from sensorium.register.quality_document import PRESETS, settings_of
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.defaults import default_quality
from tests.register.conftest import NOW

TEMPERATURE = 15
SHIPPED = Quality(minimum=-60, maximum=60, duration=10800, outlier=OutlierTest(floor=0.1))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["minimum", "maximum", "duration", "tolerance", "uncertainty", "exempt", "outlier", "preset"]


def anything(version: str | None) -> None:
    """A check that any version passes."""


def change(preset: str | None = None, valid_from: int | None = None, **settings: Any) -> QualityChange:
    return QualityChange(preset, settings, valid_from, None)


@pytest.mark.parametrize(
    ("preset", "changes", "expected"),
    [
        (None, {}, UNCHECKED),
        (None, {"minimum": 3}, Quality(minimum=3.0)),
        (None, {"outlier": {}}, Quality(outlier=OutlierTest())),
        (None, {"exempt": [[0, 0], [9, 10]]}, Quality(exempt=((0.0, 0.0), (9.0, 10.0)))),
        ("wmo", {}, SHIPPED),
        (
            "wmo",
            {"maximum": None, "tolerance": 0.5},
            Quality(minimum=-60, duration=10800, tolerance=0.5, outlier=OutlierTest(floor=0.1)),
        ),
        (
            "wmo",
            {"outlier": {"threshold": 5}},
            Quality(-60, 60, 10800, outlier=OutlierTest(threshold=5.0, floor=0.1)),
        ),
        ("wmo", {"outlier": {"floor": None}}, Quality(-60, 60, 10800, outlier=OutlierTest())),
        ("wmo", {"outlier": None}, Quality(-60, 60, 10800)),
        ("classic", {}, Quality(-60, 60, 10800, outlier=OutlierTest(window=61, trailing=61, threshold=3.5))),
        (
            "filter",
            {},
            Quality(-60, 60, 10800, outlier=OutlierTest(window=361, trailing=361, threshold=6.74)),
        ),
        ("off", {}, UNCHECKED),
        ("off", {"minimum": 0}, Quality(minimum=0.0)),
        ("off", {"uncertainty": 1.5}, Quality(uncertainty=1.5)),
    ],
)
def test_settings_are_a_preset_with_changes(preset: str | None, changes: dict[str, Any], expected: Quality):
    """Null takes away what a preset has; what is not named stays; without a preset all else is off."""
    assert settings_of(preset, changes, SHIPPED) == expected


def test_preset_gives_no_outlier_test_where_none_is_shipped():
    """Rain and wind have spikes of their own."""
    without = Quality(minimum=0, maximum=10)
    assert [settings_of(each.name, {}, without) for each in PRESETS] == [without] * 3 + [UNCHECKED]
    assert settings_of("classic", {"outlier": {}}, without).outlier == OutlierTest()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"minimum": "low"}, "minimum"),
        ({"minimum": True}, "minimum"),
        ({"minimum": 10**400}, "minimum"),
        ({"minimum": float("nan")}, "minimum"),
        ({"maximum": float("inf")}, "maximum"),
        ({"minimum": 3, "maximum": 2}, "minimum"),
        ({"duration": 0}, "duration"),
        ({"duration": 1e12}, "duration"),
        ({"tolerance": -1}, "tolerance"),
        ({"uncertainty": -1}, "uncertainty"),
        ({"exempt": [[1]]}, "exempt[0]"),
        ({"exempt": [[0, 1], [1, "a"]]}, "exempt[1][1]"),
        ({"exempt": [[0, 1], [2, 1]]}, "exempt[1]"),
        ({"exempt": [[0, 1]] * 21}, "exempt"),
        ({"outlier": 3}, "outlier"),
        ({"outlier": {"window": 21.5}}, "outlier.window"),
        ({"outlier": {"window": 20}}, "outlier.window"),
        ({"outlier": {"window": 9}}, "outlier.window"),
        ({"outlier": {"window": 10**30}}, "outlier.window"),
        ({"outlier": {"trailing": 5}}, "outlier.trailing"),
        ({"outlier": {"threshold": 0}}, "outlier.threshold"),
        ({"outlier": {"share": 1.5}}, "outlier.share"),
        ({"outlier": {"windw": 21}}, "outlier.windw"),
        ({"minimun": 3}, "minimun"),
    ],
)
def test_mistake_is_named_by_its_place(changes: dict[str, Any], where: str):
    """Wrong types, numbers out of bounds, and names that are not known."""
    with pytest.raises(Malformed) as refused:
        settings_of(None, changes, SHIPPED)
    assert refused.value.where == where


def test_deep_document_is_refused_too():
    """It takes no more stack than a flat one."""
    deep: Any = 1
    for _ in range(5000):
        deep = {"outlier": deep}
    for name in ("outlier", "minimum"):
        with pytest.raises(Malformed):
            settings_of("wmo", {name: deep}, SHIPPED)


def test_unknown_preset_is_refused_with_the_names_of_those_that_are():
    """So nobody has to look them up."""
    with pytest.raises(Malformed, match="wmo, classic, filter, off") as refused:
        settings_of("best", {}, SHIPPED)
    assert refused.value.where == "preset"


@given(st.sampled_from(["wmo", "off", None]), st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_document_is_read_or_refused(preset: str | None, changes: dict[str, Any]):
    """Nothing else is raised, and what is read can be read again."""
    try:
        quality = settings_of(preset, changes, SHIPPED)
    except Malformed:
        return
    assert quality.maximum is None or quality.minimum is None or quality.minimum <= quality.maximum


def test_every_shipped_setting_may_be_set_by_people_too(catalog: Catalog):
    """With each preset: all that is shipped lies within the bounds."""
    catalogue, rules = Catalogue(catalog), QualityRules(catalog)
    for row in default_quality():
        shipped = rules.of_component(1, catalogue.component(row["component"])).in_force[0]
        assert shipped.source is Source.SHIPPED
        assert settings_of("wmo", {}, shipped.quality) == shipped.quality
        settings_of("filter", {}, shipped.quality)


def test_component_without_a_unit_cannot_be_checked(catalog: Catalog, owner: int):
    """There is nothing that limits could be in; switching everything off is allowed."""
    rules = QualityRules(catalog)
    component = next(each for each in Catalogue(catalog).components() if each.id == TEMPERATURE)
    unitless = type(component)(component.id, component.name, component.kind, None, None)
    rules.set_component(owner, unitless, change("off"), anything, now=NOW)
    with pytest.raises(Malformed, match="no unit"):
        rules.set_component(owner, unitless, change(minimum=3), anything, now=NOW)


def test_quality_of_a_component_holds_for_its_account_alone(catalog: Catalog, owner: int, stranger: int):
    """From now on unless another time is named; taken back, what is shipped holds again."""
    rules, component = QualityRules(catalog), Catalogue(catalog).component(TEMPERATURE)
    before = rules.of_component(stranger, component)
    rules.set_component(owner, component, change(minimum=1), anything, now=NOW)
    rules.set_component(owner, component, change("off", valid_from=5), anything, now=NOW)
    history = rules.of_component(owner, component)
    assert [(each.valid_from, each.source) for each in history.in_force] == [
        (0, Source.SHIPPED),
        (5, Source.ACCOUNT),
        (NOW, Source.ACCOUNT),
    ]
    assert [each.quality for each in history.said] == [UNCHECKED, Quality(minimum=1.0)]
    assert rules.of_component(stranger, component) == before
    rules.reset_component(owner, component, None, anything)
    assert rules.of_component(owner, component) == before
    with pytest.raises(NotFound):
        rules.reset_component(owner, component, None, anything)


def test_changes_of_quality_are_bounded(catalog: Catalog, owner: int):
    """A series is judged in one piece for each of them; replacing one is still possible."""
    rules, component = QualityRules(catalog), Catalogue(catalog).component(TEMPERATURE)
    for at in range(MOST_SAID):
        rules.set_component(owner, component, change(minimum=at, valid_from=at), anything, now=NOW)
    with pytest.raises(PoolFull):
        rules.set_component(owner, component, change("off"), anything, now=NOW)
    rules.set_component(owner, component, change("off", valid_from=7), anything, now=NOW)

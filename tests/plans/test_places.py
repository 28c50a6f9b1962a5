"""Bound paths find their values in packets, and missing places are refused."""

from typing import Any

import pytest

from sensorium.model.errors import InvalidPacket, InvalidPath, Misbound
from sensorium.plans.plan import compile_plan
from tests.plans.describing import array, describe, mapping, record

NO2 = record(no2=record(value="double"))
V = record(v="double")


@pytest.mark.parametrize(
    ("declared", "path", "packet"),
    [
        pytest.param({"no2": "double"}, "no2", {"no2": 15.232}, marks=pytest.mark.check("NI-153")),
        pytest.param(
            {"no2": record(value="double")}, "no2.value", {"no2": {"value": 15.232}},
            marks=pytest.mark.check("NI-154"),
        ),
        pytest.param(
            {"gas": record(components=array(NO2))},
            "gas.components[0].no2.value",
            {"gas": {"components": [{"no2": {"value": 15.232}}, {"no2": {"value": 1.0}}]}},
            marks=pytest.mark.check("NI-155"),
        ),
        pytest.param(
            {"level1": record(**{"lev.el2": NO2})},
            "level1.['lev.el2'].no2.value",
            {"level1": {"lev.el2": {"no2": {"value": 15.232}}}},
            marks=pytest.mark.check("NI-156"),
        ),
        pytest.param({"no2": "double"}, "/no2", {"no2": 15.232}, marks=pytest.mark.check("NI-157")),
        pytest.param(
            {"gas": record(components=array(record(no2="double")))},
            "/gas/components[0]/no2",
            {"gas": {"components": [{"no2": 15.232}]}},
            marks=pytest.mark.check("NI-158"),
        ),
        pytest.param({"no2": "double"}, "$.no2", {"no2": 15.232}, marks=pytest.mark.check("NI-158")),
        pytest.param({"PM10": "double"}, "/pm10", {"pm10": 15.232}, marks=pytest.mark.check("NI-159")),
        ({"PM10": "double", "pm10": "double"}, "/pm10", {"pm10": 15.232, "PM10": 1.0}),
        ({"PM10": "double", "pm10": "double"}, "/PM10", {"pm10": 1.0, "PM10": 15.232}),
        ({"PM2.5 (µg/m³)": "double"}, "/PM2.5 (µg/m³)", {"PM2.5 (µg/m³)": 15.232}),
        ({"PM2.5 (µg/m³)": "double"}, "PM2.5 (µg/m³)", {"pm2.5 (µg/m³)": 15.232}),
        ({"a/b": "double"}, "/a/b", {"a/b": 15.232}),
        ({"a.b": "double", "a": record(b="double")}, "a.b", {"a.b": 15.232, "a": {"b": 1.0}}),
        ({"a.b": "double", "a": record(b="double")}, "a['b']", {"a.b": 1.0, "a": {"b": 15.232}}),
        ({"A.B": "double", "a": record(b="double")}, "a.b", {"A.B": 1.0, "a": {"b": 15.232}}),
        ({"stats": record(**{"pm2.5": "double"})}, "/stats/pm2.5", {"stats": {"pm2.5": 15.232}}),
        ({"stats": record(**{"pm2.5": "double"})}, "stats['pm2.5']", {"stats": {"pm2.5": 15.232}}),
        ({"readings": mapping("double")}, "readings.NO2", {"readings": {"no2": 15.232, "o3": 1.0}}),
        ({"readings": mapping(array("double"))}, "readings['x y'][1]", {"readings": {"x y": [1, 15.232]}}),
        ({"x": ["null", record(a="double"), "string"]}, "x.a", {"x": {"a": 15.232}}),
        ({"[0]": "double"}, "['[0]']", {"[0]": 15.232}),
        ({"*": "double"}, "*", {"*": 15.232}),
    ],
)  # fmt: skip
def test_bound_path_finds_its_value(declared: Any, path: str, packet: Any):
    """Each documented form on the document's packets, and names that hold separators."""
    plan = compile_plan(describe(declared, path))
    assert plan.values(plan.convert(packet).record) == [15.232]
    assert not plan.takes_array


GAS = describe({"gas": record(components=array(NO2), state="string")}, "gas.components[1].no2.value")


@pytest.mark.check("NI-160")
@pytest.mark.parametrize(
    ("packet", "where"),
    [
        ({"gas": {"components": [{"no2": {"value": 1}}], "state": "on"}}, "gas.components[1]"),
        ({"gas": {"components": [], "state": "on"}}, "gas.components[1]"),
        ({"gas": {"state": "on"}}, "gas.components"),
        ({"gas": {"components": [{"no2": None}, {"no2": {}}], "state": "on"}}, "gas.components[1].no2.value"),
        ({"gas": {"components": [{"no2": None}, {}], "state": "on"}}, "gas.components[1].no2"),
        ({"gas": {"components": [{"no2": {"value": 1}}] * 2}}, "gas.state"),
        ({}, "gas"),
    ],
)  # fmt: skip
def test_missing_place_is_refused(packet: Any, where: str):
    """An index out of range, a member that is not there."""
    with pytest.raises(InvalidPacket) as refused:
        compile_plan(GAS).convert(packet)
    assert refused.value.where == where


@pytest.mark.parametrize(
    "gas",
    [
        None,
        {"components": None, "state": None},
        {"components": [None, None], "state": None},
        {"components": [None, {"no2": None}], "state": None},
        {"components": [None, {"no2": {"value": "NaN"}}], "state": "NaN"},
    ],
)
def test_null_on_the_way_is_a_missing_value(gas: Any):
    """At every level."""
    plan = compile_plan(GAS)
    assert plan.values(plan.convert({"gas": gas}).record) == [None]


def test_member_that_a_path_names_in_a_map_must_be_there():
    """Others may come and go."""
    plan = compile_plan(
        describe(
            {"m": mapping("string")}, "m.a", converters=[("StringDouble", "m.a"), ("StringDouble", "m.b")]
        )
    )
    assert plan.values(plan.convert({"m": {"a": "1", "B": "2", "c": "x"}}).record) == [1.0]
    with pytest.raises(InvalidPacket) as refused:
        plan.convert({"m": {"a": "1", "c": "x"}})
    assert refused.value.where == "m.b"


def test_optional_member_may_be_left_out():
    """What is declared with a null default need not be there, and has no value then."""
    fields = [{"name": "speed", "type": record(value="double"), "default": None}]
    plan = compile_plan(describe({"p": {"type": "record", "fields": fields}}, "p.speed.value"))
    assert plan.values(plan.convert({"p": {}}).record) == [None]
    assert plan.values(plan.convert({"p": {"Speed": {"value": 3}}}).record) == [3.0]


@pytest.mark.parametrize(
    ("declared", "paths", "packet", "found"),
    [
        ({"no2": "double"}, ["[0].no2"], [{"no2": 1.5, "x": 1}], [1.5]),
        ({"no2": "double"}, ["$[1]/NO2"], [{}, {"No2": 1.5}], [1.5]),
        ({"a": "double", "b": record(c="double")}, ["[0].a", "[1].b.c"], [{"a": 1}, {"b": {"c": 2}}], [1, 2]),
        ({"[0]": "double", "[2]": "double"}, ["[2]", "[0]"], [1.5, "x", 2.5], [2.5, 1.5]),
        ({"[0]": V, "[1]": V}, ["[0].v", "[1].v"], [{"v": 1}, {"v": 2}], [1, 2]),
        ({"a": "double"}, ["[0][1].a"], [[0, {"a": 1.5}]], [1.5]),
        ({"a": "double"}, ["[0].a"], [None], [None]),
    ],
)  # fmt: skip
def test_packet_may_be_an_array(declared: Any, paths: list[str], packet: Any, found: list[float]):
    """When its paths begin with an index: the parameters stand in the elements, or are the elements."""
    plan = compile_plan(describe(declared, *paths))
    assert plan.takes_array
    assert plan.values(plan.convert(packet).record) == found


@pytest.mark.parametrize(
    ("packet", "where"),
    [({"no2": 1}, ""), ([], "[0].no2"), ([{}], "[0].no2"), ([[]], "[0].no2"), ([5], "[0].no2")],
)
def test_array_without_the_parameter_is_refused(packet: Any, where: str):
    """As a whole, or at the place."""
    with pytest.raises(InvalidPacket) as refused:
        compile_plan(describe({"no2": "double"}, "[0].no2")).convert(packet)
    assert refused.value.where == where


def test_paths_of_an_array_agree():
    """All of them begin with an index, each parameter has one element, and none is left without a path."""
    types = {"a": "double", "b": "double"}
    with pytest.raises(InvalidPath) as refused:
        compile_plan(describe(types, "[0].a", "b"))
    assert refused.value.where == "b"
    with pytest.raises(InvalidPath) as refused:
        compile_plan(describe(types, "[0].a", "[0].b", "[1].a"))
    assert refused.value.where == "[1].a"
    with pytest.raises(Misbound) as refused_parameter:
        compile_plan(describe(types, "[0].a"))
    assert refused_parameter.value.where == "b"

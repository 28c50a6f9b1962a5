"""The completed schema is one that a strict reader takes, and the records are what it says."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.model.device import Parameter, Schema
from sensorium.plans.avro.schema import legal_names
from sensorium.plans.plan import compile_plan
from tests.plans.describing import NILU_DATE, array, describe, documented, mapping, record
from tests.plans.reading import read, read_strictly

LEGAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6)


def test_schema_of_the_documented_sensor_is_completed():
    """A record of nullable fields; the date is a timestamp in microseconds."""
    assert compile_plan(documented()).avro == {
        "type": "record",
        "name": "Packet",
        "namespace": "sensorium",
        "fields": [
            {
                "name": "no2",
                "type": ["null", "double"],
                "default": None,
                "parameter": "no2",
                "doc": "Predicted NO2 in microgram",
            },
            {
                "name": "date",
                "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}],
                "default": None,
                "parameter": "date",
            },
        ],
    }


def test_record_of_the_documented_packet_is_read_by_others():
    """A number and a moment."""
    plan = compile_plan(documented())
    converted = plan.convert({"date": "2010/10/20 15:00:00", "no2": "132.5657676765"})
    assert read(plan, converted.record) == {
        "no2": 132.5657676765,
        "date": datetime(2010, 10, 20, 13, tzinfo=UTC),
    }


def test_names_that_avro_does_not_know_are_replaced():
    """By ones that are alike and unlike each other; legal names stay as they are."""
    names = ["µg/m³", "a.b", "a_b", "a b", "a-b", "2nd", "_2nd", "no2", "温度", "__", "a_b_2"]
    assert legal_names(names) == [
        "_g_m_", "a_b_3", "a_b", "a_b_4", "a_b_5", "_2nd_2", "_2nd", "no2", "___2", "__", "a_b_2",
    ]  # fmt: skip


def test_declared_names_are_kept_beside():
    """Of fields and of types, at every depth."""
    gas = record(**{"NO₂": "double"}) | {"name": "gas-type"}
    plan = compile_plan(describe({"the gas": gas, "e": {"type": "enum", "name": "state", "symbols": ["ON"]}}))
    first, second = plan.avro["fields"]
    assert (first["name"], first["parameter"]) == ("the_gas", "the gas")
    assert first["type"][1]["name"] == "Record1"
    assert first["type"][1]["declared"] == "gas-type"
    assert first["type"][1]["fields"][0]["parameter"] == "NO₂"
    assert second["type"][1] == {"type": "enum", "name": "Enum2", "declared": "state", "symbols": ["ON"]}


@given(st.lists(st.one_of(NAMES, st.text("a_.1", min_size=1, max_size=4)), unique=True, max_size=30))
def test_replaced_names_are_legal_different_and_always_the_same(names: list[str]):
    """Whatever the names are."""
    legal = legal_names(names)
    assert len(set(legal)) == len(names)
    assert all(LEGAL.fullmatch(name) for name in legal)
    assert all(new == old for new, old in zip(legal, names, strict=True) if LEGAL.fullmatch(old))
    assert legal == legal_names(names)


def test_converted_text_is_completed_as_what_the_converter_makes():
    """Where the text was declared; a declared number stays the number it is."""
    types = {
        "a": "string",
        "b": "string",
        "c": "boolean",
        "d": "string",
        "e": "float",
        "f": "int",
        "g": "double",
    }
    plan = compile_plan(
        describe(
            types,
            converters=[
                ("StringDouble", "a"), ("StringInteger", "b"), ("BooleanInteger", "c"),
                ("StringEpochTime", "d", NILU_DATE), ("StringDouble", "e"), ("StringInteger", "f"),
                ("StringEpochTime", "g", NILU_DATE),
            ],
        )
    )  # fmt: skip
    time = {"type": "long", "logicalType": "timestamp-micros"}
    completed = [field["type"][1] for field in plan.avro["fields"]]
    assert completed == ["double", "long", "int", time, "float", "int", time]


def test_array_in_part_converted_holds_both():
    """What was sent as it is, and what was made of one element."""
    plan = compile_plan(
        describe(
            {"regulator": array("string"), "by_name": mapping("string")},
            "regulator[1]",
            "by_name.no2",
            converters=[("StringDouble", "regulator[1]"), ("StringInteger", "by_name.no2")],
        )
    )
    converted = plan.convert({"regulator": ["16.54", "22.93", None], "by_name": {"no2": "7", "unit": "ppb"}})
    assert read(plan, converted.record) == {
        "regulator": ["16.54", 22.93, None],
        "by_name": {"no2": 7, "unit": "ppb"},
    }
    assert plan.values(converted.record) == [22.93, 7.0]


def test_logical_types_are_read_by_others():
    """Dates, times, and timestamps in milli- and microseconds."""
    kinds = {
        "date": "int", "time-millis": "int", "time-micros": "long", "timestamp-millis": "long",
        "timestamp-micros": "long", "local-timestamp-micros": "long",
    }  # fmt: skip
    types = {name: {"type": kind, "logicalType": name} for name, kind in kinds.items()}
    plan = compile_plan(describe(types))
    found = read_strictly(plan, plan.convert(dict.fromkeys(kinds, 86_399_999 // 4000)).record)
    assert found["timestamp_millis"] == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=21_599)
    assert found["date"].year == 2029


@st.composite
def typed(draw: st.DrawFn, depth: int = 3) -> tuple[Any, Any, Any]:
    """A type, a value of it as a device sends it, and the value as a reader decodes it."""
    scalars = [
        ("double", number := draw(st.floats(allow_nan=False, allow_infinity=False)), number),
        ("double", whole := draw(st.integers(-(2**53), 2**53)), float(whole)),
        ("float", short := draw(st.floats(allow_nan=False, allow_infinity=False, width=32)), short),
        ("int", small := draw(st.integers(-(2**31), 2**31 - 1)), small),
        ("long", large := draw(st.integers(-(2**63), 2**63 - 1)), large),
        ("boolean", truth := draw(st.booleans()), truth),
        ("string", text := draw(st.text(max_size=8)), text),
        ("bytes", (binary := draw(st.binary(max_size=8))).decode("latin-1"), binary),
        (
            {"type": "fixed", "size": 4},
            (four := draw(st.binary(min_size=4, max_size=4))).decode("latin-1"),
            four,
        ),
        ({"type": "enum", "symbols": ["A", "B", "C"]}, symbol := draw(st.sampled_from("ABC")), symbol),
        (["null", "double", "string"], either := draw(st.sampled_from([1.5, "x", None])), either),
        ("null", None, None),
        ("double", "NaN", None),
    ]
    declared, sent, decoded = draw(st.sampled_from(scalars))
    if depth == 0 or draw(st.booleans()):
        missing = draw(st.integers(0, 9)) == 0
        return declared, None if missing else sent, None if missing else decoded
    match draw(st.sampled_from(["record", "array", "map"])):
        case "record":
            members = draw(st.dictionaries(NAMES, typed(depth - 1), min_size=1, max_size=4))
            fields = [{"name": name, "type": each[0]} for name, each in members.items()]
            values = {name: each[1] for name, each in members.items()}
            legal = dict(zip(legal_names(list(members)), (each[2] for each in members.values()), strict=True))
            return {"type": "record", "fields": fields}, values, legal
        case "array":
            count = draw(st.integers(0, 3))
            return array(declared), [sent] * count, [decoded] * count
        case _:
            names = draw(st.lists(st.text(max_size=4), unique=True, max_size=3))
            return mapping(declared), dict.fromkeys(names, sent), dict.fromkeys(names, decoded)


@settings(max_examples=150)
@given(st.dictionaries(NAMES, typed(), min_size=1, max_size=4))
def test_any_packet_of_any_schema_is_read_back(members: dict[str, tuple[Any, Any, Any]]):
    """By two readers, equal to what was sent."""
    plan = compile_plan(Schema(tuple(Parameter(name, each[0]) for name, each in members.items()), ()))
    converted = plan.convert({name: each[1] for name, each in members.items()})
    legal = legal_names(list(members))
    assert read(plan, converted.record) == {
        name: each[2] for name, each in zip(legal, members.values(), strict=True)
    }
    assert json.loads(json.dumps(plan.avro)) == plan.avro


@pytest.mark.parametrize("number", [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2**21, 2**63 - 1, -(2**63)])
def test_integers_are_as_long_as_avro_says(number: int):
    """At the borders of each length."""
    plan = compile_plan(describe({"x": "long"}))
    assert read(plan, plan.convert({"x": number}).record) == {"x": number}

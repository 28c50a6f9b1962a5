"""A device's packets are taken as they are described, or refused with the place of the fault."""

import json
from math import inf, nan
from typing import Any

import pytest

from sensorium.model.device import FieldMapping, Schema
from sensorium.model.errors import (
    ConversionFailed,
    InvalidArguments,
    InvalidPacket,
    InvalidPath,
    InvalidSchema,
    InvalidTimezone,
    Malformed,
    Misbound,
    Refusal,
)
from sensorium.plans.plan import MOST_PATHS, Plan, compile_plan
from tests.plans.describing import NILU_DATE, array, describe, documented, mapping, record
from tests.plans.reading import read

# The packet of the document's inbound example, its rows of dots left out.
EXAMPLE = json.loads("""
{
    "sensorid": "innosense-6", "date": "2010/10/20 15:00:00", "position": ["0.000000", "0.000000"],
    "rawvalues": ["fff98ea8", "000296f6"], "samplecount": "40", "viewer_wanip": "37.253.165.85",
    "scanner_wanip": "37.253.165.85", "regulator": ["16.54", "22.93"], "no2": "132.5657676765"
}
""")


def values(plan: Plan, tree: Any) -> list[float | None]:
    """The values that are stored of a packet."""
    return plan.values(plan.convert(tree).record)


def refusal_of(plan: Plan, tree: Any) -> tuple[type[Refusal], str]:
    """How and where a packet is refused."""
    with pytest.raises(Refusal) as refused:
        plan.convert(tree)
    assert refused.value.why
    return type(refused.value), refused.value.where


@pytest.mark.check("NI-192", "NI-193", "NI-194")
def test_documented_packet_is_converted():
    """NO2 is a number, the date a moment of Stockholm's summer; the rest is ignored."""
    plan = compile_plan(documented())
    converted = plan.convert(EXAMPLE)
    assert converted.time == 1287579600 * 1_000_000
    assert plan.values(converted.record) == [132.5657676765]
    assert not plan.takes_array


def test_documented_moving_sensor_is_converted():
    """The parameter is PM10, the path /pm10, the packet's member pm10."""
    plan = compile_plan(
        describe(
            {"temperature": "double", "PM10": "double"},
            "/temperature",
            "/pm10",
            converters=[("StringDouble", "/temperature"), ("StringDouble", "/pm10")],
        )
    )
    packet = {"name": "HackAir", "temperature": "24.61", "humidity": "50.12", "pm10": "804.34"}
    assert plan.convert(packet).time is None
    assert values(plan, packet) == [24.61, 804.34]


def test_real_client_is_understood():
    """Doubles as numbers or bare NaN, a date with T and Z, no time zone."""
    names = ["NO", "NO2", "PM2.5"]
    plan = compile_plan(
        describe(
            dict.fromkeys(names, "double") | {"date": "long"},
            *(f"/{name}" for name in names),
            converters=[("StringEpochTime", "/date", {"input-format": "yyyy-MM-ddTHH:mm:ssZ"})],
            time="/date",
        )
    )
    packet = json.loads('{"date": "2021-01-02T03:04:05Z", "NO": 1.5, "NO2": NaN, "PM2.5": 7}')
    assert plan.convert(packet).time == 1609556645 * 1_000_000
    assert values(plan, packet) == [1.5, None, 7.0]


@pytest.mark.check("NI-200")
@pytest.mark.parametrize("gone", ["no2", "date"])
def test_declared_parameter_must_be_there(gone: str):
    """The missing one is named."""
    packet = {name: value for name, value in EXAMPLE.items() if name != gone}
    assert refusal_of(compile_plan(documented()), packet) == (InvalidPacket, gone)


@pytest.mark.check("NI-198")
@pytest.mark.parametrize("missing", [None, nan, "NaN"])
def test_missing_value_is_taken_and_not_stored(missing: Any):
    """A bare NaN, "NaN" and null, with and without a converter."""
    plan = compile_plan(
        describe({"a": "double", "b": "double"}, "a", "b", converters=[("StringDouble", "a")])
    )
    assert values(plan, {"a": missing, "b": 2.5}) == [None, 2.5]
    assert values(plan, {"a": "1", "b": missing}) == [1.0, None]
    assert values(plan, {"a": missing, "b": missing}) == [None, None]


@pytest.mark.check("NI-202")
@pytest.mark.parametrize(
    ("output_type", "declared", "arguments"),
    [
        ("StringDouble", "double", None),
        ("StringInteger", "long", None),
        ("BooleanInteger", "int", None),
        ("StringEpochTime", "long", NILU_DATE),
    ],
)
def test_text_that_cannot_be_converted_is_refused(output_type: str, declared: str, arguments: Any):
    """Each converter names its place."""
    plan = compile_plan(describe({"x": declared}, "x", converters=[(output_type, "x", arguments)]))
    assert refusal_of(plan, {"x": "abc"}) == (ConversionFailed, "x")


@pytest.mark.check("NI-203")
def test_truth_is_stored_as_number():
    """true and false, and both as text."""
    plan = compile_plan(describe({"door": "int"}, "door", converters=[("BooleanInteger", "door")]))
    assert [values(plan, {"door": each})[0] for each in (True, False, "true", "false")] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("declared", "value", "decoded"),
    [
        ("double", 1, 1.0), ("double", -0.0, -0.0), ("double", 2**70, float(2**70)), ("float", 0.5, 0.5),
        ("float", 16777217, 16777216.0), ("int", 15.0, 15), ("long", -1.0, -1),
        ("long", 2**63 - 1, 2**63 - 1), ("boolean", True, True), ("string", "", ""),
        ("string", "NaN", "NaN"), ("bytes", "\x00ÿ", b"\x00\xff"), (["int", "double"], 3, 3),
        (["int", "double"], 3.5, 3.5), (["int", "double"], 2**40, float(2**40)),
        (["string", "double"], "NaN", None), (["string", "bytes"], "NaN", "NaN"),
        (["double", "string"], "1", "1"), (["boolean", "int"], True, True),
        (["null", record(a="int")], {"a": 1}, {"a": 1}), ([array("int"), mapping("int")], {"a": 1}, {"a": 1}),
        ([array("int"), mapping("int")], [1], [1]),
        ({"type": "enum", "symbols": ["ON", "OFF"]}, "OFF", "OFF"),
        ([{"type": "enum", "symbols": ["ON"]}, "string"], "other", "other"),
        ({"type": "fixed", "size": 2}, "ab", b"ab"), ({"type": "fixed", "size": 2}, "NaN", None),
        (record(a="double"), {"A": 1}, {"a": 1.0}), (array("double"), [None, "NaN", 2.5], [None, None, 2.5]),
        ({"type": "record", "fields": [{"name": "a", "type": "int", "default": None}]}, {}, {"a": None}),
        (record(a="int"), None, None), (array("int"), "NaN", None), (mapping("int"), nan, None),
        (array("int"), [], []), (mapping("int"), {}, {}),
    ],
)  # fmt: skip
def test_value_of_the_declared_type_is_taken(declared: Any, value: Any, decoded: Any):
    """Numbers of one kind for another where nothing is lost but what the type cannot hold."""
    plan = compile_plan(describe({"x": declared}))
    assert read(plan, plan.convert({"x": value}).record) == {"x": decoded}


@pytest.mark.check("NI-201")
@pytest.mark.parametrize(
    ("declared", "value", "where"),
    [
        *[("double", value, "x") for value in ("132.56", "", True, [], {}, inf, -inf, 10**400)],
        *[("float", value, "x") for value in (3.5e38, 10**39, "1", False)],
        *[("int", value, "x") for value in (1.5, 2**31, -(2**31) - 1, "1", True, inf, 1e300)],
        *[("long", value, "x") for value in (1.5, 2**63, 10**4000, "2010/10/20 15:00:00", False, inf)],
        *[("boolean", value, "x") for value in (0, 1, "true", [])],
        *[("string", value, "x") for value in (1, True, [], {}, inf, "\ud800")],
        *[("bytes", value, "x") for value in (1, "€", [])],
        *[("null", value, "x") for value in (1, "", False, [], {}, inf)],
        *[({"type": "enum", "symbols": ["ON"]}, value, "x") for value in ("OFF", 0, ["ON"], {})],
        *[({"type": "fixed", "size": 2}, value, "x") for value in ("a", "abc", "€€", 2)],
        *[({"type": "string", "logicalType": "uuid"}, value, "x") for value in ("x", 1)],
        *[({"type": "int", "logicalType": "date"}, value, "x") for value in (10**7, "2010-10-20")],
        *[(array("int"), value, "x") for value in ({}, 1, "[]")],
        *[(mapping("int"), value, "x") for value in ([], 1, "{}")],
        *[(record(a="int"), value, "x") for value in ([], 1, "{}")],
        (array("int"), [1, 2.5], "x[1]"),
        (array(record(a="int")), [{"a": 1}, {"b": 1}], "x[1].a"),
        (mapping("int"), {"a.b": "c"}, "x['a.b']"),
        (mapping("int"), {"\ud800": 1}, "x['\\'\\\\ud800\\'']"),
        (record(a=record(b="int")), {"a": {"b": "c"}}, "x.a.b"),
        (["int", "string"], 1.5, "x"),
        (["int", "string"], True, "x"),
        (["int", array("int")], ["a"], "x[0]"),
    ],
)
def test_value_of_another_type_is_refused(declared: Any, value: Any, where: str):
    """With the path to it, and in few words."""
    plan = compile_plan(describe({"x": declared}))
    with pytest.raises(InvalidPacket) as refused:
        plan.convert({"x": value})
    assert refused.value.where == where
    assert len(refused.value.why) < 150


@pytest.mark.parametrize("tree", [None, 1, "x", [], [{"no2": 1}], True, nan])
def test_packet_is_an_object(tree: Any):
    """Whatever else JSON holds is refused as a whole."""
    assert refusal_of(compile_plan(documented()), tree) == (InvalidPacket, "")


@pytest.mark.check("NI-140")
def test_unknown_type_is_refused():
    """115: what is no Avro type."""
    with pytest.raises(InvalidSchema):
        compile_plan(describe({"no2": "number"}, "no2"))


@pytest.mark.check("NI-141")
@pytest.mark.parametrize(
    ("schema", "where"),
    [
        (describe({"x": "string"}, "/x"), "/x"),
        (describe({"x": "boolean"}, "x"), "x"),
        (describe({"x": "null"}, "x"), "x"),
        (describe({"x": ["double", "string"]}, "x"), "x"),
        (describe({"x": record(a="double")}, "x"), "x"),
        (describe({"x": array("double")}, "x"), "x"),
        (describe({"x": {"type": "enum", "symbols": ["A"]}}, "x"), "x"),
        (describe({"x": "boolean"}, converters=[("StringDouble", "x")]), "x"),
        (describe({"x": "null"}, converters=[("StringDouble", "x")]), "x"),
        (describe({"x": record(a="double")}, converters=[("StringDouble", "x")]), "x"),
        (describe({"x": array("string")}, converters=[("StringDouble", "x")]), "x"),
        (describe({"x": "double"}, converters=[("StringDouble", "x"), ("StringInteger", "/X")]), "/X"),
        (
            describe(
                {"x": array("string")},
                converters=[("StringEpochTime", "x[0]", NILU_DATE), ("StringInteger", "x[1]")],
            ),
            "x[1]",
        ),
        (describe({"x": "string"}, time="x"), "x"),
        (describe({"x": {"type": "int", "logicalType": "date"}}, time="x"), "x"),
        (describe({"x": "boolean"}, converters=[("BooleanInteger", "x")], time="x"), "x"),
    ],
)
def test_what_yields_no_number_cannot_be_bound(schema: Schema, where: str):
    """124: no number and no converter, a converter for another type, two for one place, no time."""
    with pytest.raises(Misbound) as refused:
        compile_plan(schema)
    assert refused.value.where == where


@pytest.mark.check("NI-142")
@pytest.mark.parametrize(
    "path",
    ["pm10", "/no2/value", "no2[0]", "value", "no2.no2", "gas.no", "gas[0]", "['/no2']", "a[*]", ""],
)
def test_path_that_leads_nowhere_is_refused(path: str):
    """129: below a number, past a record, by the last name alone, or not to be read."""
    types = {"no2": "double", "gas": record(no2=array("double"))}
    bound, converted = describe(types, path), describe(types, converters=[("StringDouble", path)])
    for schema in (bound, converted, describe(types, time=path)):
        with pytest.raises(InvalidPath) as refused:
            compile_plan(schema)
        assert refused.value.where == path


@pytest.mark.parametrize(
    ("converting", "refusal"),
    [
        pytest.param(("StringEpochTime", "date"), InvalidArguments, marks=pytest.mark.check("NI-143")),
        pytest.param(
            ("StringEpochTime", "date", NILU_DATE | {"timezone": "Mars/Olympus"}), InvalidTimezone,
            marks=pytest.mark.check("NI-144"),
        ),
        pytest.param(("StringDate", "date"), InvalidArguments, marks=pytest.mark.check("NI-149")),
    ],
)  # fmt: skip
def test_wrong_converter_is_refused(converting: Any, refusal: type[Refusal]):
    """130 and 132, with the target path."""
    with pytest.raises(refusal) as refused:
        compile_plan(describe({"date": "long"}, converters=[converting]))
    assert refused.value.where == "date"


@pytest.mark.check("NI-150")
@pytest.mark.parametrize("name", ["timestamp", "Time", "", "Position"])
def test_only_the_timestamp_is_mapped(name: str):
    """And once."""
    schema = describe({"t": "long"})
    with pytest.raises(Malformed) as refused:
        compile_plan(Schema(schema.parameters, (), (), (FieldMapping(name, "t"),)))
    assert refused.value.where == "mapping[0].name"
    with pytest.raises(Malformed):
        compile_plan(Schema(schema.parameters, (), (), (FieldMapping("Timestamp", "t"),) * 2))


def test_number_of_paths_is_bounded():
    """A description is no program."""
    compile_plan(describe({"x": "double"}, *["x"] * MOST_PATHS))
    with pytest.raises(Malformed):
        compile_plan(describe({"x": "double"}, *["x"] * (MOST_PATHS + 1)))

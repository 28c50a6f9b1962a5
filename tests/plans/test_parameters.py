"""Declared parameters are Avro, or refused with the place of the fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.device import Parameter
from sensorium.model.errors import InvalidSchema
from sensorium.plans.avro.schema import complete
from sensorium.plans.parameters import DEEPEST, MOST_TYPES, read_parameters
from sensorium.plans.slots import Array, Enum, Fixed, Map, Scalar, Type
from tests.plans.describing import array, mapping, record
from tests.speed import at_most


def read_type(declared: Any) -> tuple[Type, ...]:
    """What one parameter of a type accepts."""
    return read_parameters([Parameter("x", declared)]).fields[0].slot.accepted


@pytest.mark.parametrize(
    ("declared", "accepted"),
    [
        *[(kind, (Scalar(kind),)) for kind in ("boolean", "int", "long", "float", "double")],
        *[(kind, (Scalar(kind),)) for kind in ("bytes", "string")],
        ({"type": "double"}, (Scalar("double"),)),
        ("null", ()),
        (["null", "double"], (Scalar("double"),)),
        (["double", "null"], (Scalar("double"),)),
        (["double", "string"], (Scalar("double"), Scalar("string"))),
        ({"type": "enum", "name": "e", "symbols": ["A", "_b1"]}, (Enum(("A", "_b1"), "e"),)),
        ({"type": "enum", "symbols": ["A"]}, (Enum(("A",), ""),)),
        ({"type": "fixed", "name": "f", "size": 4}, (Fixed(4, "f"),)),
        ({"type": "long", "logicalType": "timestamp-millis"}, (Scalar("long", "timestamp-millis"),)),
        ({"type": "string", "logicalType": "uuid"}, (Scalar("string", "uuid"),)),
        ({"type": "double", "unit": "ppb", "aliases": ["y"]}, (Scalar("double"),)),
    ],
)  # fmt: skip
def test_avro_types_are_read(declared: Any, accepted: tuple[Type, ...]):
    """Primitive, named and logical types, and unions of them; what Avro does not know is ignored."""
    assert read_type(declared) == accepted


@pytest.mark.check("NI-151")
def test_object_is_a_record():
    """With or without a name, and with members of any type."""
    (gas,) = read_type(
        record(components=array(record(no2="double")), by_name=mapping("int")) | {"name": "gas"}
    )
    assert gas.name == "gas"
    components, by_name = (member.slot.accepted[0] for member in gas.fields)
    assert isinstance(components, Array)
    assert components.items.accepted[0].fields[0].slot.accepted == (Scalar("double"),)
    assert isinstance(by_name, Map)
    assert by_name.values.accepted == (Scalar("int"),)


def test_declared_type_is_used_again_by_its_name():
    """By the name alone in its own namespace, by the full name everywhere."""
    gas = record(no2="double") | {"name": "gas", "namespace": "air"}
    inner = record(a=gas, b="gas", c="air.gas") | {"name": "outer", "namespace": "air"}
    found = read_parameters([Parameter("x", inner), Parameter("y", "air.gas")])
    a, b, c = (member.slot for member in found.fields[0].slot.accepted[0].fields)
    assert a == b == c == found.fields[1].slot
    with pytest.raises(InvalidSchema):
        read_parameters([Parameter("x", inner), Parameter("y", "gas")])


def test_optional_member_has_null_for_default():
    """Only of a nested record, and only null."""
    fields = [{"name": "a", "type": "double", "default": None}, {"name": "b", "type": "double", "doc": "B"}]
    a, b = read_type({"type": "record", "fields": fields})[0].fields
    assert (a.optional, b.optional, b.doc) == (True, False, "B")


NAMED = record(a="double") | {"name": "r"}


@pytest.mark.check("NI-140")
@pytest.mark.parametrize(
    ("declared", "where"),
    [
        ("number", ""),
        ("Double", ""),
        ("object", ""),
        ("record", ""),
        ("array", ""),
        ("", ""),
        (None, ""),
        (5, ""),
        (True, ""),
        ({}, ""),
        ({"type": None}, ""),
        ({"type": {"type": "double"}}, ""),
        ({"type": ["null", "double"]}, ""),
        ([], ""),
        (["double", "double"], ""),
        (["null", "null"], ""),
        (["double", ["string"]], ""),
        (["double", "number"], "[1]"),
        ([array("int"), array("double")], ""),
        ([record(a="int"), mapping("int")], ""),
        (["int"] + [{"type": "fixed", "name": f"f{n}", "size": n} for n in range(1, 40)], ""),
        ({"type": "array"}, ".items"),
        ({"type": "array", "items": "number"}, ".items"),
        ({"type": "map", "values": 7}, ".values"),
        ({"type": "record"}, ".fields"),
        ({"type": "record", "fields": []}, ".fields"),
        ({"type": "record", "fields": {}}, ".fields"),
        ({"type": "record", "fields": ["a"]}, ".fields[0]"),
        ({"type": "record", "fields": [{"name": "a"}]}, ".fields[0].type"),
        ({"type": "record", "fields": [{"type": "int"}]}, ".fields[0].name"),
        ({"type": "record", "fields": [{"name": "a", "type": "array", "items": "int"}]}, ".fields[0].type"),
        ({"type": "record", "fields": [{"name": "a", "type": "int", "doc": 5}]}, ".fields[0].doc"),
        ({"type": "record", "fields": [{"name": "a", "type": "int", "default": 0}]}, ".fields[0].default"),
        ({"type": "record", "fields": [{"name": "a", "type": "int"}] * 2}, ".fields"),
        (record(a="int") | {"name": "int"}, ".name"),
        (record(a="int") | {"name": 5}, ".name"),
        (record(a="int") | {"name": "r", "namespace": 5}, ".namespace"),
        (record(a=NAMED, b=dict(NAMED)), ".fields[1].type.name"),
        (record(a=["null", "r"]) | {"name": "r"}, ".fields[0].type[1]"),
        ({"type": "enum"}, ".symbols"),
        ({"type": "enum", "symbols": []}, ".symbols"),
        ({"type": "enum", "symbols": ["a", "a"]}, ".symbols"),
        ({"type": "enum", "symbols": ["a-b"]}, ".symbols"),
        ({"type": "enum", "symbols": [1]}, ".symbols"),
        ({"type": "enum", "symbols": ["å"]}, ".symbols"),
        ({"type": "fixed"}, ".size"),
        ({"type": "fixed", "size": 0}, ".size"),
        ({"type": "fixed", "size": True}, ".size"),
        ({"type": "fixed", "size": 10**9}, ".size"),
        ({"type": "string", "logicalType": "timestamp-millis"}, ""),
        ({"type": "bytes", "logicalType": "decimal", "precision": 4}, ""),
        ({"type": "long", "logicalType": "unheard-of"}, ""),
        ({"type": "long", "logicalType": ["uuid"]}, ""),
    ],
)
def test_what_is_no_type_is_refused(declared: Any, where: str):
    """With the place in the declaration."""
    with pytest.raises(InvalidSchema) as refused:
        read_type(declared)
    assert refused.value.where == f"parameters[0].type{where}"


@pytest.mark.check("NI-140")
@pytest.mark.parametrize(
    "names",
    [["a", "a"], [""], ["x" * 256], ["a\x00"], ["a\n"], ["\x7f"], ["\ud800"], ["a", "b", "a"]],
)
def test_illegal_or_double_name_is_refused(names: list[str]):
    """Empty, over 255 characters, with control characters, or twice."""
    with pytest.raises(InvalidSchema) as refused:
        read_parameters([Parameter(name, "double") for name in names])
    assert refused.value.where.startswith("parameters")


def test_no_parameters_are_refused():
    """A packet without a parameter says nothing."""
    with pytest.raises(InvalidSchema):
        read_parameters([])


def test_names_of_any_text_are_taken():
    """Also such as differ in case alone; those are then found only as they are written."""
    names = ["PM2.5 (µg/m³)", " ", "a/b", "温度", "x" * 255, "PM10", "pm10"]
    found = read_parameters([Parameter(name, "double") for name in names])
    assert [member.name for member in found.fields] == names
    assert [member.loose for member in found.fields] == [True] * 5 + [False] * 2


def test_bounds_hold():
    """Types nest as deep as 64 and are at most 1000; a type used again counts again."""
    nested: Any = "double"
    for _ in range(DEEPEST - 1):
        nested = array(nested)
    read_type(nested)
    with pytest.raises(InvalidSchema):
        read_type(array(nested))
    read_parameters([Parameter(f"p{n}", "double") for n in range(MOST_TYPES)])
    with pytest.raises(InvalidSchema):
        read_parameters([Parameter(f"p{n}", "double") for n in range(MOST_TYPES + 1)])
    doubled = [Parameter("r0", record(a="double") | {"name": "r0"})]
    doubled += [
        Parameter(f"r{n}", record(a=f"r{n - 1}", b=f"r{n - 1}") | {"name": f"r{n}"}) for n in range(1, 40)
    ]
    with at_most(2), pytest.raises(InvalidSchema):
        read_parameters(doubled)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=3),
        st.sampled_from(["null", "double", "string", "record", "array", "a", "uuid"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "name", "fields", "items", "values", "symbols", "size", "default"]),
            inner, max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(st.tuples(st.text(max_size=3), JSON), max_size=3))
def test_any_declaration_is_read_or_refused(declared: list[tuple[str, Any]]):
    """Nothing but InvalidSchema comes out, and what is read can be completed."""
    try:
        read = read_parameters([Parameter(name, each) for name, each in declared])
    except InvalidSchema:
        return
    assert len(complete(read)["fields"]) == len(declared)


@pytest.mark.parametrize(
    "large",
    [
        {"type": "enum", "name": "T", "symbols": [f"symbol_{n}" for n in range(1000)]},
        {"type": "record", "name": "T", "fields": [{"name": "x", "type": "double", "doc": "d" * 10_000}]},
        {"type": "fixed", "name": "T", "namespace": "n" * 10_000, "size": 1},
    ],
    ids=["symbols", "descriptions", "namespaces"],
)
def test_texts_are_counted_wherever_a_type_is_used(large: dict[str, Any]):
    """A name that stands for a long type, again and again, cannot swell the completed schema."""
    name = f"{large['namespace']}.T" if "namespace" in large else "T"
    once = [Parameter("first", large)]
    assert complete(read_parameters(once))
    with pytest.raises(InvalidSchema) as refused:
        read_parameters([*once, *(Parameter(f"x{n}", name) for n in range(200))])
    assert "over 1048576 characters" in refused.value.why

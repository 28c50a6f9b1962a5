"""Whatever is described and whatever is sent: a packet is read back as it was meant, or refused in order."""

from collections.abc import Sequence
from contextlib import suppress
from math import inf, nan
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.model.device import Binding, Converter, FieldMapping, Parameter, Schema
from sensorium.model.errors import (
    ConversionFailed,
    InvalidArguments,
    InvalidPacket,
    InvalidPath,
    InvalidSchema,
    InvalidTimezone,
    Malformed,
    Misbound,
)
from sensorium.plans.path import Key, render
from sensorium.plans.plan import Plan, compile_plan
from tests.plans.describing import NILU_DATE, array, describe, mapping, record
from tests.plans.reading import read
from tests.speed import at_most

NAMES = st.sampled_from(["a", "A", "b", "pm2.5", "µg/m³", "x y", "no2", "[0]", "c'd"])
KINDS = st.sampled_from(["double", "long", "int", "float", "string", "boolean", ["null", "double", "string"]])
TYPES = st.recursive(
    KINDS,
    lambda inner: st.one_of(
        inner.map(array),
        inner.map(mapping),
        st.dictionaries(NAMES, inner, min_size=1, max_size=3).map(lambda members: record(**members)),
    ),
    max_leaves=4,
)
CONVERTERS = st.sampled_from([None, "StringDouble", "StringInteger", "BooleanInteger", "StringEpochTime"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4),
    st.sampled_from(["NaN", "12.5", "7", "true", "2010/10/20 15:00:00", "2021/03/28 02:30:00"]),
    st.sampled_from([nan, inf, 2**70]),
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=10,
)


@st.composite
def inside(draw: st.DrawFn, declared: Any) -> list[Key]:
    """The keys from a type to one of the scalars in it."""
    if not isinstance(declared, dict):
        return []
    match declared["type"]:
        case "array":
            return [draw(st.integers(0, 2)), *draw(inside(declared["items"]))]
        case "map":
            return [draw(NAMES), *draw(inside(declared["values"]))]
        case _:
            member = draw(st.sampled_from(declared["fields"]))
            return [member["name"], *draw(inside(member["type"]))]


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """A description in which most paths lead to a scalar."""
    types = draw(st.dictionaries(NAMES, TYPES, min_size=1, max_size=4))
    bindings, converters, mappings = [], [], []
    for name, declared in types.items():
        path = render([name, *draw(inside(declared))])
        output_type = draw(CONVERTERS)
        arguments = NILU_DATE if output_type == "StringEpochTime" else None
        if output_type:
            converters.append(Converter("string", output_type, path, arguments))
        if draw(st.booleans()):
            bindings.append(Binding(8, 3, 1, path))
        if not mappings and draw(st.integers(0, 3)) == 0:
            mappings.append(FieldMapping("Timestamp", path))
    parameters = tuple(Parameter(name, declared) for name, declared in types.items())
    return Schema(parameters, tuple(bindings), tuple(converters), tuple(mappings))


def fitting(declared: Any) -> st.SearchStrategy[Any]:
    """Values that look like those of a type; some are not."""
    if not isinstance(declared, dict):
        return SCALARS
    match declared["type"]:
        case "array":
            return st.one_of(st.lists(fitting(declared["items"]), max_size=4), SCALARS)
        case "map":
            return st.one_of(st.dictionaries(NAMES, fitting(declared["values"]), max_size=4), SCALARS)
        case _:
            members = {member["name"]: fitting(member["type"]) for member in declared["fields"]}
            return st.one_of(st.fixed_dictionaries(members), st.fixed_dictionaries({}, optional=members))


def follow(plan: Plan, tree: Any) -> None:
    """Convert and trace a packet: both agree, both readers read the record, nothing else is raised."""
    with at_most(1):
        traced = plan.trace(tree)
        try:
            converted = plan.convert(tree)
        except (InvalidPacket, ConversionFailed) as refusal:
            assert (refusal.why, refusal.where) == (traced.errors[0].why, traced.errors[0].where)
        else:
            assert traced.errors == ()
            assert traced.time == converted.time
            assert [component.value for component in traced.components] == plan.values(converted.record)
            assert all(value is None or -inf < value < inf for value in plan.values(converted.record))
            read(plan, converted.record)
        msgspec.json.encode(traced)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_packet_is_read_or_refused(data: st.DataObject):
    """Of any description that is taken, packets that nearly fit, and any JSON at all."""
    schema = data.draw(schemas())
    try:
        plan = compile_plan(schema)
    except (Misbound, InvalidPath):
        return
    members = {each.name: fitting(each.type) for each in schema.parameters}
    follow(plan, data.draw(st.fixed_dictionaries(members)))
    follow(plan, data.draw(TREES))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=3), st.one_of(TYPES, TREES)), max_size=3),
    st.lists(st.one_of(st.text(max_size=8), st.text("ab.[]0/'", max_size=6)), max_size=3),
    st.lists(
        st.tuples(st.text(max_size=3), st.text(max_size=3), st.text("ab.[]0", max_size=4), TREES), max_size=2
    ),
)
def test_any_description_is_taken_or_refused(
    parameters: list[tuple[str, Any]], paths: list[str], converters: list[tuple[str, str, str, Any]]
):
    """Nothing but the declared refusals comes out, each with text that can be sent."""
    schema = Schema(
        tuple(Parameter(name, declared) for name, declared in parameters),
        tuple(Binding(8, 3, 1, path) for path in paths),
        tuple(
            Converter(given, made, path, arguments if isinstance(arguments, dict) else None)
            for given, made, path, arguments in converters
        ),
    )
    refusals = (InvalidSchema, Misbound, InvalidPath, InvalidArguments, InvalidTimezone, Malformed)
    try:
        compile_plan(schema)
    except refusals as refusal:
        assert refusal.why


@pytest.mark.parametrize(
    "tree",
    [
        {"x": [[[[[]]]]] * 100_000},
        {"x": [1.5] * 100_000 + ["x"]},
        {f"k{n}": n for n in range(100_000)},
        {"Y" * n: 1 for n in range(1000)},
        {"x": "9" * 1_000_000},
        {"x": {str(n): n for n in range(100_000)}},
        {"x": 10**4000},
    ],
    ids=["deep", "long array", "many members", "long names", "long text", "large object", "large integer"],
)
def test_large_packet_is_refused_at_once(tree: Any):
    """However large, whatever was declared."""
    for declared in ("double", array("double"), mapping("string"), record(a="double")):
        plan = compile_plan(describe({"x": declared}))
        with at_most(1), pytest.raises(InvalidPacket):
            plan.convert(tree)


def test_largest_description_is_compiled_in_time():
    """A thousand parameters, each bound, converted, and found by a name in another case."""
    names = [f"Parameter {n}" for n in range(1000)]
    schema = describe(
        dict.fromkeys(names, "double"),
        *(f"/{name.upper()}" for name in names),
        converters=[("StringDouble", f"/{name.lower()}") for name in names],
    )
    with at_most(20):
        plan = compile_plan(schema)
    assert plan.values(plan.convert(dict.fromkeys(names, "1.5")).record) == [1.5] * 1000


def test_names_in_another_case_are_found_at_once():
    """A thousand of them, and in an object of too many members none."""
    names = [f"Parameter {n}" for n in range(1000)]
    plan = compile_plan(describe(dict.fromkeys(names, "double"), *(f"/{name}" for name in names)))
    packet: dict[str, Any] = {name.upper(): 1.5 for name in names}
    with at_most(1):
        assert plan.values(plan.convert(packet).record) == [1.5] * 1000
    packet |= {f"other {n}": 1 for n in range(100_000)}
    for step in (plan.convert, plan.trace):
        with at_most(1), suppress(InvalidPacket):
            step(packet)


def test_names_in_another_case_are_found_at_once_wherever_they_stand():
    """A thousand of them in a packet that is traced, in an array, and in a map of the stored record."""
    names = [f"Parameter {n}" for n in range(900)]
    packet: dict[str, Any] = {name.upper(): 1.5 for name in names}
    plain = compile_plan(describe(dict.fromkeys(names, "double"), *(f"/{name}" for name in names)))
    listed = compile_plan(describe(dict.fromkeys(names, "double"), *(f"[0].{name}" for name in names)))
    mapped = compile_plan(describe({"x": mapping("double")}, *(f"x.{name}" for name in names)))
    record = mapped.convert({"x": packet}).record
    for step in (
        lambda: plain.trace(packet).errors == (),
        lambda: plain.values(listed.convert([packet]).record) == [1.5] * 900,
        lambda: mapped.values(record) == [1.5] * 900,
    ):
        with at_most(1):
            assert all(step() for _ in range(5))


def chain(names: Sequence[str]) -> Any:
    """A record in a record for each name."""
    declared: Any = "double"
    for name in reversed(names):
        declared = record(**{name: declared})
    return declared


def test_deepest_description_is_followed():
    """Sixty records, one in another."""
    names = [f"level {n}" for n in range(60)]
    plan = compile_plan(describe({"x": chain(names)}, render(["x", *names])))
    tree: Any = "NaN"
    for name in reversed(names):
        tree = {name.upper(): tree}
    assert plan.values(plan.convert({"x": tree}).record) == [None]

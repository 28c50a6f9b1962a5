"""A trace tells what became of a packet, and agrees with what becomes of it."""

from math import inf, nan
from typing import Any

import msgspec
import pytest

from sensorium.model.errors import Refusal
from sensorium.plans.plan import Plan, compile_plan
from sensorium.plans.trace import (
    ComponentTrace,
    ConverterTrace,
    ErrorTrace,
    ParameterTrace,
    TimestampTrace,
    Trace,
)
from tests.plans.describing import array, describe, documented, record

TIME = 1287579600 * 1_000_000


def agreed(plan: Plan, tree: Any) -> Trace:
    """The trace of a packet, after a look at what `convert` and `values` make of it."""
    traced = plan.trace(tree)
    msgspec.json.encode(traced)
    try:
        converted = plan.convert(tree)
    except Refusal as refusal:
        first = traced.errors[0]
        assert (first.reason, first.why, first.where) == (type(refusal).__name__, refusal.why, refusal.where)
        return traced
    assert traced.errors == ()
    assert traced.time == converted.time
    assert [component.value for component in traced.components] == plan.values(converted.record)
    return traced


def test_good_packet_is_followed():
    """From what each path found to the stored values."""
    date = "2010/10/20 15:00:00"
    assert agreed(compile_plan(documented()), {"date": date, "no2": "132.5"}) == Trace(
        time=TIME,
        timestamp=TimestampTrace("/date", found=True, value=date, time=TIME, error=None),
        parameters=(
            ParameterTrace("no2", found=True, value="132.5", error=None),
            ParameterTrace("date", found=True, value=date, error=None),
        ),
        converters=(
            ConverterTrace("StringEpochTime", "/date", found=True, value=date, result=TIME, error=None),
            ConverterTrace("StringDouble", "/no2", found=True, value="132.5", result=132.5, error=None),
        ),
        components=(ComponentTrace(8, 3, 1, "/no2", found=True, value=132.5, error=None),),
        errors=(),
    )


def test_bad_packet_is_followed_as_far_as_it_goes():
    """Every fault is told, the first as the packet itself would be answered."""
    plan = compile_plan(
        describe(
            {"a": "double", "b": "double", "c": "double", "t": "long"},
            "a", "b", "c",
            converters=[("StringDouble", "a")],
            time="t",
        )
    )  # fmt: skip
    traced = agreed(plan, {"a": "abc", "b": 2.5, "t": None})
    assert [error.where for error in traced.errors] == ["a", "c", "t"]
    assert [error.reason for error in traced.errors] == ["ConversionFailed", "InvalidPacket", "InvalidPacket"]
    assert [component.value for component in traced.components] == [None, 2.5, None]
    assert [component.error is None for component in traced.components] == [False, True, False]
    assert [parameter.found for parameter in traced.parameters] == [True, True, False, True]
    assert traced.converters[0].result is None
    assert traced.converters[0].error == '"abc" is not a number'
    assert traced.timestamp is not None
    assert traced.timestamp.error == "the mapped timestamp is missing"


@pytest.mark.parametrize("tree", [None, [], "x", 5, nan])
def test_what_is_no_packet_has_one_error(tree: Any):
    """And nothing else is found."""
    traced = agreed(compile_plan(documented()), tree)
    assert traced.errors == (ErrorTrace("InvalidPacket", "the packet is not an object", ""),)
    assert not any(parameter.found for parameter in traced.parameters)
    assert traced.components[0].value is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None), (True, True), (1, 1), (1.5, 1.5), ("x", "x"), ("x" * 200, "x" * 200),
        ("x" * 201, '"' + "x" * 60 + '…"'), (nan, "a number that is not finite (nan)"),
        (inf, "a number that is not finite (inf)"), (2**65, "an integer beyond 64 bits"),
        ({"a": 1}, "an object"), ([1], "an array"), ("\ud800", "'\\ud800'"), ("a\nb", "'a\\nb'"),
        (b"x", "bytes"),
    ],
)  # fmt: skip
def test_found_value_is_shown_in_few_words(value: Any, shown: Any):
    """As JSON can hold it."""
    traced = agreed(compile_plan(describe({"x": "double"}, "x")), {"x": value})
    assert traced.parameters[0].value == shown
    assert traced.parameters[0].found


def test_places_inside_parameters_are_followed():
    """In arrays of records, where only some elements are converted."""
    schema = describe(
        {"g": array(record(v="string"))}, "g[0].v", "g[1].v",
        converters=[("StringDouble", "g[0].v"), ("StringInteger", "g[1].v")],
    )  # fmt: skip
    traced = agreed(compile_plan(schema), {"g": [{"v": "1.5"}, {"v": "2"}, {"v": "x"}]})
    assert [converter.result for converter in traced.converters] == [1.5, 2]
    traced = agreed(compile_plan(schema), {"g": [{"v": "1.5"}]})
    assert [converter.found for converter in traced.converters] == [True, False]
    assert [error.where for error in traced.errors] == ["g[1]"]


def test_time_that_was_left_out_is_told():
    """Its parameter may be left out, the time may not."""
    fields = [{"name": "t", "type": "long", "default": None}]
    traced = agreed(
        compile_plan(describe({"a": {"type": "record", "fields": fields}}, time="a.t")), {"a": {}}
    )
    assert traced.timestamp == TimestampTrace(
        "a.t", found=False, value=None, time=None, error="the mapped timestamp is missing"
    )


def test_packet_that_is_an_array_is_followed():
    """Found and refused alike."""
    plan = compile_plan(describe({"a": "double"}, "[0].a"))
    assert agreed(plan, [{"a": 1}]).components[0].value == 1.0
    assert agreed(plan, [{"b": 1}]).errors[0].where == "[0].a"

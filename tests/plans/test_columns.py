"""Many records read at once have the values that each has by itself."""

from collections.abc import Sequence
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.plans.plan import Plan, compile_plan
from tests.plans.describing import NILU_DATE, describe

NUMBERS = st.one_of(
    st.none(), st.floats(allow_infinity=False), st.integers(-(2**63), 2**63 - 1), st.integers(-70, 70)
)
TEXTS = st.one_of(st.none(), st.text(max_size=3))
PACKETS = st.fixed_dictionaries(
    {
        "note": TEXTS,
        "d": st.one_of(st.none(), st.floats(allow_infinity=False)),
        "l": st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.integers(-70, 70)),
        "flag": st.one_of(st.none(), st.booleans()),
        "either": st.one_of(NUMBERS, st.text(max_size=2)),
        "f": st.one_of(st.none(), st.floats(width=32, allow_infinity=False)),
        "rest": TEXTS,
    }
)
PLAN = compile_plan(
    describe(
        {
            "note": "string",
            "d": "double",
            "l": "long",
            "flag": "boolean",
            "either": ["string", "long", "double"],
            "f": "float",
            "rest": "string",
        },
        "/f",
        "/d",
        "/l",
    )
)


def same(plan: Plan, records: Sequence[bytes]) -> bool:
    """Whether all at once are what each is."""
    assert plan.columns is not None
    each = [[nan if value is None else value for value in plan.values(record)] for record in records]
    return np.array_equal(plan.columns(records), np.array(each).reshape(len(records), 3), equal_nan=True)


def written(packets: Sequence[dict[str, Any]]) -> list[bytes]:
    return [PLAN.convert(packet).record for packet in packets]


@given(st.lists(PACKETS, max_size=40))
def test_all_at_once_are_what_each_is(packets: list[dict[str, Any]]):
    """Whatever is null, however long its texts and integers are."""
    assert same(PLAN, written(packets))


@given(st.lists(PACKETS, min_size=1, max_size=4), st.lists(st.integers(0, 3), min_size=60, max_size=90))
def test_records_of_few_kinds_in_any_order_are_told_apart(packets: list[dict[str, Any]], order: list[int]):
    """Many of each kind, mixed."""
    records = written(packets)
    assert same(PLAN, [records[at % len(records)] for at in order])


@pytest.mark.parametrize("values", [range(-300, 300), [2**53, -(2**53), 2**53 - 1, 2**62, -(2**63)] * 5])
def test_integers_are_those_that_were_sent(values: Sequence[int]):
    """Of one byte or of ten, and those that no float holds exactly are rounded as ever."""
    base = {"note": None, "d": 1.5, "flag": None, "either": None, "f": None, "rest": None}
    assert same(PLAN, written([base | {"l": value} for value in values]))


def test_what_a_number_means_is_told_by_its_scale():
    """A date bound to a component is seconds: the record has microseconds."""
    plan = compile_plan(
        describe({"t": "long", "v": "double"}, "/t", "/v", converters=[("StringEpochTime", "/t", NILU_DATE)])
    )
    records = [plan.convert({"t": f"2021/03/2{n % 9} 10:00:00", "v": n / 10}).record for n in range(30)]
    assert plan.columns is not None
    assert plan.columns(records).tolist() == [plan.values(record) for record in records]


def test_a_record_that_is_cut_off_fails_as_it_does_alone():
    """It cannot be read, in whatever company."""
    record = written([{"note": "a", "d": 1.5, "l": 3, "flag": None, "either": None, "f": 2.0, "rest": "b"}])[
        0
    ]
    assert PLAN.columns is not None
    for end in range(len(record) - 6):
        with pytest.raises((EOFError, IndexError, ValueError)) as alone:
            PLAN.values(record[:end])
        with pytest.raises(alone.type):
            PLAN.columns([record[:end]] * 20)


def test_values_that_stand_deeper_are_read_one_by_one():
    """Of arrays and objects each record has its own form."""
    plan = compile_plan(describe({"v": {"type": "array", "items": "double"}}, "/v[0]"))
    assert plan.columns is None


def test_no_value_is_nan():
    """A parameter that is null has none."""
    base = {"note": None, "d": None, "l": None, "flag": None, "either": None, "f": None, "rest": None}
    assert PLAN.columns is not None
    assert all(isnan(value) for row in PLAN.columns(written([base] * 20)).tolist() for value in row)

"""The time of a packet is the mapped one, to the microsecond, or the packet is refused."""

from math import nan
from typing import Any

import pytest

from sensorium.model.errors import ConversionFailed, InvalidPacket
from sensorium.plans.plan import compile_plan
from tests.plans.describing import NILU_DATE, array, describe, record

SECOND = 1_000_000


def millis(kind: str) -> dict[str, str]:
    """A timestamp that is a number."""
    return {"type": "long", "logicalType": kind}


@pytest.mark.check("NI-197")
@pytest.mark.parametrize(
    ("declared", "sent", "microseconds"),
    [
        ("long", 1287579600, 1287579600 * SECOND),
        ("int", 1287579600, 1287579600 * SECOND),
        ("long", 1287579600.0, 1287579600 * SECOND),
        ("double", 1287579600, 1287579600 * SECOND),
        ("double", 1287579600.123456, 1287579600123456),
        ("double", 1287579600.5, 1287579600500000),
        (["null", "long", "double"], 0.25, 250000),
        ("long", -1, -SECOND),
        (millis("timestamp-millis"), 1580982365447, 1580982365447000),
        (millis("timestamp-micros"), 1580982365447001, 1580982365447001),
        (millis("local-timestamp-millis"), 1, 1000),
    ],
)
def test_number_is_seconds(declared: Any, sent: Any, microseconds: int):
    """Whole or not; of a logical timestamp milli- or microseconds."""
    assert compile_plan(describe({"t": declared}, time="t")).convert({"T": sent}).time == microseconds


@pytest.mark.parametrize(
    ("converting", "sent", "microseconds"),
    [
        (("StringEpochTime", "t", NILU_DATE), "2010/10/20 15:00:00", 1287579600 * SECOND),
        (("StringInteger", "t"), "1287579600", 1287579600 * SECOND),
        (("StringDouble", "t"), "1287579600.25", 1287579600250000),
        (("StringDouble", "t"), 1287579600.25, 1287579600250000),
    ],
)
def test_text_is_converted_first(converting: Any, sent: Any, microseconds: int):
    """To a moment, or to seconds."""
    for declared in ("string", "double"):
        plan = compile_plan(describe({"t": declared}, converters=[converting], time="/t"))
        assert plan.convert({"t": sent}).time == microseconds


def test_time_may_stand_deep_in_the_packet():
    """In records and arrays."""
    plan = compile_plan(
        describe(
            {"up": record(rx=array(record(time="string")))},
            converters=[("StringEpochTime", "up.rx[1].time", NILU_DATE)],
            time="up.rx[1].time",
        )
    )
    packet = {"up": {"rx": [{"time": "x"}, {"time": "2010/10/20 15:00:00"}]}}
    assert plan.convert(packet).time == 1287579600 * SECOND
    with pytest.raises(ConversionFailed) as refused:
        plan.convert({"up": {"rx": [{"time": "2010/10/20 15:00:00"}, {"time": "x"}]}})
    assert refused.value.where == "up.rx[1].time"


def test_without_a_mapping_there_is_no_time():
    """Not even when a parameter is a date."""
    plan = compile_plan(describe({"t": "long"}, converters=[("StringEpochTime", "t", NILU_DATE)]))
    assert plan.convert({"t": "2010/10/20 15:00:00"}).time is None


@pytest.mark.parametrize("missing", [None, nan, "NaN"])
def test_mapped_time_may_not_be_missing(missing: Any):
    """The time of receipt would be another time."""
    for converting in ([("StringEpochTime", "a.t", NILU_DATE)], []):
        plan = compile_plan(describe({"a": record(t="long")}, converters=converting, time="a.t"))
        for packet in ({"a": {"t": missing}}, {"a": missing}):
            with pytest.raises(InvalidPacket) as refused:
                plan.convert(packet)
            assert refused.value.where == "a.t"


def test_mapped_time_may_not_be_left_out():
    """Also where its parameter may."""
    fields = [{"name": "t", "type": "long", "default": None}]
    plan = compile_plan(describe({"a": {"type": "record", "fields": fields}}, time="a.t"))
    with pytest.raises(InvalidPacket):
        plan.convert({"a": {}})


@pytest.mark.parametrize(
    ("declared", "sent"),
    [("double", 1e300), ("double", -1e300), ("long", 2**62), ("long", -(2**62)), ("double", 253402300800)],
)
def test_time_is_of_the_years_1_to_9999(declared: str, sent: float):
    """What is beyond is refused with its place."""
    with pytest.raises(InvalidPacket) as refused:
        compile_plan(describe({"t": declared}, time="t")).convert({"t": sent})
    assert refused.value.where == "t"


def test_bound_date_has_seconds():
    """A component that is a time is stored as seconds since 1970."""
    plan = compile_plan(
        describe({"t": "string", "a": array("string")}, "t", "a[0]", converters=[
            ("StringEpochTime", "t", NILU_DATE), ("StringEpochTime", "a[0]", NILU_DATE | {"timezone": "UTC"}),
        ])
    )  # fmt: skip
    converted = plan.convert({"t": "2010/10/20 15:00:00", "a": ["1970/01/01 00:00:01", "x"]})
    assert plan.values(converted.record) == [1287579600.0, 1.0]

"""Requests are read as the document says, and anything else is refused with the parameter at fault."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.dialects.sensordata.decode import (
    Action,
    Select,
    read_action,
    read_insert,
    read_readings,
    read_select,
)
from sensorium.dialects.sensordata.tree import read_object
from sensorium.model.errors import Malformed, Missing, Refusal, UnknownParameter
from sensorium.model.moments import to_microseconds
from sensorium.model.reading import Sent
from sensorium.model.selection import ANYTHING, Comparator, Comparison

DOCUMENT_SELECT: dict[str, Any] = {
    "action": "select",
    "asset_id": "1",
    "timestamp_from": "2021-07-06 00:00:00",
    "timestamp_to": "2021-07-06 10:30:00",
    "limit": 20,
    "sd_id": [1, 2, 3],
    "filter": [
        {
            "sd_id": "4",
            "value": [{"comp": ">", "val": "200", "op": "1"}, {"comp": "<=", "val": "300", "op": "0"}],
        },
        {
            "sd_id": "5",
            "value": [{"comp": ">", "val": "10", "op": "1"}, {"comp": "<=", "val": "50", "op": "0"}],
        },
    ],
}


def at(*parts: int) -> int:
    return to_microseconds(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type]


def test_documents_example_is_read():
    """The document's filtered request, whose numbers are texts."""
    found = read_select(DOCUMENT_SELECT)
    expected = Select(
        assets=frozenset({1}),
        begin=at(2021, 7, 6),
        end=at(2021, 7, 6, 10, 30),
        definitions=frozenset({1, 2, 3}),
        filters=(
            (4, ((Comparison(Comparator.ABOVE, 200), Comparison(Comparator.AT_MOST, 300)),)),
            (5, ((Comparison(Comparator.ABOVE, 10), Comparison(Comparator.AT_MOST, 50)),)),
        ),
        limit=20,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-07-06", (2021, 7, 6)),
        ("2021-07-06 19", (2021, 7, 6, 19)),
        ("2021-07-06 19:12", (2021, 7, 6, 19, 12)),
        ("2021/07/06 19:12:05", (2021, 7, 6, 19, 12, 5)),
        ("2021.07.06", (2021, 7, 6)),
        ("2021,07,06", (2021, 7, 6)),
        ("2020-02-29", (2020, 2, 29)),
        ("2199-12-31  23:59:59", (2199, 12, 31, 23, 59, 59)),
    ],
)
def test_moment_may_lack_its_time_or_a_part_of_it(text: str, moment: tuple[int, ...]):
    """What is missing is 00, and the parts of a date may be parted by / . or ,"""
    assert read_select({"timestamp_from": text}).begin == at(*moment)


@pytest.mark.parametrize(
    "given_moment",
    [
        "2021-4-12", "2021-04-12 2:08:05", "2021-13-01", "2021-01-32", "2021-01-01 24", "2021-01-01 00:60",
        "2021-01-01 00:00:60", "abc", "", 20210101, 1.5, True, [], {}, "2021-02-29", "2021-04-31",
        "2021-07-06T00:00:00", "2021-07-06 00:00:00Z", "1999-01-01", "2200-01-01", "2021-01-01 ",
        "2021-01-01 12:", "2021-01-01\n", "２０２１-01-01",
    ],
)  # fmt: skip
def test_no_moment_is_refused(given_moment: object):
    """Single digits, numbers past their range, days that are none, zones."""
    with pytest.raises(Malformed) as refusal:
        read_select({"timestamp_to": given_moment})
    assert refusal.value.where == "timestamp_to"


def test_conditions_are_chained_with_and_before_or():
    """a OR b AND c is a OR (b AND c); the last op joins nothing."""
    value = [
        {"comp": "<", "val": -5, "op": 0},
        {"comp": ">", "val": "10", "op": 1},
        {"comp": "!=", "val": 12, "op": 0},
    ]
    found = read_select({"filter": [{"sd_id": 2, "value": value}]})
    below, above = Comparison(Comparator.BELOW, -5), Comparison(Comparator.ABOVE, 10)
    assert found.condition(2) == ((below,), (above, Comparison(Comparator.UNEQUAL, 12)))
    assert found.condition(3) is None


def test_list_and_filters_are_joined_by_or():
    """What the list names is not filtered; two objects about one definition select what either does."""
    value = [{"comp": "=", "val": 1, "op": 1}]
    found = read_select({"sd_id": 1, "filter": [{"sd_id": n, "value": value} for n in (1, 2, 2)]})
    one = (Comparison(Comparator.EQUAL, 1),)
    assert [found.condition(n) for n in (1, 2, 3)] == [ANYTHING, (one, one), None]
    assert read_select({}).condition(7) == ANYTHING


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("122", Sent(1, "122", 122.0)),
        (122, Sent(1, "122", 122.0)),
        ("12.340", Sent(1, "12.340", 12.34)),
        (16.9876, Sent(1, "16.9876", 16.9876)),
        ("+.5e1", Sent(1, "+.5e1", 5.0)),
        (-5, Sent(1, "-5", -5.0)),
        ("TEST", Sent(1, "TEST", None)),
        ("NaN", Sent(1, "NaN", None)),
        ("1e999", Sent(1, "1e999", None)),
        ("12E456", Sent(1, "12E456", None)),
        ("1e-9999999999", Sent(1, "1e-9999999999", None)),
        ("9" * 300, Sent(1, "9" * 300, float("9" * 300))),
        (10**400, None),
        ("9" * 500, None),
        (True, None),
        ({}, None),
        ("a\x00", None),
    ],
)
def test_number_keeps_its_text(value: object, sent: Sent | None):
    """As it was written; whether a text will do is said by the definition."""
    body = read_object(json.dumps([{"sd_id": "1", "value": value}]).join(['{"sensor_data":', "}"]).encode())
    if sent is None:
        with pytest.raises(Malformed) as refusal:
            list(read_readings(body["sensor_data"]))
        assert refusal.value.where == "sensor_data.value"
    else:
        assert list(read_readings(body["sensor_data"])) == [sent]


def test_text_of_a_number_is_that_of_the_body():
    """JSON's 12.340 is not 12.34, and a bare NaN is a number that is none."""
    assert list(read_readings(read_object(b'{"a": [{"sd_id": 1, "value": 12.340}]}')["a"])) == [
        Sent(1, "12.340", 12.34)
    ]
    for word in (b"NaN", b"-Infinity", b"1e999", b"1e-9999999999"):
        with pytest.raises(Malformed) as refusal:
            list(read_readings(read_object(b'{"a": [{"sd_id": 1, "value": %s}]}' % word)["a"]))
        assert refusal.value.where == "sensor_data.value"
    assert read_object(b'{"a": "NaN"}') == {"a": "NaN"}


@pytest.mark.parametrize("written", ["-0", "-0.0", "-0e0", "0", "-0 ", "-0\n"])
def test_zero_keeps_its_sign(written: str):
    """Wherever it stands; what is in a text stays as it is."""
    text = written.strip()
    for body in (
        f'{{"user_agent": "-0, -0]", "sensor_data": [{{"sd_id": 1, "value": {written}}}]}}',
        f'{{"sensor_data":[{{"value":{written},"sd_id":1}}],"user_agent":"-0, -0]"}}',
    ):
        read = read_object(body.encode())
        assert read["user_agent"] == "-0, -0]"
        [(_, kept, number)] = read_readings(read["sensor_data"])
        assert (kept, str(number)) == (text, "-0.0" if text[0] == "-" else "0.0")
    with pytest.raises(Malformed):
        read_object(b'{"a": -0, "b": -01}')


def test_minus_zero_is_the_whole_number_0():
    """A value alone has its sign."""
    comparison = '{"comp": ">", "val": %(zero)s, "op": %(zero)s}'
    body = (
        '{"action": "select", "limit": %(zero)s, "order": %(zero)s, "asset_id": %(zero)s, '
        f'"sd_id": [%(zero)s], "filter": [{{"sd_id": %(zero)s, "value": [{comparison}, {comparison}]}}]}}'
    )
    signed, plain = (read_select(read_object((body % {"zero": zero}).encode())) for zero in ("-0", "0"))
    assert signed == plain
    assert (signed.limit, signed.newest_first) == (0, True)
    [(definition, _, number)] = read_readings(read_object(b'{"a": [{"sd_id": -0, "value": -0}]}')["a"])
    assert (definition, str(number)) == (0, "-0.0")
    with pytest.raises(Malformed):
        read_select(read_object(b'{"timestamp_from": -0}'))


def test_first_unknown_key_is_named_before_the_action():
    """Whatever the action is."""
    with pytest.raises(UnknownParameter) as refusal:
        read_action({"action": "foo", "assetid": 1, "other": 2})
    assert refusal.value.where == "assetid"
    assert read_action({"action": "SELECT", "sensor_data": []}) is Action.SELECT


MEMBERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["4", "-1", "1.0", "select", "2021-07-06", "2021-07-06 19:12", ">", "DESC"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["sd_id", "value", "comp", "val", "op"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
NAMES = st.sampled_from(
    ["asset_id", "device_id", "data_id", "timestamp", "timestamp_from", "timestamp_to", "limit", "order",
     "sd_id", "filter", "user_agent", "sensor_data"]
)  # fmt: skip


@given(st.dictionaries(NAMES, MEMBERS, max_size=8))
def test_any_object_is_read_or_refused(members: dict[str, Any]):
    """Whatever the members are, a refusal names one of them."""
    body = read_object(json.dumps(members).encode())
    for read in (read_select, read_insert, lambda body: list(read_readings(body.get("sensor_data")))):
        try:
            read(body)
        except Refusal as refusal:
            assert refusal.where.partition(".")[0] in {
                "asset_id", "device_id", "data_id", "timestamp", "timestamp_from", "timestamp_to", "limit",
                "order", "sd_id", "filter", "user_agent", "sensor_data",
            }  # fmt: skip


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes):
    """Never anything but a refusal."""
    with suppress(Malformed, Missing, UnknownParameter):
        read_action(read_object(body))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"5", b"{", b"[" * 100_000, b"\xff", b'{"a":1}x'])
def test_no_object_is_no_request(body: bytes):
    """Empty, broken, nested without end, or another kind of value."""
    with pytest.raises(Malformed) as refusal:
        read_object(body)
    assert refusal.value.where == ""

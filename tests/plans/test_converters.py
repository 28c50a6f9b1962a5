"""What each converter makes of what a device sends."""

import struct
from contextlib import suppress
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.device import Converter
from sensorium.model.errors import ConversionFailed, InvalidArguments, InvalidTimezone
from sensorium.plans.converters import boolean_integer, compile_converter, string_double, string_integer
from sensorium.plans.slots import Scalar

DATE = {"input-format": "yyyy/MM/dd HH:mm:ss"}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param("132.5657676765", 132.5657676765, marks=pytest.mark.check("NI-192")),
        ("0", 0.0),
        ("-0.0", -0.0),
        ("+5", 5.0),
        ("5.", 5.0),
        (".5", 0.5),
        ("1e5", 1e5),
        ("1E-5", 1e-5),
        (" 12 ", 12.0),
        ("\t12.5\r\n", 12.5),
        ("007", 7.0),
        ("1e-400", 0.0),
        ("0" * 399 + "1", 1.0),
        (5.4, 5.4),
        (7, 7),
    ],
)
def test_text_becomes_a_double(value: Any, number: float):
    """As XML Schema writes doubles; a number that came as one stays."""
    assert struct.pack("d", string_double(value)) == struct.pack("d", number)


@pytest.mark.check("NI-202")
@pytest.mark.parametrize(
    "value",
    [
        "abc", "", " ", ".", "+", "-", "e5", "1e", "132,5", "1_000", "1 000", "0x10", "1e400", "-1e400",
        "Infinity", "inf", "nan", "NAN", "1.2.3", "--1", "12kg", "\u0661\u0662", "１２", "12\x00", "12\u00a0",
        "1" * 401, True, False, [], {}, [1], {"a": 1}, inf, -inf,
        pytest.param(10**4000, id="10**4000"),
    ],
)  # fmt: skip
def test_other_text_is_no_double(value: Any):
    """Commas, underscores, hexadecimal, other digits, infinities, truth values."""
    with pytest.raises(ConversionFailed) as refused:
        string_double(value)
    assert len(refused.value.why) < 120


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0", 0), ("-12", -12), ("+12", 12), (" 12 ", 12), ("007", 7), (str(2**63 - 1), 2**63 - 1),
        (str(-(2**63)), -(2**63)), (12, 12), (15.0, 15), (-(2**63), -(2**63)),
    ],
)  # fmt: skip
def test_text_becomes_an_integer(value: Any, number: int):
    """Of 64 bits; a number that came as one stays."""
    assert string_integer(value) == number
    assert type(string_integer(value)) is int


@pytest.mark.check("NI-202")
@pytest.mark.parametrize(
    "value",
    [
        "abc", "", "1.0", "1.5", "1e5", "1_000", "0x10", "\u0661", "12,0", str(2**63), str(-(2**63) - 1),
        "9" * 5000, 2**63, pytest.param(10**5000, id="10**5000"), 1.5, 1e19, inf, True, [], {},
    ],
)  # fmt: skip
def test_other_text_is_no_integer(value: Any):
    """Fractions, exponents, and what 64 bits do not hold."""
    with pytest.raises(ConversionFailed) as refused:
        string_integer(value)
    assert len(refused.value.why) < 120


@pytest.mark.check("NI-203")
@pytest.mark.parametrize(
    ("value", "number"),
    [
        (True, 1), (False, 0), ("true", 1), ("false", 0), ("True", 1), ("FALSE", 0), (1, 1), (0, 0), (1.0, 1),
        ("1", 1), ("0", 0),
    ],
)  # fmt: skip
def test_truth_becomes_1_and_0(value: Any, number: int):
    """As JSON, .NET and XML write it."""
    assert boolean_integer(value) == number
    assert type(boolean_integer(value)) is int


@pytest.mark.check("NI-202")
@pytest.mark.parametrize("value", ["abc", "", "yes", "on", " true", "1.0", 2, -1, 0.5, 10**400, [], {}, [1]])
def test_other_values_are_no_truth(value: Any):
    """Nothing is guessed."""
    with pytest.raises(ConversionFailed):
        boolean_integer(value)


@pytest.mark.check("NI-202")
@pytest.mark.parametrize("value", ["abc", "", 20101020, 1287579600, 1.5, True, [], {}])
def test_other_values_are_no_dates(value: Any):
    """Not even numbers: nothing tells a date written in digits from seconds."""
    convert = compile_converter(Converter("string", "StringEpochTime", "/date", DATE)).convert
    with pytest.raises(ConversionFailed):
        convert(value)


@pytest.mark.check("NI-149")
@pytest.mark.parametrize(
    ("input_type", "output_type", "arguments", "output"),
    [
        ("boolean", "BooleanInteger", None, Scalar("int")),
        ("string", "BooleanInteger", {}, Scalar("int")),
        ("string", "StringDouble", None, Scalar("double")),
        ("string", "StringInteger", None, Scalar("long")),
        ("string", "StringEpochTime", DATE, Scalar("long", "timestamp-micros")),
        ("string", "StringEpochTime", DATE | {"timezone": None}, Scalar("long", "timestamp-micros")),
    ],
)
def test_four_converters_are_known(
    input_type: str, output_type: str, arguments: dict[str, Any] | None, output: Scalar
):
    """By the names of the document."""
    assert compile_converter(Converter(input_type, output_type, "/x", arguments)).output == output


@pytest.mark.parametrize(
    ("input_type", "output_type", "arguments"),
    [
        pytest.param("string", "StringFloat", None, marks=pytest.mark.check("NI-149")),
        pytest.param("string", "stringdouble", None, marks=pytest.mark.check("NI-149")),
        pytest.param("string", "", None, marks=pytest.mark.check("NI-149")),
        pytest.param("string", "StringEpochTime", None, marks=pytest.mark.check("NI-143")),
        pytest.param("string", "StringEpochTime", {"timezone": "UTC"}, marks=pytest.mark.check("NI-143")),
        pytest.param("string", "StringEpochTime", {"input-format": ""}, marks=pytest.mark.check("NI-143")),
        pytest.param("string", "StringEpochTime", {"input-format": 5}, marks=pytest.mark.check("NI-143")),
        pytest.param("string", "StringEpochTime", {"input-format": "abc"}, marks=pytest.mark.check("NI-143")),
        pytest.param(
            "string", "StringEpochTime", DATE | {"time-zone": "UTC"}, marks=pytest.mark.check("NI-143")
        ),
        pytest.param("string", "StringDouble", {"input-format": "0.0"}, marks=pytest.mark.check("NI-143")),
        ("double", "StringDouble", None),
        ("", "StringInteger", None),
        ("boolean", "StringEpochTime", DATE),
        ("int", "BooleanInteger", None),
    ],
)
def test_wrong_converter_is_refused(input_type: str, output_type: str, arguments: dict[str, Any] | None):
    """Unknown types, and arguments that are missing, wrong or unknown; the path is told."""
    with pytest.raises(InvalidArguments) as refused:
        compile_converter(Converter(input_type, output_type, "/x", arguments))
    assert refused.value.where == "/x"


@pytest.mark.check("NI-144")
@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", 5])
def test_unknown_zone_is_refused(zone: Any):
    """With the path of its converter."""
    with pytest.raises(InvalidTimezone) as refused:
        compile_converter(Converter("string", "StringEpochTime", "/date", DATE | {"timezone": zone}))
    assert refused.value.where == "/date"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_double_is_read_back(number: float):
    """Every finite double that is written as text."""
    assert struct.pack("d", string_double(repr(number))) == struct.pack("d", number)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integer_is_read_back(number: int):
    """Every integer of 64 bits that is written as text."""
    assert string_integer(str(number)) == number


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just(nan),
    st.text("0123456789+-.eE _,NaInf", max_size=12), st.lists(st.integers(), max_size=2),
)  # fmt: skip


@given(ANY)
def test_any_value_is_converted_or_refused(value: Any):
    """Nothing but ConversionFailed comes out, and no infinity."""
    for convert in (string_double, string_integer, boolean_integer):
        with suppress(ConversionFailed):
            assert not isinstance(value, str) or -inf < convert(value) < inf

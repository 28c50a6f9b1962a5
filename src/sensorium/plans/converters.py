"""Converters: how a value that is not a number becomes one, before it is checked against its declared type.

    BooleanInteger   true and false become 1 and 0; so do "true" and "false" (any case), 1 and 0, "1" and "0"
    StringDouble     text becomes a double
    StringInteger    text becomes an integer of 64 bits
    StringEpochTime  text becomes a time: `input-format` is its pattern (see dates), `timezone` its zone,
                     UTC when there is none

Numbers as text are those of XML Schema: an optional sign, digits with at most one point, for a double an
optional exponent ("12", "+5", "-.5", "1e5"), spaces around them ignored. Nothing else is: no comma, no `_`,
no hexadecimal, no other digits than 0 to 9, no "Infinity", and no number beyond the range of its type.

Where a text was announced, a JSON number is taken as it is (an integer for StringInteger; 15.0 is one). Only
StringEpochTime takes no number, since nothing tells 20101020 as a date from 20101020 seconds.

Missing values (null, NaN, "NaN") never reach a converter.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sensorium.model.device import Converter
from sensorium.model.errors import ConversionFailed, InvalidArguments, InvalidTimezone
from sensorium.plans.dates import compile_date
from sensorium.plans.found import describe
from sensorium.plans.slots import TIMESTAMP, Scalar

LONGEST_NUMBER = 400

_SPACES = " \t\r\n"
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_BOOLEANS = {"true": 1, "false": 0, "1": 1, "0": 0}
_LARGEST = sys.float_info.max
_LONG = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A compiled converter.

    `convert` raises ConversionFailed. `output` is the type it makes when the declared one is not numeric;
    `reads` are the types, besides numeric ones, that the parameter may be declared to have.
    """

    convert: Callable[[Any], int | float]
    output: Scalar
    reads: frozenset[str]


def compile_converter(converter: Converter) -> Conversion:
    """Compile one converter.

    Raises InvalidArguments for an unknown output or input type and for arguments that are missing, wrong or
    unknown (NI-143, NI-149), InvalidTimezone for an unknown zone (NI-144); `where` is the target path.
    """
    try:
        conversion = _compile(converter.output_type, converter.arguments or {})
    except (InvalidArguments, InvalidTimezone) as refusal:
        refusal.where = converter.path
        raise
    if converter.input_type not in conversion.reads:
        raise InvalidArguments(
            f"{converter.output_type} does not read {converter.input_type[:60]!r}", converter.path
        )
    return conversion


def _compile(output_type: str, arguments: Mapping[str, Any]) -> Conversion:
    if output_type == "StringEpochTime":
        return Conversion(_epoch_time(arguments), Scalar("long", TIMESTAMP), frozenset({"string"}))
    _refuse_unknown(arguments, set())
    match output_type:
        case "BooleanInteger":
            return Conversion(boolean_integer, Scalar("int"), frozenset({"boolean", "string"}))
        case "StringDouble":
            return Conversion(string_double, Scalar("double"), frozenset({"string"}))
        case "StringInteger":
            return Conversion(string_integer, Scalar("long"), frozenset({"string"}))
        case _:
            raise InvalidArguments(f"there is no converter {output_type[:60]!r}")


def boolean_integer(value: Any) -> int:
    """1 for true, 0 for false (NI-203)."""
    if isinstance(value, bool):
        return int(value)
    text = value.lower() if isinstance(value, str) else str(int(value)) if value in (0, 1) else ""
    if text not in _BOOLEANS:
        raise ConversionFailed(f"{describe(value)} is neither true nor false")
    return _BOOLEANS[text]


def string_double(value: Any) -> float:
    """The number that a text writes (NI-192)."""
    if isinstance(value, str):
        text = value.strip(_SPACES)
        if len(text) <= LONGEST_NUMBER and _DOUBLE.fullmatch(text) and isfinite(number := float(text)):
            return number
    elif isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST:
        return value
    raise ConversionFailed(f"{describe(value)} is not a number")


def string_integer(value: Any) -> int:
    """The integer of 64 bits that a text writes."""
    number: int | None = None
    if isinstance(value, str):
        text = value.strip(_SPACES)
        number = int(text) if len(text) <= LONGEST_NUMBER and _INTEGER.fullmatch(text) else None
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    if number is None or number not in _LONG:
        raise ConversionFailed(f"{describe(value)} is not an integer of 64 bits")
    return number


def _epoch_time(arguments: Mapping[str, Any]) -> Callable[[Any], int]:
    _refuse_unknown(arguments, {"input-format", "timezone"})
    pattern, zone = arguments.get("input-format"), arguments.get("timezone")
    if not isinstance(pattern, str) or not pattern:
        raise InvalidArguments('StringEpochTime needs its argument "input-format"')
    if zone is not None and not isinstance(zone, str):
        raise InvalidTimezone("a time zone is given by its name")
    read = compile_date(pattern, zone)

    def string_epoch_time(value: Any) -> int:
        if not isinstance(value, str):
            raise ConversionFailed(f"{describe(value)} is not a date as text")
        return read(value)

    return string_epoch_time


def _refuse_unknown(arguments: Mapping[str, Any], known: set[str]) -> None:
    for name in arguments:
        if name not in known:
            raise InvalidArguments(f"the converter has no argument {name[:60]!r}")

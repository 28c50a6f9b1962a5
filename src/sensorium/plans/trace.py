"""What a plan makes of one packet, step by step, for the person who describes a device's packets.

A trace is made of text and numbers alone, so that it can be kept and shown as JSON: a value that was found is
itself when it is a short text, a finite number, true, false or null, and else named ("an object").
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sensorium.model.device import Binding, Converter
from sensorium.model.errors import Refusal
from sensorium.plans.avro.read import Values
from sensorium.plans.avro.write import NULL, Member, write_members
from sensorium.plans.bind import Want
from sensorium.plans.found import describe, is_missing
from sensorium.plans.moments import Moment
from sensorium.plans.path import ABSENT, Fold, Step, fold_once, walk
from sensorium.plans.root import Gather

LONGEST_TEXT = 200

Shown = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ParameterTrace:
    """A declared parameter: whether the packet has it, its value, and why that was refused, if it was."""

    name: str
    found: bool
    value: Shown
    error: str | None


@dataclass(frozen=True, slots=True)
class ConverterTrace:
    """A converter: what its path found and what it made of that (times in microseconds since 1970 UTC)."""

    output_type: str
    path: str
    found: bool
    value: Shown
    result: int | float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class TimestampTrace:
    """The mapped time: what its path found, and the moment in microseconds since 1970 UTC."""

    path: str
    found: bool
    value: Shown
    time: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ComponentTrace:
    """A bound component: what its path found, and the value that is stored (None: none is)."""

    component: int
    unit: int
    level: int
    path: str
    found: bool
    value: float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ErrorTrace:
    """A reason to refuse the packet, by the name of the refusal, with the path to its place ("" for all)."""

    reason: str
    why: str
    where: str


@dataclass(frozen=True, slots=True)
class Trace:
    """All of it. Without errors the packet is accepted; with any, it is refused for the first of them."""

    time: int | None
    timestamp: TimestampTrace | None
    parameters: tuple[ParameterTrace, ...]
    converters: tuple[ConverterTrace, ...]
    components: tuple[ComponentTrace, ...]
    errors: tuple[ErrorTrace, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """The mapped timestamp: its path as configured, its place, and how it is read."""

    path: str
    steps: tuple[Step, ...]
    moment: Moment


@dataclass(frozen=True, slots=True)
class Script:
    """The parts of a plan that a trace goes through, each with what its owner configured."""

    gather: Gather
    members: tuple[Member, ...]
    read: Values
    converters: tuple[tuple[Converter, Want], ...]
    bindings: tuple[tuple[Binding, tuple[Step, ...]], ...]
    mapping: Mapping | None


def trace(script: Script, tree: Any) -> Trace:
    """Follow a packet through a plan; a packet that the plan refuses is followed as far as it goes."""
    errors: list[ErrorTrace] = []
    gathered = _attempt(script.gather, tree, errors)
    packet: Any = {} if gathered is None else gathered
    parts: list[bytes] = []
    refused: dict[str, str] = {}
    folded = fold_once()
    for member in script.members if gathered is not None else ():
        before = len(errors)
        part = _attempt(write_members((member,), folded), packet, errors)
        parts.append(NULL if part is None else part)
        if len(errors) > before:
            refused[member.name] = errors[-1].why
    values = script.read(b"".join(parts)) if parts else [None] * len(script.bindings)
    timestamp = None if script.mapping is None else _timestamp(script.mapping, packet, refused, errors)
    return Trace(
        time=None if timestamp is None else timestamp.time,
        timestamp=timestamp,
        parameters=tuple(_parameter(member, packet, refused, folded) for member in script.members),
        converters=tuple(
            _converter(converter, want, packet, folded) for converter, want in script.converters
        ),
        components=tuple(
            _component(binding, walk(packet, steps, folded), value, refused.get(str(steps[0][0])))
            for (binding, steps), value in zip(script.bindings, values, strict=True)
        ),
        errors=tuple(errors),
    )


def _attempt(step: Callable[[Any], Any], value: Any, errors: list[ErrorTrace]) -> Any:
    """What the step makes of the value, None when it refuses it, which is noted."""
    try:
        return step(value)
    except Refusal as refusal:
        errors.append(ErrorTrace(type(refusal).__name__, refusal.why, refusal.where))
        return None


def _parameter(member: Member, packet: Any, refused: dict[str, str], folded: Fold) -> ParameterTrace:
    found = walk(packet, ((member.name, member.loose),), folded)
    return ParameterTrace(member.name, _is_found(found), _shown(found), refused.get(member.name))


def _converter(converter: Converter, want: Want, packet: Any, folded: Fold) -> ConverterTrace:
    found = walk(packet, want.steps, folded)
    errors: list[ErrorTrace] = []
    result = None
    if want.conversion and found is not ABSENT and not is_missing(found):
        result = _attempt(want.conversion.convert, found, errors)
    error = errors[0].why if errors else None
    return ConverterTrace(
        converter.output_type, converter.path, _is_found(found), _shown(found), result, error
    )


def _timestamp(
    mapping: Mapping, packet: Any, refused: dict[str, str], errors: list[ErrorTrace]
) -> TimestampTrace:
    found = walk(packet, mapping.steps)
    error = refused.get(str(mapping.steps[0][0]))
    time = None
    if error is None and packet:
        before = len(errors)
        time = _attempt(mapping.moment, packet, errors)
        error = errors[-1].why if len(errors) > before else None
    return TimestampTrace(mapping.path, _is_found(found), _shown(found), time, error)


def _component(binding: Binding, found: Any, value: float | None, error: str | None) -> ComponentTrace:
    return ComponentTrace(
        binding.component,
        binding.unit,
        binding.level,
        binding.path,
        _is_found(found),
        value,
        error,
    )


def _is_found(found: Any) -> bool:
    return found is not ABSENT


def _shown(found: Any) -> Shown:
    if found is ABSENT or found is None or isinstance(found, bool):
        return None if found is ABSENT else found
    if isinstance(found, str):
        return found if len(found) <= LONGEST_TEXT and found.isprintable() else describe(found)
    is_number = isinstance(found, int) and found.bit_length() <= 64
    is_number = is_number or (isinstance(found, float) and isfinite(found))
    return found if is_number else describe(found)

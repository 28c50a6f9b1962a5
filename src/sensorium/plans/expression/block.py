"""A tree as numpy arithmetic over columns, with the results that `scalar` has, row by row.

Everything is computed for every row. What cannot be computed in a row is a failure of that row, unless it
stands in a part that the row does not come to. The functions that libraries round differently (exp, log,
log10, pow) are Python's, one number at a time; all else is rounded alike everywhere.

With each number come its slopes: the derivatives by those inputs that are asked for, by the chain rule
(forward mode).
"""

import math
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.plans.expression.scalar import Program
from sensorium.plans.expression.tree import (
    Choice,
    Comparison,
    Logic,
    Node,
    Number,
    Operation,
    Truth,
    Variable,
)

_FEW = 100  # rows: below it, Python is faster row by row than numpy is column by column

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The value of each row, whether it failed (then the value is NaN), and the slopes by some inputs.

    A slope that does not exist is not finite.
    """

    value: Floats
    failed: Truths
    slopes: Mapping[int, Floats]


@dataclass(frozen=True, slots=True)
class _Column:
    """A part in every row; what is the same in all rows may have no dimension."""

    value: Any
    failed: Any = np.False_
    slopes: Mapping[int, Any] = field(default_factory=dict[int, Any])


def evaluate_block(
    program: Program, columns: Sequence[Floats], rows: int, by: Collection[int] = ()
) -> Evaluated:
    """Evaluate a program in so many rows of its inputs, with the slopes `by` the inputs at these places."""
    shape = (rows,)
    if columns and rows < _FEW and not by:
        value, failed = _each(program.function)(*columns)
        return Evaluated(np.broadcast_to(value, shape), np.broadcast_to(failed, shape), {})
    inputs = [
        _Column(column, slopes={place: np.float64(1)} if place in by else {})
        for place, column in enumerate(columns)
    ]
    with np.errstate(all="ignore"):
        found = _number(program.tree, inputs)
        failed = np.broadcast_to(found.failed, shape)
        value = np.where(failed, np.nan, found.value)
        slopes = {place: np.broadcast_to(slope, shape) for place, slope in found.slopes.items()}
    return Evaluated(value, failed, slopes)


def _number(node: Node, inputs: Sequence[_Column]) -> _Column:
    match node:
        case Number(value):
            return _Column(np.float64(value))
        case Variable(place):
            return inputs[place]
        case Operation(name, parts):
            return _operation(name, [_number(each, inputs) for each in parts])
        case Choice(test, then, otherwise):
            chosen, failed = _truth(test, inputs)
            return _choice(chosen, failed, _number(then, inputs), _number(otherwise, inputs))


def _operation(name: str, parts: Sequence[_Column]) -> _Column:
    values = [each.value for each in parts]
    value, failed = _OPERATIONS[name](*values)
    slopes: dict[int, Any] = {}
    for part, partial in zip(parts, _PARTIALS[name], strict=True):
        if part.slopes:
            factor = partial(value, values[0], values[-1])
            for place, slope in part.slopes.items():
                slopes[place] = slopes.get(place, 0) + factor * slope
    for part in parts:
        failed = failed | part.failed
    return _Column(value, failed, slopes)


def _choice(chosen: Truths, failed: Truths, then: _Column, otherwise: _Column) -> _Column:
    places = then.slopes.keys() | otherwise.slopes.keys()
    return _Column(
        np.where(chosen, then.value, otherwise.value),
        failed | np.where(chosen, then.failed, otherwise.failed),
        {each: np.where(chosen, then.slopes.get(each, 0), otherwise.slopes.get(each, 0)) for each in places},
    )


def _truth(node: Truth, inputs: Sequence[_Column]) -> tuple[Any, Any]:
    """Whether it holds, and whether it failed."""
    match node:
        case Comparison(signs, parts):
            return _compared(signs, [_number(each, inputs) for each in parts])
        case Logic("not", (part,)):
            holds, failed = _truth(part, inputs)
            return ~holds, failed
        case Logic(name, parts):
            return _joined([_truth(each, inputs) for each in parts], is_and=name == "and")


def _compared(signs: Sequence[str], parts: Sequence[_Column]) -> tuple[Any, Any]:
    holds, failed = np.True_, parts[0].failed
    for sign, one, other in zip(signs, parts, parts[1:], strict=False):
        failed = failed | (holds & other.failed)
        holds = holds & _SIGNS[sign](one.value, other.value)
    return holds, failed


def _joined(parts: Sequence[tuple[Any, Any]], *, is_and: bool) -> tuple[Any, Any]:
    holds, failed = parts[0]
    for other, other_failed in parts[1:]:
        is_reached = holds if is_and else ~holds
        failed = failed | (is_reached & other_failed)
        holds = holds & other if is_and else holds | other
    return holds, failed


def _each(function: Callable[..., float]) -> Callable[..., tuple[Floats, Truths]]:
    """Python's function over columns: the values, and in which rows it has none."""

    def one(*numbers: float) -> tuple[float, bool]:
        try:
            return function(*numbers), False
        except (ArithmeticError, ValueError):
            return math.nan, True

    def over(*columns: Floats) -> tuple[Floats, Truths]:
        shape = np.broadcast_shapes(*(np.shape(each) for each in columns))
        rows = [np.broadcast_to(each, shape).ravel().tolist() for each in columns]
        try:
            values = [*map(function, *rows)]
            return np.asarray(values, np.float64).reshape(shape), np.zeros(shape, np.bool_)
        except (ArithmeticError, ValueError):
            found = np.asarray([*map(one, *rows)], np.float64)
        return found[:, 0].reshape(shape), found[:, 1].astype(np.bool_).reshape(shape)

    return over


def _sound(function: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """What has a value wherever its arguments have one."""

    def over(*columns: Any) -> tuple[Any, Any]:
        return function(*columns), np.False_

    return over


def _divide(x: Any, y: Any) -> tuple[Any, Any]:
    return x / y, y == 0


def _root(x: Any) -> tuple[Any, Any]:
    return np.sqrt(x), x < 0


def _least(x: Floats, y: Floats) -> Floats:
    return np.where(y < x, y, x)


def _most(x: Floats, y: Floats) -> Floats:
    return np.where(y > x, y, x)


_log = _each(math.log)
_pow = _each(math.pow)
_OPERATIONS: Mapping[str, Callable[..., tuple[Any, Any]]] = {
    "+": _sound(operator.add),
    "-": _sound(operator.sub),
    "*": _sound(operator.mul),
    "/": _divide,
    "minus": _sound(operator.neg),
    "abs": _sound(np.abs),
    "min": _sound(_least),
    "max": _sound(_most),
    "sqrt": _root,
    "exp": _each(math.exp),
    "log": _log,
    "log10": _each(math.log10),
    "pow": _pow,
}

_Partials = tuple[Callable[[Any, Any, Any], Any], ...]
_ONE = np.float64(1)


def _one(_result: Any, _x: Any, _y: Any) -> Any:
    return _ONE


def _minus_one(_result: Any, _x: Any, _y: Any) -> Any:
    return -_ONE


# by each argument, given the result and the arguments
_PARTIALS: Mapping[str, _Partials] = {
    "+": (_one, _one),
    "-": (_one, _minus_one),
    "*": (lambda _, __, y: y, lambda _, x, __: x),
    "/": (lambda _, __, y: 1 / y, lambda result, _, y: -result / y),
    "minus": (_minus_one,),
    "abs": (lambda _, x, __: np.sign(x),),
    "min": (lambda _, x, y: np.where(y < x, 0.0, 1.0), lambda _, x, y: np.where(y < x, 1.0, 0.0)),
    "max": (lambda _, x, y: np.where(y > x, 0.0, 1.0), lambda _, x, y: np.where(y > x, 1.0, 0.0)),
    "sqrt": (lambda result, _, __: 0.5 / result,),
    "exp": (lambda result, _, __: result,),
    "log": (lambda _, x, __: 1 / x,),
    "log10": (lambda _, x, __: 1 / (x * math.log(10)),),
    "pow": (lambda _, x, y: y * _pow(x, y - 1)[0], lambda result, x, _: result * _log(x)[0]),
}
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

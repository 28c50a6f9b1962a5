"""The tree of an expression: what there is to compute, whoever computes it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands in the expression."""

    value: float


@dataclass(frozen=True, slots=True)
class Variable:
    """The input at this place."""

    place: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What makes a number of numbers.

    Its name is a sign (+ - * /), "minus" of one number, or abs, min, max, sqrt, exp, log, log10 or pow.
    """

    name: str
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two numbers; the other one is not computed."""

    test: "Truth"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether each number compares with the next (a < b <= c): from left to right, until one does not."""

    signs: tuple[str, ...]
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Logic:
    """Truths put together, from left to right, until the outcome is known."""

    name: Literal["and", "or", "not"]
    parts: "tuple[Truth, ...]"


Node = Number | Variable | Operation | Choice
Truth = Comparison | Logic

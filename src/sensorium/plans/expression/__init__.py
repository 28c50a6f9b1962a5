"""Expressions that people write: how a value is made of others.

    0.524 * value - 0.0862 * Humidity + 5.75
    value / 2 if value > 100 else value
    where(Humidity < 95 and value > 0, value * (1 - Humidity / 100), value)

Numbers, names, + - * / ** and parentheses; < <= > >= == != (chains too), and, or, not; `x if test else y`;
the functions abs, min, max, sqrt, exp, log (natural), log10, pow, clip(x, least, most), where(test, x, y).
All numbers are doubles. Precedence is that of Python. There is nothing else: no text, no attributes, no
loops, no assignment; and what is compared is no number.

Dividing by zero, a root or logarithm of what has none, and a power or exponential beyond the largest double
fail, unless they stand where a choice does not lead. Sums and products beyond it are infinite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sensorium.plans.expression.reading import Unreadable, read
from sensorium.plans.expression.scalar import Program, lower
from sensorium.plans.expression.words import split

_KEPT = 4096  # programs in memory


class EvaluationFailed(Exception):
    """An expression has no result for some numbers: a fault of arithmetic."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `inputs` are the numbers of what its names stand for, each once, in order."""

    text: str
    inputs: tuple[int, ...]
    program: Program

    def evaluate(self, values: Sequence[float]) -> float:
        """The result for one value of each input, in the order of `inputs`. Raises EvaluationFailed."""
        try:
            return self.program.function(*values)
        except (ArithmeticError, ValueError) as error:
            raise EvaluationFailed(str(error)) from None


def compile_expression(text: str, names: Mapping[str, int]) -> Expression:
    """Compile an expression in which the names stand for the inputs with those numbers.

    The caller chooses names and numbers; two names may stand for one input. A name is a letter or `_`, then
    letters, digits and `_`, after at most one `$`, and is compared in Unicode's form NFKC. Raises
    InvalidExpression, which says at which character.
    """
    words = split(text, names)
    try:
        program = _program(words.text, len(words.inputs))
    except Unreadable as error:
        raise words.refusal(error.what, error.column) from None
    return Expression(text, words.inputs, program)


@lru_cache(_KEPT)
def _program(text: str, inputs: int) -> Program:
    return lower(read(text), inputs)

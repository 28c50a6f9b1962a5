"""Takes the text of an expression apart: only numbers, known names and listed signs come through.

What is made of it for the parser has `v0`, `v1` … in place of names, doubles in place of numbers, and one
space between any two words. So the parser sees no name, no text and no integer of anybody else's.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite
from typing import Final, cast

from sensorium.model.errors import InvalidExpression

LONGEST: Final = 1000  # characters
KEYWORDS: Final = frozenset({"if", "else", "and", "or", "not"})
_ANY = 1_000
FUNCTIONS: Final[Mapping[str, tuple[int, int]]] = {
    "abs": (1, 1),
    "min": (2, _ANY),
    "max": (2, _ANY),
    "sqrt": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "log10": (1, 1),
    "pow": (2, 2),
    "clip": (3, 3),
    "where": (3, 3),
}
"""How many arguments each function takes, at least and at most."""

_WORD = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>\$?[^\W\d]\w*)"
    r"|\*\*|<=|>=|==|!=|[-+*/<>(),]"
)
_SPACES = re.compile(r"\s*")
_LISTED = 30  # names in a refusal
_SHOWN = 40  # characters of a name in a refusal


@dataclass(frozen=True, slots=True)
class Words:
    """The words as the parser sees them, the places of the text where they stand, and the inputs in order."""

    seen: tuple[str, ...]
    places: tuple[int, ...]
    inputs: tuple[int, ...]

    @property
    def text(self) -> str:
        """What the parser reads."""
        return " ".join(self.seen)

    def refusal(self, what: str, column: int) -> InvalidExpression:
        """The refusal of what the parser has found at a column."""
        at = bisect_right(list(accumulate(len(each) + 1 for each in self.seen)), column)
        if at == len(self.seen):
            return InvalidExpression("The expression ends too early.", "expression")
        return InvalidExpression(f"{what} (character {self.places[at] + 1}).", "expression")


def split(text: str, names: Mapping[str, int]) -> Words:
    """The words of an expression in which names stand for the inputs of those numbers.

    Names of the same input become the same variable. Raises InvalidExpression.
    """
    if len(text) > LONGEST:
        raise InvalidExpression(f"An expression has at most {LONGEST} characters.", "expression")
    known = {_normal(name): number for name, number in names.items()}
    seen: list[str] = []
    places: list[int] = []
    inputs: dict[int, int] = {}
    at = _end_of_spaces(text, 0)
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise InvalidExpression(f"{text[at]!r} has no meaning here (character {at + 1}).", "expression")
        word = found[0]
        behind = _end_of_spaces(text, found.end())
        if found.lastgroup == "number":
            word = _number(word, at)
        elif found.lastgroup == "name":
            word = _name(_normal(word), text[behind : behind + 1] == "(", at, known, inputs)
        seen.append(word)
        places.append(at)
        at = behind
    if not seen:
        raise InvalidExpression("The expression is empty.", "expression")
    return Words(tuple(seen), tuple(places), tuple(inputs))


def _end_of_spaces(text: str, at: int) -> int:
    return cast(re.Match[str], _SPACES.match(text, at)).end()


def _normal(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _number(word: str, at: int) -> str:
    number = float(word)
    if not isfinite(number):
        raise InvalidExpression(f"The number at character {at + 1} is too large.", "expression")
    return repr(number)


def _name(name: str, called: bool, at: int, known: Mapping[str, int], inputs: dict[int, int]) -> str:  # noqa: FBT001
    if name in KEYWORDS or (called and name in FUNCTIONS):
        return name
    if name in known:
        return f"v{inputs.setdefault(known[name], len(inputs))}"
    what = "function" if called else "name"
    there = sorted(FUNCTIONS if called else known)
    listed = ", ".join(there[:_LISTED]) + (", …" if len(there) > _LISTED else "")
    raise InvalidExpression(
        f"There is no {what} {name[:_SHOWN]!r} (character {at + 1}). There are: {listed}.", "expression"
    )

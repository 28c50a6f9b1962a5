"""Calibration tables as text: a raw value and a value in each line."""

from collections.abc import Iterator
from math import isfinite

DELIMITERS = ";\t,"  # in this order: a comma may be the decimal sign where there is another delimiter


class Unreadable(Exception):
    """The text is no table; the message says which line it is."""


def read_curve(text: str) -> list[tuple[float, float]]:
    """The points of a table, in its order. A first line without numbers is a heading.

    Numbers stand between semicolons, tabs or commas, whichever comes first in this order; with one of the
    first two the decimal sign may be a comma. Empty lines mean nothing. Raises Unreadable.
    """
    points = list(_points(text))
    if not points:
        raise Unreadable("there is no line with two numbers")
    return points


def write_curve(points: list[tuple[float, float]]) -> str:
    """A table as text, which `read_curve` reads back to the last digit."""
    return "".join(f"{raw!r};{value!r}\n" for raw, value in points)


def _points(text: str) -> Iterator[tuple[float, float]]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for at, (number, line) in enumerate(lines):
        delimiter = next((each for each in DELIMITERS if each in line), None)
        cells = [each.strip() for each in line.split(delimiter)] if delimiter else [line]
        numbers = [_number(each, has_comma=delimiter != ",") for each in cells]
        if at == 0 and all(each is None for each in numbers):
            continue
        if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
            raise Unreadable(f"line {number} has not two numbers: {line[:60]}")
        yield numbers[0], numbers[1]


def _number(text: str, *, has_comma: bool) -> float | None:
    try:
        found = float(text.replace(",", ".") if has_comma else text)
    except ValueError:
        return None
    return found if isfinite(found) else None

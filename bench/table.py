"""The table of results: what was measured, what was needed, and whether it is met."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing: the median, the lowest and the highest."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """What several rounds came to. Raises ValueError without a value."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(statistics.median(values), min(values), max(values))


def ratios(values: Sequence[float], beside: Sequence[float]) -> list[float]:
    """The values of each round, divided by what the other program reached in the same round."""
    return [value / other for value, other in zip(values, beside, strict=True)]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. `needed` is what the figure must be, "" when it is only told."""

    what: str
    found: str
    needed: str = ""
    met: bool = True


def told(what: str, found: str) -> Line:
    """A figure that nothing depends on."""
    return Line(what, found)


def at_least(what: str, found: Spread, bound: float, unit: str = "") -> Line:
    """A figure whose median must not be lower than the bound."""
    return Line(what, written(found, unit), f"at least {number(bound)}{unit}", found.median >= bound)


def at_most(what: str, found: Spread, bound: float, unit: str = "") -> Line:
    """A figure whose median must not be higher than the bound."""
    return Line(what, written(found, unit), f"at most {number(bound)}{unit}", found.median <= bound)


def once(value: float) -> Spread:
    """A thing that was measured once."""
    return Spread(value, value, value)


def written(found: Spread, unit: str = "") -> str:
    """The median, and in brackets from where to where the rounds went."""
    median = f"{number(found.median)}{unit}"
    if found.low == found.high:
        return median
    return f"{median} ({number(found.low)} to {number(found.high)})"


def number(value: float) -> str:
    """Three significant digits or all before the point, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def render(lines: Sequence[Line]) -> str:
    """The lines under each other."""
    head = ("", "measured (lowest to highest)", "needed", "")
    rows = [(line.what, line.found, line.needed, _verdict(line)) for line in lines]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(4)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join(table)


def _verdict(line: Line) -> str:
    if not line.needed:
        return ""
    return "met" if line.met else "MISSED"

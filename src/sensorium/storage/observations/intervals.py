"""What a condition lets through, as intervals: any chain of comparisons becomes one sorted list."""

from collections.abc import Iterator
from itertools import pairwise
from math import inf, nextafter
from typing import NamedTuple

from sensorium.model.selection import Comparator, Comparison, Condition

Interval = tuple[float, float]
"""From a double to another, both included."""


class Passed(NamedTuple):
    """The numbers that a condition lets through, in order and apart, and whether it lets texts through."""

    intervals: tuple[Interval, ...]
    texts: bool


def passed(condition: Condition) -> Passed:
    """What a condition lets through: exactly, also where its numbers are no doubles."""
    found = sorted(interval for group in condition for interval in _of_all(group))
    apart: list[Interval] = []
    for low, high in found:
        if apart and low <= nextafter(apart[-1][1], inf):
            apart[-1] = (apart[-1][0], max(high, apart[-1][1]))
        else:
            apart.append((low, high))
    texts = any(all(each.comparator is Comparator.UNEQUAL for each in group) for group in condition)
    return Passed(tuple(apart), texts)


def _of_all(group: tuple[Comparison, ...]) -> Iterator[Interval]:
    """What all of some comparisons let through: one stretch, without the numbers that they exclude."""
    stretches = [_stretch(each) for each in group]
    least = max([low for low, _ in stretches], default=-inf)
    most = min([high for _, high in stretches], default=inf)
    excluded = {_at_most(each.number) for each in group if _excludes(each)}
    for before, after in pairwise((-inf, *sorted(excluded), inf)):
        low = least if before == -inf else max(least, nextafter(before, inf))
        high = most if after == inf else min(most, nextafter(after, -inf))
        if low <= high:
            yield low, high


def _stretch(comparison: Comparison) -> Interval:
    """The doubles that a comparison lets through, all of them for one that excludes a number."""
    below, above = _at_most(comparison.number), _at_least(comparison.number)
    return {
        Comparator.EQUAL: (above, below),
        Comparator.UNEQUAL: (-inf, inf),
        Comparator.BELOW: (-inf, nextafter(above, -inf)),
        Comparator.AT_MOST: (-inf, below),
        Comparator.ABOVE: (nextafter(below, inf), inf),
        Comparator.AT_LEAST: (above, inf),
    }[comparison.comparator]


def _excludes(comparison: Comparison) -> bool:
    """Whether there is a double that a comparison excludes: the number may be none."""
    return comparison.comparator is Comparator.UNEQUAL and _at_most(comparison.number) == comparison.number


def _at_most(number: int) -> float:
    """The largest double that is not above a number."""
    near = _near(number)
    return nextafter(near, -inf) if near > number else near


def _at_least(number: int) -> float:
    """The smallest double that is not below a number."""
    near = _near(number)
    return nextafter(near, inf) if near < number else near


def _near(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf

"""Any chain of comparisons is a list of intervals that lets the same values through."""

import operator
from itertools import pairwise
from math import inf, nextafter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sensorium.model.selection import ANYTHING, Comparator, Comparison, Condition
from sensorium.storage.observations.intervals import passed

OPERATORS = {
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
    Comparator.BELOW: operator.lt,
    Comparator.ABOVE: operator.gt,
    Comparator.AT_MOST: operator.le,
    Comparator.AT_LEAST: operator.ge,
}
EDGES = [2**53, 2**53 + 1, 2**63 - 1, 2**63, 10**30, 10**308, 10**400]
"""Numbers of which some are no doubles and some are beyond all of them."""

whole = st.integers(-3, 3) | st.sampled_from([*EDGES, *(-edge for edge in EDGES)])
doubles = st.floats(-4, 4) | st.sampled_from(
    [sign * nextafter(float(edge), to) for edge in EDGES[:-1] for sign in (1, -1) for to in (-inf, 0, edge)]
)
groups = st.lists(st.builds(Comparison, st.sampled_from(Comparator), whole), max_size=4).map(tuple)
conditions = st.lists(groups, max_size=4).map(tuple)


def compare(comparator: str, number: int) -> Comparison:
    return Comparison(Comparator(comparator), number)


@given(conditions, doubles | st.integers(-3, 3).map(float))
@example(((compare("=", 2**53 + 1),),), float(2**53))
@example(((compare("!=", 2**53 + 1),),), float(2**53))
def test_intervals_let_through_what_the_words_do(condition: Condition, value: float):
    """Of numbers exactly, where a comparison's is no double too; Python compares the two as they are."""
    found = passed(condition)
    meant = any(all(OPERATORS[each.comparator](value, each.number) for each in group) for group in condition)
    assert any(low <= value <= high for low, high in found.intervals) == meant
    assert found.texts == any(
        all(each.comparator is Comparator.UNEQUAL for each in group) for group in condition
    )


@given(conditions)
def test_intervals_are_in_order_and_apart(condition: Condition):
    """Between two of them there is a number that is let through by none."""
    intervals = passed(condition).intervals
    assert all(low <= high for low, high in intervals)
    assert all(nextafter(high, inf) < low for (_, high), (low, _) in pairwise(intervals))


@pytest.mark.parametrize(
    ("condition", "intervals", "texts"),
    [
        (ANYTHING, ((-inf, inf),), True),
        ((), (), False),
        (((compare(">", 3), compare("<=", 7)),), ((nextafter(3, inf), 7),), False),
        (((compare("=", 3),), (compare("=", 7),)), ((3, 3), (7, 7)), False),
        (((compare("<", 3),), (compare(">=", 3),)), ((-inf, inf),), False),
        (((compare("=", 3), compare("!=", 3)),), (), False),
        (((compare("!=", 3),),), ((-inf, nextafter(3, -inf)), (nextafter(3, inf), inf)), True),
        (((compare("=", 10**400),),), (), False),
    ],
)
def test_condition_is_as_few_intervals_as_can_be(
    condition: Condition, intervals: tuple[tuple[float, float], ...], texts: bool
):
    """What touches is one; what contradicts itself is none."""
    assert passed(condition) == (intervals, texts)

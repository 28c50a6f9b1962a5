"""Medians and MADs of all windows of a series at once, by sorting networks over whole arrays.

A network of comparators sorts every window in the same steps, so that one step is two array operations for
all windows, and neighbouring windows share the sorted halves that they are merged of.
"""

from collections.abc import Sequence

import numpy as np

from sensorium.process.quality.block import Floats

_AT_ONCE = 4096  # windows: the arrays of a step stay near the processor


def medians(values: Floats, size: int) -> Floats:
    """The median of each run of `size` values: exactly what sorting each window by itself gives.

    `size` is odd, and no value is NaN. There is one for every window that has its beginning and end there.
    """
    count, half = len(values) - size + 1, size // 2
    median = np.empty(count)
    for begin in range(0, count, _AT_ONCE):
        end = min(begin + _AT_ONCE, count)
        part = values[begin : end + size - 1]
        if half == 0:
            median[begin:end] = part
            continue
        known: dict[int, list[Floats]] = {1: [part]}
        right = [each[half + 1 : half + 1 + end - begin] for each in _runs(known, half)]
        left = [each[: end - begin] for each in _runs(known, half + 1)]
        median[begin:end] = _smallest(left, right, half + 1)
    return median


def medians_and_mads(values: Floats, size: int) -> tuple[Floats, Floats]:
    """As `medians`, with the median distance of a window's values from its median."""
    count, half = len(values) - size + 1, size // 2
    median, mad = np.empty(count), np.zeros(count)
    for begin in range(0, count, _AT_ONCE):
        end = min(begin + _AT_ONCE, count)
        ordered = _runs({1: [values[begin : end + size - 1]]}, size)
        middle = median[begin:end] = ordered[half]
        if half:
            below = [middle - each for each in reversed(ordered[:half])]
            above = [each - middle for each in ordered[half + 1 :]]
            mad[begin:end] = _smallest(below, above, half)  # beside the middle itself, whose distance is 0
    return median, mad


def _smallest(one: Sequence[Floats], other: Sequence[Floats], number: int) -> Floats:
    """The value with that number, from 1 on, among two sorted sequences together.

    It is the least of what is the larger one of the first i of the one and the first of the rest of the
    other, for any i. Both have `number` values together at least, and neither more than that.
    """
    found: Floats | None = None
    for here in range(max(number - len(other), 0), min(number, len(one)) + 1):
        rest = number - here
        if here == 0 or rest == 0:
            larger = other[rest - 1] if here == 0 else one[here - 1]
        else:
            larger = np.maximum(one[here - 1], other[rest - 1])
        found = larger if found is None else np.minimum(found, larger)
    assert found is not None
    return found


def _runs(known: dict[int, list[Floats]], length: int) -> list[Floats]:
    """The values of each run in their order: the first of each run, the second of each, and so on.

    `known` has those of runs that are done, the values themselves as runs of 1.
    """
    if length not in known:
        # where runs of one value less are done, it is less work to put one more in
        first = length - 1 if length - 1 in known else (length + 1) // 2
        count = len(known[1][0]) - length + 1
        right = [each[first : first + count] for each in _runs(known, length - first)]
        left = [each[:count] for each in _runs(known, first)]
        known[length] = _merged(left, right)
    return known[length]


def _merged(one: Sequence[Floats], other: Sequence[Floats]) -> list[Floats]:
    """Two sorted sequences as one, by Batcher's odd-even merge."""
    if not one or not other:
        return [*one, *other]
    if len(one) == len(other) == 1:
        return [np.minimum(one[0], other[0]), np.maximum(one[0], other[0])]
    odd, even = _merged(one[::2], other[::2]), _merged(one[1::2], other[1::2])
    merged = [odd[0]]
    for low, high in zip(even, odd[1:], strict=False):
        merged += [np.minimum(low, high), np.maximum(low, high)]
    return [*merged, *odd[len(even) + 1 :], *even[len(odd) - 1 :]]

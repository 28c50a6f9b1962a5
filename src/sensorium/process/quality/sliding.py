"""Medians and MADs of all windows of a series at once, by sorting networks over whole arrays.

A network of comparators sorts every window in the same steps, so that one step is one array operation for
all windows, and neighbouring windows share the sorted halves that they are merged of. It is drawn once for
a size of windows.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from sensorium.process.quality.block import Floats
from sensorium.process.quality.network import VALUES, Drawing, Network, Wire

_AT_ONCE = 4096  # windows: the arrays of a step stay near the processor


def medians(values: Floats, size: int) -> Floats:
    """The median of each run of `size` values: exactly what sorting each window by itself gives.

    `size` is odd, and no value is NaN. There is one for every window that has its beginning and end there.
    """
    (median,) = _walked(_of_medians(size), values, size)
    return median


def medians_and_mads(values: Floats, size: int) -> tuple[Floats, Floats]:
    """As `medians`, with the median distance of a window's values from its median."""
    median, mad = _walked(_of_medians_and_mads(size), values, size)
    return median, mad


def _walked(network: Network, values: Floats, size: int) -> Floats:
    """What comes out of the network: a row for each of its outputs."""
    count = len(values) - size + 1
    found = np.empty((len(network.outputs), count))
    for begin in range(0, count, _AT_ONCE):
        end = min(begin + _AT_ONCE, count)
        found[:, begin:end] = network.walk(values[begin : end + size - 1])
    return found


@lru_cache
def _of_medians(size: int) -> Network:
    drawing, half = Drawing(), size // 2
    if half == 0:
        return drawing.done(VALUES)
    runs: dict[int, list[Wire]] = {}
    right = [drawing.later(each, half + 1) for each in _runs(drawing, half, runs)]
    return drawing.done(_smallest(drawing, _runs(drawing, half + 1, runs), right, half + 1))


@lru_cache
def _of_medians_and_mads(size: int) -> Network:
    drawing, half = Drawing(), size // 2
    ordered = _runs(drawing, size, {})
    middle = ordered[half]
    below = [drawing.apart(middle, each) for each in reversed(ordered[:half])]
    above = [drawing.apart(each, middle) for each in ordered[half + 1 :]]
    # beside the middle itself, whose distance is 0
    mad = _smallest(drawing, below, above, half) if half else drawing.apart(middle, middle)
    return drawing.done(middle, mad)


def _smallest(drawing: Drawing, one: Sequence[Wire], other: Sequence[Wire], number: int) -> Wire:
    """The value with that number, from 1 on, among two sorted sequences together.

    It is the least of what is the larger one of the first i of the one and the first of the rest of the
    other, for any i. Both have `number` values together at least, and neither more than that.
    """
    found: Wire | None = None
    for here in range(max(number - len(other), 0), min(number, len(one)) + 1):
        rest = number - here
        if here == 0 or rest == 0:
            larger = other[rest - 1] if here == 0 else one[here - 1]
        else:
            larger = drawing.larger(one[here - 1], other[rest - 1])
        found = larger if found is None else drawing.smaller(found, larger)
    assert found is not None
    return found


def _runs(drawing: Drawing, length: int, done: dict[int, list[Wire]]) -> list[Wire]:
    """The values of each run in their order: the first of each run, the second of each, and so on.

    `done` has those of runs that are drawn already.
    """
    if length == 1:
        return [VALUES]
    if length not in done:
        # where runs of one value less are done, it is less work to put one more in
        first = length - 1 if length - 1 in done else (length + 1) // 2
        right = [drawing.later(each, first) for each in _runs(drawing, length - first, done)]
        done[length] = _merged(drawing, _runs(drawing, first, done), right)
    return done[length]


def _merged(drawing: Drawing, one: Sequence[Wire], other: Sequence[Wire]) -> list[Wire]:
    """Two sorted sequences as one, by Batcher's odd-even merge."""
    if not one or not other:
        return [*one, *other]
    if len(one) == len(other) == 1:
        return [drawing.smaller(one[0], other[0]), drawing.larger(one[0], other[0])]
    odd, even = _merged(drawing, one[::2], other[::2]), _merged(drawing, one[1::2], other[1::2])
    merged = [odd[0]]
    for low, high in zip(even, odd[1:], strict=False):
        merged += [drawing.smaller(low, high), drawing.larger(low, high)]
    return [*merged, *odd[len(even) + 1 :], *even[len(odd) - 1 :]]

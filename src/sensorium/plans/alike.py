"""Places of equal numbers, so that what is alike is worked side by side."""

import numpy as np
from numpy.typing import NDArray


def places_of_equals(numbers: NDArray[np.int64]) -> list[list[int]]:
    """For each number that there is, from the least on, the places where it stands, in their order."""
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    return [each.tolist() for each in np.split(order, cuts)] if len(numbers) else []

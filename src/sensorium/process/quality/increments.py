"""The increment of an instrument: the least by which its values differ, as they themselves show it."""

import numpy as np

from sensorium.model.quality import Increment
from sensorium.process.quality.block import Floats

FEWEST = 200  # values of which an increment is concluded
_FEWEST_STEPS = 20  # from one value to another: a series that hardly changes does not show its increment
_SEEN = 3  # times the least step is seen: one spike goes up and down by the same
_ALIKE = 1e-9  # of the largest value: what steps differ by since doubles are rounded


def increment_of(values: Floats) -> Increment | None:
    """The increment of the instrument that gave these values, one after the other.

    It is the least step that is seen several times; 0 where no two steps are alike. None when there are too
    few values, or too few steps among them.
    """
    if len(values) < FEWEST:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.sort(np.abs(np.diff(values)))
    alike = _ALIKE * float(np.abs(values).max())
    steps = steps[(steps > alike) & np.isfinite(steps)]
    if len(steps) < _FEWEST_STEPS:
        return None
    is_seen = steps[_SEEN - 1 :] - steps[: 1 - _SEEN] <= alike
    least = float(steps[is_seen.argmax()]) if is_seen.any() else 0.0
    return Increment(float(f"{least:.9g}"), len(values))  # 0.1, and not what is between 20.1 and 20.2

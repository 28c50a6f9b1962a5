"""The increment of an instrument: the least by which its values differ, as they themselves show it."""

import numpy as np

from sensorium.process.quality.block import Floats

_FEWEST_STEPS = 20  # from one value to another: a series that hardly changes does not show its increment
_SEEN = 3  # times the least step is seen: one spike goes up and down by the same
_ALIKE = 2.0**-46  # of the values: what steps differ by since doubles are rounded


@np.errstate(over="ignore", invalid="ignore")
def increment_of(values: Floats, most: float) -> float | None:
    """The increment of the instrument that gave these values, one after the other.

    It is the least step that is seen several times; 0 where no two steps are alike, and where it is above
    `most`, which is no instrument's. None when there are too few steps among them.
    """
    steps = np.abs(np.diff(values))
    alike = _ALIKE * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
    is_step = (steps > alike) & np.isfinite(steps)
    if is_step.sum() < _FEWEST_STEPS:
        return None
    steps, alike = steps[is_step], alike[is_step]
    order = np.argsort(steps)
    steps, alike = steps[order], alike[order]
    is_seen = steps[_SEEN - 1 :] - steps[: 1 - _SEEN] <= alike[_SEEN - 1 :]
    least = float(steps[is_seen.argmax()]) if is_seen.any() else 0.0
    return 0.0 if least > most else float(f"{least:.9g}")  # 0.1, and not what is between 20.1 and 20.2

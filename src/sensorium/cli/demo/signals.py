"""Plausible measurements as functions of time: daily cycles and noise that is the same on every run."""

from array import array
from collections.abc import Callable
from functools import lru_cache
from math import cos, exp, pi
from random import Random

DAY = 86_400
STEP = 10  # seconds between two values of the noise
LOCAL = 3600  # seconds by which the town's clocks are ahead of UTC

Signal = Callable[[int], float]
"""The value at a time in seconds since 1970 UTC."""


def hour_of(time: int) -> float:
    """The hour of the local day, from 0 up to 24."""
    return (time + LOCAL) % DAY / 3600


def daily(peak: float) -> Signal:
    """A wave from -1 to 1 with its top at `peak` hours."""
    return lambda time: cos((hour_of(time) - peak) * pi / 12)


def rush_hours(time: int) -> float:
    """How much traffic there is: 0 at night, near 1 in the morning and in the afternoon."""
    hour = hour_of(time)
    day = 1 / (1 + exp((6.5 - hour) * 2)) / (1 + exp((hour - 20.5) * 1.2))
    return 0.55 * day + 0.45 * exp(-(((hour - 8) / 1.3) ** 2)) + 0.4 * exp(-(((hour - 16.5) / 1.6) ** 2))


def noise(name: str, memory: float) -> Signal:
    """First-order autoregressive noise around 0 with a standard deviation of 1; `memory` is in seconds.

    It is drawn anew for each day (UTC) from the name and the day, so any time can be asked for.
    """
    return lambda time: _noise_of_day(name, memory, time // DAY)[time % DAY // STEP]


@lru_cache(maxsize=64)
def _noise_of_day(name: str, memory: float, day: int) -> "array[float]":
    draw = Random(f"{name} {day}").gauss  # noqa: S311 - weather, not secrets
    keep = exp(-STEP / memory)
    fresh = (1 - keep * keep) ** 0.5
    values = array("d", [draw(0, 1)])
    for _ in range(DAY // STEP - 1):
        values.append(keep * values[-1] + fresh * draw(0, 1))
    return values

"""Series with spikes in known places, to measure tests for outliers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorium.process.quality.block import Block, Rule

MINUTE = 60_000_000
LENGTH = 40_000


def drift(random: np.random.Generator, size: int, memory: float, step: float) -> NDArray[np.float64]:
    """A walk that goes back to 0 slowly."""
    walk = np.empty(size)
    at = 0.0
    for place, each in enumerate(random.normal(0, step, size)):
        walk[place] = at = memory * at + each
    return walk


def steady(seed: int, smallest: float, largest: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A daily course with drift and noise of 0.5, and spikes of that size; where these are."""
    random = np.random.default_rng(seed)
    minutes = np.arange(LENGTH)
    values = 22 + 6 * np.sin(2 * np.pi * minutes / 1440) + drift(random, LENGTH, 0.97, 0.35)
    values += random.normal(0, 0.5, LENGTH)
    spikes = np.zeros(LENGTH, np.bool_)
    for begin in random.choice(np.arange(200, LENGTH - 200, 40), 80, replace=False).tolist():
        length = int(random.integers(1, 4))
        values[begin : begin + length] += random.choice([-1, 1]) * random.uniform(smallest, largest)
        spikes[begin : begin + length] = True
    return values.round(2), spikes


def proportional(seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Particles: noise of 6 % of a value that goes up and down by decades; spikes of twice or half of it."""
    random = np.random.default_rng(seed)
    minutes = np.arange(LENGTH)
    values = np.exp(2.5 + 0.6 * np.sin(2 * np.pi * minutes / 1440) + drift(random, LENGTH, 0.995, 0.05))
    values *= 1 + random.normal(0, 0.06, LENGTH)
    spikes = np.zeros(LENGTH, np.bool_)
    for begin in random.choice(np.arange(200, LENGTH - 200, 40), 90, replace=False).tolist():
        length = int(random.integers(1, 4))
        values[begin : begin + length] *= random.choice([1 / 3, 1 / 2.2, 1.7, 2, 3])
        spikes[begin : begin + length] = True
    return values.round(2), spikes


@dataclass(frozen=True, slots=True)
class Faulty:
    """A series with faults, and where they are."""

    values: NDArray[np.float64]
    stuck: NDArray[np.bool_]
    beyond: NDArray[np.bool_]
    spikes: NDArray[np.bool_]


def faulty(seed: int, length: int = 129_600) -> Faulty:
    """Ninety days of minutes, in hundredths: two tides of a day with drift and noise of 0.5, and faults that
    do not touch each other. In 90 days the values are stuck 40 times for half an hour to three hours, 60 are
    beyond 0 to 1000, and 250 spikes of 8 to 40 last a minute to three, a fifth of them downward.
    """
    random = np.random.default_rng(seed)
    tide = 2 * np.pi * np.arange(length) / 1440
    values = 22 + 6 * np.sin(tide - 2) + 3 * np.sin(2 * tide) + drift(random, length, 0.97, 0.35)
    values = np.maximum((values + random.normal(0, 0.5, length)).round(2), 0.3)
    stuck, beyond, spikes = (np.zeros(length, np.bool_) for _ in range(3))
    taken = np.zeros(length, np.bool_)

    def place(size: int) -> slice:
        while True:
            begin = int(random.integers(200, length - size - 200))
            if not taken[begin - 30 : begin + size + 30].any():
                taken[begin : begin + size] = True
                return slice(begin, begin + size)

    for _ in range(40 * length // 129_600):
        some = place(int(random.integers(30, 181)))
        values[some], stuck[some] = values[some.start], True
    for _ in range(60 * length // 129_600):
        some = place(1)
        values[some], beyond[some] = random.choice([-5, -999, 1500, 65_535]), True
    for _ in range(250 * length // 129_600):
        some = place(int(random.integers(1, 4)))
        height = random.uniform(8, 40) * random.choice([-1, 1], p=[0.2, 0.8])
        values[some], spikes[some] = np.maximum((values[some] + height).round(2), 0), True
    return Faulty(values, stuck, beyond, spikes)


def block(values: NDArray[np.float64], rule: Rule) -> Block:
    """The values as a series of a fixed device, one a minute."""
    count = len(values)
    place = np.full(count, 10.0), np.full(count, 59.0)
    numbers = np.zeros(count, np.int64)
    return Block(numbers, np.arange(count) * MINUTE, values, *place, numbers, (rule,))


def score(found: NDArray[np.bool_], spikes: NDArray[np.bool_]) -> tuple[float, float]:
    """Precision and recall."""
    hits = int((found & spikes).sum())
    return hits / max(int(found.sum()), 1), hits / int(spikes.sum())

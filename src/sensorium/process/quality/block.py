"""Samples of many series side by side, so that each test runs once over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.model.quality import Quality
from sensorium.process.quality.forest import Scorer

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.int16]  # of flags: few bytes a value, since many of them are made
Truths = NDArray[np.bool_]

SECOND = 1_000_000
PROVISIONAL_UP_TO = 300  # seconds of resolution: a slower series has no provisional verdict
ROUNDING = 1e-12  # of a number: what it may be beyond a limit or a tolerance, since doubles are rounded


class Axes(NamedTuple):
    """What the coordinates of a reference system are measured in: so many metres on a plane, or degrees."""

    is_plane: bool
    unit: float


DEGREES = Axes(is_plane=False, unit=1.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """How the values of a series are judged for some time.

    `factor` makes a value one in the QC unit (0: there is no such unit, and nothing is tested); `resolution`
    is in seconds. A `scorer` judges full windows in place of the MAD. Positions are along the `axes`.
    """

    quality: Quality
    factor: float
    resolution: int
    scorer: Scorer | None = None
    axes: Axes = DEGREES

    @property
    def tests(self) -> bool:
        """Whether there is anything to test."""
        return self.factor != 0 and self.quality.has_tests


@dataclass(frozen=True, slots=True)
class Block:
    """Series one after the other, each in the order of time; one element for each sample.

    `series` numbers the series and grows; `rule` says which of `rules` each sample is judged by; `time` is
    in microseconds; positions are NaN where there is none.
    """

    series: NDArray[Any]
    time: Integers
    value: Floats
    longitude: Floats
    latitude: Floats
    rule: Integers
    rules: Sequence[Rule]

    def by_rule(self, column: Sequence[Any], kind: Any = np.float64) -> NDArray[Any]:
        """What each sample's rule has, given what each rule has."""
        known = np.asarray(column, dtype=kind)
        return known[self.rule] if len(known) > 1 else np.broadcast_to(known, self.rule.shape)


def bits(where: Truths, flag: IntFlag) -> Words:
    """The flag's bits where it holds, 0 elsewhere."""
    return where * np.int16(flag)

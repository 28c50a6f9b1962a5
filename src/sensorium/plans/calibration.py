"""What a calibration makes of raw values: points with straight lines between them, or an equation.

Below the first point and above the last one the value of that point holds: nothing is extrapolated (the
facts, 1.7).
"""

from bisect import bisect_right
from math import isfinite, isnan, nan
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.model.calibration import Calibration, Point
from sensorium.model.errors import InvalidExpression
from sensorium.plans.expression import Expression, compile_expression
from sensorium.plans.expression.block import evaluate_block

Floats = NDArray[np.float64]


class Calibrated(NamedTuple):
    """What became of raw values: `scaled` by divider and multiplier, and the `value` (NaN: it has none).

    `slope` is by how much the value changes with the raw one there.
    """

    scaled: Floats
    value: Floats
    slope: Floats


def compile_equation(text: str) -> Expression:
    """An equation over the raw value, which it calls `$value`. Raises InvalidExpression."""
    try:
        return compile_expression(text, {"$value": 0, "value": 0})
    except InvalidExpression as error:
        raise InvalidExpression(error.why, "equation") from None


def calibrate(calibration: Calibration, raw: Floats) -> Calibrated:
    """Calibrate raw values. Where arithmetic fails or is not finite there is no value.

    Raises InvalidExpression for an equation that cannot be read.
    """
    factor = (calibration.multiplier or 1.0) / (calibration.divider or 1.0)
    with np.errstate(all="ignore"):
        scaled = raw if calibration.divider is None else raw / calibration.divider
        scaled = scaled if calibration.multiplier is None else scaled * calibration.multiplier
    value, slope = scaled, np.ones(len(raw))
    if calibration.equation is not None:
        value, slope = _evaluate(calibration.equation, scaled)
    elif calibration.points:
        value, slope = _look_up(calibration, scaled)
    with np.errstate(invalid="ignore", over="ignore"):  # by a divider that is next to 0
        return Calibrated(scaled, np.where(np.isfinite(value), value, np.nan), slope * factor)


def calibrate_one(calibration: Calibration, raw: float) -> float:
    """As `calibrate`, for one raw value: NaN where there is no value."""
    if calibration.equation is not None:
        return float(calibrate(calibration, np.array([raw])).value[0])
    scaled = raw if calibration.divider is None else raw / calibration.divider
    scaled = scaled if calibration.multiplier is None else scaled * calibration.multiplier
    value = _between(sorted(calibration.points), scaled) if calibration.points else scaled
    return value if isfinite(value) else nan


def _between(points: list[Point], scaled: float) -> float:
    """What `_look_up` makes of a value, digit by digit."""
    if isnan(scaled):
        return nan
    at = bisect_right(points, scaled, key=itemgetter(0))
    if at == 0 or at == len(points):
        return points[max(at - 1, 0)].value
    before, after = points[at - 1], points[at]
    return before.value + (scaled - before.raw) * (after.value - before.value) / (after.raw - before.raw)


def _evaluate(equation: str, scaled: Floats) -> tuple[Floats, Floats]:
    expression = compile_equation(equation)
    if not expression.inputs:
        return evaluate_block(expression.program, [], len(scaled)).value, np.zeros(len(scaled))
    found = evaluate_block(expression.program, [scaled], len(scaled), by=(0,))
    return found.value, found.slopes.get(0, np.zeros(len(scaled)))


def _look_up(calibration: Calibration, scaled: Floats) -> tuple[Floats, Floats]:
    points = sorted(calibration.points)
    raws: Floats = np.asarray([point.raw for point in points])
    values: Floats = np.asarray([point.value for point in points])
    at = np.searchsorted(raws, scaled, side="right")
    # beyond the ends there is a point more, infinitely far and of the same value
    begins = np.concatenate([raws[:1], raws])
    lows, runs = np.concatenate([values[:1], values]), np.concatenate([[np.inf], np.diff(raws), [np.inf]])
    rises = np.concatenate([[0.0], np.diff(values), [0.0]])
    with np.errstate(over="ignore", invalid="ignore"):
        slopes = rises / runs
        # divided last: exact where slopes are whole numbers, and half way between two points
        value = lows.take(at) + (scaled - begins.take(at)) * rises.take(at) / runs.take(at)
    return np.where(np.isinf(scaled), lows.take(at), value), slopes.take(at)


def is_monotone(calibration: Calibration) -> bool:
    """Whether the values of the points only rise or only fall with the raw ones, as those of a probe do."""
    values = [point.value for point in sorted(calibration.points)]
    return values == sorted(values) or values == sorted(values, reverse=True)

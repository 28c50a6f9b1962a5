"""What a calibration makes of raw values: points with straight lines between them, or an equation.

Below the first point and above the last one the value of that point holds: nothing is extrapolated (the
facts, 1.7).
"""

from functools import lru_cache
from math import isfinite, isnan, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.model.calibration import Calibration, Point
from sensorium.model.errors import InvalidExpression
from sensorium.plans.expression import Expression, compile_expression
from sensorium.plans.expression.block import evaluate_block

PIECE = 8192  # values that are looked up at once: they stay in the processor's cache
MOST_TABLES = 128  # that are kept ready for the next values

Floats = NDArray[np.float64]
_Longs = NDArray[np.longdouble]


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
    with np.errstate(all="ignore"):
        scaled = raw if calibration.divider is None else raw / calibration.divider
        scaled = scaled if calibration.multiplier is None else scaled * calibration.multiplier
    if calibration.equation is None and calibration.points:
        value, slope = _look_up(_table(calibration.points), scaled)
    else:
        value, slope = scaled, np.ones(len(raw))
        if calibration.equation is not None:
            value, slope = _evaluate(calibration.equation, scaled)
        value = np.where(np.isfinite(value), value, np.nan)
    factor = (calibration.multiplier or 1.0) / (calibration.divider or 1.0)
    if factor != 1:
        with np.errstate(invalid="ignore", over="ignore"):  # by a divider that is next to 0
            slope = slope * factor
    return Calibrated(scaled, value, slope)


def calibrate_one(calibration: Calibration, raw: float) -> float:
    """As `calibrate`, for one raw value: NaN where there is no value."""
    if calibration.equation is not None:
        return float(calibrate(calibration, np.array([raw])).value[0])
    scaled = raw if calibration.divider is None else raw / calibration.divider
    scaled = scaled if calibration.multiplier is None else scaled * calibration.multiplier
    value = _between(_table(calibration.points), scaled) if calibration.points else scaled
    return value if isfinite(value) else nan


class _Table(NamedTuple):
    """The points sorted by their raw values, and the lines between them.

    Line 0 lies below the first point and the last one beyond the last: there they are flat. Slopes and the
    rest of a line are kept, where the machine has such, in numbers with more digits, so that what comes out
    in whole or short numbers on paper does so here: half of the way to 60 litres is 30, and no
    30.000000000000004.
    """

    raws: Floats
    begins: _Longs
    lows: _Longs
    rises: _Longs
    slopes: Floats


@lru_cache(MOST_TABLES)
def _table(points: tuple[Point, ...]) -> _Table:
    raws, values = np.asarray(sorted(points), np.longdouble).T
    rises = np.concatenate([[0], np.diff(values) / np.diff(raws), [0]])
    begins, lows = np.concatenate([raws[:1], raws]), np.concatenate([values[:1], values])
    with np.errstate(over="ignore"):
        slopes = rises.astype(np.float64)
    return _Table(raws.astype(np.float64), begins, lows, rises, slopes)


def _between(table: _Table, scaled: float) -> float:
    """What `_look_up` makes of a value, digit by digit."""
    if isnan(scaled):
        return nan
    at = int(np.searchsorted(table.raws, scaled, side="right"))
    inside = min(max(scaled, table.raws[0]), table.raws[-1])
    return float((inside - table.begins[at]) * table.rises[at] + table.lows[at])


def _evaluate(equation: str, scaled: Floats) -> tuple[Floats, Floats]:
    expression = compile_equation(equation)
    if not expression.inputs:
        return evaluate_block(expression.program, [], len(scaled)).value, np.zeros(len(scaled))
    found = evaluate_block(expression.program, [scaled], len(scaled), by=(0,))
    return found.value, found.slopes.get(0, np.zeros(len(scaled)))


def _look_up(table: _Table, scaled: Floats) -> tuple[Floats, Floats]:
    """The values on the lines of a table, and how these rise there."""
    value, slope = np.empty(len(scaled)), np.empty(len(scaled))
    for begin in range(0, len(scaled), PIECE):
        piece = slice(begin, begin + PIECE)
        at = np.searchsorted(table.raws, scaled[piece], side="right")
        line = scaled[piece].clip(table.raws[0], table.raws[-1]) - table.begins.take(at)
        line *= table.rises.take(at)
        line += table.lows.take(at)
        value[piece], slope[piece] = line, table.slopes.take(at)
    return value, slope


def is_monotone(calibration: Calibration) -> bool:
    """Whether the values of the points only rise or only fall with the raw ones, as those of a probe do."""
    values = [point.value for point in sorted(calibration.points)]
    return values == sorted(values) or values == sorted(values, reverse=True)

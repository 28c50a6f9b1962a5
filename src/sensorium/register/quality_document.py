"""How people write down how values are to be checked: presets, what differs from them, and its bounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from sensorium.model.errors import Malformed
from sensorium.model.quality import FEWEST_IN_WINDOW, UNCHECKED, OutlierTest, Quality

LARGEST_WINDOW = 361  # values; the windows of a block are in memory
MOST_EXEMPT = 20  # ranges
LONGEST_DURATION = 366 * 86_400  # seconds
LARGEST = 1e15  # of a limit: beyond it a double holds no fractions

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings to begin with: those that are shipped for a component, with another test for outliers.

    `outlier` is what that test has instead, where one is shipped. Without `has_tests` nothing is tested.
    """

    name: str
    description: str
    outlier: Document | None = None
    has_tests: bool = True


PRESETS = (
    Preset(
        "wmo",
        "What is shipped for each component. Limits and durations of the weather follow WMO-No. 8 and 488. "
        "Outliers: 5.7 scaled median absolute deviations in a centred window of 25 values.",
    ),
    Preset(
        "classic",
        "As wmo, with the modified z-score of Iglewicz and Hoaglin for outliers: 3.5 in a window of 61 "
        "values, without a floor. It flags far more.",
        {"window": 61, "trailing": 61, "threshold": 3.5, "floor": 0.0},
    ),
    Preset(
        "filter",
        "As wmo, with the long window of NILU's FILTER for outliers: 10 raw median absolute deviations in "
        "361 values, which are 360 hours of hourly means.",
        {"window": 361, "trailing": 361, "threshold": 6.74, "floor": 0.0},
    ),
    Preset("off", "Nothing is tested.", has_tests=False),
)

_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("minimum", -LARGEST, LARGEST),
    ("maximum", -LARGEST, LARGEST),
    ("duration", 1, LONGEST_DURATION),
    ("tolerance", 0, LARGEST),
    ("uncertainty", 0, LARGEST),
)
_OUTLIER_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("window", FEWEST_IN_WINDOW, LARGEST_WINDOW),
    ("threshold", 0.1, 1000),
    ("floor", 0, LARGEST),
    ("trailing", 0, LARGEST_WINDOW),
    ("share", 0.1, 1),
    ("gap", 1, 1000),
    ("span", 1, 1000),
    ("radius", 0, 1e7),
    ("increment", 0, LARGEST),
)
_PLACE = re.compile(r" - at `\$\.?(.*)`$")


def settings_of(preset: str | None, changes: Document, shipped: Quality) -> Quality:
    """The settings of a preset with what differs from it, or those alone without a preset.

    The changes are a merge patch (RFC 7396): null takes a test, or what was set of it, away. Raises
    Malformed, naming the setting at fault.
    """
    base = UNCHECKED if preset is None else _preset(preset, shipped)
    merged = _merged(msgspec.to_builtins(base), changes)
    _refuse_unknown(merged)
    try:
        quality = msgspec.convert(merged, Quality)
    except msgspec.ValidationError as error:
        where = _PLACE.search(str(error))
        why = _PLACE.sub("", str(error)).replace("`", "")
        raise Malformed(f"{why}.", where[1] if where else "") from None
    _check(quality)
    return quality


def _preset(name: str, shipped: Quality) -> Quality:
    for each in PRESETS:
        if each.name == name:
            break
    else:
        known = ", ".join(preset.name for preset in PRESETS)
        raise Malformed(f"The presets are {known}.", "preset")
    if not each.has_tests:
        return UNCHECKED
    if each.outlier is None or shipped.outlier is None:
        return shipped
    patch = {"outlier": each.outlier}
    return msgspec.convert(_merged(msgspec.to_builtins(shipped), patch), Quality)


def _merged(base: Document, patch: Document) -> Document:
    """The patch goes one level deep, as far as there are settings."""
    merged = {**base, **patch}
    below, above = base.get("outlier"), patch.get("outlier")
    if isinstance(above, dict):
        merged["outlier"] = _without_nulls({**(below or {}), **above})
    return _without_nulls(merged)


def _without_nulls(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}


def _refuse_unknown(document: Document) -> None:
    known = {each.name for each in fields(Quality)}
    for key in document.keys() - known:
        raise Malformed("There is no such setting.", key)
    outlier = document.get("outlier")
    if isinstance(outlier, dict):
        for key in outlier.keys() - {each.name for each in fields(OutlierTest)}:  # pyright: ignore
            raise Malformed("There is no such setting.", f"outlier.{key}")


def _check(quality: Quality) -> None:
    for name, low, high in _BOUNDS:
        _check_bounds(getattr(quality, name), name, low, high)
    if quality.minimum is not None and quality.maximum is not None and quality.minimum > quality.maximum:
        raise Malformed("The minimum lies above the maximum.", "minimum")
    if len(quality.exempt) > MOST_EXEMPT:
        raise Malformed(f"There may be at most {MOST_EXEMPT} ranges.", "exempt")
    for at, (low, high) in enumerate(quality.exempt):
        _check_bounds(low, f"exempt[{at}]", -LARGEST, LARGEST)
        _check_bounds(high, f"exempt[{at}]", low, LARGEST)
    if quality.outlier is not None:
        _check_outlier(quality.outlier)


def _check_outlier(test: OutlierTest) -> None:
    for name, low, high in _OUTLIER_BOUNDS:
        _check_bounds(getattr(test, name), f"outlier.{name}", low, high)
    if test.window % 2 == 0:
        raise Malformed("The window has a middle, so its values are an odd number.", "outlier.window")
    if 0 < test.trailing < FEWEST_IN_WINDOW:
        raise Malformed(f"It is 0 (none) or at least {FEWEST_IN_WINDOW}.", "outlier.trailing")


def _check_bounds(value: float | None, where: str, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:  # NaN is not within any bounds
        raise Malformed(f"It must be {low:g} to {high:g}.", where)

"""What a calibration is as one equation over the raw value, for whoever applies it elsewhere."""

import re

from sensorium.model.calibration import Calibration

_RAW = re.compile(r"(?<![\w$.])\$?value(?!\w)", re.ASCII)


def equation_of(calibration: Calibration) -> str | None:
    """What a calibration makes of the raw `$value`, as one equation with the divider and multiplier in it.

    None for a table, and for one that changes nothing. A `value` in it is told as `$value`: clients of
    SensorData know no other name.
    """
    if calibration.points or calibration.changes_nothing:
        return None
    scaled = "$value" if calibration.divider is None else f"$value / {_plain(calibration.divider)}"
    if calibration.multiplier is not None:
        scaled = f"{scaled} * {_plain(calibration.multiplier)}"
    if calibration.equation is None:
        return scaled
    raw = scaled if scaled == "$value" else f"({scaled})"
    return _RAW.sub(lambda _: raw, calibration.equation)


def _plain(number: float) -> str:
    return repr(float(number)).removesuffix(".0")

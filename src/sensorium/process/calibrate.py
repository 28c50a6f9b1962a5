"""Raw values are calibrated, each by what holds at its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorium.model.calibration import DatedCalibration
from sensorium.plans.calibration import Floats, calibrate
from sensorium.process.samples import NO_LEVEL, Samples, runs


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What corrections work on: each sample's calibrated value, or the raw one where no calibration holds.

    `is_due` tells which are calibrated; `value` is NaN and `level` NO_LEVEL for those of them for which the
    calibration has no result. The raw ones have no level either. `uncertainty` is a standard one, NaN where
    none is known.
    """

    is_due: NDArray[np.bool_]
    value: Floats
    level: NDArray[np.int32]
    uncertainty: Floats


def calibrate_samples(
    samples: Samples, calibrations: Mapping[int, Sequence[DatedCalibration]], uncertainty: Floats
) -> Calibrated:
    """Calibrate samples, which are sorted by series and time; `uncertainty` is the standard one of each.

    A calibrated value has the uncertainty of its calibration, or else that of the raw value times the slope.
    """
    found = Calibrated(
        np.zeros(len(samples), np.bool_),
        samples["value"].copy(),
        np.full(len(samples), NO_LEVEL, np.int32),
        uncertainty.copy(),
    )
    for series, begin, end in runs(samples["series"]):
        dated = calibrations.get(series)
        if not dated:
            continue
        times = samples["time"][begin:end]
        starts = begin + np.searchsorted(times, [each.valid_from for each in dated])
        for (_, _, calibration), first, last in zip(dated, starts, [*starts[1:], end], strict=True):
            if calibration.changes_nothing or first == last:
                continue
            rows = slice(int(first), int(last))
            _, value, slope = calibrate(calibration, samples["value"][rows])
            has_value = ~np.isnan(value)
            assert calibration.level is not None  # it was given one when it was loaded
            found.is_due[rows] = True
            found.value[rows] = value
            found.level[rows] = np.where(has_value, calibration.level, NO_LEVEL)
            spread = np.abs(slope * uncertainty[rows])
            if calibration.uncertainty is not None:
                spread = np.full(len(value), calibration.uncertainty)
            found.uncertainty[rows] = np.where(has_value & np.isfinite(spread), spread, np.nan)
    return found

"""How one value came about: from the raw value, step by step, to what is stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import numpy as np

from sensorium.model.calibration import DatedCalibration
from sensorium.model.correction import DatedCorrection
from sensorium.model.device import Datastream
from sensorium.model.errors import NotFound
from sensorium.model.series import Column, Shape
from sensorium.plans.calibration import Calibrated, calibrate
from sensorium.query.series import Series
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.calibrations import find_calibrations
from sensorium.storage.catalog.corrections import find_corrections

_SHAPE: Shape = {
    "raw": Column.VALUE,
    "corrected": Column.VALUE_CORRECTED,
    "level": Column.LEVEL_CORRECTED,
    "uncertainty": Column.UNCERTAINTY_CORRECTED,
}
_Dated = TypeVar("_Dated", DatedCalibration, DatedCorrection)


class Stored(msgspec.Struct, frozen=True):
    """What is stored of one moment."""

    raw: float | None
    corrected: float | None
    level: int | None
    uncertainty: float | None


_read = msgspec.json.Decoder(list[Stored]).decode


@dataclass(frozen=True, slots=True)
class Chain:
    """A stored value, and what holds for it: the calibration with what it makes of it, and the correction.

    While a change is being applied to stored values, `stored` may be of before.
    """

    stored: Stored
    calibration: DatedCalibration | None
    scaled: float | None
    calibrated: float | None
    correction: DatedCorrection | None


@dataclass(frozen=True, slots=True)
class Chains:
    """Tells how values came about."""

    series: Series
    catalog: Catalog

    async def of(self, account: int, stream: Datastream, at: int) -> Chain:
        """The chain of the value of that moment, in microseconds since 1970 UTC.

        Raises NotFound when there is none, and Unavailable.
        """
        text = b"".join([piece async for piece in await self.series.read(account, [stream], at, at, _SHAPE)])
        rows = _read(text)
        if not rows or rows[0].raw is None:
            raise NotFound("There is no number at that time.", "time")
        return await asyncio.to_thread(self._told, stream.id, at, rows[0], rows[0].raw)

    def _told(self, stream: int, at: int, stored: Stored, raw: float) -> Chain:
        calibration = _in_force(find_calibrations(self.catalog, [stream])[stream], at)
        if calibration is not None and calibration.calibration.changes_nothing:
            calibration = None
        found = None if calibration is None else calibrate(calibration.calibration, np.asarray([raw]))
        correction = _in_force(find_corrections(self.catalog, [stream])[stream], at)
        return Chain(
            stored,
            calibration,
            *((None, None) if found is None else _numbers(found)),
            None if correction is None or correction.correction is None else correction,
        )


def _in_force(dated: Sequence[_Dated], at: int) -> _Dated | None:
    holding = [each for each in dated if each.valid_from <= at]
    return holding[-1] if holding else None


def _numbers(found: Calibrated) -> tuple[float | None, float | None]:
    scaled, value = float(found.scaled[0]), float(found.value[0])
    return scaled if np.isfinite(scaled) else None, None if np.isnan(value) else value

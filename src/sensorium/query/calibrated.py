"""Values of datastreams as they are calibrated now: computed from the raw ones when they are asked for."""

from bisect import bisect_right
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import itemgetter

import msgspec
import numpy as np
from numpy.typing import NDArray

from sensorium.model.calibration import DatedCalibration
from sensorium.model.device import Datastream
from sensorium.model.series import Column, Shape, TimedValue
from sensorium.plans.calibration import calibrate, calibrate_one
from sensorium.query.series import Series

_SHAPE: Shape = {
    "series": Column.DATASTREAM,
    "at": Column.TIME,
    "raw": Column.VALUE,
    "packet": Column.PACKET,
}


class _Row(msgspec.Struct):
    series: int
    at: int
    raw: float | None
    packet: int


_read_rows = msgspec.json.Decoder(list[_Row], strict=False).decode


@dataclass(frozen=True, slots=True)
class Lens:
    """How raw values are looked at: those within `low` and `high`, by the calibration of their time."""

    calibrations: Sequence[DatedCalibration] = ()
    low: float = -np.inf
    high: float = np.inf

    def look(self, given: Sequence[TimedValue]) -> list[TimedValue]:
        """The values that are seen, in the same order."""
        raw = np.array([each.value for each in given], dtype=np.float64)
        times = np.array([each.time for each in given], dtype=np.int64)
        value = self._calibrated(times, raw)
        seen = (raw >= self.low) & (raw <= self.high) & np.isfinite(value)
        return [TimedValue(int(times[at]), float(value[at])) for at in np.flatnonzero(seen)]

    def look_at(self, given: TimedValue) -> TimedValue | None:
        """One value, if it is seen; it is as `look` would have it."""
        at = bisect_right(self.calibrations, given.time, key=itemgetter(0))
        if not self.low <= given.value <= self.high:
            return None
        calibration = self.calibrations[at - 1].calibration if at else None
        value = given.value if calibration is None else calibrate_one(calibration, given.value)
        return TimedValue(given.time, value) if isfinite(value) else None

    def _calibrated(self, times: NDArray[np.int64], raw: NDArray[np.float64]) -> NDArray[np.float64]:
        value = raw.copy()
        held = np.searchsorted([each.valid_from for each in self.calibrations], times, side="right")
        for at, each in enumerate(self.calibrations, 1):
            mine = held == at
            if mine.any():
                value[mine] = calibrate(each.calibration, raw[mine]).value
        return value


@dataclass(frozen=True, slots=True)
class CalibratedValues:
    """Reads values. What this server has acknowledged is seen; Unavailable is raised as by `Series`."""

    series: Series

    async def between(
        self, account: int, line: Sequence[Datastream], begin: int, end: int, lens: Lens
    ) -> AsyncGenerator[list[TimedValue]]:
        """What the lens shows of a line of datastreams from `begin` to `end`, both included, piece by piece.

        Both are in microseconds since 1970 UTC. Of values at one time, that of the later packet is shown.
        """
        pieces = await self.series.read(account, line, begin, end, _SHAPE)
        return self._seen(pieces, lens, is_one=len(line) == 1)

    async def latest(self, account: int, streams: Sequence[Datastream]) -> dict[int, TimedValue]:
        """The newest raw value of each datastream that has any, by its id."""
        return await self.series.newest_values(account, streams)

    async def _seen(
        self, pieces: AsyncGenerator[bytes], lens: Lens, *, is_one: bool
    ) -> AsyncGenerator[list[TimedValue]]:
        held: list[_Row] = []  # the next piece may have another row at its time
        try:
            async for piece in pieces:
                rows = _rows(piece)
                if not is_one:
                    rows = _latest_at_each_time([*held, *rows])
                    rows, held = rows[:-1], rows[-1:]
                yield _looked_at(rows, lens)
            if held:
                yield _looked_at(held, lens)
        finally:
            await pieces.aclose()


def _looked_at(rows: Iterable[_Row], lens: Lens) -> list[TimedValue]:
    return lens.look([TimedValue(row.at, row.raw) for row in rows if row.raw is not None])


def _latest_at_each_time(rows: Iterable[_Row]) -> list[_Row]:
    """Of the rows at each time the one of the latest packet; the rows are in the order of time."""
    latest: dict[int, _Row] = {}
    for row in rows:
        if row.at not in latest or row.packet > latest[row.at].packet:
            latest[row.at] = row
    return list(latest.values())


def _rows(piece: bytes) -> list[_Row]:
    """The rows in a piece of a JSON array, which begins with a bracket or a comma."""
    inside = piece.strip(b"[],")
    return _read_rows(b"[" + inside + b"]") if inside else []

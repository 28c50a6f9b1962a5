"""What the sensors of a device measure and how: asked with every reading, so answered from memory."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from sensorium.model.calibration import DatedCalibration
from sensorium.model.device import Datastream
from sensorium.model.tracker import Sensor, SensorType
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.calibrations import find_calibrations
from sensorium.storage.catalog.datastreams import find_streams
from sensorium.storage.catalog.sensors import sensors_of
from sensorium.storage.catalog.subjects import of_device

LIMIT = 10_000  # devices in memory


@dataclass(frozen=True, slots=True)
class Measured:
    """A sensor that measures: its datastream, how that is calibrated from when on, and its limits.

    `streams` are all of the datastream's line, whose values are the sensor's too. Raw values below `low` or
    above `high` are none of it.
    """

    sensor: Sensor
    stream: Datastream
    streams: tuple[Datastream, ...]
    calibrations: tuple[DatedCalibration, ...]
    low: float
    high: float


class MeasuredBy:
    """The sensors that measure, by device. A change of a device makes them forgotten."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known = Remembered[int, tuple[Measured, ...]](catalog, LIMIT)

    def device(self, number: int) -> tuple[Measured, ...]:
        """Those of a device, by the sensor's id. Raises Unavailable."""
        found = self._known.get(number)
        if found is None:
            generation = self._catalog.generation
            found = self._read(number)
            self._known.put(number, found, generation, of_device(number))
        return found

    def _read(self, number: int) -> tuple[Measured, ...]:
        sensors = [
            (each, each.datastream)
            for each in sensors_of(self._catalog, [number])
            if each.described.type is SensorType.METERING and each.datastream is not None
        ]
        if not sensors:
            return ()
        streams = {each.id: each for each in find_streams(self._catalog, number)}
        lines: defaultdict[int, list[Datastream]] = defaultdict(list)
        for each in streams.values():
            lines[each.line].append(each)
        calibrations = find_calibrations(self._catalog, sorted({stream for _, stream in sensors}))
        return tuple(
            Measured(
                each,
                streams[stream],
                tuple(lines[streams[stream].line]),
                calibrations[stream],
                *_limits(each.described.parameters or {}),
            )
            for each, stream in sensors
        )


def _limits(parameters: Mapping[str, Any]) -> tuple[float, float]:
    low, high = parameters.get("min"), parameters.get("max")
    return -inf if low is None else float(low), inf if high is None else float(high)

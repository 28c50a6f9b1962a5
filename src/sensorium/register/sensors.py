"""The sensors of trackers: what their owners read from the inputs of a device."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import msgspec

from sensorium.model.calibration import Calibration, Point
from sensorium.model.device import Datastream
from sensorium.model.errors import Malformed, Missing, NotFound, Unsupported
from sensorium.model.tracker import NewSensor, Sensor, SensorType, Tracker
from sensorium.register.calibrations import Calibrations
from sensorium.register.texts import optional_text, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.datastreams import find_by_ids, find_streams
from sensorium.storage.catalog.devices import find_device
from sensorium.storage.catalog.sensors import (
    add_sensor,
    change_sensor,
    find_sensor,
    remove_sensor,
    sensors_of,
)

MOST_SENSORS = 1000  # of a device
LONGEST_PARAMETERS = 16_384  # bytes as JSON
TYPES = {
    SensorType.METERING: (
        "fuel", "temperature", "rpm", "custom", "fuel_consumption", "instant_consumption", "power", "speed",
        "flow_meter", "acceleration",
    ),
    SensorType.DISCRETE: (
        "ignition", "sos_button", "power", "engine", "car_alarm", "door", "charge", "detach", "custom",
    ),
    SensorType.VIRTUAL: ("virtual_ignition", "state"),
}  # fmt: skip
"""What a sensor of each type can be of (facts 1.6)."""


@dataclass(frozen=True, slots=True)
class Sensors:
    """What can be done with sensors. Every tracker comes from `Trackers`, and so is one that is seen."""

    catalog: Catalog
    calibrations: Calibrations

    def list(self, trackers: Iterable[Tracker]) -> dict[int, list[Sensor]]:
        """The sensors of these trackers, by the tracker's id."""
        wanted = list(trackers)
        found: dict[int, list[Sensor]] = {each.device: [] for each in wanted}
        for sensor in sensors_of(self.catalog, found):
            found[sensor.device].append(sensor)
        return {each.id: found[each.device] for each in wanted}

    def get(self, tracker: Tracker, number: int) -> Sensor:
        """A sensor of the tracker. Raises NotFound."""
        found = find_sensor(self.catalog, tracker.device, number)
        if found is None:
            raise NotFound("The tracker has no such sensor.", "sensor_id")
        return found

    def stream(self, sensor: Sensor) -> Datastream:
        """The datastream of a sensor that measures. Raises Unsupported for another one."""
        if sensor.described.type is not SensorType.METERING or sensor.datastream is None:
            raise Unsupported("Only a metering sensor has values and a calibration.", "sensor_id")
        [stream] = find_by_ids(self.catalog, [sensor.datastream])
        return stream

    def create(self, tracker: Tracker, new: NewSensor, *, author: str, now: int) -> int:
        """Add a sensor to a tracker and say its id. A divider goes before the datastream's calibrations.

        Raises Missing, Malformed, PoolFull, and Conflict when another sensor shows the input.
        """
        new, stream = self._checked(tracker, new)
        number = add_sensor(
            self.catalog,
            tracker.device,
            new,
            None if stream is None else stream.id,
            most=MOST_SENSORS,
            now=now,
        )
        if stream is not None and new.divider is not None:
            self.calibrations.divide(tracker.account, stream, new.divider, author=author, now=now)
        return number

    def change(self, tracker: Tracker, number: int, new: NewSensor, *, author: str, now: int) -> None:
        """Describe a sensor anew. Raises NotFound, Unsupported for another type, and as `create` does."""
        old = self.get(tracker, number)
        if old.described.type is not new.type:
            raise Unsupported("A sensor stays of its type.", "sensor_id")
        new, stream = self._checked(tracker, new)
        number_of_stream = None if stream is None else stream.id
        if not change_sensor(self.catalog, tracker.device, number, new, number_of_stream):
            raise NotFound("The tracker has no such sensor.", "sensor_id")
        if stream is not None and (old.described.divider, old.datastream) != (new.divider, stream.id):
            self.calibrations.divide(tracker.account, stream, new.divider, author=author, now=now)

    def delete(self, tracker: Tracker, number: int) -> None:
        """Take a sensor from a tracker; its datastream and the calibration of it stay. Raises NotFound."""
        if not remove_sensor(self.catalog, tracker.device, number):
            raise NotFound("The tracker has no such sensor.", "sensor_id")

    def calibrate(
        self, tracker: Tracker, sensor: Sensor, points: Iterable[Point], *, author: str, now: int
    ) -> None:
        """Replace the curve of a sensor that measures. Raises Unsupported, Malformed and PoolFull."""
        stream = self.stream(sensor)
        calibration = Calibration(points=tuple(points), divider=sensor.described.divider)
        self.calibrations.replace(tracker.account, stream, calibration, author=author, now=now)

    def _checked(self, tracker: Tracker, new: NewSensor) -> tuple[NewSensor, Datastream | None]:
        """The sensor as it is kept, and the datastream that it shows."""
        required_text(new.name, "The name", "name", 100)
        for name in ("units", "units_type", "input_name"):
            optional_text(getattr(new, name), "It", name)
        if new.sensor_type not in TYPES[new.type]:
            raise Malformed(f"must be one of {', '.join(TYPES[new.type])}", "sensor_type")
        _check_numbers(new)
        _check_parameters(new.parameters or {})
        if new.type is SensorType.DISCRETE:
            if new.input_number is None:
                raise Missing("must not be null", "input_number")
            return replace(new, input_name=None, divider=None), None
        if not new.input_name:
            raise Missing("must not be null", "input_name")
        if new.type is SensorType.VIRTUAL:
            return replace(new, input_number=None, divider=None), None
        return replace(new, input_number=None), self._input(tracker, new.input_name)

    def _input(self, tracker: Tracker, name: str) -> Datastream:
        """The datastream of an input: by its path, or else by the name of its component."""
        device = find_device(self.catalog, tracker.device)
        fed = () if device is None else device.streams
        newest = {each.line: each for each in find_streams(self.catalog, tracker.device)}
        for streams in (fed, newest.values()):
            by_path = [each for each in streams if each.path.removeprefix("/") == name.removeprefix("/")]
            found = by_path or [each for each in streams if each.component.name == name]
            if len(found) > 1:
                raise Malformed("more than one input has this name; use the path in the packet", "input_name")
            if found:
                return found[0]
        raise Malformed("the device has no such input", "input_name")


def _check_numbers(new: NewSensor) -> None:
    if new.divider is not None and (new.divider == 0 or not isfinite(new.divider)):
        raise Malformed("must be a number other than 0", "divider")
    accuracy = new.accuracy
    if accuracy is not None and not (0 <= accuracy <= 100 and (accuracy * 4).is_integer()):
        raise Malformed("must be 0 to 100 in steps of 0.25", "accuracy")
    if new.group_type not in (None, "sum", "avg"):
        raise Malformed("must be sum or avg", "group_type")
    if new.input_number is not None and not 1 <= new.input_number <= 8:
        raise Malformed("must be 1 to 8", "input_number")


def _check_parameters(parameters: Mapping[str, Any]) -> None:
    for name in ("min", "max"):
        limit = parameters.get(name)
        if limit is not None and not is_number(limit):
            raise Malformed("must be a number", f"parameters.{name}")
    low, high = parameters.get("min"), parameters.get("max")
    if low is not None and high is not None and high < low:
        raise Malformed("must not be below min", "parameters.max")
    try:
        length = len(msgspec.json.encode(parameters))
    except (OverflowError, UnicodeEncodeError, RecursionError):
        raise Malformed("must be JSON with numbers of at most 64 bits", "parameters") from None
    if length > LONGEST_PARAMETERS:
        raise Malformed(f"must have at most {LONGEST_PARAMETERS} bytes", "parameters")


def is_number(value: object) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")

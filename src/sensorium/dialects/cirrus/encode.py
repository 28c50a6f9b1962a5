"""From the words of the platform to the bodies of Cirrus's API; pure."""

import msgspec

from sensorium.dialects.cirrus import shapes
from sensorium.model.log_entry import LogEntry
from sensorium.model.moments import from_microseconds

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


def log_item(entry: LogEntry) -> bytes:
    """What was done to an instrument, to the millisecond (CI-026, CI-027)."""
    return to_json(shapes.CalibrationLogItem(_moment(entry.time, "milliseconds"), entry.user, entry.message))


def calibration_item(entry: LogEntry) -> bytes:
    """A field calibration, to the second as the document prints it."""
    assert entry.calibration is not None  # only those were asked for
    assert entry.serial is not None  # by which they were
    item = shapes.FieldCalibrationItem(
        time=_moment(entry.time, "seconds"),
        status=entry.calibration.status,
        instrument=entry.serial,
        level=entry.calibration.level,
        offset=entry.calibration.offset,
    )
    return to_json(item)


def _moment(microseconds: int, precision: str) -> str:
    """A moment in UTC as ISO 8601; what is finer than the precision is cut."""
    return f"{from_microseconds(microseconds).replace(tzinfo=None).isoformat(timespec=precision)}Z"

"""Bodies about devices, their datastreams and their logs, read into the words of the platform; pure."""

from sensorium.dialects.manage.decode import (
    Body,
    moment_of,
    number_or_none,
    refuse_others,
    text_of,
    true_or_false,
)
from sensorium.model.errors import Missing
from sensorium.model.log_entry import FieldCalibration, WantedEntry

_MEASURED = ("status", "level", "offset")  # of a field calibration


def instrument_change(body: Body) -> Body:
    """What is said of a device as a thing: some of `serial`, `model` and `blocked`. Raises Malformed."""
    refuse_others(body, {"serial", "model", "blocked"})
    for name in ("serial", "model"):
        text_of(body, name)
    if "blocked" in body:
        true_or_false(body["blocked"], "blocked")
    return body


def new_log_entry(body: Body) -> WantedEntry:
    """An entry of a log. Raises Malformed and Missing."""
    refuse_others(body, {"message", "time", "user", *_MEASURED})
    is_calibration = any(body.get(name) is not None for name in _MEASURED)
    return WantedEntry(
        message=text_of(body, "message"),
        user=text_of(body, "user"),
        time=moment_of(body, "time"),
        calibration=_field_calibration(body) if is_calibration else None,
    )


def _field_calibration(body: Body) -> FieldCalibration:
    status = text_of(body, "status")
    level, offset = (number_or_none(body.get(name), name) for name in _MEASURED[1:])
    if status is None or level is None or offset is None:
        first = next(name for name in _MEASURED if body.get(name) is None)
        raise Missing("A field calibration has a status, a level and an offset.", first)
    return FieldCalibration(status, level, offset)

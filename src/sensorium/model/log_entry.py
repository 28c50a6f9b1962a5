"""What was done to an instrument, when and by whom (Cirrus: calibration log)."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class FieldCalibration:
    """A check of a sound level meter against a calibrator: `level` is what it read, `offset` what it lacked.

    Both are in dB. `status` is a word such as "Success".
    """

    status: str
    level: float
    offset: float


@dataclass(frozen=True, slots=True)
class NewLogEntry:
    """An entry as it is written down; `time` is in microseconds since 1970 UTC, `user` the one who did it."""

    time: int
    user: str
    message: str
    calibration: FieldCalibration | None = None


@dataclass(frozen=True, slots=True)
class WantedEntry:
    """An entry as somebody wants it: without a user it is his own, without a time (microseconds) of now."""

    message: str | None
    user: str | None
    time: int | None
    calibration: FieldCalibration | None


class LogEntry(NamedTuple):
    """An entry of the log of a device. `serial` is what stands on the device (None: nothing is known to)."""

    id: int
    device: int
    serial: str | None
    time: int
    user: str
    message: str
    calibration: FieldCalibration | None

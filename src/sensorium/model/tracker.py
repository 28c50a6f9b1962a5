"""Devices as their owners and others see them: trackers, their sensors, and how they are told to track."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Tracker:
    """A device as an account sees it: its own, or as a clone one of another account, the `owner`.

    `model` is the vendor's word for the kind of device, `serial` stands on it. A blocked one cannot be used.
    `created` is when the device was, in UTC.
    """

    id: int
    account: int
    device: int
    owner: int
    label: str
    clone: bool
    group: int
    model: str | None
    serial: str | None
    blocked: bool
    created: datetime


class SensorType(StrEnum):
    """What a sensor shows: a measured value, a switch, or something that is made of another input."""

    METERING = "metering"
    DISCRETE = "discrete"
    VIRTUAL = "virtual"


@dataclass(frozen=True, slots=True)
class NewSensor:
    """A sensor of a device as its owner describes it.

    A metering sensor has an `input_name`, a discrete one an `input_number` from 1 to 8. The raw value is
    divided by `divider`. `parameters` are the vendor's; `min` and `max` in them bound raw values.
    """

    type: SensorType
    sensor_type: str
    name: str
    input_name: str | None = None
    input_number: int | None = None
    divider: float | None = None
    accuracy: float | None = None
    units: str | None = None
    units_type: str | None = None
    group_type: str | None = None
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor of a device; `datastream` is the id of the one that it shows."""

    id: int
    device: int
    datastream: int | None
    described: NewSensor


@dataclass(frozen=True, slots=True)
class ToldSettings:
    """How a device is told to track, and how far that is; times are in UTC.

    `settings` were `stored`, then `sent` to the device, which `acknowledged` them. `reported` is what it says
    that it does.
    """

    settings: Mapping[str, Any]
    stored: datetime
    sent: datetime | None
    acknowledged: datetime | None
    reported: Mapping[str, Any] | None
    reported_at: datetime | None

    @property
    def differing(self) -> tuple[str, ...]:
        """The settings that the device reports otherwise than it was told, if it has reported."""
        if self.reported is None:
            return ()
        names = sorted(self.settings.keys() | self.reported.keys())
        return tuple(name for name in names if self.settings.get(name) != self.reported.get(name))

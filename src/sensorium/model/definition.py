"""Kinds of values that devices send (SensorData: sensor definition), and which device may send which."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_TEXT = 255  # characters of a value of a definition of texts


class DataType(StrEnum):
    """What the values of a definition are."""

    NUMERIC = "Numeric"
    STRING = "String"


@dataclass(frozen=True, slots=True)
class WantedDefinition:
    """A kind of value as its account describes it.

    `sensor` is the number of the hardware sensor that carries it; `component` and `unit` are of the
    catalogue. `equation` makes a value of a raw one, which it calls `$value`. Bounds are of raw values, both
    included, and texts, as they were written; `deactivated` is what a sensor sends that is switched off. An
    inactive definition is sent no more.
    """

    name: str
    sensor: int | None = None
    component: int | None = None
    unit: int | None = None
    unit_label: str | None = None
    equation: str | None = None
    data_min: str | None = None
    data_max: str | None = None
    graph_min: str | None = None
    graph_max: str | None = None
    deactivated: str | None = None
    chart: bool = True
    data_type: DataType = DataType.NUMERIC
    color: str | None = None
    chart_label: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """A kind of value, of an account or shipped for all (None). `created` is in UTC."""

    id: int
    account: int | None
    said: WantedDefinition
    created: datetime

    @property
    def version(self) -> str:
        """A name for what is said of the definition now."""
        return repr((self.id, self.said))


@dataclass(frozen=True, slots=True)
class Provision:
    """A definition whose values a device may send, and the datastream that they become.

    `line` is that datastream's, and `streams` are all of it, by id: what they have is the definition's.
    """

    device: int
    definition: Definition
    datastream: int
    resolution: int
    line: int
    streams: tuple[int, ...]


LATITUDE, LONGITUDE, ALTITUDE = 12, 13, 14
"""The definitions that together tell where a device is (facts, 5)."""

"""What is measured, in which unit, how far processed, and in which spatial reference system."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement, by the name that people print beside a value."""

    id: int
    name: str


class Aggregation(StrEnum):
    """What many values of a component are together, which is a matter of what kind of quantity it is."""

    ARITHMETIC = "arithmetic"  # the mean of the numbers
    CIRCULAR = "circular"  # of directions in degrees: where the sum of their unit vectors points
    ENERGETIC = "energetic"  # of levels in decibels: the level of the mean energy
    SUM = "sum"  # of amounts, each of its own interval: how much it is; the mean is that of the numbers


@dataclass(frozen=True, slots=True)
class Component:
    """An observed property. `kind` is "Standard" for the catalogue that sensorium ships.

    `qc_unit` is the unit in which quality control judges its values, None where there is no such unit.
    """

    id: int
    name: str
    kind: str
    description: str | None
    qc_unit: Unit | None = None
    aggregation: Aggregation = Aggregation.ARITHMETIC


@dataclass(frozen=True, slots=True)
class Level:
    """A data level: how far a value is from what the instrument measured."""

    value: int
    description: str


@dataclass(frozen=True, slots=True)
class ReferenceSystem:
    """A spatial reference system by EPSG code, as OGC well known text and in the proj4 format."""

    epsg: int
    srtext: str
    proj4: str


@dataclass(frozen=True, slots=True)
class Timezone:
    """An IANA time zone and whether its clocks change within a year."""

    name: str
    has_daylight_saving: bool

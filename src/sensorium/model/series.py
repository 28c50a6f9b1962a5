"""How a dialect says which columns a row of data has; the engine then formats the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Column(StrEnum):
    """What a row of observations can show."""

    DEVICE = "device"
    DATASTREAM = "datastream"
    PACKET = "packet"  # the id of the packet
    COMPONENT = "component"  # the component's name
    UNIT = "unit"  # the unit's name
    LEVEL = "level"
    EPSG = "epsg"
    TIME = "time"  # microseconds since 1970 UTC
    BEGIN = "begin"  # whole seconds since 1970 UTC
    END = "end"  # begin + the datastream's resolution
    VALUE = "value"
    VALUE_CORRECTED = "value_corrected"
    LEVEL_CORRECTED = "level_corrected"
    UNCERTAINTY_CORRECTED = "uncertainty_corrected"
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    ALTITUDE = "altitude"


class TimedValue(NamedTuple):
    """A value and when it was measured, in microseconds since 1970 UTC."""

    time: int
    value: float


class FlagWord(StrEnum):
    """The four words of flags that a value carries."""

    QC = "qc"
    QCS = "qcs"
    QA = "qa"
    QAS = "qas"


@dataclass(frozen=True, slots=True)
class Flags:
    """A flag word as an object: `flags` the number, `bitflags` its last `width` binary digits."""

    word: FlagWord
    width: int


Shape = Mapping[str, Column | Flags]
"""The members of a row's JSON object, in order, by the name under which each is shown."""

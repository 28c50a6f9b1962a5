"""The objects of the catalogue, in the document's order of members; UNSET ones are left out."""

from msgspec import Struct, UnsetType, field


class Component(Struct, frozen=True):
    """An observed property."""

    id: int
    name: str
    type: str
    description: str | UnsetType
    atom: str


class Unit(Struct, frozen=True):
    """A unit of measurement."""

    id: int
    name: str
    atom: str


class Level(Struct, frozen=True):
    """A data level."""

    value: int
    description: str
    atom: str


class Timezone(Struct, frozen=True):
    """A time zone and whether its clocks change."""

    timezone: str
    has_daylight_saving: bool = field(name="supportsDaylightSavingTime")


class ReferenceSystem(Struct, frozen=True):
    """A spatial reference system."""

    epsg: int
    srtext: str
    proj4: str
    atom: str

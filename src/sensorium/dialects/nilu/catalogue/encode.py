"""From the words of the platform to the objects about the catalogue; pure. `base` is the public address."""

from msgspec import UNSET

from sensorium.dialects.nilu.catalogue import shapes
from sensorium.model.catalogue import Component, Level, ReferenceSystem, Timezone, Unit


def component(each: Component, base: str) -> shapes.Component:
    """An observed property."""
    return shapes.Component(
        id=each.id,
        name=each.name,
        type=each.kind,
        description=UNSET if each.description is None else each.description,
        atom=f"{base}/api/components/{each.id}",
    )


def unit(each: Unit, base: str) -> shapes.Unit:
    """A unit of measurement."""
    return shapes.Unit(id=each.id, name=each.name, atom=f"{base}/api/units/{each.id}")


def level(each: Level, base: str) -> shapes.Level:
    """A data level."""
    return shapes.Level(
        value=each.value, description=each.description, atom=f"{base}/api/datalevels/{each.value}"
    )


def timezone(each: Timezone) -> shapes.Timezone:
    """A time zone."""
    return shapes.Timezone(timezone=each.name, has_daylight_saving=each.has_daylight_saving)


def reference_system(each: ReferenceSystem, base: str) -> shapes.ReferenceSystem:
    """A spatial reference system."""
    return shapes.ReferenceSystem(
        epsg=each.epsg, srtext=each.srtext, proj4=each.proj4, atom=f"{base}/api/srs/{each.epsg}"
    )

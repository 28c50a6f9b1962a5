"""What can be measured, in which units and levels, and where and when: the same for every account."""

from dataclasses import dataclass

from sensorium.model.catalogue import Component, Level, ReferenceSystem, Timezone, Unit
from sensorium.model.errors import NotFound
from sensorium.register import reference_systems, timezones
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.measured import all_components, all_levels, all_units


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The common catalogue."""

    catalog: Catalog

    def components(self) -> list[Component]:
        """Every component, by id."""
        return all_components(self.catalog)

    def component(self, number: int) -> Component:
        """The component of that id. Raises NotFound."""
        for each in self.components():
            if each.id == number:
                return each
        raise NotFound("There is no such component.")

    def units(self) -> list[Unit]:
        """Every unit, by id."""
        return all_units(self.catalog)

    def unit(self, number: int) -> Unit:
        """The unit of that id. Raises NotFound."""
        for each in self.units():
            if each.id == number:
                return each
        raise NotFound("There is no such unit.")

    def levels(self) -> list[Level]:
        """Every data level, by its value."""
        return all_levels(self.catalog)

    def level(self, value: int) -> Level:
        """The data level of that value. Raises NotFound."""
        for each in self.levels():
            if each.value == value:
                return each
        raise NotFound("There is no such data level.")

    def systems(self) -> tuple[ReferenceSystem, ...]:
        """Every spatial reference system, by EPSG code."""
        return reference_systems.systems()

    def system(self, epsg: int) -> ReferenceSystem:
        """The spatial reference system of that EPSG code. Raises NotFound."""
        return reference_systems.system(epsg)

    def timezones(self) -> tuple[Timezone, ...]:
        """Every time zone, by name."""
        return timezones.timezones()

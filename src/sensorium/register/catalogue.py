"""What can be measured, in which units and levels, and where and when: the same for every account."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sensorium.model.catalogue import Aggregation, Component, Level, ReferenceSystem, Timezone, Unit
from sensorium.model.errors import Conflict, NotFound, UnknownUnit
from sensorium.register import reference_systems, timezones
from sensorium.register.texts import description, look, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.measured import add_component, add_unit, all_components, all_levels, all_units

ADDED = "Custom"  # the kind of a component that people have added
LONGEST_UNIT = 32  # characters


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

    def add_unit(self, account: int, name: str) -> Unit:
        """Add a unit for everyone. Raises Missing, Malformed, Conflict and PoolFull.

        Units whose names differ in case are different ones (mW, MW); ways to write a µ are not.
        """
        text = required_text(name, "The name", "name", LONGEST_UNIT)
        return add_unit(self.catalog, account, text.strip(), _refuse_taken(text, _spelling))

    def add_component(
        self,
        account: int,
        name: str,
        about: str | None,
        qc_unit: int | None,
        aggregation: Aggregation = Aggregation.ARITHMETIC,
    ) -> Component:
        """Add a component for everyone: what it is `about`, and the unit in which its values are checked.

        Raises Missing, Malformed, UnknownUnit, Conflict and PoolFull.
        """
        text = required_text(name, "The name", "name")
        description(about, "The description")
        unit = None
        if qc_unit is not None:
            try:
                unit = self.unit(qc_unit)
            except NotFound as refusal:
                raise UnknownUnit(refusal.why, "qc_unit") from None
        new = Component(0, text.strip(), ADDED, about, unit, aggregation)
        return add_component(self.catalog, account, new, _refuse_taken(text, look))

    def levels(self) -> list[Level]:
        """Every data level, by its value."""
        return all_levels(self.catalog)

    def level(self, value: int) -> Level:
        """The data level of that value. Raises NotFound."""
        for each in self.levels():
            if each.value == value:
                return each
        raise NotFound("There is no such data level.")

    def systems(self) -> Iterator[list[ReferenceSystem]]:
        """Every spatial reference system, by EPSG code, some at a time."""
        return reference_systems.systems()

    def system(self, epsg: int) -> ReferenceSystem:
        """The spatial reference system of that EPSG code. Raises NotFound."""
        return reference_systems.system(epsg)

    def timezones(self) -> tuple[Timezone, ...]:
        """Every time zone, by name."""
        return timezones.timezones()


def _refuse_taken(name: str, key: Callable[[str], str]) -> Callable[[Iterable[str]], None]:
    """What refuses a name, given those that there are, when one of them has the same key."""

    def refuse(names: Iterable[str]) -> None:
        if any(key(each) == key(name) for each in names):
            raise Conflict("The name is taken.", "name")

    return refuse


def _spelling(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split())

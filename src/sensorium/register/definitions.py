"""Sensor definitions: kinds of values, described by an account, and the devices that may send them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from sensorium.model.calibration import Calibration
from sensorium.model.definition import Definition, Provision, WantedDefinition
from sensorium.model.device import Datastream, Device
from sensorium.model.errors import (
    Forbidden,
    Malformed,
    Missing,
    NotFound,
    PoolFull,
    UnknownComponent,
    UnknownUnit,
)
from sensorium.plans.calibration import compile_equation
from sensorium.register.calibrations import Calibrations
from sensorium.register.texts import optional_text, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog import definitions as stored
from sensorium.storage.catalog.datastreams import find_by_ids, find_streams
from sensorium.storage.catalog.measured import all_components, all_units

MOST_DEFINITIONS = 1000  # of an account
MOST_PROVISIONS = 500  # of a device
LONGEST_NAME = 100  # characters
LONGEST_LABEL = 20
LONGEST_NUMBER = 40
LARGEST_SENSOR = 2**53
BLACK = "#000000"
_COLOR = re.compile("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", re.ASCII)
Check = Callable[[str | None], None]
"""Is given the version of what is there and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """What can be done with sensor definitions."""

    catalog: Catalog
    calibrations: Calibrations

    def add(self, account: int, wanted: WantedDefinition, *, now: int) -> Definition:
        """A new definition. Raises Missing, Malformed, UnknownComponent, UnknownUnit and PoolFull."""
        said = self._checked(wanted)
        number = stored.add_definition(self.catalog, account, said, most=MOST_DEFINITIONS, now=now)
        return self.get(account, number)

    def get(self, account: int, number: int) -> Definition:
        """A definition of the account or a shipped one. Raises NotFound."""
        found = stored.find_definition(self.catalog, account, number)
        if found is None:
            raise NotFound("There is no such definition.")
        return found

    def of_account(self, account: int, *, after: int = 0, most: int) -> list[Definition]:
        """What is shipped and what the account has, by id: `most`, those that come `after` another."""
        return stored.definitions_of(self.catalog, account, after=after, most=most)

    def change(
        self, account: int, number: int, wanted: WantedDefinition, check: Check, *, author: str, now: int
    ) -> Definition:
        """Say anew what is said of a definition; another equation calibrates its datastreams anew.

        Raises NotFound, Forbidden for a shipped one, what `add` does, and what `check` does.
        """
        before = self.get(account, number)
        if before.account is None:
            raise Forbidden("The definition is the same for all accounts.")
        said = self._checked(wanted)
        with self.catalog.together():
            stored.change_definition(self.catalog, account, number, said, lambda found: check(found.version))
            if said.equation != before.said.equation:
                streams = find_by_ids(self.catalog, stored.streams_of_definition(self.catalog, number))
                self._calibrate(account, streams, said.equation, author=author, now=now)
        return self.get(account, number)

    def of_device(self, device: int) -> list[Provision]:
        """What a device may send, by definition."""
        return stored.provisions_of_device(self.catalog, device)

    def provision(
        self, device: Device, number: int, datastream: int | None, *, author: str, now: int
    ) -> Provision:
        """Let a device send the values of a definition, as a datastream of it or as one of their own.

        An equation of the definition becomes the calibration of the datastream. Raises NotFound, Missing
        for a definition that no datastream can be made of, Conflict and PoolFull.
        """
        definition = self.get(device.account, number)
        if len(self.of_device(device.id)) >= MOST_PROVISIONS:
            raise PoolFull(f"A device may have at most {MOST_PROVISIONS} definitions.")
        if datastream is None:
            if definition.said.component is None or definition.said.unit is None:
                raise Missing("A definition without component and unit needs a datastream.", "datastream")
        elif datastream not in {each.id for each in find_streams(self.catalog, device.id)}:
            raise NotFound("The device has no such datastream.", "datastream")
        with self.catalog.together():
            made = stored.provision(self.catalog, device, definition, datastream)
            if definition.said.equation is not None:
                streams = find_by_ids(self.catalog, [made])
                self._calibrate(device.account, streams, definition.said.equation, author=author, now=now)
        return next(each for each in self.of_device(device.id) if each.definition.id == number)

    def withdraw(self, device: int, number: int) -> None:
        """Let a device send the values of a definition no more; none are selected. Raises NotFound."""
        if not stored.withdraw(self.catalog, device, number):
            raise NotFound("The device has no such definition.")

    def _calibrate(
        self, account: int, streams: Iterable[Datastream], equation: str | None, *, author: str, now: int
    ) -> None:
        for stream in streams:
            wanted = Calibration(equation=equation)
            self.calibrations.replace(account, stream, wanted, author=author, now=now)

    def _checked(self, wanted: WantedDefinition) -> WantedDefinition:
        required_text(wanted.name, "The name", "name", LONGEST_NAME)
        optional_text(wanted.unit_label, "The label", "unit_label", LONGEST_LABEL)
        optional_text(wanted.chart_label, "The label", "chart_label", LONGEST_LABEL)
        if wanted.sensor is not None and not 0 <= wanted.sensor <= LARGEST_SENSOR:
            raise Malformed("It must be a whole number that is not negative.", "sensor")
        components = {each.id for each in all_components(self.catalog)}
        if wanted.component is not None and wanted.component not in components:
            raise UnknownComponent(f"There is no component {wanted.component}.", "component")
        if wanted.unit is not None and wanted.unit not in {each.id for each in all_units(self.catalog)}:
            raise UnknownUnit(f"There is no unit {wanted.unit}.", "unit")
        if wanted.equation is not None:
            compile_equation(wanted.equation)
        _check_bounds(wanted)
        return replace(wanted, color=_color(wanted.color))


def _check_bounds(wanted: WantedDefinition) -> None:
    """The range of the data lies within that of the graph, and the deactivated value without the former."""
    least, most = _number(wanted.data_min, "data_min"), _number(wanted.data_max, "data_max")
    lower, upper = _number(wanted.graph_min, "graph_min"), _number(wanted.graph_max, "graph_max")
    off = _number(wanted.deactivated, "deactivated")
    if least is not None and most is not None and least >= most:
        raise Malformed("It must be above data_min.", "data_max")
    if lower is not None and least is not None and lower > least:
        raise Malformed("It must not be above data_min.", "graph_min")
    if upper is not None and most is not None and upper < most:
        raise Malformed("It must not be below data_max.", "graph_max")
    if lower is not None and upper is not None and lower >= upper:
        raise Malformed("It must be above graph_min.", "graph_max")
    if off is not None and (least is None or off >= least) and (most is None or off <= most):
        raise Malformed("It must be outside of data_min and data_max.", "deactivated")


def _number(text: str | None, where: str) -> Decimal | None:
    if text is None:
        return None
    try:
        found = Decimal(text) if len(text) <= LONGEST_NUMBER and text.isascii() else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or text != text.strip() or "_" in text:
        raise Malformed("It must be a number.", where)
    return found


def _color(text: str | None) -> str:
    if text is None:
        return BLACK
    found = _COLOR.fullmatch(text)
    if found is None:
        raise Malformed("It must be a colour such as #FF8000.", "color")
    return f"#{found[1]}"

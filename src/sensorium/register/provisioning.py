"""What the door of readings asks of the catalog on every request, answered from memory where it can be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import NamedTuple

from sensorium.model.account import Credential
from sensorium.model.asset import Link
from sensorium.model.definition import (
    ALTITUDE,
    LATITUDE,
    LONGEST_TEXT,
    LONGITUDE,
    DataType,
    Provision,
    WantedDefinition,
)
from sensorium.model.device import WGS84, Device, Position
from sensorium.model.errors import Conflict, DeviceDisabled, Forbidden, Malformed
from sensorium.model.reading import Reading, Sent
from sensorium.plans.equations import equation_of
from sensorium.plans.readings import is_shortest
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.assets import links_of
from sensorium.storage.catalog.calibrations import find_calibrations_of
from sensorium.storage.catalog.definitions import provisions_of_account, provisions_of_device
from sensorium.storage.catalog.devices import find_device
from sensorium.storage.catalog.subjects import of_device, of_holdings

LIMIT = 10_000  # devices and accounts in memory
_ACCOUNTS = 1_000
_PLACE = (LONGITUDE, LATITUDE, ALTITUDE)
_NOWHERE = (None, None, None)


Equations = tuple[tuple[int, str | None], ...]
"""By when they begin (microseconds since 1970 UTC), the first at 0; None is a table, or nothing."""

NO_EQUATION: Equations = ((0, None),)


class Rule(NamedTuple):
    """What a value of a definition is checked by; numbers between the bounds are good whatever they are.

    Of a definition of texts there are none: what is sent for it has a longest form.
    """

    datastream: int
    line: int
    least: float
    most: float
    said: WantedDefinition


@dataclass(frozen=True, slots=True)
class Gate:
    """A device and the rules of what it may send, by definition."""

    device: Device
    rules: Mapping[int, Rule]

    @classmethod
    def of(cls, device: Device, provisions: Iterable[Provision]) -> "Gate":
        """The gate of a device: inactive definitions are sent no more."""
        active = [each for each in provisions if each.definition.said.active]
        return cls(device, {each.definition.id: _rule(each) for each in active})


@dataclass(frozen=True, slots=True)
class Holdings:
    """The links of an account, the newest first, and what its devices may send.

    `by_device` and `by_asset` have those that take values: what was fixed to a deleted asset can be read
    alone. `equations` are those that calibrate the provisioned datastreams, by datastream.
    """

    links: tuple[Link, ...]
    provisions: tuple[Provision, ...]
    equations: Mapping[int, Equations]
    by_device: Mapping[int, tuple[Link, ...]]
    by_asset: Mapping[int, tuple[Link, ...]]

    @classmethod
    def of(
        cls, links: Iterable[Link], provisions: Iterable[Provision], equations: Mapping[int, Equations]
    ) -> "Holdings":
        """What an account has."""
        newest_first = sorted(links, key=lambda each: -each.begin)
        by_device: defaultdict[int, list[Link]] = defaultdict(list)
        by_asset: defaultdict[int, list[Link]] = defaultdict(list)
        for each in newest_first:
            if not each.asset_is_there:
                continue
            by_device[each.device].append(each)
            by_asset[each.asset].append(each)
        return cls(
            tuple(newest_first),
            tuple(provisions),
            equations,
            {device: tuple(each) for device, each in by_device.items()},
            {asset: tuple(each) for asset, each in by_asset.items()},
        )

    def link(self, asset: int | None, device: int | None, at: int) -> Link | None:
        """Which link of an asset, of a device or of both there is at a time (microseconds since 1970 UTC)."""
        some = self.by_asset.get(asset or 0, ()) if device is None else self.by_device.get(device, ())
        for each in some:
            if asset in (None, each.asset) and each.covers(at):
                return each
        return None


class Provisioning:
    """Who may send which values at which time. A change of a device or an account makes it forgotten."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._gates = Remembered[int, Gate | None](catalog, LIMIT)
        self._accounts = Remembered[int, Holdings](catalog, _ACCOUNTS)

    def known(self, account: int) -> Holdings | None:
        """What an account has, without asking the catalog; None when that must be done (`holdings`)."""
        return self._accounts.get(account)

    def holdings(self, account: int) -> Holdings:
        """What an account has. Raises Unavailable."""
        found = self._accounts.get(account)
        if found is None:
            generation = self._catalog.generation
            provisions = provisions_of_account(self._catalog, account)
            equations = self._equations(provisions)
            found = Holdings.of(links_of(self._catalog, account), provisions, equations)
            self._accounts.put(account, found, generation, of_holdings(account))
        return found

    def known_gate(self, device: int) -> Gate | None:
        """What a device may send, without asking the catalog; None when that must be done (`gate`)."""
        return self._gates.get(device)

    def gate(self, device: int) -> Gate:
        """What a device may send. Raises Forbidden for a deleted device, and Unavailable."""
        found = self._gates.get(device)
        if found is None:
            generation = self._catalog.generation
            described = find_device(self._catalog, device)
            if described is None:
                raise Forbidden("The device is deleted.", "link")
            found = Gate.of(described, provisions_of_device(self._catalog, device))
            self._gates.put(device, found, generation, of_device(device))
        return found

    def _equations(self, provisions: Iterable[Provision]) -> dict[int, Equations]:
        devices = sorted({each.device for each in provisions})
        equations: dict[int, Equations] = {}
        for by_datastream in find_calibrations_of(self._catalog, devices).values():
            for datastream, dated in by_datastream.items():
                said = tuple((each.valid_from, equation_of(each.calibration)) for each in dated)
                equations[datastream] = said if said[0][0] <= 0 else (*NO_EQUATION, *said)
        return equations


def require_link(
    holdings: Holdings, caller: Credential, asset: int | None, device: int | None, at: int
) -> Link:
    """The link by which the caller may send values then.

    Raises Forbidden when there is none, whether the asset or device is another's or nobody's.
    """
    found = holdings.link(asset, device, at)
    if found is None or not caller.sees(found.device):
        raise Forbidden("The caller has no such device that is fixed to such an asset then.", "link")
    return found


def require_open(gate: Gate) -> None:
    """Refuse a device that takes nothing now. Raises DeviceDisabled."""
    if not gate.device.enabled or gate.device.blocked:
        raise DeviceDisabled("The device takes no packets now.", "link")


def checked(gate: Gate, sent: Iterable[Sent]) -> list[tuple[Sent, Reading]]:
    """What was sent, each with the value that it is of one of the device's datastreams, in its order.

    Raises what the sending raises, Conflict for a definition that comes twice, and Malformed for one that the
    device may not send and for a value that the definition does not have (`where`).
    """
    readings: list[tuple[Sent, Reading]] = []
    seen: set[int] = set()
    for each in sent:
        if each.definition in seen:
            raise Conflict("A definition comes twice.", "sensor_data.sd_id")
        seen.add(each.definition)
        rule = gate.rules.get(each.definition)
        if rule is None:
            raise Malformed("The device has no such definition.", "sensor_data.sd_id")
        number = each.number
        if number is None or not rule.least < number < rule.most:
            _check_value(rule.said, each)
        text = None if number is not None and is_shortest(each.text, number) else each.text
        readings.append((each, Reading(rule.datastream, number, text)))
    return readings


def position_of(sent: Iterable[Sent], device: Device) -> Position | None:
    """Where a device says that it is, if it sends all three definitions of that; else where it stands."""
    given = {each.definition: each.number for each in sent if each.definition in _PLACE}
    longitude, latitude, altitude = (given.get(each) for each in _PLACE) if given else _NOWHERE
    if longitude is None or latitude is None or altitude is None or device.epsg != WGS84:
        return device.location
    return Position(longitude, latitude, altitude)


def _rule(provision: Provision) -> Rule:
    said = provision.definition.said
    if said.data_type is DataType.STRING:
        return Rule(provision.datastream, provision.line, inf, -inf, said)
    least = -inf if said.data_min is None else float(said.data_min)
    most = inf if said.data_max is None else float(said.data_max)
    return Rule(provision.datastream, provision.line, least, most, said)


def _check_value(said: WantedDefinition, sent: Sent) -> None:
    """Refuse what is no number where one is meant, and numbers past the bounds, as exactly as written."""
    if said.data_type is DataType.STRING:
        if len(sent.text) > LONGEST_TEXT:
            raise Malformed(f"The value has more than {LONGEST_TEXT} characters.", "sensor_data.value")
    elif sent.number is None:
        raise Malformed("The value must be a number.", "sensor_data.value")
    if sent.number is None:
        return
    number = Decimal(sent.text)
    if said.deactivated is not None and number == Decimal(said.deactivated):
        return
    if (said.data_min is not None and number < Decimal(said.data_min)) or (
        said.data_max is not None and number > Decimal(said.data_max)
    ):
        raise Malformed("The value is outside of the definition's bounds.", "sensor_data.value")

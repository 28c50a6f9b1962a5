"""What the door of readings asks of the catalog on every request, answered from memory where it can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sensorium.model.account import Credential
from sensorium.model.asset import Link
from sensorium.model.definition import ALTITUDE, LATITUDE, LONGITUDE, DataType, Provision, WantedDefinition
from sensorium.model.device import Device, Position
from sensorium.model.errors import Conflict, DeviceDisabled, Forbidden, Malformed
from sensorium.model.reading import Reading, Sent
from sensorium.plans.readings import is_shortest
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.assets import links_of
from sensorium.storage.catalog.calibrations import find_calibrations
from sensorium.storage.catalog.definitions import provisions_of_account, provisions_of_device
from sensorium.storage.catalog.devices import find_device

WGS84 = 4326
LIMIT = 10_000  # devices and accounts in memory
_ACCOUNTS = 1_000
_PLACE = (LONGITUDE, LATITUDE, ALTITUDE)
_NOWHERE = (None, None, None)


@dataclass(frozen=True, slots=True)
class Gate:
    """A device and what it may send, by definition."""

    device: Device
    provisions: Mapping[int, Provision]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The links of an account, the newest first, and what its devices may send.

    `equations` are those that calibrate the provisioned datastreams now, by datastream.
    """

    links: tuple[Link, ...]
    provisions: tuple[Provision, ...]
    equations: Mapping[int, str]

    def link(self, asset: int | None, device: int | None, at: int) -> Link | None:
        """Which link of an asset, of a device or of both there is at a time (microseconds since 1970 UTC)."""
        for each in self.links:
            if asset in (None, each.asset) and device in (None, each.device) and each.covers(at):
                return each
        return None


class Provisioning:
    """Who may send which values at which time. A change of the catalog empties the memory."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._gates = Remembered[int, Gate | None](catalog, LIMIT)
        self._accounts = Remembered[int, Holdings](catalog, _ACCOUNTS)

    def known(self, account: int) -> Holdings | None:
        """What an account has, without asking the catalog; None when that must be done (`holdings`)."""
        return self._accounts.get(account)

    def holdings(self, account: int, now: int) -> Holdings:
        """What an account has. Raises Unavailable."""
        found = self._accounts.get(account)
        if found is None:
            generation = self._catalog.generation
            links = sorted(links_of(self._catalog, account), key=lambda each: -each.begin)
            provisions = provisions_of_account(self._catalog, account)
            found = Holdings(tuple(links), tuple(provisions), self._equations(provisions, now))
            self._accounts.put(account, found, generation)
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
            provisions = provisions_of_device(self._catalog, device)
            found = Gate(described, {each.definition.id: each for each in provisions})
            self._gates.put(device, found, generation)
        return found

    def _equations(self, provisions: Iterable[Provision], now: int) -> dict[int, str]:
        dated = find_calibrations(self._catalog, [each.datastream for each in provisions])
        found: dict[int, str] = {}
        for datastream, each in dated.items():
            held = [one.calibration for one in each if one.valid_from <= now]
            if held and held[-1].equation is not None:
                found[datastream] = held[-1].equation
        return found


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
        provision = gate.provisions.get(each.definition)
        if provision is None or not provision.definition.said.active:
            raise Malformed("The device has no such definition.", "sensor_data.sd_id")
        _check_value(provision.definition.said, each)
        text = None if each.number is not None and is_shortest(each.text, each.number) else each.text
        readings.append((each, Reading(provision.datastream, each.number, text)))
    return readings


def position_of(sent: Iterable[Sent], device: Device) -> Position | None:
    """Where a device says that it is, if it sends all three definitions of that; else where it stands."""
    given = {each.definition: each.number for each in sent if each.definition in _PLACE}
    longitude, latitude, altitude = (given.get(each) for each in _PLACE) if given else _NOWHERE
    if longitude is None or latitude is None or altitude is None or device.epsg != WGS84:
        return device.location
    return Position(longitude, latitude, altitude)


def _check_value(said: WantedDefinition, sent: Sent) -> None:
    """Refuse what is no number where one is meant, and numbers past the bounds, as exactly as written."""
    if sent.number is None:
        if said.data_type is not DataType.STRING:
            raise Malformed("The value must be a number.", "sensor_data.value")
        return
    if _is_above(said.data_min, sent, sent.number) and _is_below(said.data_max, sent, sent.number):
        return
    if said.deactivated is None or Decimal(sent.text) != Decimal(said.deactivated):
        raise Malformed("The value is outside of the definition's bounds.", "sensor_data.value")


def _is_above(bound: str | None, sent: Sent, number: float) -> bool:
    """Whether a number is not below a bound. Doubles tell; where they are equal, what is written does."""
    if bound is None:
        return True
    nearest = _double(bound)
    return number > nearest or (number == nearest and Decimal(sent.text) >= Decimal(bound))


def _is_below(bound: str | None, sent: Sent, number: float) -> bool:
    if bound is None:
        return True
    nearest = _double(bound)
    return number < nearest or (number == nearest and Decimal(sent.text) <= Decimal(bound))


@lru_cache(maxsize=10_000)
def _double(bound: str) -> float:
    return float(bound)

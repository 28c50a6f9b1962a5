"""Devices ready to take packets: what a door needs to know of each, kept in memory."""

from dataclasses import dataclass
from threading import Lock

from sensorium.model.device import Device
from sensorium.model.errors import NotFound
from sensorium.plans.plan import Plan, compile_plan
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.devices import find_device

LIMIT = 10_000  # devices in memory


@dataclass(frozen=True, slots=True)
class Door:
    """A device and the plan that reads its packets."""

    device: Device
    plan: Plan


class Doors:
    """The devices that packets came for. A change of the catalog empties the memory of devices.

    Plans stay, since a schema version never changes: a change of one device costs the others no compilation.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known = Remembered[int, Door](catalog, LIMIT)
        self._plans: dict[tuple[int, int], Plan] = {}
        self._compiling = Lock()

    def cached(self, device: int) -> Door | None:
        """The door of a device without asking the catalog, None when that must be done (`load`)."""
        return self._known.get(device)

    def load(self, device: int) -> Door:
        """Ask the catalog for a device and compile its plan. Raises NotFound and Unavailable."""
        generation = self._catalog.generation
        found = find_device(self._catalog, device)
        if found is None:
            raise NotFound("There is no such device.")
        door = Door(found, self._plan(found))
        self._known.put(device, door, generation)
        return door

    def _plan(self, device: Device) -> Plan:
        """The plan of the device's schema version, compiled once, however many packets wait for it."""
        version = device.id, device.schema_version
        plan = self._plans.get(version)
        if plan is None:
            with self._compiling:
                plan = self._plans.get(version) or compile_plan(device.schema)
                if len(self._plans) >= LIMIT:
                    self._plans.clear()
                self._plans[version] = plan
        return plan

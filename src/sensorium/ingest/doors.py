"""Devices ready to take packets: what a door needs to know of each, kept in memory."""

import json
from dataclasses import dataclass
from threading import Lock

from sensorium.model.device import Device
from sensorium.model.errors import NotFound
from sensorium.model.moments import to_microseconds
from sensorium.plans.plan import Plan, compile_plan
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.devices import find_device
from sensorium.storage.catalog.subjects import of_device
from sensorium.storage.catalog.tracking import find_settings, mark_sent

LIMIT = 10_000  # devices in memory


@dataclass(frozen=True, slots=True)
class Door:
    """A device and the plan that reads its packets.

    `told` is how it is told to track, as JSON in ASCII, until it acknowledges that; `stored` when that was
    said, in microseconds since 1970 UTC, until it was sent.
    """

    device: Device
    plan: Plan
    told: str | None = None
    stored: int | None = None


class Doors:
    """The devices that packets came for. A change of a device makes it forgotten.

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
        door = Door(found, self._plan(found), *self._told(device))
        self._known.put(device, door, generation, of_device(device))
        return door

    def mark_sent(self, door: Door, now: int) -> None:
        """Take down that the device was sent what it is told. Raises Unavailable."""
        if door.stored is not None:
            mark_sent(self._catalog, door.device.id, door.stored, now)

    def _told(self, device: int) -> tuple[str | None, int | None]:
        told = find_settings(self._catalog, device)
        if told is None or told.acknowledged is not None:
            return None, None
        stored = to_microseconds(told.stored) if told.sent is None else None
        return json.dumps(told.settings, separators=(",", ":")), stored

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

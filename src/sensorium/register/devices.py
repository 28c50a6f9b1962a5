"""Devices: described by their owner, checked here, then compiled into a plan that reads their packets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sensorium.model.account import Credential
from sensorium.model.device import (
    WGS84,
    Binding,
    Datastream,
    Device,
    NewDevice,
    Position,
    Schema,
    SchemaVersion,
)
from sensorium.model.errors import (
    Conflict,
    DeviceEnabled,
    Forbidden,
    InvalidPath,
    Malformed,
    Misbound,
    NotFound,
    UnknownComponent,
    UnknownLevel,
    UnknownReferenceSystem,
    UnknownUnit,
)
from sensorium.plans.plan import compile_plan
from sensorium.register.reference_systems import system
from sensorium.register.texts import description, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog import devices as stored
from sensorium.storage.catalog.datastreams import find_streams, find_version_streams
from sensorium.storage.catalog.lines import is_own_path
from sensorium.storage.catalog.measured import all_components, all_levels, all_units

__all__ = ["Devices", "NewDevice", "check_position", "require_owner"]

LONGEST_RESOLUTION = 366 * 86_400  # seconds
LONGEST_PATH = 500  # characters
MOST_BINDINGS = 1000
TRIES = 3  # of a change that others overtake


@dataclass(frozen=True, slots=True)
class Devices:
    """What can be done with devices. `pool` is how many an account may have (None: any number)."""

    catalog: Catalog
    pool: int | None = None

    def configure(self, account: int, new: NewDevice, *, now: int) -> int:
        """Add a device to the account and say its id. `now` is in microseconds since 1970 UTC.

        Raises what a description can have wrong: Missing, Malformed, UnknownReferenceSystem,
        UnknownComponent, UnknownUnit, UnknownLevel, Misbound and all else that `compile_plan` raises,
        Conflict and PoolFull; and Unavailable.
        """
        self._check(new)
        plan = compile_plan(new.schema)
        return stored.add_device(self.catalog, account, new, plan.avro, pool=self.pool, now=now)

    def get(self, number: int, viewer: int | None) -> Device:
        """The device of that id, for an account or for anyone (None).

        Raises NotFound, also for a private device of another account.
        """
        found = stored.find_device(self.catalog, number)
        if found is None or not (found.public or found.account == viewer):
            raise NotFound("There is no such device.")
        return found

    def list(
        self, viewer: int | None, owner: int | None = None, *, after: int = 0, most: int | None = None
    ) -> list[Device]:
        """The devices that an account, or anyone (None), may know of: all, or those of one owner; by id.

        There may be any number: `most` of them are read at once, those that come next by id `after` another.
        """
        return stored.visible_devices(self.catalog, viewer, owner, after, most)

    def reconfigure(
        self, account: int, number: int, describe: Callable[[Device], NewDevice], *, now: int
    ) -> None:
        """Describe a device of the account anew: `describe` makes the new description out of the present one.

        Its packets get a new schema version when they are read in another way than before; those that are
        stored keep theirs. `now` is in microseconds since 1970 UTC. Raises NotFound, Forbidden,
        DeviceEnabled, Conflict when somebody else is at it, and what `configure` and `describe` raise.
        """
        for _ in range(TRIES):
            device = self.changeable(account, number)
            new = describe(device)
            self._check(new)
            plan = compile_plan(new.schema)
            is_read_anew = (new.schema, new.resolution, new.epsg) != (
                device.schema,
                device.resolution,
                device.epsg,
            )
            avro = plan.avro if is_read_anew else None
            if stored.change_device(self.catalog, device, new, avro, now=now):
                return
        raise Conflict("The device is being changed by somebody else.")

    def delete(self, account: int, number: int, *, now: int) -> None:
        """Delete a device of the account: its name is free, its data stay for the account by the device's id.

        Raises NotFound, Forbidden, DeviceEnabled and Unavailable.
        """
        device = self.changeable(account, number)
        if not stored.delete_device(self.catalog, device, now=now):
            self.changeable(account, number)  # somebody else has enabled or deleted it meanwhile
            raise Conflict("The device is being changed by somebody else.")

    def changeable(self, account: int, number: int) -> Device:
        """A device of the account that is disabled. Raises NotFound, Forbidden and DeviceEnabled."""
        device = self.get(number, account)
        require_owner(device, account)
        if device.enabled:
            raise DeviceEnabled("The sensor must be disabled first.")
        return device

    def owned(self, caller: Credential, number: int) -> Device:
        """A device of the caller's account that the caller sees. Raises NotFound and Forbidden."""
        device = self.get(number, caller.account)
        require_owner(device, caller.account)
        self.require_seen(caller, number)
        return device

    def require_owned_data(self, caller: Credential, number: int) -> None:
        """Refuse data of a device that is not the caller's, or not seen. Raises NotFound and Forbidden."""
        self.require_data(caller.account, number)
        self.require_seen(caller, number)

    def require_data(self, account: int, number: int) -> None:
        """Refuse data of a device that is not the account's; a deleted one's are. Raises as `get` does."""
        if stored.find_owner(self.catalog, number) != account:
            require_owner(self.get(number, account), account)

    def require_seen(self, caller: Credential, number: int) -> None:
        """Refuse a device of the caller's account that the user does not see, as another account is refused.

        Raises NotFound for a private device, and Forbidden.
        """
        if not caller.sees(number):
            self.get(number, None)
            raise Forbidden("The device is not one that the user sees.")

    def disable(self, account: int, number: int) -> None:
        """Let the device take no more packets. Raises NotFound and Forbidden."""
        require_owner(self.get(number, account), account)
        stored.set_enabled(self.catalog, account, number, enabled=False)

    def streams(self, number: int) -> tuple[Datastream, ...]:
        """Every series that a device has or has had, by id."""
        return find_streams(self.catalog, number)

    def avro(self, number: int, version: int | None = None) -> dict[str, Any]:
        """The complete Avro schema of a version of a device, or of its current one. Raises NotFound."""
        if version is None:
            device = stored.find_device(self.catalog, number)
            version = 0 if device is None else device.schema_version
        found = stored.find_avro(self.catalog, number, version)
        if found is None:
            raise NotFound("The device has no such schema version.")
        return found

    def versions(self, number: int, *, before: int | None, most: int) -> Sequence[SchemaVersion]:
        """The schema versions of a device below `before`, the newest first; also of a deleted one."""
        return stored.find_versions(self.catalog, number, before, most)

    def version(self, number: int, version: int) -> tuple[SchemaVersion, Schema, tuple[Datastream, ...]]:
        """A schema version of a device: what its packets hold, and the series that each binding feeds.

        Also of a deleted device. Raises NotFound.
        """
        found = stored.find_version(self.catalog, number, version)
        schema = stored.find_schema(self.catalog, number, version)
        if found is None or schema is None:
            raise NotFound("The device has no such schema version.")
        return found, schema, find_version_streams(self.catalog, number, version)

    def record_push_test(self, number: int, at: int, trace: dict[str, Any]) -> None:
        """Keep the trace of a push test, `at` in microseconds since 1970 UTC, in place of the one before."""
        stored.write_push_test(self.catalog, number, at, trace)

    def push_test(self, number: int) -> tuple[int, dict[str, Any]] | None:
        """When the last push test was, in microseconds since 1970 UTC, and its trace, if there was one."""
        return stored.find_push_test(self.catalog, number)

    def _check(self, new: NewDevice) -> None:
        required_text(new.name, "Device name", "name")
        description(new.description, "Device description")
        if not 1 <= new.resolution <= LONGEST_RESOLUTION:
            raise Malformed(f"The resolution must be 1 to {LONGEST_RESOLUTION} seconds.", "resolution")
        try:
            system(new.epsg)
        except NotFound as refusal:
            raise UnknownReferenceSystem(refusal.why, "srs.epsg") from None
        if new.location is not None:
            check_position(new.location, new.epsg)
        self._check_bindings(new.schema.bindings)

    def _check_bindings(self, bindings: tuple[Binding, ...]) -> None:
        components = {each.id for each in all_components(self.catalog)}
        units = {each.id for each in all_units(self.catalog)}
        levels = {each.value for each in all_levels(self.catalog)}
        if len(bindings) > MOST_BINDINGS:
            raise Malformed(f"A device can have at most {MOST_BINDINGS} components.", "components")
        for at, each in enumerate(bindings):
            if each.component not in components:
                raise UnknownComponent(f"There is no component {each.component}.", f"components[{at}]")
            if each.unit not in units:
                raise UnknownUnit(f"There is no unit {each.unit}.", f"components[{at}]")
            if each.level not in levels:
                raise UnknownLevel(f"There is no data level {each.level}.", f"components[{at}]")
            _check_path(each.path, f"components[{at}]")
        if len(set(bindings)) < len(bindings):
            raise Misbound("A component is bound to the same path twice.", "components")


def _check_path(path: str, where: str) -> None:
    if len(path) > LONGEST_PATH:
        raise InvalidPath(f"A path must have at most {LONGEST_PATH} characters.", where)
    if is_own_path(path):
        raise InvalidPath(
            "A definition's own values have this path; without its first / it leads to the same.", where
        )


def require_owner(device: Device, account: int) -> None:
    """Refuse a device that the account may see but not touch. Raises Forbidden."""
    if device.account != account:
        raise Forbidden("The device belongs to another account.")


def check_position(place: Position, epsg: int) -> None:
    """Refuse a place that cannot be one in its reference system (NI-134, NI-218). Raises Malformed."""
    for name in ("longitude", "latitude", "altitude"):
        if not isfinite(getattr(place, name)):
            raise Malformed(f"The {name} must be a finite number.", name)
    if epsg == WGS84 and abs(place.longitude) > 180:
        raise Malformed("The longitude must be within -180 and 180 degrees.", "longitude")
    if epsg == WGS84 and abs(place.latitude) > 90:
        raise Malformed("The latitude must be within -90 and 90 degrees.", "latitude")

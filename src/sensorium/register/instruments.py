"""Devices as things: their serial numbers, what their makers call them, and whether they may be used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sensorium.model.account import Credential
from sensorium.model.device import Device
from sensorium.model.errors import Malformed, NotFound, NotPermitted
from sensorium.model.rights import Deed
from sensorium.plans.tracking import profile_of
from sensorium.register.texts import optional_text, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.devices import find_owner
from sensorium.storage.catalog.instruments import Instrument, change_instrument

LONGEST_SERIAL = 64  # characters
LONGEST_MODEL = 128

Check = Callable[[str | None], None]
"""Is given the version of what is there and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """What can be said about devices as things."""

    catalog: Catalog

    def change(self, caller: Credential, device: int, said: Mapping[str, Any], check: Check) -> None:
        """Say anew some of `serial`, `model` (None: not known) and `blocked`; the others stay as they are.

        A device that becomes one of another tracking profile is told nothing about tracking any more. Raises
        NotFound, Malformed, Conflict when another device of the account has the serial number, NotPermitted
        for a user who blocks, and what `check` does.
        """
        if "blocked" in said and not caller.allows(Deed.ADMINISTER):
            raise NotPermitted("The account itself alone blocks devices, and not with a key.", "blocked")
        checked = {**said, **_texts(said)}

        def describe(now: Instrument) -> Instrument:
            check(now.version)
            return replace(now, **checked)

        if not change_instrument(self.catalog, caller.account, device, describe, _tracks_otherwise):
            raise NotFound("There is no such device.")

    def block(self, device: int, *, blocked: bool) -> None:
        """Block a device of whichever account, or let it be used again, for whoever runs the server.

        Raises NotFound.
        """
        owner = find_owner(self.catalog, device)
        if owner is None or not change_instrument(
            self.catalog, owner, device, lambda now: replace(now, blocked=blocked), _tracks_otherwise
        ):
            raise NotFound(f"There is no device {device}.")


def version_of(device: Device) -> str:
    """The version of what is said of a device as a thing."""
    return Instrument(device.serial, device.model, device.blocked).version


def _tracks_otherwise(before: Instrument, after: Instrument) -> bool:
    return profile_of(before.model) is not profile_of(after.model)


def _texts(said: Mapping[str, Any]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if "model" in said:
        found["model"] = optional_text(said["model"], "The model", "model", LONGEST_MODEL)
    if "serial" in said:
        found["serial"] = None if said["serial"] is None else _serial(said["serial"])
    return found


def _serial(serial: str) -> str:
    """A serial number that can stand in a list with commas."""
    required_text(serial, "The serial number", "serial", LONGEST_SERIAL)
    if "," in serial or serial != serial.strip():
        raise Malformed("A serial number has no comma, and no blank around it.", "serial")
    return serial

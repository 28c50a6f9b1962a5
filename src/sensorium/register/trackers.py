"""Trackers: the devices that an account sees, its own ones and clones of those of others."""

from collections.abc import Sequence
from dataclasses import dataclass

from sensorium.model.account import Credential
from sensorium.model.errors import Blocked, Cloned, NotFound, Unsupported
from sensorium.model.rights import Deed
from sensorium.model.tracker import Tracker
from sensorium.register.texts import required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import find_account
from sensorium.storage.catalog.trackers import (
    add_clone,
    clones_of,
    find_clone,
    find_tracker,
    remove_clone,
    tracker_of_device,
    trackers_of,
)

LONGEST_LABEL = 60
_CHANGES = (Deed.CHANGE, Deed.CONFIGURE, Deed.ADMINISTER)


@dataclass(frozen=True, slots=True)
class Trackers:
    """What can be done with trackers."""

    catalog: Catalog

    def list(self, caller: Credential) -> list[Tracker]:
        """The trackers that the caller sees, by id."""
        return [each for each in trackers_of(self.catalog, caller.account) if caller.sees(each.device)]

    def get(self, caller: Credential, number: int) -> Tracker:
        """A tracker that the caller sees. Raises NotFound."""
        found = find_tracker(self.catalog, caller.account, number)
        if found is None or not caller.sees(found.device):
            raise NotFound("There is no such tracker.", "tracker_id")
        return found

    def clone(self, caller: Credential, tracker: Tracker, account: int, label: str, *, now: int) -> int:
        """Show the device of a tracker to another account, and say the id of its tracker there.

        Raises as `require` does, NotFound when there is no such account, Conflict when it sees the device
        already, Missing and Malformed.
        """
        require(caller, tracker, Deed.ADMINISTER)
        label = required_text(label, "The label", "label", LONGEST_LABEL)
        if find_account(self.catalog, account) is None:
            raise NotFound("There is no such account.", "user_id")
        return add_clone(self.catalog, tracker.device, account, label, now)

    def own(self, caller: Credential, device: int) -> Tracker:
        """The tracker by which an account sees its device. Raises NotFound."""
        found = tracker_of_device(self.catalog, caller.account, device)
        if found is None:
            raise NotFound("There is no such device.")
        return found

    def clones(self, device: int) -> Sequence[Tracker]:
        """What other accounts see a device by, by id."""
        return clones_of(self.catalog, device)

    def take_back(self, caller: Credential, number: int) -> None:
        """Take a clone away: by the account that has it, or by the one whose device it is.

        Raises NotPermitted, and NotFound for all else.
        """
        caller.require(Deed.ADMINISTER)
        found = find_clone(self.catalog, caller.account, number)
        if found is None or not remove_clone(self.catalog, found.account, found.id):
            raise NotFound("There is no such clone.")

    def remove_clone(self, caller: Credential, tracker: Tracker) -> None:
        """Take a clone from the caller's account. Raises NotPermitted, Unsupported for another tracker."""
        caller.require(Deed.ADMINISTER)
        if not tracker.clone or not remove_clone(self.catalog, caller.account, tracker.id):
            raise Unsupported("The tracker is not a clone.", "tracker_id")


def require(caller: Credential, tracker: Tracker, deed: Deed) -> None:
    """Refuse what the caller may not do with a tracker; the order is fixed (V8).

    Raises NotPermitted without the right, then Blocked, then Cloned for a change of a clone.
    """
    caller.require(deed)
    if tracker.blocked:
        raise Blocked("The device is blocked.", "tracker_id")
    if tracker.clone and deed in _CHANGES:
        raise Cloned("The tracker is a clone.", "tracker_id")

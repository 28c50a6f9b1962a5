"""Trackers: who sees which, and what for, on each database."""

from dataclasses import replace

import pytest

from sensorium.model.account import Credential
from sensorium.model.errors import (
    Blocked,
    Cloned,
    Conflict,
    Missing,
    NotFound,
    NotPermitted,
    Refusal,
    Unsupported,
)
from sensorium.model.rights import Deed
from sensorium.model.tracker import Tracker
from sensorium.register.devices import Devices
from sensorium.register.trackers import Trackers, require
from sensorium.storage.catalog import Catalog
from tests.register.conftest import NOW
from tests.register.describing import new_device


@pytest.fixture
def trackers(catalog: Catalog) -> Trackers:
    """What can be done with trackers."""
    return Trackers(catalog)


@pytest.fixture
def tracker(trackers: Trackers, catalog: Catalog, owner: int) -> Tracker:
    """The tracker of a device."""
    new_device(catalog, owner, "a truck")
    return trackers.list(Credential(owner))[0]


def test_tracker_comes_with_the_device(trackers: Trackers, tracker: Tracker, owner: int, stranger: int):
    """Its account sees it, another does not, and a user only among those that the user sees."""
    assert (tracker.label, tracker.clone, tracker.account, tracker.owner) == ("a truck", False, owner, owner)
    assert trackers.get(Credential(owner), tracker.id) == tracker
    sees, sees_not = (Credential(owner, user=1, devices=frozenset({each})) for each in (tracker.device, 0))
    assert trackers.list(sees) == [tracker]
    assert trackers.list(sees_not) == trackers.list(Credential(stranger)) == []
    for caller, number in ((sees_not, tracker.id), (Credential(stranger), tracker.id), (sees, 2**70)):
        with pytest.raises(NotFound):
            trackers.get(caller, number)


def test_clone_is_another_account_s_view(trackers: Trackers, tracker: Tracker, owner: int, stranger: int):
    """Once; it goes when it is taken away."""
    mine, theirs = Credential(owner), Credential(stranger)
    number = trackers.clone(mine, tracker, stranger, "theirs", now=NOW)
    clone = trackers.get(theirs, number)
    assert (clone.label, clone.clone, clone.device, clone.owner) == ("theirs", True, tracker.device, owner)
    with pytest.raises(Conflict):
        trackers.clone(mine, tracker, stranger, "again", now=NOW)
    with pytest.raises(Conflict):
        trackers.clone(mine, tracker, owner, "mine", now=NOW)
    with pytest.raises(NotFound):
        trackers.clone(mine, tracker, 10**9, "nobody's", now=NOW)
    with pytest.raises(Missing):
        trackers.clone(mine, tracker, stranger, " ", now=NOW)
    with pytest.raises(Cloned):
        trackers.clone(theirs, clone, owner, "back", now=NOW)
    with pytest.raises(Unsupported):
        trackers.remove_clone(mine, tracker)
    trackers.remove_clone(theirs, clone)
    assert trackers.list(theirs) == []


def test_device_that_is_deleted_has_no_trackers(
    trackers: Trackers, catalog: Catalog, owner: int, stranger: int
):
    """Nor clones."""
    device = new_device(catalog, owner, "a truck")
    [tracker] = trackers.list(Credential(owner))
    trackers.clone(Credential(owner), tracker, stranger, "theirs", now=NOW)
    Devices(catalog).disable(owner, device)
    Devices(catalog).delete(owner, device, now=NOW)
    assert trackers.list(Credential(owner)) == trackers.list(Credential(stranger)) == []


RIGHTLESS = Credential(1, user=1, rights=frozenset())


@pytest.mark.parametrize(
    ("caller", "clone", "blocked", "deed", "refusal"),
    [
        (Credential(1), False, False, Deed.CHANGE, None),
        (RIGHTLESS, True, False, Deed.LOOK, None),
        (RIGHTLESS, True, True, Deed.CHANGE, NotPermitted),
        (Credential(1), True, True, Deed.CHANGE, Blocked),
        (Credential(1), True, True, Deed.LOOK, Blocked),
        (Credential(1), True, False, Deed.CHANGE, Cloned),
        (Credential(1), True, False, Deed.CONFIGURE, Cloned),
        (Credential(1), True, False, Deed.READ_DATA, None),
    ],
)
def test_what_stands_in_the_way_first(
    tracker: Tracker,
    caller: Credential,
    clone: bool,
    blocked: bool,
    deed: Deed,
    refusal: type[Refusal] | None,
):
    """The right, then the block, then the clone."""
    found = replace(tracker, clone=clone, blocked=blocked)
    if refusal is None:
        require(caller, found, deed)
    else:
        with pytest.raises(refusal):
            require(caller, found, deed)

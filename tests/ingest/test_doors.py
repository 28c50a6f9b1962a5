"""Doors: a device and its plan are at hand for the next packet, and never out of date."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sensorium.ingest.doors import Doors
from sensorium.model.errors import NotFound
from sensorium.register.devices import Devices
from sensorium.storage.catalog import Catalog
from tests.register.test_devices import INNOSENSE, NOW


@pytest.fixture
def owner(catalog: Catalog) -> int:
    """The id of an account."""
    from sensorium.storage.catalog.accounts import NewAccount, NewToken, add_account

    new = NewAccount("Owner", "owner", None, None, "a@example.org", "owner", "hash")
    return add_account(catalog, new, NewToken(b"digest", "last", None), NOW).id


def test_door_opens_at_once_after_the_first_packet(catalog: Catalog, owner: int):
    """The plan reads the device's packets: the document's example is 15 o'clock in Stockholm."""
    doors = Doors(catalog)
    device = Devices(catalog).configure(owner, INNOSENSE, now=NOW)
    assert doors.cached(device) is None
    door = doors.load(device)
    assert doors.cached(device) is door
    assert door.device == Devices(catalog).get(device, owner)
    converted = door.plan.convert({"date": "2010/10/20 15:00:00", "no2": "132.5657676765", "sensorid": "x"})
    assert converted.time == 1_287_579_600_000_000
    assert door.plan.values(converted.record) == [132.5657676765]


def test_disabled_device_is_noticed_at_the_next_packet(catalog: Catalog, catalog_dsn: str, owner: int):
    """At once where it was disabled, at the next poll elsewhere."""
    device = Devices(catalog).configure(owner, INNOSENSE, now=NOW)
    elsewhere = Catalog.open(catalog_dsn)
    doors, other_doors = Doors(catalog), Doors(elsewhere)
    for each in (doors, other_doors):
        each.load(device)
    Devices(catalog).disable(owner, device)
    assert doors.cached(device) is None
    assert not doors.load(device).device.enabled
    elsewhere.poll()
    assert other_doors.cached(device) is None
    assert not other_doors.load(device).device.enabled
    elsewhere.close()


@pytest.mark.parametrize("number", [0, 1, 10**30])
def test_unknown_device_has_no_door(catalog: Catalog, number: int):
    """Whatever the number."""
    with pytest.raises(NotFound):
        Doors(catalog).load(number)


def test_door_outlives_the_change_of_another_device_and_plan_that_of_its_own(catalog: Catalog, owner: int):
    """It is compiled once, also when many packets wait for it at the same time."""
    devices, doors = Devices(catalog), Doors(catalog)
    device = devices.configure(owner, INNOSENSE, now=NOW)
    with ThreadPoolExecutor(8) as threads:
        [plan] = {id(door.plan) for door in threads.map(doors.load, [device] * 8)}
    devices.configure(owner, replace(INNOSENSE, name="another"), now=NOW)
    assert doors.cached(device) is not None
    devices.disable(owner, device)
    assert doors.cached(device) is None
    assert id(doors.load(device).plan) == plan

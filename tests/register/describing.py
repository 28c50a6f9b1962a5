"""Devices in a word, for tests of what is registered about them."""

from dataclasses import replace

from sensorium.register.devices import Devices
from sensorium.storage.catalog import Catalog
from tests.register.conftest import NOW
from tests.register.test_devices import INNOSENSE


def new_device(catalog: Catalog, account: int, name: str) -> int:
    """A device of the account, by its id."""
    return Devices(catalog).configure(account, replace(INNOSENSE, name=name), now=NOW)

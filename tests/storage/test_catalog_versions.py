"""The schema versions of a device, on each database."""

import pytest

from sensorium.model.device import NewDevice, Parameter, Schema
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.devices import add_device, find_avro, find_schema

SCHEMA = Schema(parameters=(Parameter("z", "double"),), bindings=())


@pytest.fixture
def device(catalog: Catalog, owner: int) -> int:
    """The id of a device with one version."""
    new = NewDevice("Device", None, 60, 4326, enabled=False, public=True, location=None, schema=SCHEMA)
    return add_device(catalog, owner, new, {}, pool=None, now=5)


@pytest.mark.parametrize("number", [0, 2, 2**31, 10**18 - 1])
def test_number_that_no_version_has_is_none(catalog: Catalog, device: int, number: int):
    """Also one that the database's column could not hold."""
    assert find_schema(catalog, device, number) is None
    assert find_avro(catalog, device, number) is None

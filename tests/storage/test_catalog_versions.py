"""The schema versions of a device, on each database."""

import pytest

from sensorium.model.device import NewDevice, Parameter, Schema, SchemaVersion
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.devices import (
    add_device,
    find_avro,
    find_schema,
    find_version,
    find_versions,
)

SCHEMA = Schema(parameters=(Parameter("z", "double"),), bindings=())
FIRST = SchemaVersion(number=1, created=from_microseconds(5), current=True)


@pytest.fixture
def device(catalog: Catalog, owner: int) -> int:
    """The id of a device with one version."""
    new = NewDevice("Device", None, 60, 4326, enabled=False, public=True, location=None, schema=SCHEMA)
    return add_device(catalog, owner, new, {}, pool=None, now=5)


def test_version_is_found_alone_and_in_the_list(catalog: Catalog, device: int):
    """As it was made."""
    assert find_version(catalog, device, 1) == FIRST
    assert find_versions(catalog, device, before=None, most=2) == [FIRST]
    assert find_versions(catalog, device, before=1, most=2) == []


@pytest.mark.parametrize("number", [0, 2, 2**31, 10**18 - 1])
def test_number_that_no_version_has_is_none(catalog: Catalog, device: int, number: int):
    """Also one that the database's column could not hold."""
    assert find_version(catalog, device, number) is None
    assert find_schema(catalog, device, number) is None
    assert find_avro(catalog, device, number) is None
    assert find_versions(catalog, device, before=number, most=2) == ([FIRST] if number else [])

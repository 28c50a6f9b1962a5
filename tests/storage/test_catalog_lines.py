"""A device that is described anew goes on with what it fed before, and with it all that shows its series."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import update

from sensorium.model.definition import WantedDefinition
from sensorium.model.device import Binding, Device, NewDevice, Parameter, Schema
from sensorium.model.errors import NotFound
from sensorium.model.tracker import NewSensor, SensorType
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.datastreams import find_streams
from sensorium.storage.catalog.definitions import (
    add_definition,
    find_definition,
    provision,
    provisions_of_device,
)
from sensorium.storage.catalog.devices import add_device, change_device, delete_device, find_device
from sensorium.storage.catalog.sensors import add_sensor, change_sensor, find_sensor
from sensorium.storage.catalog.tables import datastreams

Z, OTHER = Binding(12, 3, 0, "/z"), Binding(13, 3, 0, "/other")
NEW = NewDevice(
    name="Device",
    description=None,
    resolution=60,
    epsg=4326,
    enabled=False,
    public=True,
    location=None,
    schema=Schema(parameters=(Parameter("z", "double"), Parameter("other", "double")), bindings=(Z,)),
)
DUST = NewSensor(SensorType.METERING, "custom", "Dust", "z")


@pytest.fixture
def device(catalog: Catalog, owner: int) -> int:
    """The id of a device of 60 s with the binding Z."""
    return add_device(catalog, owner, NEW, {}, pool=None, now=1)


def now(catalog: Catalog, device: int) -> Device:
    found = find_device(catalog, device)
    assert found is not None
    return found


def describe(
    catalog: Catalog, device: int, *bindings: Binding, resolution: int = 60
) -> Sequence[tuple[int, int]]:
    """Describe it anew; its series, each with its line."""
    new = replace(NEW, resolution=resolution, schema=replace(NEW.schema, bindings=bindings or (Z,)))
    before = now(catalog, device)
    assert change_device(catalog, before, new, {}, now=before.schema_version + 1)
    return [(each.id, each.line) for each in now(catalog, device).streams]


def define(catalog: Catalog, device: Device, stream: int | None) -> int:
    """Provision the device, as it was read, with a new definition; the id of the definition."""
    wanted = WantedDefinition("Dust", component=12, unit=3)
    number = add_definition(catalog, device.account, wanted, most=10, now=1)
    definition = find_definition(catalog, device.account, number)
    assert definition is not None
    provision(catalog, device, definition, stream)
    return number


def shown(catalog: Catalog, device: int) -> list[tuple[int | None, int | None]]:
    """The series that its definitions name, each with its resolution."""
    return [(each.datastream, each.resolution) for each in provisions_of_device(catalog, device)]


def each_a_line(catalog: Catalog) -> None:
    """As in a catalog whose series were made before there were lines."""
    with catalog.change() as connection:
        connection.execute(update(datastreams).values(line=None))


def test_the_line_that_is_fed_goes_on_and_not_the_newest(catalog: Catalog, device: int):
    """In a catalog of before there were lines: what is shown is the series that is fed, and follows it."""
    [(first, _)] = describe(catalog, device, resolution=60)
    describe(catalog, device, resolution=3600)
    each_a_line(catalog)
    assert describe(catalog, device, resolution=60) == [(first, first)]
    define(catalog, now(catalog, device), first)
    [(third, line)] = describe(catalog, device, resolution=10)
    assert (line, shown(catalog, device)) == (first, [(third, 10)])


def test_a_third_level_goes_on_with_the_level_that_was_fed(catalog: Catalog, device: int):
    """And not with another one that was left out before, though it is newer."""
    [(first, _), (second, line)] = describe(catalog, device, Z, replace(Z, level=1))
    assert line == second
    describe(catalog, device, Z)
    [(_, line)] = describe(catalog, device, replace(Z, level=2))
    assert line == first


def test_what_is_shown_goes_on_when_nothing_is_fed(catalog: Catalog, device: int):
    """Before a newer line that nobody looks at."""
    [(first, _), _] = describe(catalog, device, Z, replace(Z, level=1))
    number = add_sensor(catalog, device, DUST, first, most=9, now=1)
    describe(catalog, device, OTHER)
    [(third, line)] = describe(catalog, device, replace(Z, level=2))
    sensor = find_sensor(catalog, device, number)
    assert sensor is not None
    assert (line, sensor.datastream) == (first, third)


def test_a_definition_is_made_of_the_device_as_it_is_now(catalog: Catalog, device: int):
    """Though somebody has described it anew since it was read."""
    before = now(catalog, device)
    describe(catalog, device, resolution=3600)
    define(catalog, before, None)
    [(_, resolution)] = shown(catalog, device)
    assert resolution == 3600


@pytest.mark.parametrize("is_own", [True, False])
def test_a_deleted_device_takes_no_definition(catalog: Catalog, device: int, *, is_own: bool):
    """Not of one who has read it before it was deleted."""
    before = now(catalog, device)
    assert delete_device(catalog, before, now=2)
    with pytest.raises(NotFound):
        define(catalog, before, None if is_own else before.streams[0].id)
    assert shown(catalog, device) == []


def test_a_sensor_shows_the_series_that_is_fed_now(catalog: Catalog, device: int):
    """Though the device was described anew since its input was looked up."""
    [(first, _)] = describe(catalog, device)
    [(second, _)] = describe(catalog, device, resolution=3600)
    number = add_sensor(catalog, device, DUST, first, most=9, now=1)
    added = find_sensor(catalog, device, number)
    change_sensor(catalog, device, number, DUST, first)
    changed = find_sensor(catalog, device, number)
    assert [each and each.datastream for each in (added, changed)] == [second, second]


def test_a_definition_follows_its_device_when_no_packet_feeds_it(catalog: Catalog, device: int):
    """And when a packet feeds it again: it is one line."""
    [(first, _)] = describe(catalog, device, Z)
    define(catalog, now(catalog, device), first)
    describe(catalog, device, OTHER)
    assert shown(catalog, device) == [(first, 60)]
    describe(catalog, device, OTHER, resolution=3600)
    [(second, resolution)] = shown(catalog, device)
    assert (second != first, resolution) == (True, 3600)
    assert describe(catalog, device, Z, resolution=3600) == [(second, first)]
    [(third, line)] = describe(catalog, device, replace(Z, level=1), resolution=10)
    assert (line, shown(catalog, device)) == (first, [(third, 10)])


def test_a_definition_of_what_no_packet_feeds_is_of_the_device_as_it_is(catalog: Catalog, device: int):
    """Not as it was when packets fed it."""
    [(first, _)] = describe(catalog, device, Z)
    describe(catalog, device, OTHER, resolution=3600)
    define(catalog, now(catalog, device), first)
    [(second, resolution)] = shown(catalog, device)
    assert (second != first, resolution) == (True, 3600)
    lines = {each.id: each.line for each in find_streams(catalog, device)}
    assert lines[second or 0] == first


def test_a_definition_stays_where_another_line_has_its_next_series(catalog: Catalog, device: int):
    """As in a catalog of before there were lines; the device is described anew all the same."""
    [(first, _)] = describe(catalog, device, Z)
    define(catalog, now(catalog, device), first)
    describe(catalog, device, resolution=3600)
    describe(catalog, device)
    each_a_line(catalog)
    describe(catalog, device, OTHER, resolution=3600)
    assert shown(catalog, device) == [(first, 60)]


def test_own_series_follow_and_paths_that_look_alike_are_bindings(catalog: Catalog, device: int):
    """A path of packets with another sign in the place of `_` is no definition's."""
    alike = replace(Z, path="/sd-id/7")
    [(bound, _)] = describe(catalog, device, alike)
    define(catalog, now(catalog, device), bound)
    define(catalog, now(catalog, device), None)
    [(second, line)] = describe(catalog, device, replace(alike, level=1), resolution=10)
    assert line == bound
    [first_shown, own] = shown(catalog, device)
    assert first_shown == (second, 10)
    assert own[1] == 10
    assert len(find_streams(catalog, device)) == 5

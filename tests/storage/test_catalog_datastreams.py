"""A binding that stays the same keeps its series; any other gets a new one."""

from dataclasses import replace

import pytest

from sensorium.model.device import Binding, NewDevice, Parameter, Schema
from sensorium.model.errors import Misbound
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.datastreams import add_bindings, find_streams, find_version_streams
from sensorium.storage.catalog.devices import add_device

A, B = Binding(12, 3, 1, "/a"), Binding(13, 3, 1, "/b")
NEW = NewDevice(
    name="Device",
    description=None,
    resolution=60,
    epsg=4326,
    enabled=True,
    public=True,
    location=None,
    schema=Schema(parameters=(Parameter("a", "double"), Parameter("b", "double")), bindings=(A, B)),
)


@pytest.fixture
def device(catalog: Catalog, owner: int) -> int:
    """The id of a device with the bindings A and B."""
    return add_device(catalog, owner, NEW, {}, pool=None, now=1)


def bound(catalog: Catalog, device: int, version: int, new: NewDevice) -> list[int]:
    with catalog.change() as connection:
        add_bindings(connection, device, version, new)
    return [each.id for each in find_version_streams(catalog, device, version)]


def test_equal_bindings_keep_their_series_in_any_order(catalog: Catalog, device: int):
    """A device described anew with the same bindings goes on with its series."""
    a, b = (each.id for each in find_version_streams(catalog, device, 1))
    schema = replace(NEW.schema, bindings=(B, Binding(15, 2, 1, "/c"), A))
    first, new, last = bound(catalog, device, 2, replace(NEW, schema=schema))
    assert (first, last) == (b, a)
    assert [each.id for each in find_streams(catalog, device)] == [a, b, new]


@pytest.mark.parametrize(
    "change",
    [{"component": 84}, {"unit": 101}, {"level": 2}, {"path": "/b"}],
    ids=lambda change: next(iter(change)),
)
def test_other_binding_is_another_series(catalog: Catalog, device: int, change: dict[str, int]):
    """So data that are stored keep the meaning they had; the old version still names its own series."""
    a, b = find_version_streams(catalog, device, 1)
    schema = replace(NEW.schema, bindings=(replace(A, **change), B))
    first, second = bound(catalog, device, 2, replace(NEW, schema=schema))
    assert first not in (a.id, b.id)
    assert second == b.id
    assert find_version_streams(catalog, device, 1) == (a, b)


@pytest.mark.parametrize(
    "change", [{"resolution": 20}, {"epsg": 2000}], ids=lambda change: next(iter(change))
)
def test_other_resolution_or_reference_system_are_other_series(
    catalog: Catalog, device: int, change: dict[str, int]
):
    """Both stand beside every stored value, and going back finds the first series again."""
    before = [each.id for each in find_version_streams(catalog, device, 1)]
    assert set(bound(catalog, device, 2, replace(NEW, **change))).isdisjoint(before)
    assert bound(catalog, device, 3, NEW) == before


def lines(catalog: Catalog, device: int, version: int) -> list[int]:
    return [each.line for each in find_version_streams(catalog, device, version)]


@pytest.mark.parametrize(
    "change", [{"resolution": 20}, {"epsg": 2000}, {"level": 2}], ids=lambda change: next(iter(change))
)
def test_series_of_a_quantity_are_one_line(catalog: Catalog, device: int, change: dict[str, int]):
    """By the id of the first; one that the device has left out for a while goes on too."""
    first, _ = (each.id for each in find_version_streams(catalog, device, 1))
    bound(catalog, device, 2, replace(NEW, schema=replace(NEW.schema, bindings=(B,))))
    described = replace(NEW, **{name: each for name, each in change.items() if name != "level"})
    schema = replace(NEW.schema, bindings=(replace(A, level=change.get("level", A.level)),))
    (later,) = bound(catalog, device, 3, replace(described, schema=schema))
    assert later != first
    assert lines(catalog, device, 3) == [first]


@pytest.mark.parametrize(
    "change", [{"component": 84}, {"unit": 101}, {"path": "/c"}], ids=lambda change: next(iter(change))
)
def test_another_quantity_begins_a_line(catalog: Catalog, device: int, change: dict[str, int]):
    """Of another component, in another unit, or of another place in the packet."""
    schema = replace(NEW.schema, bindings=(replace(A, **change), B))
    both = bound(catalog, device, 2, replace(NEW, schema=schema))
    assert lines(catalog, device, 2) == both


def test_two_levels_at_once_are_two_lines(catalog: Catalog, device: int):
    """Each goes on with its own level; what was one line at two levels is never bound at once."""
    both = replace(NEW, schema=replace(NEW.schema, bindings=(replace(A, level=2), A)))
    first = bound(catalog, device, 2, both)
    assert lines(catalog, device, 2) == first
    assert set(bound(catalog, device, 3, replace(both, resolution=20))).isdisjoint(first)
    assert lines(catalog, device, 3) == first
    other = replace(B, level=2)
    bound(catalog, device, 4, replace(NEW, schema=replace(NEW.schema, bindings=(other,))))
    for bindings in ((B, other), (other, B)):
        for resolution in (60, 10):
            wanted = replace(NEW, resolution=resolution, schema=replace(NEW.schema, bindings=bindings))
            with pytest.raises(Misbound):
                bound(catalog, device, 5, wanted)


def test_devices_share_no_series(catalog: Catalog, owner: int, device: int):
    """Not even with equal bindings."""
    other = add_device(catalog, owner, replace(NEW, name="Other"), {}, pool=None, now=2)
    ids = {each.id for number in (device, other) for each in find_streams(catalog, number)}
    assert len(ids) == 4


def test_many_bindings_stay_in_their_order(catalog: Catalog, device: int):
    """A thousand, some of which have had their series before."""
    bindings = tuple(Binding(12, 3, 1, f"/{n}") for n in range(999, 0, -1))
    schema = replace(NEW.schema, bindings=(*bindings, A))
    first = bound(catalog, device, 2, replace(NEW, schema=schema))
    assert [each.path for each in find_version_streams(catalog, device, 2)] == [
        each.path for each in schema.bindings
    ]
    again = replace(NEW.schema, bindings=schema.bindings[::-1])
    assert bound(catalog, device, 3, replace(NEW, schema=again)) == first[::-1]

"""Devices: what their description must mean, who sees them, and what is kept of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sensorium.model.device import Binding, Converter, Device, FieldMapping, Parameter, Position, Schema
from sensorium.model.errors import (
    Conflict,
    Forbidden,
    InvalidPath,
    InvalidSchema,
    Malformed,
    Misbound,
    Missing,
    NotFound,
    PoolFull,
    Refusal,
    UnknownComponent,
    UnknownLevel,
    UnknownReferenceSystem,
    UnknownUnit,
)
from sensorium.model.moments import from_microseconds
from sensorium.register.devices import Devices, NewDevice
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import devices as rows
from tests.register.conftest import NOW

# For what is refused before any database is asked
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"])

NO2 = Binding(component=64, unit=35, level=1, path="/no2")
SCHEMA = Schema(
    parameters=(
        Parameter("no2", "double", "Predicted NO2 in microgram"),
        Parameter("date", "long", "Date of measurement"),
    ),
    bindings=(NO2,),
    converters=(
        Converter(
            "string",
            "StringEpochTime",
            "/date",
            {"input-format": "yyyy/MM/dd HH:mm:ss", "timezone": "Europe/Stockholm"},
        ),
        Converter("string", "StringDouble", "/no2"),
    ),
    mappings=(FieldMapping("Timestamp", "/date"),),
)
INNOSENSE = NewDevice(
    name="Innosense",
    description="Innosense sensor",
    resolution=60,
    epsg=4326,
    enabled=True,
    public=True,
    location=Position(67, 50, 1.5),
    schema=SCHEMA,
)


@pytest.fixture
def devices(catalog: Catalog) -> Devices:
    """What can be done with devices."""
    return Devices(catalog)


def configured(devices: Devices, account: int, **changes: Any) -> Device:
    return devices.get(devices.configure(account, replace(INNOSENSE, **changes), now=NOW), account)


def with_binding(**changes: Any) -> Schema:
    return replace(SCHEMA, bindings=(replace(NO2, **changes),))


def test_device_is_as_it_was_described(devices: Devices, owner: int):
    """The document's own example; the stored description is equal to the given one, to the last argument."""
    device = configured(devices, owner)
    (stream,) = device.streams
    assert device == Device(
        id=device.id,
        account=owner,
        account_name="Owner",
        name="Innosense",
        description="Innosense sensor",
        resolution=60,
        epsg=4326,
        enabled=True,
        public=True,
        location=Position(67, 50, 1.5),
        schema_version=1,
        schema=SCHEMA,
        streams=(stream,),
        created=from_microseconds(NOW),
        updated=None,
        model=None,
        serial=None,
        blocked=False,
    )
    assert (stream.device, stream.component.name, stream.unit.name) == (device.id, "NO2", "µg/m³")
    assert (stream.level, stream.epsg, stream.resolution, stream.path) == (1, 4326, 60, "/no2")
    assert devices.streams(device.id) == device.streams


def test_moving_device_has_no_location(devices: Devices, owner: int):
    """And a description may be absent."""
    device = configured(devices, owner, location=None, description=None, enabled=False)
    assert (device.location, device.description, device.enabled) == (None, None, False)


def test_streams_stand_in_the_order_of_the_bindings(devices: Devices, owner: int):
    """Not in the order of their ids or components."""
    schema = Schema(
        parameters=tuple(Parameter(name, "double") for name in "abc"),
        bindings=tuple(
            Binding(component, 3, 0, path) for component, path in [(84, "b"), (12, "c"), (13, "a")]
        ),
    )
    device = configured(devices, owner, schema=schema)
    assert [each.component.id for each in device.streams] == [84, 12, 13]
    assert [each.path for each in device.streams] == ["b", "c", "a"]


def test_completed_avro_schema_is_kept_with_the_version(devices: Devices, owner: int):
    """Of the current version when none is asked for."""
    device = configured(devices, owner)
    avro = devices.avro(device.id)
    assert avro["type"] == "record"
    assert len(avro["fields"]) == 2
    assert devices.avro(device.id, 1) == avro
    for number, version in [(device.id, 2), (device.id + 1, None), (device.id + 1, 1)]:
        with pytest.raises(NotFound):
            devices.avro(number, version)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("changes", "refusal", "where"),
    [
        ({"name": ""}, Missing, "name"),
        ({"name": "a\x00"}, Malformed, "name"),
        ({"description": "\x1b[31m"}, Malformed, "description"),
        ({"resolution": 0}, Malformed, "resolution"),
        ({"resolution": -60}, Malformed, "resolution"),
        ({"resolution": 2**40}, Malformed, "resolution"),
        ({"location": Position(180.1, 0, 0)}, Malformed, "longitude"),
        ({"location": Position(0, -90.1, 0)}, Malformed, "latitude"),
        ({"location": Position(0, 0, float("nan"))}, Malformed, "altitude"),
        pytest.param({"epsg": 1}, UnknownReferenceSystem, "srs.epsg", marks=pytest.mark.check("NI-136")),
        pytest.param(
            {"schema": with_binding(component=99)},
            UnknownComponent,
            "components[0]",
            marks=pytest.mark.check("NI-137"),
        ),
        pytest.param(
            {"schema": with_binding(unit=99)}, UnknownUnit, "components[0]", marks=pytest.mark.check("NI-138")
        ),
        pytest.param(
            {"schema": with_binding(level=5)},
            UnknownLevel,
            "components[0]",
            marks=pytest.mark.check("NI-139"),
        ),
        ({"schema": with_binding(path="/" + "a" * 500)}, InvalidPath, "components[0]"),
        ({"schema": with_binding(path="/sd_id/12")}, InvalidPath, "components[0]"),
        ({"schema": replace(SCHEMA, bindings=(NO2, NO2))}, Misbound, "components"),
        ({"schema": replace(SCHEMA, bindings=(NO2,) * 1001)}, Malformed, "components"),
        ({"schema": with_binding(path="/nowhere")}, InvalidPath, "/nowhere"),
        ({"schema": with_binding(path="/no\x002")}, InvalidPath, None),
        ({"schema": replace(SCHEMA, parameters=(Parameter("no2", "decimal"),))}, InvalidSchema, None),
    ],
)
def test_description_that_means_nothing_is_refused(
    devices: Devices, owner: int, changes: dict[str, Any], refusal: type[Refusal], where: str | None
):
    """The refusal says what is at fault, and nothing is stored."""
    with pytest.raises(refusal) as caught:
        devices.configure(owner, replace(INNOSENSE, **changes), now=NOW)
    assert where is None or caught.value.where == where
    assert devices.list(owner) == []


@ONE_DATABASE
def test_other_reference_systems_have_other_bounds(devices: Devices, owner: int):
    """Metres of a grid are no degrees."""
    place = Position(400_000, 2_000_000, 10)
    assert configured(devices, owner, epsg=2000, location=place).location == place


@pytest.mark.check("NI-146")
def test_name_is_taken_within_an_account(devices: Devices, owner: int, stranger: int):
    """Another account may use it."""
    configured(devices, owner)
    with pytest.raises(Conflict) as refusal:
        configured(devices, owner, description="another")
    assert refusal.value.where == "name"
    assert configured(devices, stranger).name == "Innosense"


@pytest.mark.check("NI-147")
def test_full_pool_takes_no_device(catalog: Catalog, owner: int, stranger: int):
    """Every account has a pool of its own."""
    devices = Devices(catalog, pool=2)
    for name in ("a", "b"):
        configured(devices, owner, name=name)
    with pytest.raises(PoolFull):
        configured(devices, owner, name="c")
    assert configured(devices, stranger).name == "Innosense"


def test_pool_and_names_hold_when_many_configure_at_once(catalog: Catalog, owner: int):
    """Of eight at the same moment with two names and a pool of three, one for each name comes through."""
    devices = Devices(catalog, pool=3)

    def attempt(name: str) -> bool:
        try:
            configured(devices, owner, name=name)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, "abababab")) == 2
    assert sorted(each.name for each in devices.list(owner)) == ["a", "b"]


def test_private_device_is_the_owners_alone(devices: Devices, owner: int, stranger: int):
    """For all others it is not there, neither by id nor in a list."""
    private = configured(devices, owner, name="private", public=False)
    public = configured(devices, owner, name="public")
    other = configured(devices, stranger, name="other")
    assert devices.get(private.id, owner) == private
    for viewer in (stranger, None):
        with pytest.raises(NotFound):
            devices.get(private.id, viewer)
        assert devices.get(public.id, viewer) == public
        assert devices.list(viewer) == [public, other]
        assert devices.list(viewer, owner) == [public]
    assert devices.list(owner) == [private, public, other]
    assert devices.list(owner, owner) == [private, public]


def test_devices_are_read_some_at_a_time(devices: Devices, owner: int, stranger: int):
    """So many that the viewer may know of, from one id on."""
    first, _, second, third = (
        configured(devices, owner, name=str(number), public=number != 1) for number in range(4)
    )
    assert devices.list(stranger, most=2) == [first, second]
    assert devices.list(stranger, after=first.id, most=1) == [second]
    assert devices.list(None, owner, after=second.id, most=2) == [third]
    assert devices.list(None, after=third.id, most=2) == []


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_device_that_is_not_there_is_not_found(devices: Devices, number: int):
    """Whatever the number."""
    with pytest.raises(NotFound):
        devices.get(number, None)


def test_only_the_owner_disables(devices: Devices, owner: int, stranger: int):
    """A stranger is told so for a public device; a private one is not there for them. Twice is once."""
    public, private = configured(devices, owner), configured(devices, owner, name="private", public=False)
    with pytest.raises(Forbidden):
        devices.disable(stranger, public.id)
    with pytest.raises(NotFound):
        devices.disable(stranger, private.id)
    assert devices.get(public.id, owner).enabled
    for _ in range(2):
        devices.disable(owner, public.id)
        assert not devices.get(public.id, owner).enabled
    assert devices.get(private.id, owner).enabled


def test_last_push_test_is_kept(devices: Devices, owner: int):
    """In place of the one before, and without a change of anything else."""
    device = configured(devices, owner)
    generation = devices.catalog.generation
    assert devices.push_test(device.id) is None
    for at, trace in [(NOW, {"found": {"/no2": "µ\x00"}}), (NOW + 1, {"errors": [{"path": "/no2"}]})]:
        devices.record_push_test(device.id, at, trace)
        assert devices.push_test(device.id) == (at, trace)
    assert devices.catalog.generation == generation
    assert devices.get(device.id, owner) == device


def test_push_tests_at_once_leave_one(devices: Devices, owner: int):
    """Whichever is the last."""
    device = configured(devices, owner)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: devices.record_push_test(device.id, at, {"at": at}), range(16)))
    found = devices.push_test(device.id)
    assert found is not None
    assert found[1] == {"at": found[0]}


def test_deleted_device_frees_its_name_and_leaves_its_series(devices: Devices, owner: int):
    """As the next step of the platform will mark it: gone from every list, its data still readable."""
    device = configured(devices, owner)
    with devices.catalog.change() as connection:
        connection.execute(rows.update().where(rows.c.id == device.id).values(deleted=NOW))
    with pytest.raises(NotFound):
        devices.get(device.id, owner)
    again = configured(devices, owner)
    assert devices.list(owner) == [again]
    assert again.id > device.id
    assert devices.streams(device.id) == device.streams

"""Corrections are checked against the device as it is, and bounded, on each database."""

import pytest

from sensorium.model.correction import CorrectionChange
from sensorium.model.device import Binding, Datastream, NewDevice, Parameter, Schema
from sensorium.model.errors import InvalidExpression, NotFound, PoolFull
from sensorium.register.corrections import MOST_SAID, Corrections
from sensorium.register.devices import Devices
from sensorium.storage.catalog import Catalog
from tests.register.conftest import NOW

PM25, HUMIDITY, MICROGRAMS, PERCENT = 13, 5, 3, 1
BOTH = (Binding(PM25, MICROGRAMS, 1, "/a"), Binding(HUMIDITY, PERCENT, 1, "/b"))
DEVICE = NewDevice(
    name="Device",
    description=None,
    resolution=60,
    epsg=4326,
    enabled=False,
    public=True,
    location=None,
    schema=Schema((Parameter("a", "double"), Parameter("b", "double")), BOTH),
)


def anything(version: str | None) -> None:
    """A check that any version passes."""


def change(expression: str | None, valid_from: int | None = None) -> CorrectionChange:
    level = None if expression is None else 2
    return CorrectionChange(expression, None, {}, level, valid_from, None)


@pytest.fixture
def device(catalog: Catalog, owner: int) -> int:
    """A device with PM2.5 and humidity."""
    return Devices(catalog).configure(owner, DEVICE, now=NOW)


def fed(catalog: Catalog, device: int) -> dict[int, Datastream]:
    """Every datastream of the device by the id of its component."""
    return {each.component.id: each for each in Devices(catalog).streams(device)}


def test_names_are_those_of_the_device_as_it_is(catalog: Catalog, owner: int, device: int):
    """When humidity is no longer sent, PM2.5 cannot be corrected by it; what is said before stays."""
    corrections, streams = Corrections(catalog), fed(catalog, device)
    by_humidity = change("value - Humidity")
    corrections.set(streams[PM25], by_humidity, anything, now=NOW)

    def without(_: object) -> NewDevice:
        return NewDevice(
            "Device", None, 60, 4326, False, True, None, Schema(DEVICE.schema.parameters, BOTH[:1])
        )

    Devices(catalog).reconfigure(owner, device, without, now=NOW)
    with pytest.raises(InvalidExpression):
        corrections.set(streams[PM25], by_humidity, anything, now=NOW)
    corrections.set(streams[HUMIDITY], change("Humidity + 0 * PM2_5"), anything, now=NOW)
    assert len(corrections.of_stream(streams[PM25]).said) == 1
    assert "Humidity" not in corrections.of_stream(streams[PM25]).names


def test_datastream_of_a_deleted_device_has_its_names(catalog: Catalog, owner: int, device: int):
    """Its data may be replayed with another correction."""
    corrections = Corrections(catalog)
    before = {component: corrections.of_stream(each) for component, each in fed(catalog, device).items()}
    Devices(catalog).delete(owner, device, now=NOW)
    after = {component: corrections.of_stream(each) for component, each in fed(catalog, device).items()}
    assert after == before


def test_corrections_are_dated_and_bounded(catalog: Catalog, device: int):
    """From now on unless another time is named; one of them may still be replaced at the bound."""
    corrections, stream = Corrections(catalog), fed(catalog, device)[PM25]
    with pytest.raises(NotFound):
        corrections.reset(stream, None, anything)
    corrections.set(stream, change("value"), anything, now=NOW)
    for at in range(MOST_SAID - 1):
        corrections.set(stream, change("value * 2", at), anything, now=NOW)
    with pytest.raises(PoolFull):
        corrections.set(stream, change(None), anything, now=NOW + 1)
    corrections.set(stream, change(None, 5), anything, now=NOW + 1)
    said = corrections.of_stream(stream).said
    assert [each.valid_from for each in said] == [*range(MOST_SAID - 1), NOW]
    assert said[5].correction is None

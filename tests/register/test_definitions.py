"""A definition and the calibrations that its equation makes change together, on each database."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from sensorium.model.calibration import Calibration
from sensorium.model.definition import WantedDefinition
from sensorium.model.device import Datastream
from sensorium.model.errors import PoolFull
from sensorium.register import calibrations as limits
from sensorium.register.calibrations import Calibrations
from sensorium.register.definitions import Definitions
from sensorium.register.devices import Devices
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import accounts
from tests.register.conftest import NOW
from tests.register.test_calibrations import DEVICE

OLD, NEW = Calibration(equation="2 * $value"), Calibration(equation="3 * $value")


def anything(version: str | None) -> None:
    """A check that any version passes."""


@pytest.fixture
def definitions(catalog: Catalog) -> Definitions:
    """What can be done with definitions."""
    return Definitions(catalog, Calibrations(catalog))


@pytest.fixture
def streams(catalog: Catalog, owner: int) -> list[Datastream]:
    """The datastreams of two devices."""
    devices = Devices(catalog)
    made = [
        devices.configure(owner, replace(DEVICE, name=name), now=NOW + at) for at, name in enumerate("ab")
    ]
    return [devices.streams(each)[0] for each in made]


def in_force(definitions: Definitions, streams: list[Datastream]) -> list[Calibration | None]:
    return [definitions.calibrations.in_force(each, NOW) for each in streams]


def provisioned(definitions: Definitions, owner: int, streams: list[Datastream], equation: str) -> int:
    """The number of a definition that is provisioned for these datastreams."""
    number = definitions.add(owner, WantedDefinition("Tank", equation=equation), now=NOW).id
    for stream in streams:
        device = Devices(definitions.catalog).get(stream.device, owner)
        definitions.provision(device, number, stream.id, author="ada", now=NOW)
    return number


def test_another_equation_calibrates_all_datastreams_or_changes_nothing(
    definitions: Definitions, owner: int, streams: list[Datastream], monkeypatch: pytest.MonkeyPatch
):
    """Here the second datastream can take no more calibrations than it has."""
    number = provisioned(definitions, owner, streams, "2 * $value")
    assert in_force(definitions, streams) == [OLD, OLD]
    with definitions.catalog.change() as connection:
        connection.execute(update(accounts).where(accounts.c.id == owner).values(calibrate_from_now=True))
    definitions.calibrations.replace(owner, streams[1], OLD, author="ada", now=NOW)
    monkeypatch.setattr(limits, "MOST_SAID", 2)
    wanted = WantedDefinition("Barrel", equation="3 * $value")
    with pytest.raises(PoolFull):
        definitions.change(owner, number, wanted, anything, author="ada", now=NOW)
    assert definitions.get(owner, number).said.name == "Tank"
    assert in_force(definitions, streams) == [OLD, OLD]
    monkeypatch.setattr(limits, "MOST_SAID", 3)
    definitions.change(owner, number, wanted, anything, author="ada", now=NOW)
    assert definitions.get(owner, number).said.name == "Barrel"
    assert in_force(definitions, streams) == [NEW, NEW]

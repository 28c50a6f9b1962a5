"""Sensors of trackers and what their dividers and curves become, on each database."""

from dataclasses import replace
from math import inf

import pytest

from sensorium.model.calibration import Calibration, CalibrationChange, Point
from sensorium.model.errors import Conflict, Malformed, NotFound, PoolFull, Unsupported
from sensorium.model.moments import to_microseconds
from sensorium.model.tracker import NewSensor, SensorType, Tracker
from sensorium.register.calibrations import Calibrations
from sensorium.register.devices import Devices
from sensorium.register.measured import MeasuredBy
from sensorium.register.sensors import Sensors
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import set_calibrate_from_now
from sensorium.storage.catalog.log_entries import log_of
from sensorium.storage.catalog.sensors import add_sensor
from sensorium.storage.catalog.trackers import trackers_of
from tests.register.conftest import NOW
from tests.register.test_calibrations import DEVICE, TANK, anything

FUEL = NewSensor(SensorType.METERING, "fuel", "Tank", input_name="a", divider=2.0)
DOOR = NewSensor(SensorType.DISCRETE, "door", "Door", input_number=1)


@pytest.fixture
def calibrations(catalog: Catalog) -> Calibrations:
    """What can be done about calibrations."""
    return Calibrations(catalog)


@pytest.fixture
def sensors(catalog: Catalog, calibrations: Calibrations) -> Sensors:
    """What can be done about sensors."""
    return Sensors(catalog, calibrations)


@pytest.fixture
def tracker(catalog: Catalog, owner: int) -> Tracker:
    """The tracker of a device."""
    Devices(catalog).configure(owner, DEVICE, now=NOW)
    return trackers_of(catalog, owner)[0]


def add(sensors: Sensors, tracker: Tracker, new: NewSensor) -> int:
    return sensors.create(tracker, new, author="ada", now=NOW)


def holds(sensors: Sensors, calibrations: Calibrations, tracker: Tracker, number: int) -> Calibration | None:
    """What holds of the datastream of a sensor now."""
    stream = sensors.stream(sensors.get(tracker, number))
    return calibrations.in_force(stream, NOW + 1)


def test_divider_is_a_calibration(sensors: Sensors, calibrations: Calibrations, tracker: Tracker):
    """It comes with the sensor, changes with it, and a curve goes beside it."""
    number = add(sensors, tracker, FUEL)
    assert holds(sensors, calibrations, tracker, number) == Calibration(divider=2.0)
    sensors.change(tracker, number, replace(FUEL, divider=5.0), author="ada", now=NOW)
    sensors.calibrate(tracker, sensors.get(tracker, number), TANK.points, author="ada", now=NOW)
    assert holds(sensors, calibrations, tracker, number) == Calibration(TANK.points, divider=5.0)
    sensors.change(tracker, number, replace(FUEL, divider=None), author="ada", now=NOW)
    assert holds(sensors, calibrations, tracker, number) == TANK
    sensors.calibrate(tracker, sensors.get(tracker, number), (), author="ada", now=NOW)
    assert holds(sensors, calibrations, tracker, number) is None


def test_sensor_without_a_divider_leaves_what_holds(
    sensors: Sensors, calibrations: Calibrations, owner: int, tracker: Tracker
):
    """A calibration that was there before stays, and another name of the sensor is no change of it."""
    [stream] = Devices(sensors.catalog).streams(tracker.device)
    calibrations.set(owner, stream, CalibrationChange(TANK, NOW), anything, author="ada", now=NOW)
    number = add(sensors, tracker, replace(FUEL, divider=None))
    sensors.change(tracker, number, replace(FUEL, name="T", divider=None), author="ada", now=NOW)
    assert holds(sensors, calibrations, tracker, number) == TANK
    assert len(calibrations.of_stream(stream)[0]) == 1


def test_another_divider_leaves_calibrations_of_other_times(
    sensors: Sensors, calibrations: Calibrations, owner: int, tracker: Tracker
):
    """Each holds for its time with that divider, its note beside it, and is made anew once for all."""
    [stream] = Devices(sensors.catalog).streams(tracker.device)
    number = add(sensors, tracker, replace(FUEL, divider=None))
    later = Calibration(equation="$value * 3")
    for since, said in ((NOW - 500, TANK), (NOW + 500, later)):
        change = CalibrationChange(said, since, note=f"of {since}")
        calibrations.set(owner, stream, change, anything, author="ada", now=NOW)
    sensors.change(tracker, number, FUEL, author="bob", now=NOW)
    held, version = calibrations.held(stream)
    assert [(each.calibration, each.note, each.author) for each in held] == [
        (Calibration(divider=2.0), None, "bob"),
        (replace(TANK, divider=2.0), f"of {NOW - 500}", "bob"),
        (replace(later, divider=2.0), f"of {NOW + 500}", "bob"),
    ]
    sensors.change(tracker, number, replace(FUEL, name="T"), author="bob", now=NOW)
    assert calibrations.held(stream)[1] == version
    sensors.change(tracker, number, replace(FUEL, divider=None), author="bob", now=NOW)
    assert [each.calibration for each in calibrations.held(stream)[0]] == [Calibration(), TANK, later]
    messages = [each.message for each in log_of(sensors.catalog, tracker.device, after=0, most=9)]
    assert [each.partition(": ")[2] for each in messages[2:]] == [
        "divided by 2 for all time, otherwise calibrated as before.",
        "not divided for all time, otherwise calibrated as before.",
    ]


def test_divider_of_an_account_whose_calibrations_hold_from_now(
    sensors: Sensors, calibrations: Calibrations, owner: int, tracker: Tracker
):
    """What holds until now stays as it is."""
    [stream] = Devices(sensors.catalog).streams(tracker.device)
    number = add(sensors, tracker, replace(FUEL, divider=None))
    calibrations.set(owner, stream, CalibrationChange(TANK, NOW - 500), anything, author="ada", now=NOW)
    set_calibrate_from_now(sensors.catalog, owner, lambda _: None, wanted=True)
    sensors.change(tracker, number, FUEL, author="ada", now=NOW)
    held, _ = calibrations.held(stream)
    assert [(to_microseconds(each.valid_from), each.calibration) for each in held] == [
        (NOW - 500, TANK),
        (NOW, replace(TANK, divider=2.0)),
    ]


def test_input_is_shown_once(sensors: Sensors, tracker: Tracker):
    """A datastream or the number of a switch; the sensor itself may be described anew."""
    fuel, door = add(sensors, tracker, FUEL), add(sensors, tracker, DOOR)
    for new in (FUEL, replace(FUEL, input_name="/a"), DOOR):
        with pytest.raises(Conflict):
            add(sensors, tracker, new)
    sensors.change(tracker, fuel, replace(FUEL, name="T"), author="ada", now=NOW)
    second = add(sensors, tracker, replace(DOOR, input_number=2))
    with pytest.raises(Conflict):
        sensors.change(tracker, second, DOOR, author="ada", now=NOW)
    assert [each.id for each in sensors.list([tracker])[tracker.id]] == [fuel, door, second]


def test_sensor_is_of_its_tracker(sensors: Sensors, catalog: Catalog, tracker: Tracker, owner: int):
    """Another tracker of the account has none of it."""
    number = add(sensors, tracker, FUEL)
    Devices(catalog).configure(owner, replace(DEVICE, name="Other"), now=NOW)
    other = trackers_of(catalog, owner)[1]
    for attempt in (
        lambda: sensors.get(other, number),
        lambda: sensors.delete(other, number),
        lambda: sensors.change(other, number, FUEL, author="ada", now=NOW),
        lambda: sensors.get(tracker, 0),
        lambda: sensors.get(tracker, 2**70),
    ):
        with pytest.raises(NotFound):
            attempt()
    sensors.delete(tracker, number)
    assert sensors.list([tracker, other]) == {tracker.id: [], other.id: []}


def test_only_what_measures_has_a_stream(sensors: Sensors, tracker: Tracker):
    """A switch has none."""
    number = add(sensors, tracker, DOOR)
    sensor = sensors.get(tracker, number)
    with pytest.raises(Unsupported):
        sensors.stream(sensor)
    with pytest.raises(Unsupported):
        sensors.calibrate(tracker, sensor, [Point(0, 0)], author="ada", now=NOW)
    with pytest.raises(Unsupported):
        sensors.change(tracker, number, FUEL, author="ada", now=NOW)
    assert MeasuredBy(sensors.catalog).device(tracker.device) == ()


def test_what_a_sensor_measures_is_remembered(sensors: Sensors, calibrations: Calibrations, tracker: Tracker):
    """Until something changes: its stream, its calibrations and its limits."""
    measured_by = MeasuredBy(sensors.catalog)
    number = add(sensors, tracker, replace(FUEL, parameters={"max": 7}))
    [measured] = measured_by.device(tracker.device)
    assert measured.sensor == sensors.get(tracker, number)
    assert measured.stream == sensors.stream(measured.sensor)
    assert [each.calibration for each in measured.calibrations] == [Calibration(divider=2.0)]
    assert (measured.low, measured.high) == (-inf, 7.0)
    assert measured_by.device(tracker.device)[0] is measured
    sensors.calibrate(tracker, measured.sensor, TANK.points, author="ada", now=NOW)
    [anew] = measured_by.device(tracker.device)
    assert [each.calibration.points for each in anew.calibrations] == [TANK.points]
    sensors.delete(tracker, number)
    assert measured_by.device(tracker.device) == ()


def test_input_that_is_more_than_one(sensors: Sensors, catalog: Catalog, owner: int):
    """A component that is bound twice is named by its path."""
    [binding] = DEVICE.schema.bindings
    parameters = (DEVICE.schema.parameters[0], replace(DEVICE.schema.parameters[0], name="b"))
    schema = replace(DEVICE.schema, parameters=parameters, bindings=(binding, replace(binding, path="/b")))
    Devices(catalog).configure(owner, replace(DEVICE, schema=schema), now=NOW)
    [tracker] = trackers_of(catalog, owner)
    with pytest.raises(Malformed) as refused:
        add(sensors, tracker, replace(FUEL, input_name="PM2.5"))
    assert refused.value.where == "input_name"
    add(sensors, tracker, replace(FUEL, input_name="b"))


def test_there_are_so_many_sensors_and_no_more(catalog: Catalog, tracker: Tracker):
    """Of one device."""
    add_sensor(catalog, tracker.device, DOOR, None, most=1, now=NOW)
    with pytest.raises(PoolFull):
        add_sensor(catalog, tracker.device, replace(DOOR, input_number=2), None, most=1, now=NOW)

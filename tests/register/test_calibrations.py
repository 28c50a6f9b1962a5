"""Calibrations are checked, dated, logged, and applied to what is stored, on each database."""

import pytest
from sqlalchemy import select, update

from sensorium.model.calibration import Calibration, CalibrationChange, Point
from sensorium.model.device import Binding, Datastream, NewDevice, Parameter, Schema
from sensorium.model.errors import InvalidExpression, Malformed, NotFound, Outdated, PoolFull, UnknownLevel
from sensorium.register.calibrations import MOST_SAID, Calibrations
from sensorium.register.devices import Devices
from sensorium.register.jobs import Jobs
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import accounts, log_entries
from tests.register.conftest import NOW

DEVICE = NewDevice(
    name="Truck",
    description=None,
    resolution=60,
    epsg=4326,
    enabled=True,
    public=False,
    location=None,
    schema=Schema((Parameter("a", "double"),), (Binding(13, 3, 1, "/a"),)),
)
DAY = 86_400_000_000  # microseconds
TANK = Calibration((Point(0, 0), Point(1000, 480)))
LINE = Calibration(equation="2 * $value")


def anything(version: str | None) -> None:
    """A check that any version passes."""


@pytest.fixture
def stream(catalog: Catalog, owner: int) -> Datastream:
    """The datastream of a device."""
    devices = Devices(catalog)
    return devices.streams(devices.configure(owner, DEVICE, now=NOW))[0]


@pytest.fixture
def calibrations(catalog: Catalog) -> Calibrations:
    """What can be done about calibrations."""
    return Calibrations(catalog)


def dated(calibration: Calibration, valid_from: int) -> CalibrationChange:
    return CalibrationChange(calibration, valid_from)


def say(calibrations: Calibrations, owner: int, stream: Datastream, change: CalibrationChange) -> None:
    calibrations.set(owner, stream, change, anything, author="ada", now=NOW)


def test_newest_that_has_begun_holds(calibrations: Calibrations, owner: int, stream: Datastream):
    """Before the first nothing does; one for the same time replaces it; an empty one ends them."""
    say(calibrations, owner, stream, dated(TANK, NOW - 3 * DAY))
    say(calibrations, owner, stream, dated(TANK, NOW - DAY))
    say(calibrations, owner, stream, dated(LINE, NOW - DAY))
    say(calibrations, owner, stream, dated(Calibration(), NOW))
    times = [NOW - 4 * DAY, NOW - 3 * DAY, NOW - DAY - 1, NOW - DAY, NOW - 1, NOW]
    assert [calibrations.in_force(stream, at) for at in times] == [None, TANK, TANK, LINE, LINE, None]


def test_what_was_replaced_is_still_told(calibrations: Calibrations, owner: int, stream: Datastream):
    """Who said what and when, and since when it holds no more."""
    say(calibrations, owner, stream, dated(TANK, NOW))
    calibrations.replace(owner, stream, LINE, author="bob", now=NOW + DAY)
    said, version = calibrations.of_stream(stream)
    assert [(each.author, each.calibration, each.replaced is None) for each in said] == [
        ("ada", TANK, False),
        ("bob", LINE, True),
    ]
    assert version == str(said[-1].id)
    assert calibrations.of_stream(stream, after=said[0].id, most=1)[0] == said[1:]


def test_what_holds_is_told_by_time(calibrations: Calibrations, owner: int, stream: Datastream):
    """Without what was replaced, however much that is."""
    for begin in (NOW, NOW - DAY, NOW):
        say(calibrations, owner, stream, dated(TANK, begin))
    said, version = calibrations.of_stream(stream)
    assert calibrations.held(stream) == ((said[1], said[2]), version)


def test_replacement_is_for_all_time_or_from_now_on(
    catalog: Catalog, calibrations: Calibrations, owner: int, stream: Datastream
):
    """As the account wants it."""
    calibrations.replace(owner, stream, TANK, author="ada", now=NOW)
    assert calibrations.in_force(stream, 0) == TANK
    with catalog.change() as connection:
        connection.execute(update(accounts).where(accounts.c.id == owner).values(calibrate_from_now=True))
    calibrations.replace(owner, stream, LINE, author="ada", now=NOW)
    assert calibrations.in_force(stream, NOW - 1) == TANK
    assert calibrations.in_force(stream, NOW) == LINE


def test_change_stands_in_the_device_s_log(
    catalog: Catalog, calibrations: Calibrations, owner: int, stream: Datastream
):
    """With its user and the time at which it was made."""
    say(calibrations, owner, stream, dated(TANK, NOW - DAY))
    calibrations.replace(owner, stream, LINE, author="ada", now=NOW + 1)
    calibrations.reset(owner, stream, None, anything, author="bob", now=NOW + 2)
    with catalog.read() as connection:
        rows = connection.execute(select(log_entries).order_by(log_entries.c.id)).all()
    assert [(row.device, row.time, row.user, row.message) for row in rows] == [
        (
            stream.device,
            NOW,
            "ada",
            "PM2.5 (/a): calibrated by a table of 2 points from 2023-11-13T22:13:20Z on.",
        ),
        (stream.device, NOW + 1, "ada", "PM2.5 (/a): calibrated by 2 * $value for all time."),
        (stream.device, NOW + 2, "bob", "PM2.5 (/a): the calibration was taken back."),
    ]


def test_touched_values_are_made_anew_by_one_job(
    catalog: Catalog, calibrations: Calibrations, owner: int, stream: Datastream
):
    """From the change to the next one; a second change before the job begins widens it."""
    say(calibrations, owner, stream, dated(TANK, NOW))
    say(calibrations, owner, stream, dated(LINE, NOW - DAY))
    say(calibrations, owner, stream, dated(LINE, NOW - 3 * DAY))
    (job,) = Jobs(catalog).list(owner, most=10)
    assert (job.asked.device, job.asked.begin, job.asked.end) == (stream.device, NOW - 3 * DAY, None)
    Jobs(catalog).cancel(owner, job.id, now=NOW)
    say(calibrations, owner, stream, dated(TANK, NOW - 2 * DAY))
    calibrations.reset(owner, stream, NOW - 3 * DAY, anything, author="ada", now=NOW)
    _, job = Jobs(catalog).list(owner, most=10)
    assert (job.asked.begin, job.asked.end) == (NOW - 3 * DAY, NOW - DAY - 1)


@pytest.mark.parametrize(
    ("calibration", "where"),
    [
        (Calibration((Point(0, 0), Point(0, 1))), "points"),
        (Calibration((Point(0, float("nan")),)), "points"),
        (Calibration((Point(float("inf"), 0),)), "points"),
        (Calibration((Point(0, 0),), equation="$value"), "equation"),
        (Calibration(divider=0), "divider"),
        (Calibration(multiplier=float("inf")), "multiplier"),
        (Calibration(divider=2, uncertainty=-1), "uncertainty"),
        (Calibration(divider=2, level=1), "level"),
    ],
)
def test_what_cannot_be_used_is_refused(
    calibrations: Calibrations, owner: int, stream: Datastream, calibration: Calibration, where: str
):
    """And nothing is said then."""
    with pytest.raises(Malformed) as refusal:
        calibrations.replace(owner, stream, calibration, author="ada", now=NOW)
    assert refusal.value.where == where
    assert calibrations.of_stream(stream) == ((), None)


def test_equation_and_level_must_be_known(calibrations: Calibrations, owner: int, stream: Datastream):
    """An equation over anything but the raw value, and a level that there is not."""
    with pytest.raises(InvalidExpression):
        calibrations.replace(owner, stream, Calibration(equation="Humidity"), author="ada", now=NOW)
    with pytest.raises(UnknownLevel):
        calibrations.replace(owner, stream, Calibration(divider=2, level=99), author="ada", now=NOW)


def test_change_must_know_what_it_changes(calibrations: Calibrations, owner: int, stream: Datastream):
    """What the check raises prevents it, and the log says nothing."""

    def refuse(version: str | None) -> None:
        raise Outdated(f"It is {version}.")

    say(calibrations, owner, stream, dated(TANK, NOW))
    before = calibrations.of_stream(stream)
    with pytest.raises(Outdated):
        calibrations.set(owner, stream, dated(LINE, NOW), refuse, author="ada", now=NOW)
    with pytest.raises(Outdated):
        calibrations.reset(owner, stream, None, refuse, author="ada", now=NOW)
    assert calibrations.of_stream(stream) == before


def test_nothing_to_take_back_is_not_found(calibrations: Calibrations, owner: int, stream: Datastream):
    """As for a time for which nothing is said."""
    say(calibrations, owner, stream, dated(TANK, NOW))
    with pytest.raises(NotFound):
        calibrations.reset(owner, stream, NOW + 1, anything, author="ada", now=NOW)


def test_calibrations_of_a_datastream_are_bounded(calibrations: Calibrations, owner: int, stream: Datastream):
    """Those that hold; one for all time is always possible."""
    for number in range(MOST_SAID):
        say(calibrations, owner, stream, dated(LINE, NOW + number))
    with pytest.raises(PoolFull):
        say(calibrations, owner, stream, dated(LINE, NOW - 1))
    calibrations.replace(owner, stream, TANK, author="ada", now=NOW)
    assert calibrations.in_force(stream, NOW) == TANK

"""Stored values are corrected anew in parts, whatever lies between them, and only what differs is written."""

from collections.abc import Sequence

from sensorium.model.calibration import Calibration
from sensorium.process.processing import Processing
from sensorium.process.remake import Remade, remake
from sensorium.process.samples import Samples
from sensorium.storage.observations.rows import LATEST, version_of
from tests.process.logger import Logger, logger, processing, say_calibration, take_calibration_back
from tests.process.scene import NOON, SECOND

FAR = 60 * 24 * 365 * 30  # minutes
TWICE = Calibration(multiplier=2, level=1)


def filled(minutes: Sequence[int]) -> tuple[Logger, Processing]:
    """A logger with a temperature and a humidity for each of these minutes after noon."""
    made, what = logger(), processing()
    what.process([made.packet(at, 20.0 + at % 7, 40.0 + at % 5) for at in minutes], archive=False)
    return made, what


def remade(made: Logger, what: Processing, begin: int = 0, turn: int = 3, most: int = 65_536) -> list[Remade]:
    """Make all anew from a time on, as when packet 1,000,000,000 was the newest."""
    what.around.rules.renew()
    there = what.around.store.extent(made.device, begin, LATEST)
    return list(remake(what.around, made.device, there, lambda: version_of(10**9, turn), most))


def stored(made: Logger, what: Processing) -> Samples:
    """What is in force, by datastream and time."""
    return what.around.store.between(made.device, 0, LATEST, 1 << 60)


def test_parts_are_bounded_and_cross_gaps():
    """Of values that stand close in places, and decades apart in others."""
    minutes = [*range(100), FAR, *range(FAR + 1000, FAR + 1100)]
    made, what = filled(minutes)
    say_calibration(made.streams[0], TWICE)
    parts = remade(made, what, most=64)
    assert sum(part.values for part in parts) == 2 * len(minutes)
    assert max(part.values for part in parts) <= 64
    assert len(parts) < 60
    assert [part.until for part in parts] == sorted({part.until for part in parts})
    first = [row for row in made.rows() if row.stream == 0]
    assert [row.corrected for row in first] == [2 * row.value for row in first]


def test_values_of_one_time_are_made_anew_together():
    """However few may be at once: a correction is made of all values of a packet."""
    made, what = filled(range(3))
    assert [part.values for part in remade(made, what, most=1)] == [2, 2, 2]


def test_nothing_there_is_nothing_to_do():
    """Of a device that has not sent anything."""
    made, what = filled([])
    assert remade(made, what) == []


def test_only_rows_that_differ_are_written():
    """With the version of the change; and a second time nothing, so that a job can be repeated."""
    made, what = filled(range(50))
    before = stored(made, what)
    say_calibration(made.streams[0], TWICE, since=20)
    remade(made, what)
    after = stored(made, what)
    is_other = after["version"] != before["version"]
    assert is_other.tolist() == [at >= 20 for at in range(50)] + [False] * 50
    assert set(after["version"][is_other].tolist()) == {version_of(10**9, 3)}
    remade(made, what, turn=7)
    assert stored(made, what).tobytes() == after.tobytes()


def test_rest_of_a_job_does_the_rest():
    """When it is taken up behind a time."""
    made, what = filled(range(50))
    say_calibration(made.streams[1], TWICE)
    parts = remade(made, what, begin=(NOON + 60 * 30) * SECOND)
    assert sum(part.values for part in parts) == 2 * 20
    second = [row for row in made.rows() if row.stream == 1]
    assert [row.level for row in second] == [None] * 30 + [1] * 20
    remade(made, what)
    assert {row.level for row in made.rows() if row.stream == 1} == {1}


def test_calibration_taken_back_leaves_no_corrected_value():
    """Nor a level, an uncertainty or a word of it."""
    made, what = filled(range(10))
    before = made.rows()
    say_calibration(made.streams[0], TWICE)
    remade(made, what)
    assert made.rows() != before
    take_calibration_back(made.streams[0])
    remade(made, what)
    assert made.rows() == before

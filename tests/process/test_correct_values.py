"""Corrected values follow what becomes of the values they are made of."""

from collections.abc import Sequence

import pytest

from sensorium.model.flags import QC, QCS, Pipeline
from sensorium.model.packet import Packet
from sensorium.model.quality import OutlierTest, Quality
from tests.process.logger import Logger, Row, logger, processing, say_correction
from tests.process.test_check_quality import wave

ONLY_OUTLIERS = Quality(outlier=OutlierTest(floor=0.1), uncertainty=3.0)
UNCHECKED = Quality(uncertainty=4.0)


def corrected(expression: str, **since: int) -> Logger:
    """A logger whose first value is tested for outliers, and whose second is corrected."""
    made = logger(ONLY_OUTLIERS, UNCHECKED)
    say_correction(made.streams[1], expression, **since)
    return made


def store(*packets: Packet) -> None:
    """Each by itself, as they come in live."""
    what = processing()
    for packet in packets:
        what.process([packet], archive=False)


def second(made: Logger) -> dict[int, Row]:
    """The rows of the corrected values, by their minutes."""
    return {row.minute: row for row in made.rows() if row.stream == 1}


def values(made: Logger) -> list[float | None]:
    return [row.corrected for row in second(made).values()]


def test_corrected_value_stands_beside_its_value():
    """With its level and its uncertainty; the other value of the packet is not corrected, and says so."""
    made = corrected("value + 2 * Temperature", level=3)
    store(made.packet(0, 15.0, 1.0))
    first, other = made.rows()
    assert (first.corrected, first.level, first.uncertainty, first.qcs & QCS.CORRECTION) == (None,) * 3 + (0,)
    assert (other.value, other.corrected, other.level) == (1.0, 31.0, 3)
    assert other.uncertainty == pytest.approx((4**2 + (2 * 3) ** 2) ** 0.5)
    assert other.qcs & QCS.CORRECTION


@pytest.mark.check("NI-093")
def test_verdict_that_changes_has_the_values_of_its_packet_corrected_again():
    """A step is an outlier at first, and nothing is made of it. Once it lasts, all is made up for."""
    made = corrected("value + Temperature")
    steps = [wave(at) if at < 40 else wave(at) + 12 for at in range(80)]
    packets = [made.packet(at, value, 1.0) for at, value in enumerate(steps)]
    store(*packets[:41])
    row = second(made)[40]
    assert (row.corrected, row.level, row.uncertainty) == (None, None, None)
    assert row.qcs & QCS.CORRECTION_OUTLIERS
    store(*packets[41:])
    assert values(made) == [value + 1.0 for value in steps]
    assert {row.qcs for row in second(made).values()} == {int(QCS.CORRECTION)}


def test_input_of_another_packet_is_none():
    """A later packet of the same time takes the place of one value: the other has lost its input."""
    made = corrected("value + Temperature")
    store(made.packet(0, 15.0, 1.0), made.packet(1, 15.5, 1.0), made.packet(0, 16.0, None))
    assert values(made) == [None, 16.5]
    assert second(made)[0].qcs == QCS.CORRECTION | QCS.CORRECTION_NAN
    assert [row.value for row in made.rows()] == [16.0, 15.5, 1.0, 1.0]


def test_correction_holds_from_its_time_on_and_for_stored_values_when_they_are_replayed():
    """What is stored keeps what it has; so it does when the correction is taken back."""
    made = logger(ONLY_OUTLIERS, UNCHECKED)
    packets = [made.packet(at, 15.0, 1.0) for at in range(4)]
    store(*packets[:2])
    say_correction(made.streams[1], "value + Temperature", since=1)
    assert values(made) == [None, None]
    store(*packets[2:])
    assert values(made) == [None, None, 16.0, 16.0]
    _replay(packets)
    assert values(made) == [None, 16.0, 16.0, 16.0]
    say_correction(made.streams[1], None, since=3)
    _replay(packets)
    assert values(made) == [None, 16.0, 16.0, None]
    assert [row.qcs for row in second(made).values()] == [0, QCS.CORRECTION, QCS.CORRECTION, 0]


def test_old_packet_that_is_replayed_leaves_a_newer_one_in_force():
    """Although the row of the newer one has a lower version than those that are made now."""
    made = logger(ONLY_OUTLIERS, UNCHECKED)
    old, new = made.packet(0, 15.0, 1.0), made.packet(0, 16.0, 2.0)
    say_correction(made.streams[1], "value + Temperature")
    store(old, new)
    _replay([old], as_of=new.id)
    assert [(row.value, row.corrected) for row in made.rows()] == [(16.0, None), (2.0, 18.0)]


def test_when_a_step_fails_the_reason_is_not_known():
    """The value is stored, the correction that was to be made says 128, and the pipeline tells of it."""
    made = corrected("value + Temperature", since=1)
    what = processing(most_read=0)  # as when there is much more around a value than can be in memory
    outcome = [what.process([made.packet(at, 15.0, 1.0)], archive=False) for at in range(2)][-1]
    assert [row.qcs for row in made.rows()] == [0, 0, 0, QCS.CORRECTION | QCS.CORRECTION_UNKNOWN]
    assert [row.value for row in made.rows()] == [15.0, 15.0, 1.0, 1.0]
    assert {row.qc & QC.EXECUTED for row in made.rows()} == {0}
    assert outcome.last[made.device][1] & Pipeline.QUALITY_FAILED


def _replay(packets: Sequence[Packet], as_of: int | None = None) -> None:
    processing(as_of=packets[-1].id if as_of is None else as_of).process(packets, archive=False)

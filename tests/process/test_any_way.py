"""However the same packets come, and whatever is in memory then, the rows are the same."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.calibration import Calibration, Point
from sensorium.process.remake import remake
from sensorium.storage.observations.rows import LATEST, version_of
from tests.chance import cases
from tests.process.logger import (
    FIRST,
    OTHER,
    Logger,
    logger,
    processing,
    say_calibration,
    say_correction,
    take_calibration_back,
)
from tests.process.test_check_quality import say

Sent = tuple[int, float | None, float | None]


TABLE = Calibration((Point(0, 1), Point(16, 15), Point(20, 26)), multiplier=1.01, uncertainty=0.2)


def settle(what: Logger, *, is_corrected: bool) -> None:
    """Say how it is worked up, not at all times alike: each value may be corrected by the other."""
    settle_tests(what)
    settle_results(what, is_corrected=is_corrected)


def settle_tests(what: Logger) -> None:
    """Say how values are judged."""
    first, second = what.streams
    say(first, replace(FIRST, maximum=29.0, uncertainty=None), since=40)
    say(second, replace(OTHER, maximum=20.0), since=60)


def settle_results(what: Logger, *, is_corrected: bool) -> None:
    """Say how values are calibrated and corrected."""
    first, second = what.streams
    say_calibration(first, TABLE, since=30)
    say_calibration(first, Calibration(equation="log($value - 14)"), since=55)
    say_calibration(first, Calibration(), since=100)
    say_calibration(second, Calibration(divider=2))
    if not is_corrected:
        return
    say_correction(first, "value + Humidity / 10")
    say_correction(first, None, since=50)
    say_correction(first, "value / Humidity if Humidity < 15 else log(value - 20)", 3, since=70)
    say_correction(second, "value - 0.1 * Temperature", since=20)


@st.composite
def histories(draw: st.DrawFn) -> list[Sent]:
    """What is sent: with runs, gaps of minutes, hours and days, repeated times, missing and wrong values."""
    sent: list[Sent] = []
    at, stuck, calm = 0, 0, 0
    for number in range(draw(st.integers(20, 200))):
        at += draw(st.sampled_from([1] * 30 + [0, 2, 7, 700, 3000])) if not stuck else 1
        stuck = max(stuck - 1, 0) or draw(st.sampled_from([0] * 40 + [12, 20, 45]))
        calm = max(calm - 1, 0) or draw(st.sampled_from([0] * 40 + [20, 40]))
        wave = 15 + (number * 37 % 11) / 10 + number / 1000
        first = 16.0 if stuck else draw(st.sampled_from([wave] * 8 + [None, 60.0, 30.0]))
        second = draw(st.sampled_from([0.0, 10.0, None])) if calm == 1 else 0.0 if calm % 2 else wave / 2
        sent.append((at, first, 7.0 if stuck > 30 else second))
    return sent


def in_force(sent: Sequence[Sent]) -> list[Sent]:
    """What is there in the end, in the order of time: of equal times the value that was sent last.

    Values of one packet stand together, and only these.
    """
    first = {at: number for number, (at, value, _) in enumerate(sent) if value is not None}
    second = {at: number for number, (at, _, value) in enumerate(sent) if value is not None}
    packets: list[Sent] = []
    for at in sorted(first.keys() | second.keys()):
        for number in sorted({first.get(at, -1), second.get(at, -1)} - {-1}):
            _, one, other = sent[number]
            packets.append(
                (at, one if first.get(at) == number else None, other if second.get(at) == number else None)
            )
    return packets


@cases(6)
@given(histories(), st.data())
def test_any_way_to_the_same_packets_gives_the_same_rows(history: list[Sent], data: st.DataObject):
    """Order of arrival, batches, lives, bounds of memory, packets that come twice and replays leave no trace.

    What was said later is as if it had been said before, once all is processed again.
    """
    plain, tried = logger(), logger()
    is_settled, is_corrected = data.draw(st.booleans()), data.draw(st.booleans())
    settle(plain, is_corrected=is_corrected)
    if is_settled:
        settle(tried, is_corrected=is_corrected)
    size = len(history)
    late = data.draw(st.lists(st.sampled_from([0] * 9 + [5, 40, 300]), min_size=size, max_size=size))
    order = sorted(range(size), key=lambda each: each + late[each])
    cuts = sorted(data.draw(st.sets(st.integers(1, size - 1), max_size=12)))
    bounds = {
        "most_kept": data.draw(st.sampled_from([0, 100, 600_000])),
        "most_read": data.draw(st.sampled_from([700, 600_000])),
        "together": data.draw(st.sampled_from([0, 600_000])),
        "whole": data.draw(st.sampled_from([0, 20, 600])),
    }
    sent = [history[each] for each in order]
    processing().process([plain.packet(*each) for each in in_force(sent)], archive=False)
    packets = [tried.packet(*each) for each in sent]
    what = processing(**bounds)
    for begin, end in zip((0, *cuts), (*cuts, size), strict=True):
        what = processing(**bounds) if data.draw(st.booleans()) else what
        what.process(packets[begin:end], archive=False)
    assert tried.rows() == plain.rows() or not is_settled
    what.process(packets[cuts[-1] if cuts else 0 :], archive=False)  # stored, but the offset was not kept
    assert tried.rows() == plain.rows() or not is_settled
    if not is_settled:
        settle(tried, is_corrected=is_corrected)
    again = replace(what, as_of=packets[-1].id)
    step = data.draw(st.integers(1 + size // 12, size))
    for begin in range(0, size, step):
        again.process(packets[begin : begin + step], archive=False)
    assert tried.rows() == plain.rows()


@cases(6)
@given(histories(), st.data())
def test_stored_values_corrected_anew_are_those_of_a_replay(history: list[Sent], data: st.DataObject):
    """And those that would be there if all had been said before: packets come before it, meanwhile and after.

    What was calibrated and is not any more has no corrected value left.
    """
    plain, tried = logger(), logger()
    is_corrected = data.draw(st.booleans())
    settle(plain, is_corrected=is_corrected)
    settle_tests(tried)
    before = data.draw(st.sets(st.sampled_from(tried.streams)))
    for stream in before:
        say_calibration(
            stream, Calibration(multiplier=3, level=4), since=data.draw(st.sampled_from([0, 30, 80]))
        )
    order = data.draw(st.sampled_from([history, history[::-1], history[::2] + history[1::2]]))
    cut = data.draw(st.integers(1, len(history)))
    plain_packets, packets = [plain.packet(*each) for each in order], [tried.packet(*each) for each in order]
    processing().process(plain_packets, archive=False)
    what = processing()
    what.process(packets[:cut], archive=False)
    for stream in before:
        take_calibration_back(stream)
    settle_results(tried, is_corrected=is_corrected)
    what.around.rules.renew()
    rest, done = packets[cut:], packets[:cut]
    there = what.around.store.extent(tried.device, 0, LATEST)
    most = data.draw(st.sampled_from([1, 16, 100, 65_536]))
    for _ in remake(what.around, tried.device, there, lambda: version_of(done[-1].id, 3), most):
        what.process(rest[:9], archive=False)
        done.extend(rest[:9])
        rest = rest[9:]
    what = processing() if data.draw(st.booleans()) else what
    what.process(rest, archive=False)
    assert tried.rows() == plain.rows()
    again = replace(what, as_of=packets[-1].id)
    again.process(packets, archive=False)
    assert tried.rows() == plain.rows()

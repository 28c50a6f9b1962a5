"""What a block finds is what the definitions say of each value by itself."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.model.flags import QA, QAS, QC, QCS
from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.quality.block import DEGREES, Axes, Block, Rule
from sensorium.process.quality.verdicts import judge_all
from tests.process.quality.oracle import SECOND, Sample, Words, words
from tests.process.quality.synthetic import block as series_block
from tests.process.quality.synthetic import faulty

MINUTE = 60 * SECOND


def block(*series: tuple[Sequence[Sample], Rule]) -> Block:
    """Series with a rule each, side by side."""
    samples = [each for some, _ in series for each in some]
    lengths = [len(some) for some, _ in series]
    rules = list(dict.fromkeys(rule for _, rule in series))
    return Block(
        series=np.repeat(np.arange(len(series)), lengths),
        time=np.array([each.time for each in samples], np.int64),
        value=np.array([each.value for each in samples]),
        longitude=np.array([each.longitude for each in samples]),
        latitude=np.array([each.latitude for each in samples]),
        rule=np.repeat([rules.index(rule) for _, rule in series], lengths),
        rules=tuple(rules),
    )


def judged(*series: tuple[Sequence[Sample], Rule]) -> list[Words]:
    """The words of each value."""
    whole = block(*series)
    found = judge_all(whole, np.ones(len(whole.time), np.bool_))
    return list(
        zip(found.qc.tolist(), found.qcs.tolist(), found.qa.tolist(), found.qas.tolist(), strict=True)
    )


VALUES = st.sampled_from([0.0, 1.0, 2.0, 2.1, 2.2, 2.3, 2.5, 3.0, 3.1, 3.25, 30.0, 99.0, -50.0])
STEPS = st.sampled_from([60, 60, 60, 60, 60, 61, 120, 299, 301, 900, 7200])


@st.composite
def series_of(draw: st.DrawFn) -> list[Sample]:
    """A series with gaps, that moves now and then."""
    at = 0
    samples: list[Sample] = []
    longitude = draw(st.sampled_from([10.0, 179.999]))
    pace = draw(st.sampled_from([1, 1, 1, 2, 3, 4, 5]))  # some send more seldom than they should
    for _ in range(draw(st.integers(1, 60))):
        at += pace * draw(STEPS) * SECOND
        longitude = 180 - (180 - longitude) % 360
        longitude += draw(st.sampled_from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0005, 0.01]))
        samples.append(Sample(at, draw(VALUES), longitude))
    return samples


RULES = st.builds(
    Rule,
    st.builds(
        Quality,
        st.sampled_from([None, -40.0]),
        st.sampled_from([None, 50.0]),
        st.sampled_from([None, 300.0, 600.0]),
        st.sampled_from([0.0, 0.15]),
        st.sampled_from([(), ((0.0, 0.0),), ((0.0, 1.5), (99.0, 100.0))]),
        st.none()
        | st.builds(
            OutlierTest,
            window=st.sampled_from([11, 25]),
            threshold=st.sampled_from([3.5, 5.7]),
            floor=st.sampled_from([0.0, 0.1]),
            trailing=st.sampled_from([0, 15, 31]),
        ),
    ),
    st.sampled_from([0.0, 1.0, 0.5]),
    st.sampled_from([60, 600]),
    st.none(),
    st.sampled_from([DEGREES, Axes(is_plane=True, unit=100_000.0), Axes(is_plane=False, unit=0.9)]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(series_of(), RULES), min_size=1, max_size=3))
def test_a_block_finds_what_the_definitions_say(series: list[tuple[list[Sample], Rule]]):
    """Of many series at once, each by its own rule."""
    expected = [words(some, rule, at, complete=True) for some, rule in series for at in range(len(some))]
    assert judged(*series) == expected


def wild(seed: int, count: int, faults: int) -> list[Sample]:
    """A long series with so many spikes, stuck values and values out of range, and with missing minutes."""
    random = np.random.default_rng(seed)
    values = 20 + random.normal(0, 0.5, count).round(1)
    values[random.choice(count, faults)] = 90
    values[random.choice(count, 1 + faults)] += 9
    for at in random.choice(count, faults // 5):
        values[at : at + 15] = values[at]
    times = np.cumsum(np.where(random.random(count) < 0.01, 400, 60)) * SECOND
    return [Sample(int(time), float(value)) for time, value in zip(times, values, strict=True)]


@pytest.mark.parametrize("floor", [0.0, 0.3])
@pytest.mark.parametrize(
    ("window", "series", "count", "faults"), [(25, 2, 700, 15), (25, 1, 1500, 0), (61, 15, 90, 0)]
)
def test_windows_that_are_measured_together_are_judged_alike(
    floor: float, window: int, series: int, count: int, faults: int
):
    """So many that they are not measured one by one: centred ones, and the trailing ones at many ends."""
    rule = Rule(Quality(0, 50, 600.0, outlier=OutlierTest(window=window, floor=floor)), 1.0, 60)
    some = [wild(number, count, faults) for number in range(series)]
    expected = [words(each, rule, at, complete=True) for each in some for at in range(count)]
    assert judged(*((each, rule) for each in some)) == expected


def test_windows_of_one_rule_lie_among_those_of_others():
    """Long series of it far from each other, and short ones between: each value is judged as it is alone."""
    rules = [Rule(Quality(0, 50, 600.0, outlier=OutlierTest(floor=floor)), 1.0, 60) for floor in (0.0, 0.3)]
    lengths = [700, 650, 90, 300, 40, 500, 620, 1200]
    some = [(wild(at, length, length // 60), rules[at % 2]) for at, length in enumerate(lengths)]
    expected = [words(each, rule, at, complete=True) for each, rule in some for at in range(len(each))]
    assert judged(*some) == expected


def spoiled(some: list[Sample], at: int, trouble: str) -> list[Sample]:
    """A series with something wrong from one place on, or there alone."""
    steps = {"gap": 5, "slower": 3}  # minutes more: for all later samples, and for each of them more
    made: list[Sample] = []
    for place, each in enumerate(some):
        late = max(place - at + 1, 0)
        later = steps.get(trouble, 0) * (late if trouble == "slower" else min(late, 1)) * MINUTE
        value, longitude = each.value, each.longitude
        if trouble == "elsewhere" and late:
            longitude += 0.01
        if trouble in OTHER and late == 1:
            value = OTHER[trouble]
        if trouble == "stuck" and 0 < late < 16:
            value = some[at].value
        made.append(Sample(each.time + later, value, longitude))
    return made


OTHER = {"out of range": 90.0, "spike": 40.0}


@pytest.mark.parametrize("floor", [0.0, 0.3])
@pytest.mark.parametrize("at", [0, 12, 13, 350, 687, 699])
@pytest.mark.parametrize("trouble", ["", "gap", "slower", "elsewhere", "out of range", "spike", "stuck"])
def test_a_long_calm_series_is_judged_as_its_values_are(trouble: str, at: int, floor: float):
    """With nothing wrong in it or one thing; between others, from whose windows it is kept apart."""
    rule = Rule(Quality(0, 50, 600.0, outlier=OutlierTest(floor=floor)), 1.0, 60)
    calm = noisy(700)
    some = [calm[:300], spoiled(calm, at, trouble), calm[:20]]
    expected = [words(each, rule, place, complete=True) for each in some for place in range(len(each))]
    assert judged(*((each, rule) for each in some)) == expected


RULE = Rule(Quality(0, 50, 300.0, outlier=OutlierTest(floor=0.1)), 1.0, 60)
CONFIGURED = 2 + 4 + 8 + 16


def noisy(count: int) -> list[Sample]:
    """Values that nothing is wrong with."""
    return [Sample(at * MINUTE, 20 + (at * 37 % 11) / 10 + at / 1000) for at in range(count)]


@pytest.mark.check("NI-091", "NI-092")
def test_repeating_below_the_minimum_is_eleven():
    """The document's example: 1 + 2 + 8."""
    series = [*noisy(20), *(Sample((20 + at) * MINUTE, -1.0) for at in range(6))]
    qc, qcs, qa, qas = judged((series, RULE))[22]
    assert (qc & ~QC.OUTLIER, f"{qc & ~QC.OUTLIER:08b}") == (11, "00001011")
    assert qas & (QAS.OUT_OF_RANGE | QAS.PERSISTENT) == QAS.OUT_OF_RANGE | QAS.PERSISTENT
    assert (qcs & CONFIGURED, qa) == (CONFIGURED, QA.METADATA_COMPLETE)


@pytest.mark.check("NI-092", "NI-093", "NI-094")
@pytest.mark.parametrize(
    ("quality", "qcs", "digits"),
    [
        (Quality(), 0, "0000000000000000"),
        (Quality(0, 50), 6, "0000000000000110"),
        (Quality(0, 50, 300.0), 14, "0000000000001110"),
        (RULE.quality, 30, "0000000000011110"),
    ],
)
def test_the_configuration_is_told(quality: Quality, qcs: int, digits: str):
    """Which tests a good value was to have; it has had them all."""
    found = judged((noisy(40), Rule(quality, 1.0, 60)))[20]
    assert (found[1], f"{found[1]:016b}") == (qcs, digits)
    assert found[0] == (1 if quality.has_tests else 0)


@pytest.mark.check("NI-093", "NI-096")
@pytest.mark.parametrize(
    ("series", "quality", "reason"),
    [
        (noisy(5), RULE.quality, QAS.WINDOW_SMALL),
        ([Sample(at * MINUTE, 5.0) for at in range(40)], Quality(outlier=OutlierTest()), QAS.MAD_ZERO),
        (
            [Sample(at * MINUTE, each.value, 10 + at / 100) for at, each in enumerate(noisy(40))],
            RULE.quality,
            QAS.POSITIONS_VARY,
        ),
        (
            [Sample((at + 6 * (at > 18)) * MINUTE, each.value) for at, each in enumerate(noisy(40))],
            RULE.quality,
            QAS.NOT_CONTINUOUS,
        ),
    ],
)
def test_a_window_that_cannot_be_trusted_gives_no_verdict(
    series: list[Sample], quality: Quality, reason: QAS
):
    """It says why, and the value is not accepted."""
    qc, qcs, qa, qas = judged((series, Rule(quality, 1.0, 60)))[min(20, len(series) - 1)]
    assert (qc & QC.OUTLIER, qcs & QCS.OUTLIER_FAILED, qa & QA.ACCEPTED) == (0, QCS.OUTLIER_FAILED, 0)
    assert qas == reason


@pytest.mark.check("NI-100")
def test_reserved_bits_stay_zero():
    """In every word, whatever is wrong."""
    series = [*noisy(30), *(Sample((30 + at) * MINUTE, -1.0) for at in range(8)), Sample(99 * MINUTE, 1e9)]
    for qc, qcs, qa, qas in judged((series, RULE)):
        assert (qc & ~0b11111, qcs & ~0b1111_1111_1110, qa & ~0b1100, qas & ~0b111_1000_1110) == (0, 0, 0, 0)


@pytest.mark.parametrize("minutes", [10, 60])
def test_spikes_are_found_and_little_else(minutes: int):
    """By the shipped tests of particles, in 90 days of minutes with all kinds of faults, of several seeds:
    precision of at least .97, recall of at least .99; and what is stuck or beyond limits is found.

    Stuck values count as such after 10 minutes or, as shipped, 60.
    """
    quality = Quality(0, 1000, 60.0 * minutes, exempt=((0.0, 0.0),), outlier=OutlierTest(floor=0.1))
    hits = wrong = missed = 0
    for seed in range(1, 13):
        made = faulty(seed)
        qc = judge_all(
            series_block(made.values, Rule(quality, 1.0, 60)), np.ones(len(made.values), np.bool_)
        ).qc
        otherwise = qc & int(QC.BELOW | QC.ABOVE | QC.REPEATING) != 0
        found = qc & int(QC.OUTLIER) != 0
        hits += int((found & made.spikes).sum())
        wrong += int((found & ~made.spikes & ~otherwise).sum())
        missed += int((made.spikes & ~found).sum())
        assert ((qc & int(QC.BELOW | QC.ABOVE) != 0) == made.beyond).all()
        if minutes == 10:
            assert (qc & int(QC.REPEATING) != 0)[made.stuck].all()
    assert hits / (hits + wrong) >= 0.97
    assert hits / (hits + missed) >= 0.99


@pytest.mark.parametrize("factor", [0.5, 1.0, 1000.0])
def test_value_beyond_all_numbers_is_beyond_the_limits(factor: float):
    """Whether or not it is a number in the QC unit, without a warning; it takes no part in windows."""
    tests = Quality(-40, 50, 600.0, outlier=OutlierTest(window=15, floor=0.1))
    values = [10 + at % 5 / 10 for at in range(60)]
    values[20], values[21], values[40] = 1e308, 1e308, -1e308
    for some, qc in ((tests, (QC.ABOVE, QC.BELOW)), (replace(tests, minimum=None, maximum=None), (0, 0))):
        samples = [Sample(at * MINUTE, value / factor) for at, value in enumerate(values)]
        for at in (20, 21, 40):
            samples[at] = Sample(at * MINUTE, values[at])
        found = judged((samples, Rule(some, factor, 60)))
        outlier = QC.EXECUTED | QC.OUTLIER
        assert [found[at][0] for at in (20, 21, 40)] == [outlier | qc[0], outlier | qc[0], outlier | qc[1]]
        assert {words[0] for at, words in enumerate(found) if at not in (20, 21, 40)} == {QC.EXECUTED}


def test_a_tolerance_is_kept_to_the_last_bit():
    """5.1 and 5.2 are as far apart as 5.0 and 5.1, though as doubles they are not."""
    rule = Rule(Quality(duration=300.0, tolerance=0.1), 1.0, 60)
    for low, high in ((5.0, 5.1), (5.1, 5.2)):
        series = [Sample(at * MINUTE, high if at % 2 else low) for at in range(10)]
        assert {qc for qc, *_ in judged((series, rule))} == {QC.EXECUTED | QC.REPEATING}
    moves = [Sample(at * MINUTE, 5.2001 if at % 2 else 5.1) for at in range(10)]
    assert {qc for qc, *_ in judged((moves, rule))} == {int(QC.EXECUTED)}


@pytest.mark.parametrize(
    ("value", "found"), [(1.1, 0), (0.7, 0), (1.1000001, QC.ABOVE), (0.6999999, QC.BELOW)]
)
def test_a_limit_is_kept_in_another_unit(value: float, found: int):
    """1.1 bar are 110 kPa, though multiplied as doubles they are more; and 70 kPa likewise."""
    rule = Rule(Quality(70, 110), 100.0, 60)
    assert judged(([Sample(0, value)], rule))[0][0] == QC.EXECUTED | found


def test_an_exempt_range_is_kept_in_another_unit():
    """A share of 0.57 is 57 %, though multiplied it is a little less: it may stay."""
    rule = Rule(Quality(duration=300.0, exempt=((57.0, 57.0),)), 100.0, 60)
    assert 0.57 * 100 < 57
    series = [Sample(at * MINUTE, 0.57) for at in range(10)]
    assert {qc for qc, *_ in judged((series, rule))} == {int(QC.EXECUTED)}

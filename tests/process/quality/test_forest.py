"""What is learned of a series, and how well it tells outliers."""

import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.flags import QC
from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.learn import CUT, FEWEST, Lesson, NothingToLearn, learn
from sensorium.process.quality.block import Rule
from sensorium.process.quality.forest import Damaged, Model, Scorer, read_model, ready, written
from sensorium.process.quality.masks import find_masks
from sensorium.process.quality.outliers import describe
from sensorium.process.quality.verdicts import judge_all
from tests.process.quality.synthetic import LENGTH, block, proportional, score, steady

RULE = Rule(Quality(outlier=OutlierTest(floor=0.1)), 1.0, 60)
WINDOW = OutlierTest().window
SERIES = {
    "large": lambda seed: steady(seed, 8, 40),
    "small": lambda seed: steady(seed, 3, 8),
    "proportional": proportional,
}


def lesson(values: Any) -> Lesson:
    """What is to be learned of the first half of a series."""
    half = block(values[: LENGTH // 2], RULE)
    found = describe(half, find_masks(half))
    far, short = found.distances
    return Lesson(far.tobytes(), short.tobytes(), found.level.tobytes(), 0.1)


@cache
def learned_once() -> Model:
    return learn(lesson(steady(3, 3, 8)[0]))


def second_half(values: Any, spikes: Any, rule: Rule) -> tuple[Any, Any]:
    """Which values are outliers, and which should be."""
    verdicts = judge_all(block(values, rule), np.ones(LENGTH, np.bool_))
    return (verdicts.qc & int(QC.OUTLIER) != 0)[LENGTH // 2 :], spikes[LENGTH // 2 :]


@pytest.mark.parametrize(
    ("kind", "recall", "more"), [("large", 0.99, 0), ("small", 0.85, 0.3), ("proportional", 0.9, 0.3)]
)
def test_forest_finds_what_the_mad_misses(kind: str, recall: float, more: float):
    """Trained with half of a series it judges the other: as precisely, and small outliers too."""
    by_mad, by_forest = [], []
    for seed in (1, 2, 3):
        values, spikes = SERIES[kind](seed)
        scorer = Scorer(1, 1, WINDOW, ready(learn(lesson(values))))
        by_mad.append(second_half(values, spikes, RULE))
        by_forest.append(second_half(values, spikes, Rule(RULE.quality, 1.0, 60, scorer)))
    mad, learned = (score(*map(np.concatenate, zip(*found, strict=True))) for found in (by_mad, by_forest))
    assert learned[0] >= max(0.97, mad[0] - 0.01)
    assert learned[1] >= max(recall, mad[1] + more)


def test_cuts_are_those_of_the_library():
    """The same score as scikit-learn's own, for each of many places."""
    from sklearn import ensemble

    random = np.random.default_rng(1)
    far, short = random.standard_t(3, (2, 2000))
    level = np.full(2000, 1.0)
    forest = ready(learn(Lesson(far.tobytes(), short.tobytes(), level.tobytes(), 1.0)))
    usual = [np.maximum(1.4826 * np.median(np.abs(each)), 1.0) for each in (far, short)]
    scaled = np.column_stack([np.abs(far) / usual[0], np.abs(short) / usual[1]]).astype(np.float32)
    library = ensemble.IsolationForest(n_estimators=100, max_samples=256, random_state=0).fit(scaled)
    few = forest.few / -np.log2(CUT)
    assert 2 ** (-forest.cuts(scaled) / few) == pytest.approx(-library.score_samples(scaled), abs=1e-9)


def test_same_lesson_gives_the_same_model():
    """To the byte, also once it has been stored."""
    said = lesson(steady(3, 3, 8)[0])
    stored = written(learn(said))
    assert written(learn(said)) == stored
    assert len(stored) < 400_000
    values, level = np.linspace(-9, 9, 500), np.full(500, 22.0)
    found = ready(learned_once()).outlying((values, values), level)
    assert (read_model(stored).outlying((values, values), level) == found).all()
    assert found[0]
    assert not found[250]


@pytest.mark.parametrize("count", [0, FEWEST - 1])
def test_too_little_teaches_nothing(count: int):
    with pytest.raises(NothingToLearn):
        learn(Lesson(bytes(8 * count), bytes(8 * count), bytes(8 * count), 0.1))


def test_values_that_never_change_teach_nothing():
    """Without a floor nothing says how much they may."""
    with pytest.raises(NothingToLearn, match="scatter"):
        learn(Lesson(bytes(16_000), bytes(16_000), bytes(16_000), 0.0))


@given(data=st.data())
def test_damaged_model_is_refused_or_does_no_harm(data: st.DataObject):
    """Whatever the bytes are: it runs nothing, ends, and stays within its arrays."""
    stored = bytearray(written(learned_once()))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(stored) - 1) | st.integers(0, 600))
        stored[at] = data.draw(st.integers(0, 255))
    try:
        forest = read_model(bytes(stored[: data.draw(st.sampled_from([len(stored), len(stored) - 7]))]))
    except Damaged:
        return
    values = np.linspace(-20, 20, 50)
    with np.errstate(all="ignore"):
        assert forest.outlying((values, values), values).shape == (50,)


def test_nothing_of_the_library_is_in_the_engine_process():
    """It learns in a program of its own."""
    code = "import sensorium.process.engine, sensorium.app.front, sys; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

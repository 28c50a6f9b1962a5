"""How well outliers are told from what is usual: by the MAD as shipped for PM2.5, and by what was learned."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from tests.process.quality.synthetic import block, faulty, proportional, steady

from bench.table import Line, told
from sensorium.model.flags import QC
from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.learn import Lesson, learn
from sensorium.process.quality.block import Rule
from sensorium.process.quality.forest import Scorer, ready
from sensorium.process.quality.masks import find_masks
from sensorium.process.quality.outliers import describe
from sensorium.process.quality.verdicts import judge_all

SEEDS = range(1, 13)
TEST = OutlierTest(floor=0.1)

Truths = npt.NDArray[np.bool_]
Series = tuple[npt.NDArray[np.float64], Truths]
Counts = tuple[int, int, int]
"""How many outliers are found, how many found ones are none, and how many are missed."""


def measure() -> Iterator[Line]:
    """The lines of the table: precision and recall over all series of a kind."""
    yield told("outliers", f"{len(SEEDS)} series of each kind: of all of them, and from one to another")
    yield from _shipped()
    for name, made in _KINDS.items():
        halves = [_second_half(*made(seed)) for seed in SEEDS]
        yield from _told(f"  {name}, MAD", [mad for mad, _ in halves])
        yield from _told(f"  {name}, learned", [learned for _, learned in halves])


def _shipped() -> Iterator[Line]:
    """Of whole series with all kinds of faults, by how long a value must be stuck to be called so."""
    made = [faulty(seed) for seed in SEEDS]
    for minutes in (10, 60):
        rule = _rule(60 * minutes)
        counts = [_counts(each.values, each.spikes, rule) for each in made]
        name = f"  90 days of minutes, stuck values called so after {minutes}"
        yield from _told(name, counts, needed=(0.97, 0.99))


def _second_half(values: npt.NDArray[np.float64], spikes: Truths) -> tuple[Counts, Counts]:
    """Learned of the first half, judged in the second: by the MAD and by what was learned."""
    half = len(values) // 2
    scorer = Scorer(1, 1, TEST.window, ready(learn(_lesson(values[:half]))))
    mad = _counts(values[half:], spikes[half:], _rule())
    return mad, _counts(values[half:], spikes[half:], _rule(scorer=scorer))


def _rule(duration: int = 3600, scorer: Scorer | None = None) -> Rule:
    return Rule(Quality(0, 1000, duration, exempt=((0, 0),), outlier=TEST), 1, 60, scorer)


def _lesson(values: npt.NDArray[np.float64]) -> Lesson:
    first = block(values, _rule())
    found = describe(first, find_masks(first))
    return Lesson(*(each.tobytes() for each in (*found.distances, found.level)), floor=0.1)


def _counts(values: npt.NDArray[np.float64], spikes: Truths, rule: Rule) -> Counts:
    qc = judge_all(block(values, rule), np.ones(len(values), np.bool_)).qc
    found = qc & int(QC.OUTLIER) != 0
    otherwise = qc & int(QC.BELOW | QC.ABOVE | QC.REPEATING) != 0
    return (
        int((found & spikes).sum()),
        int((found & ~spikes & ~otherwise).sum()),
        int((spikes & ~found).sum()),
    )


def _pooled(counts: list[Counts]) -> tuple[float, float]:
    hits, wrong, missed = (sum(column) for column in zip(*counts, strict=True))
    return hits / (hits + wrong), hits / (hits + missed)


def _told(name: str, counts: list[Counts], needed: tuple[float, float] | None = None) -> Iterator[Line]:
    of_all, each = _pooled(counts), [_pooled([one]) for one in counts]
    for at, what in enumerate(("precision", "recall")):
        column = [one[at] for one in each]
        found = f"{of_all[at]:.3f} ({min(column):.3f} to {max(column):.3f})"
        bound = f"at least {needed[at]}" if needed else ""
        yield Line(f"{name}, {what}", found, bound, met=needed is None or of_all[at] >= needed[at])


_KINDS: dict[str, Callable[[int], Series]] = {
    "all kinds of faults": lambda seed: ((made := faulty(seed, 40_000)).values, made.spikes),
    "small spikes": lambda seed: steady(seed, 3, 8),
    "scatter of 6 % of the value": proportional,
}

"""Quality control of a long series in one block, beside saqc, pandas and the definitions taken literally."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
from tests.process.quality.oracle import Sample, words

from bench.beside import beside
from bench.table import Line, at_least, at_most, ratios, spread, told, written
from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.quality.block import Block, Rule
from sensorium.process.quality.verdicts import judge_all

COUNT = 129_600  # 90 days of minutes
SCALAR = 2000
# the fastest counts, as for the others: after a pause a core computes slowly for some milliseconds
IN_A_ROW = 3
MINUTE = 60_000_000

RULE = Rule(
    Quality(minimum=0, maximum=1000, duration=600, outlier=OutlierTest(floor=0.5)), factor=1, resolution=60
)


def measure(python: Path, folder: Path, rounds: int) -> Iterator[Line]:
    """The lines of the table, with the interpreter that has saqc."""
    values = series(COUNT)
    file = folder / "values.npy"
    np.save(file, values)
    ours, found = [], []
    with beside(python, "saqc_quality.py", file) as other:
        for turn in range(rounds + 1):
            seconds, theirs = min(_judged(values) for _ in range(IN_A_ROW)), other.round()
            if turn:  # the first is for getting ready
                ours.append(seconds)
                found.append(theirs)
    rates = {name: spread([COUNT / each[name] for each in found]) for name in ("saqc", "mad", "pandas")}
    yield told("quality control in one block", f"{COUNT:,} values, window {RULE.quality.outlier.window}")
    yield told("  saqc: range, constants, MAD; values/s", written(rates["saqc"]))
    yield told("  saqc: MAD alone; values/s", written(rates["mad"]))
    yield told("  pandas: two rolling medians; values/s", written(rates["pandas"]))
    yield told("  the definitions one by one in Python; values/s", written(spread([_one_by_one(values)])))
    yield told(
        "  sensorium: all tests, exact MAD; values/s", written(spread([COUNT / each for each in ours]))
    )
    yield at_least(
        "  to saqc's three tests", spread(ratios([each["saqc"] for each in found], ours)), 3, " times"
    )
    yield told(
        "  to saqc's MAD alone", written(spread(ratios([each["mad"] for each in found], ours)), " times")
    )
    yield at_most("  a value", spread([1e6 * each / COUNT for each in ours]), 1.5, " us")


def series(count: int) -> npt.NDArray[np.float64]:
    """A day's course with correlated noise, in hundredths, and faults in it: stuck, beyond limits, spikes."""
    random = np.random.default_rng(20260301)
    day = 2 * np.pi * np.arange(count) / 1440
    noise = np.convolve(random.normal(0, 0.35, count + 200), 0.97 ** np.arange(200), "valid")[:count]
    values = 22 + 6 * np.sin(day) + 3 * np.sin(2 * day) + noise + random.normal(0, 0.5, count)
    values = np.maximum(np.round(values, 2), 0.3)
    for at in random.choice(count - 200, 40, replace=False):
        values[at : at + random.integers(30, 180)] = values[at]
    values[random.choice(count, 60, replace=False)] = random.choice([-999, -5, 1500, 65_535], 60)
    spikes = random.choice(count, 250, replace=False)
    values[spikes] = np.maximum(values[spikes] + random.uniform(8, 40, 250), 0)
    return values


def _judged(values: npt.NDArray[np.float64]) -> float:
    """Seconds for all verdicts on the series."""
    count = len(values)
    place = np.full(count, 10.0)
    zeros = np.zeros(count, np.int64)
    block = Block(zeros, MINUTE * np.arange(count), values, place, place, zeros, (RULE,))
    began = perf_counter()
    judge_all(block, np.ones(count, np.bool_))
    return perf_counter() - began


def _one_by_one(values: npt.NDArray[np.float64]) -> float:
    """Values a second by the oracle of the tests, in a shorter series."""
    short = [Sample(MINUTE * at, float(value)) for at, value in enumerate(values[:SCALAR])]
    began = perf_counter()
    for at in range(SCALAR):
        words(short, RULE, at, complete=True)
    return SCALAR / (perf_counter() - began)

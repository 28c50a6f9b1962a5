"""Quality control by saqc and by pandas' rolling medians: a program of `bench.beside`."""

import json
import sys
import warnings
from time import perf_counter

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

from saqc import SaQC  # noqa: E402 - it warns while it is loaded

LOWEST, HIGHEST, REPEATS = 0.0, 1000.0, 10
WINDOW, LEAST, THRESHOLD = 25, 10, 5.7
IN_A_ROW = 3  # the fastest counts


def main() -> None:
    """One round for each line."""
    values = np.load(sys.argv[1])
    frame = pd.DataFrame({"v": values}, index=pd.date_range("2026-01-01", periods=len(values), freq="min"))
    programs = {
        "saqc": lambda: all_tests(frame),
        "mad": lambda: mad(frame),
        "pandas": lambda: rolling(frame["v"]),
    }
    for _ in sys.stdin:
        found = {name: min(run() for _ in range(IN_A_ROW)) for name, run in programs.items()}
        print(json.dumps(found), flush=True)


def all_tests(frame: pd.DataFrame) -> float:
    """Seconds for range, constants and the modified z-score, the later ones without what failed before."""
    began = perf_counter()
    checked = SaQC(frame).flagRange("v", min=LOWEST, max=HIGHEST)
    checked = checked.flagConstants("v", thresh=0, window=REPEATS)
    _scored(checked)
    return perf_counter() - began


def mad(frame: pd.DataFrame) -> float:
    """Seconds for the modified z-score alone."""
    checked = SaQC(frame)
    began = perf_counter()
    _scored(checked)
    return perf_counter() - began


def _scored(checked: SaQC) -> SaQC:
    return checked.flagZScore(
        "v", method="modified", window=WINDOW, thresh=THRESHOLD, center=True, min_periods=LEAST
    )


def rolling(values: pd.Series) -> float:
    """Seconds for a rolling median and that of the distances from it, which is not the window's own MAD."""
    began = perf_counter()
    middle = values.rolling(WINDOW, center=True, min_periods=LEAST).median()
    distance = (values - middle).abs()
    spread = distance.rolling(WINDOW, center=True, min_periods=LEAST).median()
    (distance > THRESHOLD * 1.4826 * spread).sum()
    return perf_counter() - began


if __name__ == "__main__":
    main()

"""Hourly statistics by pandas, of rows that are in memory already: a program of `bench.beside`.

Two ways: quartiles group by group with numpy (R8, which pandas has not), and all at once from sorted values.
"""

import json
import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd

FAILED = 2 | 4 | 8 | 16
QUARTERS = (0.25, 0.75)


def main() -> None:
    """One round of both ways for each line."""
    rows = np.load(sys.argv[1])
    frame = pd.DataFrame(
        {
            "stream": rows["stream"],
            "time": pd.to_datetime(rows["time"], unit="us"),
            "value": rows["value"],
            "qc": rows["qc"],
        }
    )
    for _ in sys.stdin:
        answer = {}
        for name, quartiles in (("apply", quartiles_by_group), ("sorted", quartiles_at_once)):
            began = perf_counter()
            found = statistics(frame, quartiles)
            answer[name] = perf_counter() - began
            answer["rows"] = len(found)
            answer["check"] = [float(found[each].sum()) for each in ("n", "avg", "q1", "q3", "var")]
        print(json.dumps(answer), flush=True)


def statistics(frame: pd.DataFrame, quartiles: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """The fields of NILU's document, rounded as it says."""
    hour = frame["time"].dt.floor("h").rename("hour")
    failed = (frame["qc"] & FAILED) != 0
    kept = frame[~failed]
    groups = kept.groupby(["stream", hour[~failed]], sort=True)["value"]
    found = groups.agg(["count", "mean", "median", "min", "max", "std", "var", "sem"])
    found = found.join(quartiles(kept, groups, hour[~failed]))
    left_out = failed.groupby([frame["stream"], hour]).mean()
    found["of"] = left_out.reindex(found.index)
    found = found.rename(columns={"count": "n", "mean": "avg", "std": "std_dev"})
    hundredths = ["avg", "median", "min", "max", "std_dev", "q1", "q3"]
    found[hundredths] = found[hundredths].round(2)
    found[["var", "sem"]] = found[["var", "sem"]].round(3)
    found["mse"] = found["var"] / found["n"]
    found["cv"] = found["std_dev"] / found["avg"]
    found["iqr"] = found["q3"] - found["q1"]
    return found


def quartiles_by_group(_kept: pd.DataFrame, groups: pd.Grouper, _hour: pd.Series) -> pd.DataFrame:
    """Both quartiles of each group by numpy."""
    pairs = groups.apply(lambda values: np.quantile(values, QUARTERS, method="median_unbiased"))
    return pd.DataFrame(list(pairs), index=pairs.index, columns=["q1", "q3"])


def quartiles_at_once(kept: pd.DataFrame, groups: pd.Grouper, hour: pd.Series) -> pd.DataFrame:
    """Both quartiles of all groups, from the values sorted within them."""
    order = np.lexsort((kept["value"].to_numpy(), hour.to_numpy(), kept["stream"].to_numpy()))
    values, counts = kept["value"].to_numpy()[order], groups.size()
    count = counts.to_numpy()
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    found = {}
    for name, quarter in zip(("q1", "q3"), QUARTERS, strict=True):
        place = np.clip((count + 1 / 3) * quarter + 1 / 3, 1, count)
        low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
        below, above = values[first + low - 1], values[first + high - 1]
        found[name] = below + (place - low) * (above - below)
    return pd.DataFrame(found, index=counts.index)


if __name__ == "__main__":
    main()

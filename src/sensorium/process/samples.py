"""Observations as a table of numbers, in which whole blocks are worked at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.storage.observations.rows import Rows

Samples = NDArray[Any]
"""Rows of `SAMPLE`. A place that is not known is NaN; times are in microseconds since 1970 UTC."""

SAMPLE = np.dtype(
    [
        ("device", np.int64),
        ("series", np.int64),
        ("time", np.int64),
        ("value", np.float64),
        ("longitude", np.float64),
        ("latitude", np.float64),
        ("altitude", np.float64),
        ("packet", np.int64),
        ("version", np.int64),
        ("qc", np.int64),
        ("qcs", np.int64),
        ("qa", np.int64),
        ("qas", np.int64),
    ]
)
WORDS = ("qc", "qcs", "qa", "qas")
_NUMBERS = ("device", "time", "value", "longitude", "latitude", "altitude", "packet", "version")
_PLACES = ("longitude", "latitude", "altitude")


def from_rows(rows: Rows) -> Samples:
    """The rows, with flags of 0 where they have none yet."""
    samples = np.zeros(len(rows), SAMPLE)
    samples["series"] = rows.datastream
    for name in _NUMBERS:
        samples[name] = np.asarray(getattr(rows, name), SAMPLE[name])
    return samples


def to_rows(samples: Samples) -> Rows:
    """The samples as rows."""
    columns = {name: samples[name].tolist() for name in (*_NUMBERS, *WORDS)}
    for name in _PLACES:
        if np.isnan(samples[name]).any():
            columns[name] = [None if each != each else each for each in columns[name]]  # noqa: PLR0124 - NaN
    return Rows(datastream=samples["series"].tolist(), **columns)


def newest_of_equals(samples: Samples, order: Samples) -> Samples:
    """The samples by series and time; of those at the same time the one of the latest packet.

    Of equal packets the one with the higher `order` stays. Returns indices.
    """
    by = np.lexsort((order, samples["packet"], samples["time"], samples["series"]))
    is_last = np.ones(len(by), np.bool_)
    is_last[:-1] = (np.diff(samples["series"][by]) != 0) | (np.diff(samples["time"][by]) != 0)
    return by[is_last]


def runs(series: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """The (series, begin, end) of each run of equal numbers."""
    if not len(series):
        return []
    begins = np.concatenate([[0], np.flatnonzero(np.diff(series)) + 1])
    ends = np.append(begins[1:], len(series))
    return list(zip(series[begins].tolist(), begins.tolist(), ends.tolist(), strict=True))

"""Observations as a table of numbers, in which whole blocks are worked at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.model.packet import Packet
from sensorium.storage.observations.rows import Rows

Samples = NDArray[Any]
"""Rows of `SAMPLE`. A place that is not known is NaN; times are in microseconds since 1970 UTC."""

SAMPLE = np.dtype(
    [
        ("device", np.uint32),
        ("series", np.uint32),
        ("time", np.int64),
        ("value", np.float64),
        ("longitude", np.float64),
        ("latitude", np.float64),
        ("altitude", np.float64),
        ("packet", np.int64),
        ("version", np.int64),
        ("qc", np.uint16),
        ("qcs", np.uint16),
        ("qa", np.uint16),
        ("qas", np.uint16),
    ]
)
WORDS = ("qc", "qcs", "qa", "qas")
_NUMBERS = ("device", "time", "value", "longitude", "latitude", "altitude", "packet", "version")
_PLACES = ("longitude", "latitude", "altitude")
_NOWHERE = (np.nan, np.nan, np.nan)


@dataclass(slots=True)
class Made:
    """Samples as packets yield them: what belongs to a packet stands once for all its values."""

    packets: list[tuple[int, int, float, float, float, int, int]] = field(default_factory=list[Any])
    counts: list[int] = field(default_factory=list[int])
    series: list[int] = field(default_factory=list[int])
    values: list[float] = field(default_factory=list[float])

    def add(self, packet: Packet, version: int, series: Sequence[int], values: Sequence[float]) -> None:
        """The values of a packet, each with its series."""
        time = packet.received if packet.time is None else packet.time
        place = packet.position
        there = _NOWHERE if place is None else (place.longitude, place.latitude, place.altitude)
        self.packets.append((packet.device, time, *there, packet.id, version))
        self.counts.append(len(values))
        self.series += series
        self.values += values

    def samples(self) -> Samples:
        """All of them, with flags of 0."""
        samples = np.zeros(len(self.values), SAMPLE)
        if len(samples):
            names = ("device", "time", *_PLACES, "packet", "version")
            for name, column in zip(names, zip(*self.packets, strict=True), strict=True):
                samples[name] = np.repeat(np.asarray(column, SAMPLE[name]), self.counts)
        samples["series"], samples["value"] = self.series, self.values
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


def runs(series: NDArray[Any]) -> list[tuple[int, int, int]]:
    """The (series, begin, end) of each run of equal numbers."""
    if not len(series):
        return []
    begins = np.concatenate([[0], np.flatnonzero(np.diff(series)) + 1])
    ends = np.append(begins[1:], len(series))
    return list(zip(series[begins].tolist(), begins.tolist(), ends.tolist(), strict=True))

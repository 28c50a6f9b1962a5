"""Observations as a table of numbers, in which whole blocks are worked at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sensorium.model.device import Position
from sensorium.model.packet import Packet
from sensorium.storage.observations.near import SAMPLE, Samples
from sensorium.storage.observations.rows import NO_LEVEL, Rows

__all__ = [
    "NO_LEVEL",
    "SAMPLE",
    "WORDS",
    "Made",
    "Samples",
    "State",
    "by_series",
    "by_series_and_time",
    "joined",
    "newest_of_equals",
    "newest_version",
    "put_back",
    "put_in",
    "runs",
    "to_rows",
]

WORDS = ("qc", "qcs", "qa", "qas")
_PLACES = ("longitude", "latitude", "altitude")
_CORRECTED = ("value_corrected", "level_corrected", "uncertainty_corrected")
_STORED = ("device", "time", "value", *_PLACES, "packet", "version", *_CORRECTED, *WORDS)
_BYTES = np.dtype((np.void, SAMPLE.itemsize))
_NOWHERE = Position(np.nan, np.nan, np.nan)


class State(IntEnum):
    """What a sample is to the batch that is worked."""

    STORED = 0
    NEW = 1
    REPLACING = 2  # new, in the place of one of another packet
    AGAIN = 3  # stored, and it is something else now


@dataclass(slots=True)
class Made:
    """Samples as packets yield them: what belongs to a packet stands once for all its values."""

    packets: list[Packet] = field(default_factory=list[Packet])
    versions: list[int] = field(default_factory=list[int])
    counts: list[int] = field(default_factory=list[int])
    series: list[int] = field(default_factory=list[int])
    values: list[float] = field(default_factory=list[float])
    blocks: list[Samples] = field(default_factory=list[Samples])

    def add(self, packet: Packet, version: int, series: Sequence[int], values: Sequence[float]) -> None:
        """The values of a packet, each with its series."""
        self.packets.append(packet)
        self.versions.append(version)
        self.counts.append(len(values))
        self.series += series
        self.values += values

    def add_block(
        self,
        packets: Sequence[Packet],
        versions: ArrayLike,
        series: Sequence[int],
        values: NDArray[np.float64],
    ) -> None:
        """The values of many packets, a row for each: each column has its series, and NaN is none."""
        columns = values.T  # one series after the other, as the steps work on them
        is_there = ~np.isnan(columns)
        place, packet = np.nonzero(is_there)
        self.blocks.append(_new(packets, versions, packet, np.asarray(series)[place], columns[is_there]))

    def samples(self) -> Samples:
        """All of them, those of a series in the order in which they were added in one way."""
        packet = np.repeat(np.arange(len(self.packets)), self.counts)
        return joined([_new(self.packets, self.versions, packet, self.series, self.values), *self.blocks])


def _new(
    packets: Sequence[Packet],
    versions: ArrayLike,
    packet: NDArray[np.intp],
    series: ArrayLike,
    values: ArrayLike,
) -> Samples:
    """Samples with flags of 0 and not corrected, each of one of the packets."""
    samples = np.zeros(len(packet), SAMPLE)
    samples["state"] = State.NEW
    samples["value_corrected"] = samples["uncertainty_corrected"] = np.nan
    samples["level_corrected"] = NO_LEVEL
    if len(samples):
        for name, column in _of_packets(packets, versions).items():
            samples[name] = np.asarray(column, SAMPLE[name])[packet]
    samples["series"], samples["value"] = series, values
    return samples


def _of_packets(packets: Sequence[Packet], versions: ArrayLike) -> dict[str, Any]:
    """What all values of a packet have in common."""
    columns = cast(list[Sequence[Any]], list(zip(*packets, strict=True)))
    ids, received, devices, _, times, positions, *_ = columns
    if None in times:
        times = [of if time is None else time for of, time in zip(received, times, strict=True)]
    places = cast(Iterator[Sequence[Any]], zip(*[each or _NOWHERE for each in positions], strict=True))
    common = {"device": devices, "time": times, "packet": ids, "version": versions}
    return common | dict(zip(_PLACES, places, strict=True))


def to_rows(samples: Samples) -> Rows:
    """The samples as rows, whose columns are those of the samples."""
    columns: dict[str, Any] = {name: samples[name] for name in _STORED}
    return Rows(datastream=samples["series"], **columns)


def joined(pieces: Sequence[Samples]) -> Samples:
    """The pieces one after the other. As bytes, since numpy copies records field by field.

    For the same reason many samples are chosen by `take` and `compress`, and not by an index in brackets.
    """
    if len(pieces) == 1:
        return pieces[0]
    as_bytes = [np.ascontiguousarray(each).view(_BYTES) for each in pieces]
    return np.concatenate([np.empty(0, _BYTES), *as_bytes]).view(SAMPLE)


def put_in(samples: Samples, others: Samples) -> Samples:
    """The samples, which are sorted by series, with the others before those of their series."""
    places = np.searchsorted(samples["series"], others["series"])
    as_bytes = [np.ascontiguousarray(each).view(_BYTES) for each in (samples, others)]
    return np.insert(as_bytes[0], places, as_bytes[1]).view(SAMPLE)


def put_back(samples: Samples, places: NDArray[np.intp], changed: Samples) -> None:
    """Let the samples at these places be as they have become."""
    samples.view(_BYTES)[places] = changed.view(_BYTES)


def newest_of_equals(samples: Samples) -> Samples:
    """The samples in force, by series and time, with their states.

    Of those at the same time that is the one of the latest packet, and of equal packets the one that is new.
    It gets the highest version there is, since none of the others may come into force.
    """
    samples = by_series(samples)
    if _is_one_by_one(samples):  # as it nearly always is
        return samples
    samples = samples.take(
        np.lexsort((samples["state"], samples["packet"], samples["time"], samples["series"]))
    )
    is_last = _last_of_equals(samples)
    if is_last.all():
        return samples
    begins = np.concatenate([[0], np.flatnonzero(is_last)[:-1] + 1])
    kept = samples.compress(is_last)
    kept["version"] = np.maximum.reduceat(samples["version"], begins)
    is_other = np.minimum.reduceat(samples["packet"], begins) != kept["packet"]
    kept["state"][is_other & (kept["state"] == State.NEW)] = State.REPLACING
    return kept


def by_series(samples: Samples) -> Samples:
    """The samples in this order, those of a series in the order in which they are."""
    series = samples["series"]
    if (series[1:] >= series[:-1]).all():
        return samples
    return samples.take(np.argsort(series, kind="stable"))


def by_series_and_time(samples: Samples) -> Samples:
    """The samples in this order, the last of equals as it stands in their states."""
    if _is_one_by_one(samples):
        return samples
    samples = samples.take(np.lexsort((samples["state"], samples["time"], samples["series"])))
    return samples.compress(_last_of_equals(samples))


def _is_one_by_one(samples: Samples) -> bool:
    """Whether each sample is of a later series than the one before, or of the same one and later."""
    series, time = samples["series"], samples["time"]
    is_later = (series[1:] == series[:-1]) & (time[1:] > time[:-1])
    return bool((is_later | (series[1:] > series[:-1])).all())


def _last_of_equals(samples: Samples) -> NDArray[np.bool_]:
    """Which of the samples, sorted by series and time, is the last of its series at its time."""
    is_last = np.ones(len(samples), np.bool_)
    series, time = samples["series"], samples["time"]
    is_last[:-1] = (series[1:] != series[:-1]) | (time[1:] != time[:-1])
    return is_last


def newest_version(samples: Samples) -> int:
    """The version of what is made again because of these new samples."""
    return int(samples["version"].max()) | 1


def runs(series: NDArray[Any]) -> list[tuple[int, int, int]]:
    """The (series, begin, end) of each run of equal numbers."""
    if not len(series):
        return []
    begins = np.concatenate([[0], np.flatnonzero(series[1:] != series[:-1]) + 1])
    ends = np.append(begins[1:], len(series))
    return list(zip(series[begins].tolist(), begins.tolist(), ends.tolist(), strict=True))

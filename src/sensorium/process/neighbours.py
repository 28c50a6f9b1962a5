"""The stored samples near new ones: the newest of each series are kept in memory, others are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sensorium.model.quality import MOST_REPEATS
from sensorium.process.quality.block import Truths
from sensorium.process.quality.verdicts import horizon, reach, windows
from sensorium.process.rules import DatedRule
from sensorium.process.samples import SAMPLE, Samples, runs
from sensorium.storage.observations.near import Near
from sensorium.storage.observations.store import Store

MOST_KEPT = 600_000  # samples in memory, of 72 bytes each
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class _Tail:
    """The newest samples of a series: all that are stored with times from `since` on."""

    samples: Samples
    since: int


@dataclass(slots=True)
class Neighbours:
    """Finds what is stored around samples, and remembers what they leave behind. For one thread."""

    store: Store
    _tails: dict[int, _Tail] = field(default_factory=dict[int, _Tail])
    _next: dict[int, _Tail | None] = field(default_factory=dict[int, "_Tail | None"])
    _kept: int = 0

    def of(self, new: Samples, rules: Mapping[int, Sequence[DatedRule]]) -> Samples:
        """The stored samples that have a part in the verdicts on `new`, or on which `new` has a part.

        `new` is sorted by series. Raises Unavailable.
        """
        found: list[Samples] = []
        cold: dict[int, list[Near]] = {}
        self._next = {}
        for series, begin, end in runs(new["series"]):
            times = new["time"][begin:end]
            first, last = int(times.min()), int(times.max())
            wide = max(horizon(each.rule) for each in rules[series])
            many = 1 + max(reach(each.rule) for each in rules[series])
            tail = self._tails.get(series)
            if tail is not None and _covers(tail, first, wide, many):
                found.append(tail.samples)
                self._next[series] = _Tail(tail.samples[:0], tail.since)
            else:
                near = Near(int(new["device"][begin]), series, first - wide, first, last + wide, many)
                cold.setdefault(first // _DAY, []).append(near)
        for some in cold.values():
            found += self._read(some)
        return np.concatenate(found) if found else np.empty(0, SAMPLE)

    def _read(self, near: Sequence[Near]) -> list[Samples]:
        columns, later = self.store.near(near)
        samples = np.zeros(len(columns["time"]), SAMPLE)
        for name, column in columns.items():
            samples[name] = np.asarray(column, SAMPLE[name])
        samples = samples[np.lexsort((samples["time"], samples["series"]))]
        by_series = {series: samples[begin:end] for series, begin, end in runs(samples["series"])}
        for each in near:
            before = by_series.get(each.datastream, samples[:0])["time"]
            is_cut = int((before < each.first).sum()) >= each.most
            since = int(before[0]) if is_cut else each.begin
            self._next[each.datastream] = None if each.datastream in later else _Tail(samples[:0], since)
        return list(by_series.values())

    def hold(self, samples: Samples, linked: Truths, rules: Mapping[int, Sequence[DatedRule]]) -> None:
        """Take down what is stored around the samples that were asked for, once they are in it.

        `linked` tells of each sample whether it repeats the one before it: a run that goes on is kept whole,
        as far as its length matters.
        """
        unlinked = np.flatnonzero(~linked)
        for series, begin, end in runs(samples["series"]):
            tail = self._next.get(series)
            if tail is None:
                continue
            run = end - int(unlinked[np.searchsorted(unlinked, end) - 1])
            many = max(windows(each.rule) for each in rules[series]) + min(run, MOST_REPEATS)
            since = tail.since if end - begin <= many else int(samples["time"][end - many])
            self._next[series] = _Tail(samples[max(begin, end - many) : end].copy(), since)

    def keep(self) -> None:
        """What was taken down is stored now."""
        for series, tail in self._next.items():
            before = self._tails.pop(series, None)
            self._kept -= 0 if before is None else len(before.samples)
            if tail is not None:
                self._tails[series] = tail
                self._kept += len(tail.samples)
        self._next = {}
        while self._kept > MOST_KEPT:
            oldest = next(iter(self._tails))
            self._kept -= len(self._tails.pop(oldest).samples)

    def forget(self) -> None:
        """Nothing is known any more of what is stored."""
        self._tails.clear()
        self._next = {}
        self._kept = 0


def _covers(tail: _Tail, first: int, wide: int, many: int) -> bool:
    """Whether the tail has all that can have a part in the verdict on samples from `first` on.

    It has for samples that follow it; others need `many` before them, or all there are not longer than
    `wide` before.
    """
    times = tail.samples["time"]
    return (
        (len(times) > 0 and first > times[-1])
        or tail.since <= first - wide
        or int((times < first).sum()) >= many
    )

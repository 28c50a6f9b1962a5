"""The stored samples near new ones: the newest of each series are kept in memory, others are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sensorium.model.quality import MOST_REPEATS
from sensorium.process.quality.block import ROUNDING, Rule, Truths
from sensorium.process.quality.masks import GAP
from sensorium.process.quality.verdicts import horizon, reach, windows
from sensorium.process.rules import DatedRule
from sensorium.process.samples import SAMPLE, Samples, State, joined, runs
from sensorium.storage.observations.near import Near
from sensorium.storage.observations.rows import LATEST
from sensorium.storage.observations.store import Store

_ALONE = 5  # times as much may be read for a packet that is judged alone
_SHORT = 8  # values in a row that are no reason yet to look how many more there are
_RUNS = (_SHORT, 512, MOST_REPEATS)  # as far as it is looked, then
_QUERIES = 8
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND

Dated = Mapping[int, Sequence[DatedRule]]
Counts = Mapping[int, int]
"""How many values there are at most of some series."""


class TooMuch(Exception):
    """The samples, or their neighbours, are more than may be in memory at once; fewer of them may not be."""


@dataclass(frozen=True, slots=True)
class _Tail:
    """The newest samples of a series: all that are stored with times from `since` on.

    Those are enough to judge what follows by these rules. The last `run` of them repeat; if there are fewer,
    the others are before them.
    """

    samples: Samples
    since: int
    rules: Sequence[DatedRule]
    run: int = 0

    @property
    def before(self) -> int:
        """How many samples of that run are not here."""
        return max(self.run - len(self.samples), 0)


@dataclass(slots=True)
class Neighbours:
    """Finds what is stored around samples, and remembers what they leave behind. For one thread.

    Of samples, which have 96 bytes each, at most `most_kept` stay in memory, and at most `most_read` are read
    at once; about so many `together` are judged as one block, unless one series has more. Of the samples that
    repeat up to the newest, only the last are kept and the others counted, once they are all known to be
    persistent or more than are kept `whole`.
    """

    store: Store
    most_kept: int = 400_000
    most_read: int = 400_000
    together: int = 150_000
    whole: int = 720
    _tails: dict[int, _Tail] = field(default_factory=dict[int, _Tail], init=False)
    _next: dict[int, _Tail | None] = field(default_factory=dict[int, "_Tail | None"], init=False)
    _kept: int = field(default=0, init=False)

    def groups(self, new: Samples, rules: Dated, whole: Counts) -> Iterator[Samples]:
        """The samples, which are sorted by series, in groups of series that are not too much at once.

        Of the series that are `whole` all values are wanted.
        """
        first = size = 0
        for series, begin, end in runs(new["series"]):
            if size > self.together:
                yield new[first:begin]
                first, size = begin, 0
            tail = self._tails.get(series)
            near = 2 * _most(rules[series], _SHORT) if tail is None else len(tail.samples)
            size += end - begin + whole.get(series, near)
        yield new[first:]

    def of(self, new: Samples, rules: Dated, whole: Counts) -> Samples:
        """The stored samples that have a part in the verdicts on `new`, or on which `new` has a part.

        Of the series that are `whole` these are all. `new` is sorted by series. Raises TooMuch and
        Unavailable.
        """
        found: list[Samples] = []
        cold: list[Near] = []
        all_of: list[Near] = []
        for series, begin, end in runs(new["series"]):
            times = np.sort(new["time"][begin:end])
            tail = self._tails.get(series)
            if series in whole:
                first, last, device = int(times[0]), int(times[-1]), int(new["device"][begin])
                all_of.append(Near(device, series, 0, first, last, LATEST, max(whole[series], 1)))
            elif tail is not None and _covers(tail, times, rules[series]):
                found.append(tail.samples)
                self._next[series] = tail
            else:
                cold += _places(int(new["device"][begin]), series, times, rules[series], _SHORT)
        if all_of:
            found += self._seen(all_of).values()
        if cold:
            found += self._read(cold, new, rules)
        return joined(found) if found else np.empty(0, SAMPLE)

    def _read(self, near: list[Near], new: Samples, rules: Dated) -> list[Samples]:
        """What is near; of series with a longer run of repeating values beside new ones, so much more."""
        found: dict[int, Samples] = {}
        for run, longer in zip(_RUNS, (*_RUNS[1:], 0), strict=True):
            size = sum(_expected(each, rules[each.datastream]) for each in near)
            most = self.most_read if len(np.unique(new["packet"])) > 1 else self.most_read * _ALONE
            if size > most:
                raise TooMuch
            found |= self._seen(near)
            repeating = {
                each.datastream
                for each in near
                if longer and _repeats(found.get(each.datastream), each, rules[each.datastream], run)
            }
            if not repeating:
                break
            near = [
                place
                for series, begin, end in runs(new["series"])
                if series in repeating
                for place in _places(
                    int(new["device"][begin]),
                    series,
                    np.sort(new["time"][begin:end]),
                    rules[series],
                    longer,
                )
            ]
        return list(found.values())

    def before(self, samples: Samples) -> NDArray[np.int64] | None:
        """How many samples before each one repeat with it and are not among these; None where none do.

        `samples` are those that were asked for, with the new ones, sorted by series and time.
        """
        counts = [(begin, self._before(series)) for series, begin, _ in runs(samples["series"])]
        if not any(count for _, count in counts):
            return None
        before = np.zeros(len(samples), np.int64)
        for begin, count in counts:
            before[begin] = count
        return before

    def _before(self, series: int) -> int:
        tail = self._next.get(series)
        return 0 if tail is None else tail.before

    def _seen(self, near: list[Near]) -> dict[int, Samples]:
        """The samples that are wanted, by series."""
        pieces: dict[int, list[Samples]] = {}
        for some in _together(near):
            samples, later = self.store.near(some)
            by_series = {series: samples[begin:end] for series, begin, end in runs(samples["series"])}
            for each in some:
                there = by_series.get(each.datastream, samples[:0])
                self._next[each.datastream] = None if each.datastream in later else _newest(there, each)
            for series, there in by_series.items():
                pieces.setdefault(series, []).append(there)
        return {series: np.concatenate(some) for series, some in pieces.items()}

    def hold(self, samples: Samples, linked: Truths, rules: Dated) -> None:
        """Take down what is stored around the samples that were asked for, once they are in it.

        `samples` are sorted by series and time; `linked` tells of each whether it repeats the one before it:
        a run that goes on is kept whole, as far as its length matters.
        """
        unlinked = np.flatnonzero(~linked)
        for series, begin, end in runs(samples["series"]):
            tail = self._next.get(series)
            if tail is None:
                continue
            start = int(unlinked[np.searchsorted(unlinked, end) - 1])
            run = end - start + (tail.before if start == begin else 0)
            cut = end - 1 - max(windows(each.rule) for each in rules[series])
            if run <= self.whole and run < max(_needed(rules[series])):
                cut -= end - start
            first = begin + int(np.searchsorted(samples["time"][begin:end], tail.since))
            since = tail.since if cut <= first else int(samples["time"][cut])
            kept = samples[max(first, cut) : end].copy()
            kept["state"] = State.STORED
            self._next[series] = _Tail(kept, since, rules[series], run)

    def keep(self) -> None:
        """What was taken down is stored now."""
        for series, tail in self._next.items():
            before = self._tails.pop(series, None)
            self._kept -= 0 if before is None else len(before.samples)
            if tail is not None:
                self._tails[series] = tail
                self._kept += len(tail.samples)
        self._next = {}
        while self._kept > self.most_kept:
            oldest = next(iter(self._tails))
            self._kept -= len(self._tails.pop(oldest).samples)

    def drop(self) -> None:
        """What was taken down is not stored."""
        self._next = {}

    def forget(self) -> None:
        """Nothing is known any more of what is stored."""
        self._tails.clear()
        self._next = {}
        self._kept = 0


def _most(rules: Sequence[DatedRule], run: int) -> int:
    return 1 + max(reach(each.rule, run) for each in rules)


def _wide(rules: Sequence[DatedRule], run: int) -> int:
    return max(horizon(each.rule, run) for each in rules)


def _expected(near: Near, rules: Sequence[DatedRule]) -> int:
    """How many samples are near, when they come as often as they should."""
    return 2 * near.most + (near.last - near.first) // (_SECOND * rules[0].rule.resolution)


def _needed(rules: Sequence[DatedRule]) -> set[int]:
    """How many values in a row are persistent: by each of the rules."""
    return {each.rule.quality.repeats(each.rule.resolution) for each in rules}


def _covers(tail: _Tail, times: NDArray[np.int64], rules: Sequence[DatedRule]) -> bool:
    """Whether the tail has all that can have a part in the verdict on samples at these times, in order.

    It has for samples that follow it; others need so many before them, or all there are not longer before.
    Where part of a run is only counted, all of it must be there when it becomes persistent.
    """
    if tail.before and (
        tail.rules != rules or any(tail.run < each <= tail.run + len(times) for each in _needed(rules))
    ):
        return False
    first, there = int(times[0]), tail.samples["time"]
    return (
        (len(there) > 0 and first > there[-1] and tail.rules == rules)
        or tail.since <= first - _wide(rules, MOST_REPEATS)
        or int((there < first).sum()) >= _most(rules, MOST_REPEATS)
    )


def _newest(there: Samples, near: Near) -> _Tail | None:
    """What is known of the newest samples, when nothing is later than what was read: not yet those."""
    begin, first, after = np.searchsorted(there["time"], [near.begin, near.first, near.last + 1]).tolist()
    if len(there) - after >= near.most:
        return None
    return _Tail(there[:0], int(there["time"][begin]) if first - begin >= near.most else near.begin, ())


def _places(
    device: int, series: int, times: NDArray[np.int64], rules: Sequence[DatedRule], run: int
) -> Iterator[Near]:
    """What is near to sorted times, with runs up to that length; times far from each other stand alone."""
    wide, most = _wide(rules, run), _most(rules, run)
    apart = 2 * wide + max(_gap(each.rule) for each in rules)  # so that nothing seems to go on over it
    ends = np.append(np.flatnonzero(np.diff(times) > apart), len(times) - 1)
    begin = 0
    for end in ends.tolist():
        first, last = int(times[begin]), int(times[end])
        yield Near(device, series, first - wide, first, last, last + wide, most)
        begin = end + 1


def _gap(rule: Rule) -> int:
    """After how many microseconds a sample does not follow upon another any more."""
    test = rule.quality.outlier
    return int(max(GAP, 0 if test is None else test.gap) * _SECOND * rule.resolution)


def _repeats(samples: Samples | None, near: Near, rules: Sequence[DatedRule], run: int) -> bool:
    """Whether more than `run` values on either side of new ones are the same, so that there may be more."""
    if samples is None:
        return False
    if max(_needed(rules)) <= run:
        return False
    tolerance = max(_tolerance(each.rule) for each in rules)
    before, after = np.searchsorted(samples["time"], [near.first, near.last + 1])
    sides = (
        samples["value"][max(before - run - 1, 0) : before],
        samples["value"][after : after + run + 1],
    )
    return any(len(side) > run and _is_flat(side, tolerance) for side in sides)


def _is_flat(values: NDArray[np.float64], tolerance: float) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        allowed = tolerance + 8 * ROUNDING * np.abs(values[1:])  # more than the test allows, in any unit
        return bool((np.abs(np.diff(values)) <= allowed).all())


def _tolerance(rule: Rule) -> float:
    return 0.0 if rule.factor == 0 else rule.quality.tolerance / abs(rule.factor)


def _together(near: list[Near]) -> list[list[Near]]:
    """What is wanted in few parts, cut where nothing is for long: a query goes through all its time."""
    near = sorted(near, key=lambda each: each.first)
    apart = np.diff([each.first for each in near])
    cuts = sorted(int(each) + 1 for each in np.argsort(-apart)[: _QUERIES - 1] if apart[each] > _DAY)
    return [near[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(near)], strict=True)]

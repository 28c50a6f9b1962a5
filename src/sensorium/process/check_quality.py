"""The first step: every value is judged, and those before it once more that it may have changed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sensorium.model.flags import QA, QC
from sensorium.process.correct import take_back
from sensorium.process.neighbours import Counts, Dated
from sensorium.process.quality.block import Block, Rule, bits
from sensorium.process.quality.masks import Masks, find_masks, find_settled, with_known
from sensorium.process.quality.verdicts import judge, touched
from sensorium.process.rules import DatedRule
from sensorium.process.samples import (
    WORDS,
    Samples,
    State,
    by_series,
    joined,
    newest_of_equals,
    newest_version,
    put_in,
    runs,
)
from sensorium.process.surroundings import Surroundings

_REPEATING = int(QC.REPEATING)
_FLOORS = 20  # of a test for outliers: as many as an increment may be


def check_quality(new: Samples, around: Surroundings) -> Samples:
    """The samples with their verdicts, and samples of before that have another verdict through these.

    The latter get a version above that of the newest of these. Raises Unavailable.
    """
    if not len(new):
        return new
    new = by_series(new)
    pieces = runs(new["series"])
    rules = around.rules.of([series for series, _, _ in pieces])
    corrected = around.formulas.of(new["device"].take([begin for _, begin, _ in pieces]))
    tests = [
        series in corrected or any(each.rule.quality.has_tests for each in rules[series])
        for series, _, _ in pieces
    ]
    is_tested = np.repeat(tests, [end - begin for _, begin, end in pieces])
    tested = new if is_tested.all() else new.compress(is_tested)
    unmeasured = around.rules.unmeasured(rules)
    due = around.increments.due(tested, unmeasured) if unmeasured else {}
    groups = around.neighbours.groups(tested, rules, due)
    since = newest_version(new)
    judged = [_judged(group, rules, due, around, since) for group in groups if len(group)]
    return joined(judged if is_tested.all() else [_untested(new.compress(~is_tested)), *judged])


def _untested(new: Samples) -> Samples:
    """The samples, told of each whether all metadata are known (NI-095)."""
    new["qa"] = bits(np.isfinite(new["longitude"]) & np.isfinite(new["latitude"]), QA.METADATA_COMPLETE)
    return new


def _judged(new: Samples, rules: Dated, due: Counts, around: Surroundings, since: int) -> Samples:
    """The new samples with their words, and those of before that have others now.

    The latter get the version `since`, or keep theirs when that is higher. The series that are `due` are
    measured; what is stored of those that have other rules by that is judged again.
    """
    neighbours = around.neighbours
    stored = neighbours.of(new, rules, due)
    take_back(stored)  # new ones have no corrected value yet
    samples = newest_of_equals(put_in(new, stored))
    is_stored = samples["state"] == State.STORED
    block, is_known = _block(samples, rules)
    found = find_masks(block, neighbours.before(samples))
    is_settled = find_settled(found, is_stored)
    masks = with_known(found, samples["qc"], is_settled)
    is_other = masks.repeating != (samples["qc"] & _REPEATING != 0)
    changed = ~is_stored | (is_other & ~is_settled)
    if measured := _measured(samples, found, rules, due, around):
        rules = {**rules, **measured}
        block, _ = _block(samples, rules)
        changed |= np.isin(samples["series"], list(measured))
    at = touched(block, changed)
    is_complete = np.isfinite(block.longitude) & np.isfinite(block.latitude) & is_known
    verdicts = judge(block, masks, at, is_complete[at])
    there = np.flatnonzero(is_stored[at])
    differs = np.zeros(len(there), np.bool_)
    for word in WORDS:
        judged, words = getattr(verdicts, word), samples[word]
        differs |= words[at[there]] != judged[there]
        words[at] = judged
    again = at[there[differs]]
    samples["version"][again] = np.maximum(samples["version"][again], since)
    samples["state"][again] = State.AGAIN
    neighbours.hold(samples, masks.linked, rules)
    return samples.compress(samples["state"] != State.STORED)


def _measured(samples: Samples, masks: Masks, rules: Dated, due: Counts, around: Surroundings) -> Dated:
    """The rules of those of the series that are due which have others by the increment that they show."""
    if not due:
        return {}
    values = np.where(masks.below | masks.above, np.nan, masks.value)
    found = {
        series: increment
        for series, begin, end in runs(samples["series"])
        if series in due
        and (
            increment := around.increments.measure(
                series, samples["packet"][begin:end], values[begin:end], _most(rules[series])
            )
        )
    }
    return {
        series: changed
        for series, changed in around.rules.with_increments(found).items()
        if changed != rules[series]
    }


def _most(rules: Sequence[DatedRule]) -> float:
    """What no increment is above: two states, or spikes, are so far apart."""
    tests = (each.rule.quality.outlier for each in rules)
    return _FLOORS * max(
        (test.floor for test in tests if test is not None and test.asks_for_increment), default=0
    )


def _block(samples: Samples, rules: Dated) -> tuple[Block, NDArray[np.bool_]]:
    """The samples as a block, and of which of them the conversion to the unit of the tests is known."""
    numbers: dict[Rule, int] = {}
    rule = np.zeros(len(samples), np.int64)
    for series, begin, end in runs(samples["series"]):
        dated = rules[series]
        which = np.asarray([numbers.setdefault(each.rule, len(numbers)) for each in dated])
        begins = [each.valid_from for each in dated]
        places = np.searchsorted(begins, samples["time"][begin:end], side="right") - 1
        rule[begin:end] = which[np.maximum(places, 0)]
    is_known = np.asarray([each.factor != 0 or not each.quality.has_tests for each in numbers])[rule]
    block = Block(
        samples["series"].copy(),  # side by side in memory: they are gone through many times
        samples["time"].copy(),
        samples["value"].copy(),
        samples["longitude"].copy(),
        samples["latitude"].copy(),
        rule,
        tuple(numbers),
    )
    return block, is_known

"""The first step: every value is judged, and those before it once more that it may have changed."""

import numpy as np
from numpy.typing import NDArray

from sensorium.model.flags import QA, QC
from sensorium.process.correct import take_back
from sensorium.process.neighbours import Counts, Dated, Neighbours
from sensorium.process.quality.block import Block, Rule, bits
from sensorium.process.quality.masks import find_masks, find_settled, with_known
from sensorium.process.quality.verdicts import judge, touched
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
    rules, anew = _with_increments(tested, rules, around)
    groups = around.neighbours.groups(tested, rules, anew)
    since = newest_version(new)
    judged = [_judged(group, rules, anew, around.neighbours, since) for group in groups if len(group)]
    return joined(judged if is_tested.all() else [_untested(new.compress(~is_tested)), *judged])


def _with_increments(new: Samples, rules: Dated, around: Surroundings) -> tuple[Dated, Counts]:
    """The rules with the increments that these samples make known.

    And the series whose stored values are judged again by them, with how many those are at most.
    """
    unmeasured = around.rules.unmeasured(rules)
    if not unmeasured or not (found := around.increments.look(new, unmeasured)):
        return rules, {}
    changed = around.rules.with_increments(found)
    counts = {each: around.increments.whole(each) for each in found if changed[each] != rules[each]}
    return {**rules, **changed}, {each: count for each, count in counts.items() if count is not None}


def _untested(new: Samples) -> Samples:
    """The samples, told of each whether all metadata are known (NI-095)."""
    new["qa"] = bits(np.isfinite(new["longitude"]) & np.isfinite(new["latitude"]), QA.METADATA_COMPLETE)
    return new


def _judged(new: Samples, rules: Dated, anew: Counts, neighbours: Neighbours, since: int) -> Samples:
    """The new samples with their words, and those of before that have others now.

    The latter get the version `since`, or keep theirs when that is higher. All stored values of the series
    in `anew` are judged again.
    """
    stored = neighbours.of(new, rules, anew)
    take_back(stored)  # new ones have no corrected value yet
    samples = newest_of_equals(put_in(new, stored))
    is_stored = samples["state"] == State.STORED
    block, is_known = _block(samples, rules)
    found = find_masks(block, neighbours.before(samples))
    is_settled = find_settled(found, is_stored)
    masks = with_known(found, samples["qc"], is_settled)
    is_other = masks.repeating != (samples["qc"] & _REPEATING != 0)
    changed = ~is_stored | (is_other & ~is_settled)
    if anew:
        changed |= np.isin(samples["series"], list(anew))
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

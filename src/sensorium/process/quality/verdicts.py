"""Verdicts as flag words: what each test found, what was to be tested, and what came of it."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from sensorium.model.flags import QA, QAS, QC, QCS
from sensorium.process.quality.block import SECOND, Block, Integers, Rule, Truths, Words, bits
from sensorium.process.quality.masks import GAP, Masks, find_masks
from sensorium.process.quality.outliers import find_outliers


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The four words of the judged samples."""

    qc: Words
    qcs: Words
    qa: Words
    qas: Words


def configured(rule: Rule) -> int:
    """The bits of QCS that tell which tests a rule has (NI-093)."""
    if not rule.tests:
        return 0
    quality = rule.quality
    return (
        (QCS.MINIMUM if quality.minimum is not None else 0)
        | (QCS.MAXIMUM if quality.maximum is not None else 0)
        | (QCS.PERSISTENCE if quality.repeats(rule.resolution) else 0)
        | (QCS.OUTLIER if quality.outlier is not None else 0)
    )


def windows(rule: Rule) -> int:
    """How many samples before the newest have a part in verdicts that are still to come."""
    test = rule.quality.outlier
    return 1 if test is None else 2 * max(test.window, test.trailing)


def reach(rule: Rule, run: int) -> int:
    """How many samples on each side of a change can have another verdict through it, or take part in one.

    That is so where no more than `run` values repeat.
    """
    return windows(rule) + min(run, rule.quality.repeats(rule.resolution))


def horizon(rule: Rule, run: int) -> int:
    """How far in time, in microseconds, a sample can have a part in the verdict on another."""
    test = rule.quality.outlier
    window = 0.0 if test is None else test.span * (test.window + test.trailing) + test.gap
    steps = 2 * window + GAP * min(run, rule.quality.repeats(rule.resolution))
    return int(steps * 1_000_000 * rule.resolution)


def touched(block: Block, changed: Truths) -> Integers:
    """The samples whose windows hold a changed sample, or that are changed; indices in order.

    A sample is changed when it is new, or when its masks are not what they were. Between samples that are
    further from each other than windows reach, others may be missing in the block.
    """
    tests = [rule.quality.outlier for rule in block.rules]
    before = [0 if each is None else max(each.half, each.trailing - 1) for each in tests]
    after = [0 if each is None else each.half for each in tests]
    longest = [_longest(rule) for rule in block.rules]
    here = np.arange(len(changed))
    earlier = np.maximum.accumulate(np.where(changed, here, -1))
    later = np.minimum.accumulate(np.where(changed, here, len(here))[::-1])[::-1]
    is_touched = changed.copy()
    rest = np.flatnonzero(~changed)
    rule = block.rule[rest]
    for nearest, distance, most in (
        (earlier[rest], rest - earlier[rest], np.asarray(before)[rule]),
        (later[rest], later[rest] - rest, np.asarray(after)[rule]),
    ):
        each = np.clip(nearest, 0, len(here) - 1)
        is_near = (distance <= most) & changed[each] & (block.series[each] == block.series[rest])
        apart = np.abs(block.time[each] - block.time[rest])
        is_touched[rest] |= is_near & (apart <= np.asarray(longest)[rule])
    return np.flatnonzero(is_touched)


def _longest(rule: Rule) -> int:
    """How far in time, in microseconds, a window reaches at most, with what follows upon it."""
    test = rule.quality.outlier
    if test is None:
        return 0
    return ceil((test.span * max(test.window, test.trailing) + test.gap) * SECOND * rule.resolution)


def judge(block: Block, masks: Masks, at: Integers, complete: Truths) -> Verdicts:
    """The words of the samples `at`; `complete` tells of which of them all metadata are known (NI-095)."""
    rules = block.rules
    rule = block.rule[at]
    found = find_outliers(block, masks, at)
    below, above, repeating = masks.below[at], masks.above[at], masks.repeating[at]
    alone = np.asarray([configured(each) & ~QCS.OUTLIER for each in rules], np.int16)[rule]
    ran = (alone != 0) | (found.tested & (found.reasons == 0))
    qc = (
        bits(ran, QC.EXECUTED)
        | bits(below, QC.BELOW)
        | bits(above, QC.ABOVE)
        | bits(repeating, QC.REPEATING)
        | bits(found.outlier, QC.OUTLIER)
    )
    undecided = found.tested & (found.reasons != 0)
    configured_tests = np.asarray([configured(each) for each in rules], np.int16)[rule]
    accepted = (configured_tests != 0) & ~(below | above | repeating | found.outlier | undecided)
    qcs = configured_tests | bits(undecided, QCS.OUTLIER_FAILED)
    qa = bits(complete, QA.METADATA_COMPLETE) | bits(accepted, QA.ACCEPTED)
    qas = (
        bits(below | above, QAS.OUT_OF_RANGE)
        | bits(repeating, QAS.PERSISTENT)
        | bits(found.outlier, QAS.OUTLIER)
        | found.reasons * undecided
    )
    return Verdicts(qc, qcs, qa, qas)


def judge_all(block: Block, complete: Truths) -> Verdicts:
    """The words of every sample of the block."""
    return judge(block, find_masks(block), np.arange(len(block.time)), complete)

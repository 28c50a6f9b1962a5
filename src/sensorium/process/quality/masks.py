"""The tests of a value by itself and of values that repeat. What they find takes no part in later tests."""

from dataclasses import dataclass, replace

import numpy as np

from sensorium.model.flags import QC
from sensorium.process.quality.block import ROUNDING, SECOND, Block, Floats, Integers, Truths

GAP = 5.0  # resolutions between two values that are not next to each other any more


@dataclass(frozen=True, slots=True)
class Masks:
    """`value` in the QC unit, and for each sample whether it is out of range or repeats.

    `linked` tells whether it repeats the value before it, `next` whether it is near enough after that to do
    so, and `counted` whether it is tested for that at all.
    """

    value: Floats
    below: Truths
    above: Truths
    repeating: Truths
    linked: Truths
    next: Truths
    counted: Truths

    @property
    def any(self) -> Truths:
        """Whether a sample takes no part in the windows of others."""
        return self.below | self.above | self.repeating | ~np.isfinite(self.value)


@np.errstate(over="ignore", invalid="ignore")
def find_masks(block: Block, before: Integers | None = None) -> Masks:
    """Test range and persistence of every sample of the block.

    A value that is too large for a number in the QC unit is infinite there: beyond any limit, and equal to no
    other. A run of repeating values is known as far as the block reaches; `before` tells of samples how many
    more of their run are before them and not in the block.
    """
    tests = [rule.quality if rule.tests else None for rule in block.rules]
    value = block.value * block.by_rule([rule.factor for rule in block.rules])
    lowest = [np.nan if each is None or each.minimum is None else _least(each.minimum) for each in tests]
    highest = [np.nan if each is None or each.maximum is None else _most(each.maximum) for each in tests]
    below, above = value < block.by_rule(lowest), value > block.by_rule(highest)
    return Masks(value, below, above, *_repeating(block, value, before))


def _least(limit: float) -> float:
    return limit - ROUNDING * abs(limit)


def _most(limit: float) -> float:
    return limit + ROUNDING * abs(limit)


def with_known(masks: Masks, words: Integers, settled: Truths) -> Masks:
    """The masks of samples among which some are stored, with the QC words that are known of them.

    Whether a stored sample repeats is known of it when its run is settled and may reach beyond the block.
    Else, as whether it is in range, it is as it is found now.
    """
    if not settled.any():
        return masks
    run = np.cumsum(~masks.linked) - 1
    is_first, is_last = ~masks.linked, np.append(~masks.linked[1:], True)
    is_cut = (is_first & ~masks.next) | (is_last & ~np.append(masks.next[1:], False))
    is_beyond = (np.bincount(run, weights=is_cut)[run] > 0) & ~masks.repeating & masks.counted
    repeating = np.where(is_beyond & settled, words & int(QC.REPEATING) != 0, masks.repeating)
    return replace(masks, repeating=repeating)


def find_settled(masks: Masks, is_known: Truths) -> Truths:
    """Which stored samples are in runs that no other sample begins, ends or joins: as they were, they are.

    Between samples of the block that are not next to each other there may be others that are not in it.
    """
    near = ~is_known
    near[1:] |= ~is_known[:-1] & masks.next[1:]
    near[:-1] |= ~is_known[1:] & masks.next[1:]
    run = np.cumsum(~masks.linked) - 1
    return is_known & (np.bincount(run, weights=near)[run] == 0)


def _repeating(block: Block, value: Floats, before: Integers | None) -> tuple[Truths, Truths, Truths, Truths]:
    """Whether each sample repeats, is linked to the one before, is next to it, and is counted."""
    rules = block.rules
    repeats = block.by_rule(
        [rule.quality.repeats(rule.resolution) if rule.tests else 0 for rule in rules], np.int64
    )
    nowhere = np.zeros(len(value), np.bool_)
    if not repeats.any():
        return nowhere, nowhere, nowhere, nowhere
    tolerance = block.by_rule([rule.quality.tolerance for rule in rules])
    apart = block.by_rule([GAP * SECOND * rule.resolution for rule in rules])
    counted = ~_exempt(block, value) & (repeats > 0)
    is_next, linked = nowhere.copy(), nowhere.copy()
    is_next[1:] = (np.diff(block.series) == 0) & (np.diff(block.time) <= apart[1:])
    step = np.abs(np.diff(value))
    linked[1:] = (
        (step <= tolerance[1:] + ROUNDING * np.abs(value[1:]))
        & (step < np.inf)
        & is_next[1:]
        & counted[1:]
        & counted[:-1]
    )
    run = np.cumsum(~linked) - 1
    length = np.bincount(run)
    if before is not None:
        more = np.flatnonzero(before)
        length[run[more]] += before[more]
    return (length[run] >= np.maximum(repeats, 1)) & counted, linked, is_next, counted


def _exempt(block: Block, value: Floats) -> Truths:
    found = np.zeros(len(value), np.bool_)
    for number, rule in enumerate(block.rules):
        for low, high in rule.quality.exempt:
            found |= (block.rule == number) & (value >= _least(low)) & (value <= _most(high))
    return found

"""The tests of a value by itself and of values that repeat. What they find takes no part in later tests."""

from dataclasses import dataclass

import numpy as np

from sensorium.model.flags import QC
from sensorium.process.quality.block import SECOND, Block, Floats, Integers, Truths

_GAP = 5.0  # resolutions between two values that are not next to each other any more


@dataclass(frozen=True, slots=True)
class Masks:
    """`value` in the QC unit, and for each sample whether it is out of range or repeats.

    `linked` tells whether it repeats the value before it.
    """

    value: Floats
    below: Truths
    above: Truths
    repeating: Truths
    linked: Truths

    @property
    def any(self) -> Truths:
        """Whether a sample takes no part in the windows of others."""
        return self.below | self.above | self.repeating | ~np.isfinite(self.value)


@np.errstate(over="ignore", invalid="ignore")
def find_masks(block: Block) -> Masks:
    """Test range and persistence of every sample of the block.

    A value that is too large for a number in the QC unit is infinite there: beyond any limit, and equal to no
    other. A run of repeating values is known only as far as the block reaches.
    """
    tests = [rule.quality if rule.tests else None for rule in block.rules]
    value = block.value * block.by_rule([rule.factor for rule in block.rules])
    lowest = block.by_rule(
        [np.nan if each is None or each.minimum is None else each.minimum for each in tests]
    )
    highest = block.by_rule(
        [np.nan if each is None or each.maximum is None else each.maximum for each in tests]
    )
    below, above = value < lowest, value > highest
    repeating, linked = _repeating(block, value)
    return Masks(value, below, above, repeating, linked)


def with_known(masks: Masks, block: Block, words: Integers, is_known: Truths) -> Masks:
    """The masks of samples among which some are stored, with the QC words that are known of them.

    A stored sample keeps what was found of it, since all that led to it may not be in the block any more;
    but whether it repeats is found anew for the runs that another sample begins, ends or joins.
    """
    near = ~is_known
    same = np.diff(block.series) == 0
    near[1:] |= ~is_known[:-1] & same
    near[:-1] |= ~is_known[1:] & same
    run = np.cumsum(~masks.linked) - 1
    is_settled = is_known & (np.bincount(run, weights=near)[run] == 0)
    return Masks(
        masks.value,
        np.where(is_known, words & int(QC.BELOW) != 0, masks.below),
        np.where(is_known, words & int(QC.ABOVE) != 0, masks.above),
        np.where(is_settled, words & int(QC.REPEATING) != 0, masks.repeating),
        masks.linked,
    )


def _repeating(block: Block, value: Floats) -> tuple[Truths, Truths]:
    rules = block.rules
    repeats = block.by_rule(
        [rule.quality.repeats(rule.resolution) if rule.tests else 0 for rule in rules], np.int64
    )
    if not repeats.any():
        return np.zeros(len(value), np.bool_), np.zeros(len(value), np.bool_)
    tolerance = block.by_rule([rule.quality.tolerance for rule in rules])
    apart = block.by_rule([_GAP * SECOND * rule.resolution for rule in rules])
    counted = ~_exempt(block, value) & (repeats > 0)
    linked = np.zeros(len(value), np.bool_)
    linked[1:] = (
        (np.diff(block.series) == 0)
        & (np.abs(np.diff(value)) <= tolerance[1:])
        & (np.diff(block.time) <= apart[1:])
        & counted[1:]
        & counted[:-1]
    )
    run = np.cumsum(~linked) - 1
    return (np.bincount(run)[run] >= np.maximum(repeats, 1)) & counted, linked


def _exempt(block: Block, value: Floats) -> Truths:
    found = np.zeros(len(value), np.bool_)
    for number, rule in enumerate(block.rules):
        for low, high in rule.quality.exempt:
            found |= (block.rule == number) & (value >= low) & (value <= high)
    return found

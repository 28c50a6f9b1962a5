"""The tests of a value by itself and of values that repeat. What they find takes no part in later tests."""

from dataclasses import dataclass

import numpy as np

from sensorium.process.quality.block import SECOND, Block, Floats, Truths

_GAP = 5.0  # resolutions between two values that are not next to each other any more


@dataclass(frozen=True, slots=True)
class Masks:
    """`value` in the QC unit, and for each sample whether it is out of range or repeats."""

    value: Floats
    below: Truths
    above: Truths
    repeating: Truths

    @property
    def any(self) -> Truths:
        """Whether a sample takes no part in the windows of others."""
        return self.below | self.above | self.repeating | ~np.isfinite(self.value)


def find_masks(block: Block) -> Masks:
    """Test range and persistence of every sample of the block.

    A run of repeating values is known only as far as the block reaches.
    """
    tests = [rule.quality if rule.tests else None for rule in block.rules]
    value = block.value * block.by_rule([rule.factor for rule in block.rules])
    lowest = block.by_rule(
        [np.nan if each is None or each.minimum is None else each.minimum for each in tests]
    )
    highest = block.by_rule(
        [np.nan if each is None or each.maximum is None else each.maximum for each in tests]
    )
    with np.errstate(invalid="ignore"):
        below, above = value < lowest, value > highest
    return Masks(value, below, above, _repeating(block, value))


def _repeating(block: Block, value: Floats) -> Truths:
    rules = block.rules
    repeats = block.by_rule(
        [rule.quality.repeats(rule.resolution) if rule.tests else 0 for rule in rules], np.int64
    )
    if not repeats.any():
        return np.zeros(len(value), np.bool_)
    tolerance = block.by_rule([rule.quality.tolerance for rule in rules])
    apart = block.by_rule([_GAP * SECOND * rule.resolution for rule in rules])
    counted = ~_exempt(block, value) & (repeats > 0)
    linked = np.zeros(len(value), np.bool_)
    with np.errstate(invalid="ignore"):
        linked[1:] = (
            (np.diff(block.series) == 0)
            & (np.abs(np.diff(value)) <= tolerance[1:])
            & (np.diff(block.time) <= apart[1:])
            & counted[1:]
            & counted[:-1]
        )
    run = np.cumsum(~linked) - 1
    return (np.bincount(run)[run] >= np.maximum(repeats, 1)) & counted


def _exempt(block: Block, value: Floats) -> Truths:
    found = np.zeros(len(value), np.bool_)
    for number, rule in enumerate(block.rules):
        for low, high in rule.quality.exempt:
            found |= (block.rule == number) & (value >= low) & (value <= high)
    return found

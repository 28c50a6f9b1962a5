"""The first step: every value is judged, and those before it once more that it may have changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorium.model.flags import QA, QC
from sensorium.process.neighbours import Neighbours
from sensorium.process.quality.block import Block, Rule, bits
from sensorium.process.quality.masks import find_masks, with_known
from sensorium.process.quality.verdicts import judge, touched
from sensorium.process.rules import DatedRule, Rules
from sensorium.process.samples import WORDS, Samples, newest_of_equals, runs

_REPEATING = int(QC.REPEATING)
_Dated = Mapping[int, Sequence[DatedRule]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value is judged by besides itself: the rules of its series, and what is stored around it."""

    rules: Rules
    neighbours: Neighbours


def check_quality(new: Samples, around: Surroundings) -> Samples:
    """The samples with their verdicts, and samples of before that have another verdict through these.

    The latter get a version above that of the newest of these. Raises Unavailable.
    """
    if not len(new):
        return new
    new = new[np.argsort(new["series"], kind="stable")]
    new["qa"] = bits(_is_placed(new), QA.METADATA_COMPLETE)
    pieces = runs(new["series"])
    rules = around.rules.of([series for series, _, _ in pieces])
    tests = [any(each.rule.tests for each in rules[series]) for series, _, _ in pieces]
    is_tested = np.repeat(tests, [end - begin for _, begin, end in pieces])
    if not is_tested.any():
        return new
    judged, changed = _judged(new if is_tested.all() else new[is_tested], rules, around.neighbours)
    judged["version"][changed] = new["version"].max() | 1
    return judged if is_tested.all() else np.concatenate([new[~is_tested], judged])


def _judged(new: Samples, rules: _Dated, neighbours: Neighbours) -> tuple[Samples, NDArray[np.bool_]]:
    """The new samples with their words and those of before that changed; and which are of before."""
    stored = neighbours.of(new, rules)
    samples = np.concatenate([stored, new])
    is_new = np.arange(len(samples)) >= len(stored)
    kept = newest_of_equals(samples, is_new)
    is_lost = is_new.copy()  # to a later packet that is stored already
    is_lost[kept] = False
    lost, samples, is_new = samples[is_lost], samples[kept], is_new[kept]
    block, is_known = _block(samples, rules)
    masks = with_known(find_masks(block), block, samples["qc"], ~is_new)
    changed = is_new | (masks.repeating != (samples["qc"] & _REPEATING != 0))
    at = touched(block, changed)
    verdicts = judge(block, masks, at, (_is_placed(samples) & is_known)[at])
    is_other = np.zeros(len(at), np.bool_)
    for word in WORDS:
        found = getattr(verdicts, word)
        is_other |= samples[word][at] != found
        samples[word][at] = found
    neighbours.hold(samples, masks.linked, rules)
    is_again = np.zeros(len(samples), np.bool_)
    is_again[at] = is_other & ~is_new[at]
    if not len(lost):
        is_written = is_new | is_again
        return samples[is_written], is_again[is_written]
    written = np.concatenate([lost, samples[is_new], samples[is_again]])
    return written, np.arange(len(written)) >= len(written) - is_again.sum()


def _block(samples: Samples, rules: _Dated) -> tuple[Block, NDArray[np.bool_]]:
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
        samples["series"],
        samples["time"],
        samples["value"],
        samples["longitude"],
        samples["latitude"],
        rule,
        tuple(numbers),
    )
    return block, is_known


def _is_placed(samples: Samples) -> NDArray[np.bool_]:
    return np.isfinite(samples["longitude"]) & np.isfinite(samples["latitude"])

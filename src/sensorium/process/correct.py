"""Values are corrected: by expressions over the values of the same packet, once these are judged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.model.correction import Correction
from sensorium.model.device import Datastream
from sensorium.model.errors import InvalidExpression
from sensorium.model.flags import FAILED, QCS
from sensorium.plans.expression import compile_expression
from sensorium.plans.expression.block import Evaluated, Floats, Truths, evaluate_block
from sensorium.plans.expression.names import names_of
from sensorium.plans.expression.scalar import Program
from sensorium.process.calibrate import Calibrated
from sensorium.process.quality.block import Rule
from sensorium.process.rules import DatedRule
from sensorium.process.samples import NO_LEVEL, Samples, runs

Integers = NDArray[np.int64]

_BITS = np.uint16(
    QCS.CORRECTION
    | QCS.CORRECTION_UNKNOWN
    | QCS.CORRECTION_EVALUATION
    | QCS.CORRECTION_EXPRESSION
    | QCS.CORRECTION_NAN
    | QCS.CORRECTION_OUTLIERS
)


@dataclass(frozen=True, slots=True)
class Formula:
    """How the values of a datastream are corrected, and the level of what comes out.

    For each input of the program the datastreams of which it may be a value: of a packet that has values of
    several, none is meant. Without a program the expression cannot be read, or has a name that no datastream
    of the device has.
    """

    program: Program | None
    inputs: tuple[tuple[int, ...], ...]
    level: int


class DatedFormula(NamedTuple):
    """How values are corrected from a time on (None: not), in microseconds since 1970 UTC."""

    valid_from: int
    formula: Formula | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of each sample: NaN and NO_LEVEL where it has no corrected value.

    `uncertainty` is a standard one (k = 1) of the corrected value, NaN where none is known. `qcs` has the bit
    that tells that the sample was to be corrected, and at most one that tells why it is not (NI-093).
    """

    value: Floats
    level: NDArray[np.int32]
    uncertainty: Floats
    qcs: NDArray[np.uint16]


def take_back(samples: Samples) -> None:
    """Let the samples have no corrected value, and nothing be said of one."""
    samples["value_corrected"] = samples["uncertainty_corrected"] = np.nan
    samples["level_corrected"] = NO_LEVEL
    samples["qcs"] &= ~_BITS


def put_down(samples: Samples, found: Corrected) -> None:
    """Let the samples have what was found of them."""
    samples["value_corrected"] = found.value
    samples["level_corrected"] = found.level
    samples["uncertainty_corrected"] = found.uncertainty
    samples["qcs"] = samples["qcs"] & ~_BITS | found.qcs


def make_formula(correction: Correction, streams: Iterable[Datastream], corrected: Datastream) -> Formula:
    """The formula of one datastream, given all that its device has or has had."""
    names = names_of(streams, corrected)
    meant = tuple(dict.fromkeys(names.values()))
    numbers = {each: number for number, each in enumerate(meant)}
    try:
        expression = compile_expression(
            correction.expression, {name: numbers[each] for name, each in names.items()}
        )
    except InvalidExpression:
        return Formula(None, (), correction.level)
    return Formula(expression.program, tuple(meant[each] for each in expression.inputs), correction.level)


def uncertainties(samples: Samples, rules: Mapping[int, Sequence[DatedRule]]) -> Floats:
    """The standard uncertainty of each sample in its own unit, NaN where none is known.

    The samples are sorted by series.
    """
    known = np.full(len(samples), np.nan)
    for series, begin, end in runs(samples["series"]):
        dated = rules[series]
        if any(each.rule.quality.uncertainty is not None for each in dated):
            begins = [each.valid_from for each in dated]
            places = np.searchsorted(begins, samples["time"][begin:end], side="right") - 1
            known[begin:end] = np.asarray([_uncertainty(each.rule) for each in dated])[np.maximum(places, 0)]
    return known


def _uncertainty(rule: Rule) -> float:
    if rule.quality.uncertainty is None or rule.factor == 0:
        return np.nan
    return rule.quality.uncertainty / abs(rule.factor)


def correct(
    samples: Samples, formulas: Mapping[int, Sequence[DatedFormula]], calibrated: Calibrated
) -> Corrected:
    """Correct the samples of the series that have formulas, of which each has those in the order of time.

    The samples are sorted by series, have their words of quality control, and are all that is in force of
    each packet in them. Whether there is a corrected value is found in the order of the document's bits: 512
    the expression, 1024 an input is missing or not finite, 2048 an input or the value itself has a failed
    verdict, 256 arithmetic, 1024 the result is not finite.

    What is calibrated and has no formula has its calibrated value for the corrected one.
    """
    is_due, has_value = calibrated.is_due, calibrated.level != NO_LEVEL
    corrected = Corrected(
        np.where(has_value, calibrated.value, np.nan),
        calibrated.level.copy(),
        np.where(has_value, calibrated.uncertainty, np.nan),
        np.where(is_due, int(QCS.CORRECTION), 0).astype(np.uint16),
    )
    corrected.qcs[is_due & ~has_value] |= int(QCS.CORRECTION_NAN)
    packets = _Packets.of(samples)
    for program, pieces in _by_program(samples, formulas).items():
        rows = np.concatenate([piece.rows for piece in pieces])
        found = _worked(program, _inputs(packets, pieces, rows), samples, calibrated, rows)
        corrected.value[rows], corrected.uncertainty[rows], reasons = found
        corrected.qcs[rows] = reasons | int(QCS.CORRECTION)
        levels = np.repeat([piece.formula.level for piece in pieces], [len(piece.rows) for piece in pieces])
        corrected.level[rows] = np.where(reasons == 0, levels, NO_LEVEL)
    return corrected


class _Piece(NamedTuple):
    """Samples of one series, as indices, that have the same formula."""

    formula: Formula
    rows: Integers


def _by_program(
    samples: Samples, formulas: Mapping[int, Sequence[DatedFormula]]
) -> dict[Program | None, list[_Piece]]:
    pieces: defaultdict[Program | None, list[_Piece]] = defaultdict(list)
    there = runs(samples["series"])
    if not there:
        return pieces
    times = samples["time"]
    earliest: list[int] = np.minimum.reduceat(times, [begin for _, begin, _ in there]).tolist()
    for (series, begin, end), first in zip(there, earliest, strict=True):
        dated = formulas.get(series)
        if not dated:
            continue
        if dated[-1].valid_from <= first:  # as it nearly always is
            found = {len(dated) - 1: np.arange(begin, end)}
        else:
            places = np.searchsorted([each.valid_from for each in dated], times[begin:end], side="right") - 1
            found = {int(each): begin + np.flatnonzero(places == each) for each in np.unique(places)}
        for place, rows in found.items():
            formula = dated[place].formula if place >= 0 else None
            if formula is not None:
                pieces[formula.program].append(_Piece(formula, rows))
    return pieces


@dataclass(frozen=True, slots=True)
class _Packets:
    """Finds the sample of a series in the packet of another sample."""

    packet: Integers
    keys: Integers
    order: Integers

    @classmethod
    def of(cls, samples: Samples) -> "_Packets":
        packet = np.unique(samples["packet"], return_inverse=True)[1].astype(np.int64) << 32
        keys = packet | samples["series"].astype(np.int64)
        order = np.argsort(keys)
        return cls(packet, keys[order], order)

    def find(self, rows: Integers, series: Integers) -> Integers:
        """The sample of the series beside each of the rows, -1 where there is none."""
        wanted = self.packet[rows] | series
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, self.order[at], -1)


@dataclass(frozen=True, slots=True)
class _Inputs:
    """For each input the samples that it is (-1: none), and for which rows it may be several."""

    at: Sequence[Integers]
    ambiguous: Truths


def _inputs(packets: _Packets, pieces: Sequence[_Piece], rows: Integers) -> _Inputs:
    lengths = [len(piece.rows) for piece in pieces]
    at: list[Integers] = []
    ambiguous = np.zeros(len(rows), np.bool_)
    for candidates in zip(*(piece.formula.inputs for piece in pieces), strict=True):
        found = np.full(len(rows), -1)
        for each in zip_longest(*candidates, fillvalue=0):  # no series has the number 0
            other = packets.find(rows, np.repeat(np.asarray(each, np.int64), lengths))
            ambiguous |= (found >= 0) & (other >= 0)
            found = np.maximum(found, other)
        at.append(found)
    return _Inputs(at, ambiguous)


def _worked(
    program: Program | None, inputs: _Inputs, samples: Samples, calibrated: Calibrated, rows: Integers
) -> tuple[Floats, Floats, NDArray[np.uint16]]:
    """The corrected values of the rows, their uncertainties, and the bits that tell why there is none."""
    value, spread = np.full((2, len(rows)), np.nan)
    if program is None:
        return value, spread, np.full(len(rows), int(QCS.CORRECTION_EXPRESSION), np.uint16)
    columns = [np.where(at >= 0, calibrated.value[at], np.nan) for at in inputs.at]
    has_failed = samples["qc"] & int(FAILED) != 0
    lacks, is_outlier = np.zeros(len(rows), np.bool_), has_failed[rows]
    for at, column in zip(inputs.at, columns, strict=True):
        lacks |= ~np.isfinite(column)
        is_outlier |= has_failed[at] & (at >= 0)
    reasons = np.select(
        [inputs.ambiguous, lacks, is_outlier],
        [int(QCS.CORRECTION_EXPRESSION), int(QCS.CORRECTION_NAN), int(QCS.CORRECTION_OUTLIERS)],
    )
    good = np.flatnonzero(reasons == 0)
    uncertain = [calibrated.uncertainty[at[good]] for at in inputs.at]
    by = [place for place, each in enumerate(uncertain) if not np.isnan(each).all()]
    found = evaluate_block(program, [column[good] for column in columns], len(good), by)
    value[good] = found.value
    spread[good] = _spread(found, uncertain)
    reasons[good] = np.select(
        [found.failed, ~np.isfinite(found.value)],
        [int(QCS.CORRECTION_EVALUATION), int(QCS.CORRECTION_NAN)],
    )
    is_corrected = reasons == 0
    value[~is_corrected] = spread[~is_corrected] = np.nan
    return value, spread, reasons.astype(np.uint16)


def _spread(found: Evaluated, uncertain: Sequence[Floats]) -> Floats:
    """The standard uncertainty of first order: inputs are independent, and exact where nothing is known."""
    variance = np.zeros(len(found.value))
    is_known = np.zeros(len(found.value), np.bool_)
    for place, slope in found.slopes.items():
        is_uncertain = ~np.isnan(uncertain[place])
        is_known |= is_uncertain
        with np.errstate(all="ignore"):
            variance += np.where(is_uncertain, (slope * uncertain[place]) ** 2, 0)
    spread = np.sqrt(variance)
    return np.where(is_known & np.isfinite(spread), spread, np.nan)

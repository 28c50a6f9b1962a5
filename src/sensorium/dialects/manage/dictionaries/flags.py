"""The dictionary of the flag words: each bit in a sentence."""

from collections.abc import Mapping
from enum import IntFlag

from sensorium.dialects.manage.dictionaries import shapes
from sensorium.model.flags import QA, QAS, QC, QCS, Pipeline

_QC: dict[IntFlag, str] = {
    QC.EXECUTED: "At least one test ran.",
    QC.BELOW: "The value is below the minimum.",
    QC.ABOVE: "The value is above the maximum.",
    QC.REPEATING: "The value has not changed for too long.",
    QC.OUTLIER: "The value is an outlier among those around it.",
}
_QCS: dict[IntFlag, str] = {
    QCS.MINIMUM: "The value was to be tested against a minimum.",
    QCS.MAXIMUM: "The value was to be tested against a maximum.",
    QCS.PERSISTENCE: "The value was to be tested for persistence.",
    QCS.OUTLIER: "The value was to be tested for being an outlier.",
    QCS.CORRECTION: "The value was to be corrected.",
    QCS.OUTLIER_FAILED: "The test for outliers gave no verdict; QAS says why.",
    QCS.CORRECTION_UNKNOWN: "The correction failed for an unknown reason.",
    QCS.CORRECTION_EVALUATION: "The correction failed in its arithmetic.",
    QCS.CORRECTION_EXPRESSION: (
        "The correction's expression cannot be read, or has a name that means nothing, or several values."
    ),
    QCS.CORRECTION_NAN: "The correction lacked a value, or gave none that is a finite number.",
    QCS.CORRECTION_OUTLIERS: "The value, or one that it is corrected by, failed a test.",
}
_QA: dict[IntFlag, str] = {
    QA.METADATA_COMPLETE: "Time, position and the conversion to the unit of the tests are known.",
    QA.ACCEPTED: "Every test that the value was to have gave a verdict, and none failed.",
}
_QAS: dict[IntFlag, str] = {
    QAS.OUT_OF_RANGE: "The value is outside its limits.",
    QAS.PERSISTENT: "The value has not changed for too long.",
    QAS.OUTLIER: "The value is an outlier.",
    QAS.WINDOW_SMALL: "There are too few usable values around it for a verdict.",
    QAS.MAD_ZERO: "The values around it do not differ, and no floor is set.",
    QAS.POSITIONS_VARY: "The values around it come from too far apart.",
    QAS.NOT_CONTINUOUS: "There are gaps among the values around it, or they span too long a time.",
}
_PIPELINE: dict[IntFlag, str] = {
    Pipeline.NO_DATA: "The packet held no value.",
    Pipeline.STORED: "The packet was processed and its values are stored.",
    Pipeline.STORED_WITH_ERRORS: "The packet was processed with errors.",
    Pipeline.QUALITY_EXECUTED: "Its values were checked.",
    Pipeline.QUALITY_FAILED: "To check or correct its values failed; not that a value failed a test.",
}


def _word(word: str, meaning: str, width: int, meanings: Mapping[IntFlag, str]) -> shapes.WordOfFlags:
    flags = tuple(
        shapes.MeaningOfFlag(flag.bit_length() - 1, int(flag), str(flag.name), text)
        for flag, text in meanings.items()
    )
    return shapes.WordOfFlags(word, meaning, width, flags)


FLAG_WORDS = (
    _word("qc", "What quality control found of a value.", 8, _QC),
    _word("qcs", "Which tests and which correction a value was to have, and what failed of them.", 16, _QCS),
    _word("qa", "Whether a value is to be relied on.", 8, _QA),
    _word("qas", "Why a value was not accepted.", 16, _QAS),
    _word("pipeline", "What became of the last packet of a device.", 8, _PIPELINE),
)
"""Every flag word with all of its bits, in the order of their values."""

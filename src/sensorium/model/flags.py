"""The flag words that tell what was done to a packet's data and what was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag


class QC(IntFlag):
    """What quality control found of a value (NI-091)."""

    EXECUTED = 1
    BELOW = 2
    ABOVE = 4
    REPEATING = 8
    OUTLIER = 16


class QCS(IntFlag):
    """Which tests and which correction a value was to have, and what failed of them (NI-093)."""

    MINIMUM = 2
    MAXIMUM = 4
    PERSISTENCE = 8
    OUTLIER = 16
    CORRECTION = 32
    OUTLIER_FAILED = 64
    CORRECTION_UNKNOWN = 128
    CORRECTION_EVALUATION = 256
    CORRECTION_EXPRESSION = 512
    CORRECTION_NAN = 1024
    CORRECTION_OUTLIERS = 2048


class QA(IntFlag):
    """Whether all is known about a value, and whether it passed every test that it was to have (NI-095)."""

    METADATA_COMPLETE = 4
    ACCEPTED = 8


class QAS(IntFlag):
    """Why a value was not accepted (NI-096)."""

    OUT_OF_RANGE = 2
    PERSISTENT = 4
    OUTLIER = 8
    WINDOW_SMALL = 128
    MAD_ZERO = 256
    POSITIONS_VARY = 512
    NOT_CONTINUOUS = 1024


FAILED = QC.BELOW | QC.ABOVE | QC.REPEATING | QC.OUTLIER
"""The verdicts that leave a value out of statistics."""


class Pipeline(IntFlag):
    """What became of a device's last packet (NI-097). Bits that are not listed are reserved."""

    NO_DATA = 1
    STORED = 2
    STORED_WITH_ERRORS = 4
    QUALITY_EXECUTED = 8
    QUALITY_FAILED = 16


@dataclass(frozen=True, slots=True)
class PipelineStatus:
    """The flags of a device's last processed packet, and when it was processed (None: never)."""

    flags: Pipeline
    processed: datetime | None


NEVER_PROCESSED = PipelineStatus(Pipeline(0), None)

"""The flag words that tell what was done to a packet's data and what was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag


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

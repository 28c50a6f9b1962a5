"""All that holds for the values of a datastream at a time."""

from dataclasses import dataclass

from sensorium.model.correction import DatedCorrection
from sensorium.model.quality import DatedQuality


@dataclass(frozen=True, slots=True)
class Rules:
    """How values of a time are checked, and how they are corrected (None: nobody has said anything)."""

    quality: DatedQuality
    correction: DatedCorrection | None

"""What was learned of a datastream."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScorerVersion:
    """What is told of a scorer: its method, and of how many values it learned. Times are in microseconds
    since 1970 UTC.
    """

    version: int
    method: str
    trained_from: int
    trained_to: int
    samples: int
    created: int

"""Jobs: work over stored data that the engine process does in parts, between new packets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    """What a job does."""

    REPLAY = "replay"
    TRAIN = "train"


class JobState(StrEnum):
    """Where a job is in its life; the last three are its end."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobState.WAITING, JobState.RUNNING)
"""The states of a job that has not ended."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it is asked for: of an account, or of whoever runs the server (None); of a device, or of all.

    It is about what has times from `begin` to `end`, both included, in microseconds since 1970 UTC (None: no
    bound). `arguments` are as the kind needs them.
    """

    account: int | None
    kind: JobKind
    device: int | None
    begin: int | None = None
    end: int | None = None
    arguments: Mapping[str, Any] | None = None

    @property
    def only_rejected(self) -> bool:
        """Whether a replay is of those packets alone that could not be processed."""
        return bool((self.arguments or {}).get("rejected"))

    @property
    def only_corrects(self) -> bool:
        """Whether a replay calibrates and corrects stored values alone, and leaves their packets."""
        return bool((self.arguments or {}).get("stored"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: behind which packet of which device, and how many packets it has gone through.

    `total` is how many there are to go through (None: not known yet). Of a job that only corrects, these are
    values, and `after` is the time of the last.
    """

    after_device: int = 0
    after: int = 0
    processed: int = 0
    rejected: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it is. `message` says why it failed; times are in UTC."""

    id: int
    asked: NewJob
    state: JobState
    progress: Progress
    message: str | None
    created: datetime
    started: datetime | None
    ended: datetime | None

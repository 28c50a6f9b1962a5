"""Jobs that were asked for: done one by one, in parts between batches of the log, also across restarts."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic

import structlog

from sensorium.model.errors import Unavailable
from sensorium.model.job import Job, JobKind, JobState, Progress
from sensorium.process.learn import NothingToLearn
from sensorium.process.remake import do_remake
from sensorium.process.replay import do_replay
from sensorium.process.train import TrainingFailed, do_train
from sensorium.process.worker import Worker
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.jobs import advance_job, end_job, find_job, next_job

log = structlog.get_logger()

LOOK_EVERY = 0.25  # seconds between two looks for a job
AGAIN_AFTER = 1.0  # seconds before another try when something is away

Doing = Callable[[Worker, Job], Generator[Progress]]
"""Does a job, or what is left of it, and after each bounded part says how far the job is.

It runs in the worker's thread. An error of its own fails the job; Unavailable has it tried again.
"""

FORESEEN = (TrainingFailed, NothingToLearn)
"""How jobs fail by what they were asked for, such as too few values: no fault of the server."""

DOING: Mapping[JobKind, Doing] = {JobKind.REPLAY: do_replay, JobKind.TRAIN: do_train}


@dataclass
class Jobs:
    """Does the jobs of a catalog in the thread of the worker.

    `clock` gives microseconds since 1970 UTC.
    """

    catalog: Catalog
    worker: Worker
    clock: Callable[[], int]
    _job: tuple[Job, Generator[Progress]] | None = field(default=None, init=False)
    _look_at: float = field(default=0.0, init=False)

    def part(self) -> bool:
        """Do a part of the job at hand, or of the next; whether there may be more to do at once.

        While catalog, engine or disk are at fault the job waits.
        """
        try:
            if self._job is None:
                self._take()
            if self._job is None:
                return False
            self._go_on(*self._job)
        except Unavailable as error:
            log.error("a job waits", why=error.why)
            self.leave()
            self._look_at = monotonic() + AGAIN_AFTER
            return False
        return True

    def leave(self) -> None:
        """Stop the job at hand after its last part; it goes on from there when it is taken up again."""
        if self._job is not None:
            _, parts = self._job
            self._job = None
            parts.close()

    def _take(self) -> None:
        """Begin the next job, or take up the one that was begun before the start."""
        if monotonic() < self._look_at:
            return
        job = next_job(self.catalog)
        if job is None:
            self._look_at = monotonic() + LOOK_EVERY
        elif self._advance(job, job.progress):
            job = find_job(self.catalog, job.id) or job  # it may have been widened until now
            doing = do_remake if job.asked.only_corrects else DOING[job.asked.kind]
            self._job = job, doing(self.worker, job)

    def _go_on(self, job: Job, parts: Iterator[Progress]) -> None:
        try:
            progress = next(parts, None)
        except Unavailable:
            raise
        except Exception as error:
            log.error("a job failed", job=job.id, why=str(error), exc_info=not isinstance(error, FORESEEN))
            self.leave()
            self._fail(job, f"{type(error).__name__}: {error}"[:1000])
            return
        if progress is None:
            self.leave()
            end_job(self.catalog, job.id, JobState.DONE, now=self.clock())
        elif not self._advance(job, progress):
            self.leave()  # it was cancelled

    def _advance(self, job: Job, progress: Progress) -> bool:
        return advance_job(self.catalog, job.id, progress, now=self.clock())

    def _fail(self, job: Job, why: str) -> None:
        end_job(self.catalog, job.id, JobState.FAILED, message=why, now=self.clock())

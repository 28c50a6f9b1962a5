"""Jobs that were asked for: done one by one beside the worker, taken up again after a restart."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import structlog

from sensorium.model.errors import Unavailable
from sensorium.model.job import Job, JobKind, JobState, Progress
from sensorium.process.replay import Replay, Replays
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.jobs import advance_job, end_job, next_job

log = structlog.get_logger()

LOOK_EVERY = 1.0  # seconds between two looks for a job, and before another try when something is away
_EVER = 1 << 62


class _Cancelled(Exception):
    """The job has been ended by whoever asked for it."""


@dataclass
class Jobs:
    """Does the jobs of a catalog in one thread: whoever calls `run`.

    `clock` gives microseconds since 1970 UTC.
    """

    catalog: Catalog
    replays: Replays
    clock: Callable[[], int]
    _stopped: Event = field(default_factory=Event)

    def run(self) -> None:
        """Look for jobs and do them until `stop`."""
        while not self._stopped.is_set():
            try:
                busy = self.turn()
            except Unavailable as error:
                log.error("a job waits", why=error.why)
                busy = False
            if not busy:
                self._stopped.wait(LOOK_EVERY)

    def stop(self) -> None:
        """Let `run` return after the part that it is at; the next start goes on behind it."""
        self._stopped.set()

    def turn(self) -> bool:
        """Do the next job; whether there was one. Raises Unavailable, and then the job is as before."""
        job = next_job(self.catalog)
        if job is None:
            return False
        try:
            ended = _DOING[job.asked.kind](self, job)
        except _Cancelled:
            return True
        except Unavailable:
            raise
        except Exception as error:
            log.exception("a job failed", job=job.id)
            message = f"{type(error).__name__}: {error}"[:1000]
            end_job(self.catalog, job.id, JobState.FAILED, message=message, now=self.clock())
            return True
        if ended:
            end_job(self.catalog, job.id, JobState.DONE, now=self.clock())
        return True

    def replay(self, job: Job) -> bool:
        """Process packets again; False when the end of the process came before that of the job."""
        asked, done = job.asked, job.progress
        self._advance(job, done)
        replay = Replay(
            asked.device,
            0 if asked.begin is None else asked.begin,
            _EVER if asked.end is None else asked.end,
            done.after_device,
            done.after,
        )
        for part in self.replays.run(replay):
            so_far = Progress(
                part.device, part.packet, done.processed + part.processed, done.rejected + part.rejected
            )
            self._advance(job, so_far)
            if self._stopped.is_set():
                return False
        return True

    def train(self, job: Job) -> bool:
        """Scorers cannot be trained by this server."""
        raise NotImplementedError(f"job {job.id}: this server has no scorer that can be trained")

    def _advance(self, job: Job, progress: Progress) -> None:
        if not advance_job(self.catalog, job.id, progress, now=self.clock()):
            raise _Cancelled


_DOING: dict[JobKind, Callable[[Jobs, Job], bool]] = {
    JobKind.REPLAY: Jobs.replay,
    JobKind.TRAIN: Jobs.train,
}

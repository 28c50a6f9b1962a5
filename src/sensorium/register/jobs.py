"""Jobs: who may asks for work over stored data, looks how far it is, and can end it."""

from dataclasses import dataclass

from sensorium.model.errors import Malformed, NotFound
from sensorium.model.job import Job, JobKind, NewJob
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.devices import find_owner
from sensorium.storage.catalog.jobs import add_job, cancel_job, find_job, jobs_of

MOST_OPEN = 100  # jobs of an account that wait or run


@dataclass(frozen=True, slots=True)
class Jobs:
    """What an account can do about its jobs, and whoever runs the server (None) about those of nobody."""

    catalog: Catalog

    def replay(
        self, account: int | None, device: int | None, begin: int | None, end: int | None, *, now: int
    ) -> Job:
        """Ask for a replay of a device's packets, or of all, with times from `begin` to `end`, both included.

        All moments are in microseconds since 1970 UTC (None: no bound). Raises Malformed, and PoolFull when
        the account has too many jobs that have not ended; NotFound when there has never been such a device.
        """
        return self._ask(NewJob(account, JobKind.REPLAY, device, begin, end), now)

    def replay_rejected(
        self, account: int | None, device: int | None, begin: int | None, end: int | None, *, now: int
    ) -> Job:
        """As `replay`, of those of the packets alone that could not be processed."""
        return self._ask(NewJob(account, JobKind.REPLAY, device, begin, end, {"rejected": True}), now)

    def _ask(self, new: NewJob, now: int) -> Job:
        if new.begin is not None and new.end is not None and new.end < new.begin:
            raise Malformed("The end lies before the beginning.", "to")
        if new.device is not None and find_owner(self.catalog, new.device) is None:
            raise NotFound(f"There is no device {new.device}.")
        return self._found(new.account, add_job(self.catalog, new, most=MOST_OPEN, now=now))

    def get(self, account: int | None, number: int) -> Job:
        """A replay of the account. Raises NotFound."""
        return self._found(account, number)

    def list(self, account: int, *, after: int = 0, most: int) -> list[Job]:
        """The account's replays by id: `most` of them, those that come `after` another."""
        return jobs_of(self.catalog, account, kind=JobKind.REPLAY, after=after, most=most)

    def cancel(self, account: int | None, number: int, *, now: int) -> Job:
        """End a replay of the account after the part that it is at; one that has ended stays as it is.

        What it has done stays too. Raises NotFound.
        """
        self._found(account, number)
        cancel_job(self.catalog, account, number, now=now)
        return self._found(account, number)

    def _found(self, account: int | None, number: int) -> Job:
        job = find_job(self.catalog, number) if 0 < number <= LARGEST_ID else None
        if job is None or job.asked.account != account or job.asked.kind is not JobKind.REPLAY:
            raise NotFound("There is no such replay.")
        return job

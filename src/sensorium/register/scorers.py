"""Scorers: an account has the engine learn what values of a datastream are usual."""

from dataclasses import dataclass

from sensorium.model.device import Datastream
from sensorium.model.errors import Malformed, NotFound, PoolFull
from sensorium.model.job import Job, JobKind, NewJob
from sensorium.model.scorer import ScorerVersion
from sensorium.register.jobs import MOST_OPEN
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.jobs import add_job, cancel_job, find_job
from sensorium.storage.catalog.scorers import count_trained, forget_scorers, scorers_of

MOST_TRAINED = 100  # datastreams of an account: the engine has what it learned of each in memory


@dataclass(frozen=True, slots=True)
class Scorers:
    """What an account can do about the scorers of its datastreams."""

    catalog: Catalog

    def of_stream(self, stream: Datastream) -> list[ScorerVersion]:
        """What was learned of a datastream, the newest version first."""
        return scorers_of(self.catalog, stream.id)

    def train(self, account: int, stream: Datastream, begin: int | None, end: int | None, *, now: int) -> Job:
        """Ask for a scorer to be trained with the values from `begin` to `end`, both included.

        All moments are in microseconds since 1970 UTC (None: no bound). Raises Malformed, and PoolFull when
        the account has as many scorers or open jobs as it may.
        """
        if begin is not None and end is not None and end < begin:
            raise Malformed("The end lies before the beginning.", "to")
        if count_trained(self.catalog, account, besides=stream.id) >= MOST_TRAINED:
            raise PoolFull(f"At most {MOST_TRAINED} datastreams can have a scorer.")
        new = NewJob(account, JobKind.TRAIN, stream.device, begin, end, {"datastream": stream.id})
        return self.training(account, add_job(self.catalog, new, most=MOST_OPEN, now=now))

    def forget(self, stream: Datastream) -> None:
        """Forget what was learned of a datastream: from then on the MAD judges it."""
        forget_scorers(self.catalog, stream.id)

    def cancel(self, account: int, number: int, *, now: int) -> Job:
        """End a training of the account, which then leaves nothing; one that has ended stays as it is.

        Raises NotFound.
        """
        self.training(account, number)
        cancel_job(self.catalog, account, number, now=now)
        return self.training(account, number)

    def training(self, account: int, number: int) -> Job:
        """A training of the account. Raises NotFound."""
        job = find_job(self.catalog, number) if 0 < number <= LARGEST_ID else None
        if job is None or job.asked.account != account or job.asked.kind is not JobKind.TRAIN:
            raise NotFound("There is no such training.")
        return job

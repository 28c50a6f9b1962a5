"""What has ended and is of no more use: it is deleted, so that it does not gather."""

from sqlalchemy import delete

from sensorium.model.job import OPEN
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import jobs, tokens

_DAY = 86_400_000_000  # microseconds
TOKENS_STAY = 7 * _DAY  # so long it is still told that a token has expired
JOBS_STAY = 90 * _DAY


def forget_ended(catalog: Catalog, now: int) -> int:
    """Delete tokens and sessions that expired a week ago, and jobs that ended 90 days ago; how many.

    `now` is in microseconds since 1970 UTC. Nothing remembered depends on them.
    """
    expired = delete(tokens).where(tokens.c.expires < now - TOKENS_STAY)
    done = delete(jobs).where(jobs.c.ended < now - JOBS_STAY, jobs.c.state.not_in(OPEN))
    with catalog.note() as connection:
        return connection.execute(expired).rowcount + connection.execute(done).rowcount

"""Jobs as rows: the front asks for them, the engine process does them and says how far it is.

Asking for a job and cancelling it are changes, so that a `poll` of the engine process notices them; what is
written while a job runs concerns nobody's memory.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, case, func, insert, select, update

from sensorium.model.errors import PoolFull
from sensorium.model.job import OPEN, Job, JobKind, JobState, NewJob, Progress
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import jobs

_JOB: Select[Any] = select(jobs)
_NO_ARGUMENTS = "{}"
_STORED = {"stored": True}
_is_open = jobs.c.state.in_(OPEN)


def add_job(catalog: Catalog, new: NewJob, *, most: int | None = None, now: int) -> int:
    """Ask for a job, and say its id. `now` is in microseconds since 1970 UTC.

    Raises PoolFull when `most` jobs of the account have not ended.
    """
    theirs = select(func.count()).where(jobs.c.account == new.account, _is_open)
    with catalog.change([]) as connection:
        if most is not None and connection.scalars(theirs).one() >= most:
            raise PoolFull(f"At most {most} jobs may wait or run at once.")
        return _add(connection, new, now)


def ask_remake(
    connection: Connection,
    account: int,
    device: int | None,
    begin: int | None,
    end: int | None,
    *,
    now: int,
) -> None:
    """Have the device's stored values of these times corrected anew, as part of a change that asks for it.

    A job of that kind that the account waits for anyway is widened; so there are never many. Its row is
    locked, so that it does not begin by its bounds of before.
    """
    waiting = select(jobs.c.id, jobs.c.begin, jobs.c.end).where(
        jobs.c.account == account,
        jobs.c.device == device,
        jobs.c.kind == JobKind.REPLAY.value,
        jobs.c.state == JobState.WAITING.value,
        jobs.c.arguments == _written(_STORED),
    )
    job = connection.execute(waiting.order_by(jobs.c.id).with_for_update()).first()
    if job is None:
        _add(connection, NewJob(account, JobKind.REPLAY, device, begin, end, _STORED), now)
        return
    begin = None if begin is None or job.begin is None else min(begin, job.begin)
    end = None if end is None or job.end is None else max(end, job.end)
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(begin=begin, end=end))


def next_job(catalog: Catalog) -> Job | None:
    """The job to do now: the one that runs, or else the one that has waited longest."""
    runs_first = case((jobs.c.state == JobState.RUNNING.value, 0), else_=1)
    found = _jobs(catalog, _JOB.where(_is_open).order_by(runs_first, jobs.c.id).limit(1))
    return found[0] if found else None


def advance_job(catalog: Catalog, number: int, progress: Progress, *, now: int) -> bool:
    """Take down how far a job is, and that it runs; False when it has ended, as when it was cancelled."""
    statement = update(jobs).where(jobs.c.id == number, _is_open)
    columns = {"state": JobState.RUNNING.value, **_columns(progress)}
    with catalog.note() as connection:
        started = case((jobs.c.started.is_(None), now), else_=jobs.c.started)
        return connection.execute(statement.values(started=started, **columns)).rowcount == 1


def end_job(catalog: Catalog, number: int, state: JobState, *, message: str | None = None, now: int) -> bool:
    """End a job; False when it has ended before. A failed one has a message."""
    statement = update(jobs).where(jobs.c.id == number, _is_open)
    with catalog.note() as connection:
        ended = connection.execute(statement.values(state=state.value, message=message, ended=now))
        return ended.rowcount == 1


def cancel_job(catalog: Catalog, account: int | None, number: int, *, now: int) -> bool:
    """Cancel a job of the account, or of whoever runs the server (None).

    False when there is none that could still be cancelled.
    """
    statement = update(jobs).where(jobs.c.id == number, jobs.c.account == account, _is_open)
    with catalog.change([]) as connection:
        return connection.execute(statement.values(state=JobState.CANCELLED.value, ended=now)).rowcount == 1


def find_job(catalog: Catalog, number: int) -> Job | None:
    """The job of that id."""
    found = _jobs(catalog, _JOB.where(jobs.c.id == number))
    return found[0] if found else None


def jobs_of(catalog: Catalog, account: int, *, kind: JobKind, after: int = 0, most: int) -> list[Job]:
    """The account's jobs of that kind by id: `most` of them, those with an id above `after`."""
    query = _JOB.where(jobs.c.account == account, jobs.c.kind == kind.value, jobs.c.id > after)
    return _jobs(catalog, query.order_by(jobs.c.id).limit(most))


def _jobs(catalog: Catalog, query: Select[Any]) -> list[Job]:
    with catalog.read() as connection:
        return [_job(row) for row in connection.execute(query)]


def _columns(progress: Progress) -> dict[str, int | None]:
    return {
        "after_device": progress.after_device,
        "after": progress.after,
        "processed": progress.processed,
        "rejected": progress.rejected,
        "total": progress.total,
    }


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        asked=NewJob(
            account=row.account,
            kind=JobKind(row.kind),
            device=row.device,
            begin=row.begin,
            end=row.end,
            arguments=msgspec.json.decode(row.arguments, type=dict[str, Any]),
        ),
        state=JobState(row.state),
        progress=Progress(row.after_device, row.after, row.processed, row.rejected, row.total),
        message=row.message,
        created=from_microseconds(row.created),
        started=None if row.started is None else from_microseconds(row.started),
        ended=None if row.ended is None else from_microseconds(row.ended),
    )


def _add(connection: Connection, new: NewJob, now: int) -> int:
    row = insert(jobs).values(
        account=new.account,
        kind=new.kind.value,
        device=new.device,
        begin=new.begin,
        end=new.end,
        arguments=_written(new.arguments) if new.arguments else _NO_ARGUMENTS,
        state=JobState.WAITING.value,
        created=now,
        **_columns(Progress()),
    )
    return connection.scalars(row.returning(jobs.c.id)).one()


def _written(arguments: Mapping[str, Any]) -> str:
    return msgspec.json.encode(arguments).decode()

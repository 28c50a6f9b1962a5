"""Jobs wait, run, and end once, on each database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep

import pytest

from sensorium.model.job import JobKind, JobState, NewJob, Progress
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.jobs import (
    add_job,
    advance_job,
    ask_remake,
    cancel_job,
    end_job,
    find_job,
    jobs_of,
    next_job,
)

REPLAY = JobKind.REPLAY


def test_job_is_found_as_it_was_asked_for(catalog: Catalog, owner: int):
    """With its bounds and arguments; nothing of it is done."""
    asked = NewJob(owner, JobKind.TRAIN, None, 5, 2**60, {"method": "forest"})
    found = find_job(catalog, add_job(catalog, asked, now=7))
    assert found is not None
    assert (found.asked, found.state, found.progress) == (asked, JobState.WAITING, Progress())
    assert (found.created, found.started, found.ended) == (from_microseconds(7), None, None)
    assert find_job(catalog, found.id + 1) is None


def test_oldest_job_is_next_and_one_that_runs_goes_before_it(catalog: Catalog, owner: int):
    """So an engine process that starts anew goes on where the last one was."""
    assert next_job(catalog) is None
    first, second = (add_job(catalog, NewJob(owner, REPLAY, None), now=at) for at in (1, 2))
    job = next_job(catalog)
    assert job is not None and job.id == first
    done = Progress(after_device=3, after=44, processed=10, rejected=1, total=20)
    assert advance_job(catalog, second, done, now=5)
    assert advance_job(catalog, second, replace(done, after=45), now=6)
    job = next_job(catalog)
    assert job is not None
    assert (job.id, job.state, job.progress.after) == (second, JobState.RUNNING, 45)
    assert job.started == from_microseconds(5)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_job_ends_once(catalog: Catalog, owner: int, state: JobState):
    """What has ended is not next, goes no further and cannot be cancelled."""
    number = add_job(catalog, NewJob(owner, REPLAY, None), now=1)
    assert end_job(catalog, number, state, message="why", now=9)
    ended = find_job(catalog, number)
    assert ended is not None
    assert (ended.state, ended.message, ended.ended) == (state, "why", from_microseconds(9))
    assert next_job(catalog) is None
    assert not advance_job(catalog, number, Progress(after=1), now=10)
    assert not end_job(catalog, number, JobState.DONE, now=10)
    assert not cancel_job(catalog, owner, number, now=10)
    assert find_job(catalog, number) == ended


def test_cancelled_job_goes_no_further(catalog: Catalog, owner: int):
    """Its account alone can cancel it; whoever does it learns of that at the next part."""
    number = add_job(catalog, NewJob(owner, REPLAY, None), now=1)
    assert not cancel_job(catalog, owner + 1, number, now=2)
    assert advance_job(catalog, number, Progress(after=1), now=3)
    assert cancel_job(catalog, owner, number, now=4)
    assert not advance_job(catalog, number, Progress(after=2), now=5)
    job = find_job(catalog, number)
    assert job is not None
    assert (job.state, job.progress.after) == (JobState.CANCELLED, 1)


def test_jobs_of_an_account_come_page_by_page(catalog: Catalog, owner: int):
    """Neither those of the one who runs the server nor of another kind are among them."""
    numbers = [add_job(catalog, NewJob(owner, REPLAY, None), now=at) for at in range(5)]
    add_job(catalog, NewJob(None, REPLAY, None), now=9)
    add_job(catalog, NewJob(owner, JobKind.TRAIN, None), now=9)
    page = jobs_of(catalog, owner, kind=REPLAY, most=2)
    rest = jobs_of(catalog, owner, kind=REPLAY, after=page[-1].id, most=10)
    assert [each.id for each in (*page, *rest)] == numbers
    assert len(page) == 2


def test_others_notice_a_job_but_not_its_progress(catalog: Catalog, catalog_dsn: str, owner: int):
    """Progress empties nobody's memory."""
    other = Catalog.open(catalog_dsn)
    number = add_job(catalog, NewJob(owner, REPLAY, None), now=1)
    other.poll()
    assert other.generation == 1
    advance_job(catalog, number, Progress(after=1), now=3)
    end_job(catalog, number, JobState.DONE, now=4)
    other.poll()
    assert other.generation == 1
    other.close()


def test_replay_that_a_change_asks_for_widens_one_that_waits(catalog: Catalog, owner: int):
    """But not one of packets, all or the rejected ones alone, which does something else."""
    rejected = add_job(catalog, NewJob(owner, REPLAY, None, 0, 9, {"rejected": True}), now=1)
    add_job(catalog, NewJob(owner, REPLAY, None, 30, 31), now=1)
    for begin, end in ((50, 60), (40, 55), (55, None)):
        with catalog.change() as connection:
            ask_remake(connection, owner, None, begin, end, now=2)
    found = [(each.asked.begin, each.asked.end) for each in jobs_of(catalog, owner, kind=REPLAY, most=9)]
    assert found == [(0, 9), (30, 31), (40, None)]
    assert jobs_of(catalog, owner, kind=REPLAY, most=1)[0].id == rejected


def test_replay_does_not_begin_while_it_is_widened(catalog: Catalog, owner: int):
    """By its bounds of before it would leave out what the change touches."""
    number = add_job(catalog, NewJob(owner, REPLAY, None, 50, 60, {"stored": True}), now=1)
    with ThreadPoolExecutor(1) as engine:
        with catalog.change() as connection:
            ask_remake(connection, owner, None, 0, 55, now=2)
            begun = engine.submit(advance_job, catalog, number, Progress(), now=3)
            sleep(0.1)
            assert not begun.done()
        assert begun.result()
    job = find_job(catalog, number)
    assert job is not None
    assert (job.state, job.asked.begin, job.asked.end) == (JobState.RUNNING, 0, 60)

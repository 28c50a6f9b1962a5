"""Jobs are done in their order, once, and go on where they were after a restart."""

from itertools import count
from pathlib import Path

import pytest

from sensorium.model.job import JobKind, JobState, NewJob
from sensorium.process.jobs import Jobs
from sensorium.process.replay import Replays
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.jobs import add_job, cancel_job, find_job
from tests.process.scene import NOON, SECOND, append, owner, processing, sensor, the_catalog, work
from tests.process.test_replay import rows


def now() -> int:
    """The moment of every job here."""
    return NOON * SECOND


@pytest.fixture
def catalog() -> Catalog:
    """The catalog whose device ids no other test has; every test ends its jobs."""
    return the_catalog()


def jobs(folder: Path, catalog: Catalog) -> Jobs:
    """What does them, over the packets of a folder that are all processed."""
    what = work(folder, processing(catalog))
    while what.worker.turn():
        pass
    return Jobs(catalog, Replays(processing(catalog), what.worker), now)


def replay(catalog: Catalog, device: int | None, **bounds: int) -> int:
    """Ask for a replay."""
    return add_job(catalog, NewJob(None, JobKind.REPLAY, device, **bounds), now=now())


def test_a_replay_is_done(tmp_path: Path, catalog: Catalog):
    """It says how far it is, and that it is done; the rows are the same."""
    device = sensor(2, catalog=catalog)
    append(tmp_path, [device.packet(float(n), 1.0, time=NOON + n) for n in range(20)])
    what = jobs(tmp_path, catalog)
    before = rows(device)
    number = replay(catalog, device.id, begin=(NOON + 5) * SECOND)
    assert what.turn()
    job = find_job(catalog, number)
    assert job is not None
    assert (job.state, job.progress.processed, job.progress.rejected) == (JobState.DONE, 15, 0)
    assert rows(device) == before
    assert not what.turn()


def test_a_cancelled_job_is_not_done(tmp_path: Path, catalog: Catalog):
    """Neither before it has begun, nor on after the part that it was at."""
    device = sensor(1, catalog=catalog)
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(3)])
    what = jobs(tmp_path, catalog)
    account = owner(catalog)
    number = add_job(catalog, NewJob(account, JobKind.REPLAY, device.id), now=now())
    assert cancel_job(catalog, account, number, now=now())
    assert not what.turn()
    number = add_job(catalog, NewJob(account, JobKind.REPLAY, device.id), now=now())
    calls = count()

    def cancels_at_its_second_look() -> int:
        if next(calls) == 1:  # the first is that it begins, the second is after the first part
            cancel_job(catalog, account, number, now=now())
        return now()

    what.clock = cancels_at_its_second_look
    assert what.turn()
    job = find_job(catalog, number)
    assert job is not None
    assert job.state is JobState.CANCELLED


def test_a_job_goes_on_behind_its_last_part(tmp_path: Path, catalog: Catalog):
    """When the process ended in between."""
    device = sensor(1, catalog=catalog)
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(10)])
    what = jobs(tmp_path, catalog)
    number = replay(catalog, device.id)
    calls = count()

    def stops_after_the_first_part() -> int:
        if next(calls) == 1:
            what.stop()
        return now()

    what.clock = stops_after_the_first_part
    assert what.turn()
    job = find_job(catalog, number)
    assert job is not None
    assert (job.state, job.progress.processed) == (JobState.RUNNING, 10)
    again = Jobs(catalog, what.replays, now)
    assert again.turn()
    job = find_job(catalog, number)
    assert job is not None
    assert (job.state, job.progress.processed) == (JobState.DONE, 10)


def test_a_job_that_fails_says_why(tmp_path: Path, catalog: Catalog):
    """And the next one is done."""
    device = sensor(1, catalog=catalog)
    append(tmp_path, [device.packet(1.0, time=NOON)])
    what = jobs(tmp_path, catalog)
    failing = add_job(catalog, NewJob(None, JobKind.TRAIN, device.id), now=now())
    good = replay(catalog, device.id)
    assert what.turn()
    assert what.turn()
    job = find_job(catalog, failing)
    assert job is not None
    assert (job.state, "no scorer" in (job.message or "")) == (JobState.FAILED, True)
    job = find_job(catalog, good)
    assert job is not None
    assert job.state is JobState.DONE

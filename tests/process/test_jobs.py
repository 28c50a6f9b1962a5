"""Jobs are done in their order, once, between batches of the log, and go on after a restart where they were.

All tests share a catalog, so that no two devices of a run are the same; each of them begins without jobs.
"""

from contextlib import closing
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from sensorium.model.job import Job, JobKind, JobState, NewJob
from sensorium.process.jobs import Jobs
from sensorium.process.processing import Processing
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.jobs import add_job, cancel_job, find_job
from tests.process.scene import (
    NOON,
    SECOND,
    Sensor,
    append,
    end_open_jobs,
    owner,
    processing,
    sensor,
    the_catalog,
    work,
)
from tests.process.test_replay import delete, rows
from tests.storage.observations.shared import the_store, values

BLOCK = 512  # packets that a job takes at once, at first


@pytest.fixture(autouse=True)
def _no_jobs() -> None:  # pyright: ignore[reportUnusedFunction]
    """Tests that change calibrations leave some."""
    end_open_jobs()


def now() -> int:
    """The moment of every job here."""
    return NOON * SECOND


def jobs(folder: Path, what: Processing | None = None) -> Jobs:
    """What does them, beside a worker that has worked off the folder's log."""
    at = work(folder, what)
    while at.worker.turn():
        pass
    return Jobs(the_catalog(), at.worker, now)


def filled(folder: Path, packets: int) -> Sensor:
    """A device whose packets are in the log."""
    device = sensor(1)
    append(folder, [device.packet(float(n), time=NOON + n) for n in range(packets)])
    return device


def asked(device: Sensor, begin: int | None = None, end: int | None = None) -> int:
    """Ask for a replay."""
    return add_job(the_catalog(), NewJob(None, JobKind.REPLAY, device.id, begin, end), now=now())


def seen(number: int) -> Job:
    """The job as the catalog has it."""
    job = find_job(the_catalog(), number)
    assert job is not None
    return job


def test_a_replay_says_how_far_it_is(tmp_path: Path):
    """First how much there is to do, then after each part what is done; the rows are the same."""
    device = filled(tmp_path, BLOCK + 20)
    what = jobs(tmp_path)
    before = rows(device)
    number = asked(device)
    done: list[tuple[JobState, int, int | None]] = []
    while seen(number).state is not JobState.DONE:
        assert what.part()
        job = seen(number)
        done.append((job.state, job.progress.processed, job.progress.total))
    total = BLOCK + 20
    running = JobState.RUNNING
    assert done == [
        (running, 0, total),
        (running, BLOCK, total),
        (running, total, total),
        (JobState.DONE, total, total),
    ]
    assert rows(device) == before
    number = asked(device, begin=(NOON + 5) * SECOND, end=(NOON + 7) * SECOND)
    while seen(number).state is not JobState.DONE:
        assert what.part()
    assert (seen(number).progress.processed, seen(number).progress.total) == (3, 3)
    assert not what.part()


def test_new_packets_are_taken_between_two_parts(tmp_path: Path):
    """A job of many parts holds up no packet for longer than one of them."""
    device = filled(tmp_path, 3 * BLOCK)
    what = jobs(tmp_path)
    number = asked(device)
    what.part()
    what.part()
    last = append(tmp_path, [device.packet(-1.0, time=NOON - 1)])
    what.worker.turn()
    assert (what.worker.offset, seen(number).state) == (last, JobState.RUNNING)
    assert values(*device.streams)[0] == -1.0
    while what.part():
        pass
    assert seen(number).progress.processed == 3 * BLOCK
    assert values(*device.streams) == [float(n) for n in range(-1, 3 * BLOCK)]


def test_a_running_worker_does_jobs(tmp_path: Path):
    """In its own thread, also when nothing comes."""
    device = filled(tmp_path, 10)
    what = jobs(tmp_path)
    delete(device)
    number = asked(device)
    what.worker.beside = what.part
    thread = Thread(target=what.worker.run)
    thread.start()
    until = monotonic() + 20
    while seen(number).state is not JobState.DONE:
        assert monotonic() < until
        sleep(0.02)
    what.worker.stop()
    thread.join()
    assert values(*device.streams) == [float(n) for n in range(10)]


def test_a_job_that_is_cancelled_before_it_begins_is_not_done(tmp_path: Path):
    """It leaves no trace."""
    device = filled(tmp_path, 3)
    what = jobs(tmp_path)
    delete(device)
    account = owner(the_catalog())
    number = add_job(the_catalog(), NewJob(account, JobKind.REPLAY, device.id), now=now())
    assert cancel_job(the_catalog(), account, number, now=now())
    assert not what.part()
    assert values(*device.streams) == []


def test_a_job_that_is_cancelled_ends_after_its_part(tmp_path: Path):
    """What it has done stays; the next job is done."""
    device = filled(tmp_path, 4 * BLOCK)
    what = jobs(tmp_path)
    delete(device)
    number, following = asked(device), asked(device, end=NOON * SECOND)
    what.part()
    what.part()
    assert cancel_job(the_catalog(), None, number, now=now())
    while seen(following).state is not JobState.DONE:
        what.part()
    assert (seen(number).state, seen(number).progress.processed) == (JobState.CANCELLED, BLOCK)
    assert BLOCK < len(values(*device.streams)) <= 3 * BLOCK  # with the part that was at hand


def test_a_job_goes_on_behind_its_last_part(tmp_path: Path):
    """When the process ended in between; what was done is not counted again."""
    device = filled(tmp_path, BLOCK + 10)
    what = jobs(tmp_path)
    delete(device)
    number = asked(device)
    what.part()
    what.part()
    what.leave()
    assert (seen(number).state, seen(number).progress.processed) == (JobState.RUNNING, BLOCK)
    again = jobs(tmp_path)
    delete(device)
    while seen(number).state is not JobState.DONE:
        again.part()
    assert (seen(number).progress.processed, seen(number).progress.total) == (BLOCK + 10, BLOCK + 10)
    assert values(*device.streams) == [float(n) for n in range(BLOCK, BLOCK + 10)]


def test_a_job_that_goes_on_is_never_further_than_its_end(tmp_path: Path):
    """Packets that came between two processes are gone through too, and are among all that there are."""
    device = filled(tmp_path, BLOCK + 10)
    what = jobs(tmp_path)
    number = asked(device)
    what.part()
    what.part()
    what.leave()
    append(tmp_path, [device.packet(float(n), time=NOON + n) for n in range(9000, 9007)])
    again = jobs(tmp_path)
    progress: list[tuple[int, int | None]] = []
    while seen(number).state is not JobState.DONE:
        again.part()
        progress.append((seen(number).progress.processed, seen(number).progress.total))
    total = BLOCK + 17
    assert progress == [(BLOCK, total), (total, total), (total, total)]


def test_packets_that_come_while_a_job_counts_are_left_to_the_worker(tmp_path: Path):
    """It goes through those alone that it has counted."""
    device = filled(tmp_path, 5)
    what = jobs(tmp_path)
    number = asked(device)
    what.part()
    append(tmp_path, [device.packet(-1.0, time=NOON - 1)])
    what.worker.turn()
    while seen(number).state is not JobState.DONE:
        what.part()
    assert (seen(number).progress.processed, seen(number).progress.total) == (5, 5)


def test_a_job_of_rejected_packets_counts_what_is_left(tmp_path: Path):
    """Also when it goes on: those that it has gone through may be off the list."""
    device = sensor(1)
    append(tmp_path, [device.packet(1.0, time=NOON + n)._replace(record=b"\xff") for n in range(BLOCK + 10)])
    what = jobs(tmp_path)
    arguments = {"rejected": True}
    new = NewJob(None, JobKind.REPLAY, device.id, arguments=arguments)
    number = add_job(the_catalog(), new, now=now())
    what.part()
    what.part()
    what.leave()
    half = seen(number).progress
    assert (half.rejected, half.total) == (BLOCK, BLOCK + 10)
    again = jobs(tmp_path)
    while seen(number).state is not JobState.DONE:
        again.part()
    assert (seen(number).progress.rejected, seen(number).progress.total) == (BLOCK + 10, BLOCK + 10)


def test_a_job_that_fails_says_why(tmp_path: Path):
    """And the next one is done."""
    device = filled(tmp_path, 1)
    what = jobs(tmp_path)
    lesson = {"datastream": device.streams[0].id}  # which has one value
    failing = add_job(the_catalog(), NewJob(None, JobKind.TRAIN, device.id, arguments=lesson), now=now())
    good = asked(device)
    while seen(good).state is not JobState.DONE:
        what.part()
    assert (seen(failing).state, "Nothing" in (seen(failing).message or "")) == (JobState.FAILED, True)


def test_a_job_waits_while_the_catalog_is_away(tmp_path: Path):
    """It is left as it was, and the worker goes on."""
    catalog = Catalog.open(f"sqlite:///{tmp_path}/catalog.db")
    at = work(tmp_path, processing(catalog))
    what = Jobs(catalog, at.worker, now)
    number = add_job(catalog, NewJob(None, JobKind.REPLAY, None), now=now())
    catalog.close()
    (tmp_path / "catalog.db").rename(tmp_path / "away")
    (tmp_path / "catalog.db").mkdir()
    assert not what.part()
    (tmp_path / "catalog.db").rmdir()
    (tmp_path / "away").rename(tmp_path / "catalog.db")
    with closing(Catalog.open(f"sqlite:///{tmp_path}/catalog.db")) as after_a_start:
        job = find_job(after_a_start, number)
    assert job is not None
    assert job.state is JobState.WAITING


def test_a_job_waits_while_the_store_cannot_be_read(tmp_path: Path):
    """As when all its clients are in use; then it goes on."""
    device = filled(tmp_path, 5)
    what = jobs(tmp_path)
    number = asked(device)
    what.part()
    readers = [the_store().stream("SELECT number FROM numbers(1000000)", {}) for _ in range(12)]
    for reader in readers:
        next(reader)
    assert not what.part()
    assert seen(number).state is JobState.RUNNING
    for reader in readers:
        reader.close()
    until = monotonic() + 20
    while seen(number).state is not JobState.DONE:
        assert monotonic() < until
        what.part()
        sleep(0.02)

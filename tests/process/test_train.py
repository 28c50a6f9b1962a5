"""Scorers are trained by jobs, of what is stored, and judge from then on."""

import os
from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from structlog.testing import capture_logs

from sensorium.model.flags import QC
from sensorium.model.job import Job, JobKind, JobState, NewJob
from sensorium.model.packet import Format, NewPacket
from sensorium.model.quality import Method, OutlierTest, Quality
from sensorium.process.jobs import Jobs
from sensorium.storage.catalog.jobs import add_job, cancel_job, find_job
from sensorium.storage.catalog.scorers import find_scorer, scorers_of
from tests.process.logger import Logger, logger, processing
from tests.process.scene import NOON, SECOND, append, end_open_jobs, the_catalog, work
from tests.process.test_check_quality import say

MAD = Quality(outlier=OutlierTest(floor=0.1))
LEARNED = replace(MAD, outlier=replace(MAD.outlier, scorer=Method.FOREST))
SPIKES = (1900, 2100, 2101, 2300)
NUMBER = 2500


@pytest.fixture(autouse=True)
def _no_jobs() -> None:  # pyright: ignore[reportUnusedFunction]
    """Tests that change calibrations leave some."""
    end_open_jobs()


def course() -> list[float]:
    """A daily course with noise of 0.5, and small spikes."""
    random = np.random.default_rng(5)
    values = 20 + 5 * np.sin(np.arange(NUMBER) / 200) + random.normal(0, 0.5, NUMBER)
    values[list(SPIKES)] += 3.5
    return values.round(2).tolist()


def filled() -> Logger:
    """A logger of which so much is stored."""
    made = logger(MAD, Quality())
    processing().process([made.packet(at, each, None) for at, each in enumerate(course())], archive=False)
    return made


def trained(made: Logger, folder: Path, begin: int | None = None) -> Job:
    """The job of training its first value, once it has ended."""
    return finished(doing(folder), asked(made, begin))


def asked(made: Logger, begin: int | None = None) -> int:
    """Ask for its first value's scorer to be trained."""
    new = NewJob(None, JobKind.TRAIN, made.device, begin, None, {"datastream": made.streams[0]})
    return add_job(the_catalog(), new, now=NOON * SECOND)


def doing(folder: Path) -> Jobs:
    """What does jobs, as the engine process has it after a start."""
    return Jobs(the_catalog(), work(folder, processing()).worker, lambda: NOON * SECOND)


def finished(jobs: Jobs, number: int) -> Job:
    """The job once it has ended."""
    until = monotonic() + 60
    while (job := find_job(the_catalog(), number)) and job.ended is None:
        jobs.part()
        assert monotonic() < until
    assert job is not None
    return job


def outliers(made: Logger) -> set[int]:
    return {row.minute for row in made.rows() if row.qc & QC.OUTLIER}


def again(made: Logger, *cuts: int) -> None:
    """Process all of it again, in batches that end at these places."""
    packets = [made.packet(at, each, None) for at, each in enumerate(course())]
    what = processing()
    for begin, end in zip((0, *cuts), (*cuts, NUMBER), strict=True):
        what.process(packets[begin:end], archive=False)


def test_what_was_learned_judges_and_is_kept_in_versions(tmp_path: Path):
    """The MAD misses small spikes; what was learned finds them, from then on and in any batches."""
    made = filled()
    assert not outliers(made) >= set(SPIKES)
    assert trained(made, tmp_path).state is JobState.DONE
    say(made.streams[0], LEARNED, since=1)
    again(made)
    found = outliers(made)
    assert found >= set(SPIKES)
    assert len(found) < 10
    again(made, 7, 900, 1895, 1905, 1906, 2105)
    assert outliers(made) == found
    assert trained(made, tmp_path).state is JobState.DONE
    versions = scorers_of(the_catalog(), made.streams[0])
    assert [each.version for each in versions] == [2, 1]
    assert versions[0].samples == NUMBER
    first, second = (find_scorer(the_catalog(), made.streams[0], number) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first.model == second.model


def test_other_windows_need_another_scorer(tmp_path: Path):
    """Until then the MAD judges, as it does where nothing was learned."""
    made = filled()
    trained(made, tmp_path)
    by_mad = outliers(made)
    say(made.streams[0], Quality(outlier=OutlierTest(window=31, floor=0.1, scorer=Method.FOREST)), since=1)
    again(made)
    wider = outliers(made)
    fresh = filled()
    say(fresh.streams[0], LEARNED, since=1)
    again(fresh)
    assert outliers(fresh) == by_mad
    assert not wider >= set(SPIKES)


@pytest.mark.parametrize("count", [500, 5, 0])
def test_too_little_fails_the_job_and_says_why(tmp_path: Path, count: int):
    """The server goes on, and nothing is kept. It is no fault of the server, so none is traced in its log."""
    made = filled()
    with capture_logs() as logged:
        job = trained(made, tmp_path, (NOON + 60 * (NUMBER - count)) * SECOND)
    assert [(each["event"], each["exc_info"]) for each in logged] == [("a job failed", False)]
    assert job.state is JobState.FAILED
    assert "values" in (job.message or "")
    assert find_scorer(the_catalog(), made.streams[0]) is None


def test_without_windows_nothing_is_learned(tmp_path: Path):
    """A datastream without a test for outliers has none."""
    made = logger(Quality(minimum=0), Quality())
    processing().process([made.packet(0, 1.0, None)], archive=False)
    job = trained(made, tmp_path)
    assert job.state is JobState.FAILED
    assert "no test for outliers" in (job.message or "")


def test_training_begins_again_after_a_restart(tmp_path: Path):
    """The engine process ends while it learns: the next one learns, once."""
    made = filled()
    number = asked(made)
    first = doing(tmp_path)
    for _ in range(3):
        assert first.part()
    first.leave()
    begun = find_job(the_catalog(), number)
    assert begun is not None
    assert (begun.state, begun.ended) == (JobState.RUNNING, None)
    assert finished(doing(tmp_path), number).state is JobState.DONE
    assert [each.version for each in scorers_of(the_catalog(), made.streams[0])] == [1]


def test_new_packets_are_processed_while_it_learns(tmp_path: Path):
    """Between two looks at the program the worker has its turn."""
    made = filled()
    number = asked(made)
    jobs = doing(tmp_path)
    for _ in range(3):
        assert jobs.part()
    append(
        tmp_path,
        [NewPacket(made.device, 1, None, None, Format.JSON, made.packet(0, 1.0, None).record, b"{}")],
    )
    assert not jobs.worker.turn()
    assert jobs.worker.offset > 0
    assert finished(jobs, number).state is JobState.DONE


@pytest.mark.parametrize(
    ("library", "longest", "why"),
    [
        ("import time; time.sleep(3600)", 1.5, "It took longer than 1.5 seconds."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 60, "The program that learns was ended."),
    ],
)
def test_training_whose_program_hangs_or_dies_fails_and_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, longest: float, why: str
):
    """The job says why, and the next one is done."""
    (tmp_path / "sklearn.py").write_text(library)
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{before}")
    monkeypatch.setattr("sensorium.process.train._LONGEST", longest)
    made = filled()
    failing = asked(made)
    following = add_job(the_catalog(), NewJob(None, JobKind.REPLAY, made.device), now=NOON * SECOND)
    jobs = doing(tmp_path)
    failed = finished(jobs, failing)
    assert (failed.state, failed.message) == (JobState.FAILED, f"TrainingFailed: {why}")
    assert finished(jobs, following).state is JobState.DONE
    assert find_scorer(the_catalog(), made.streams[0]) is None


def test_cancelled_training_ends_its_program(tmp_path: Path):
    """And nothing is kept."""
    made = filled()
    number = asked(made)
    jobs = doing(tmp_path)
    for _ in range(3):
        assert jobs.part()
    assert cancel_job(the_catalog(), None, number, now=NOON * SECOND)
    while jobs.part():
        pass
    assert find_scorer(the_catalog(), made.streams[0]) is None

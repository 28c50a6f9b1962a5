"""Scorers are trained by jobs, of what is stored, and judge from then on."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from sensorium.model.flags import QC
from sensorium.model.job import Job, JobKind, JobState, NewJob
from sensorium.model.quality import Method, OutlierTest, Quality
from sensorium.process.jobs import Jobs
from sensorium.storage.catalog.jobs import add_job, cancel_job, find_job
from sensorium.storage.catalog.scorers import find_scorer, scorers_of
from tests.process.logger import Logger, logger, processing
from tests.process.scene import NOON, SECOND, the_catalog, work
from tests.process.test_check_quality import say

MAD = Quality(outlier=OutlierTest(floor=0.1))
LEARNED = replace(MAD, outlier=replace(MAD.outlier, scorer=Method.FOREST))
SPIKES = (1900, 2100, 2101, 2300)
NUMBER = 2500


def course() -> list[float]:
    """A daily course with noise of 0.5, and small spikes."""
    random = np.random.default_rng(5)
    values = 20 + 5 * np.sin(np.arange(NUMBER) / 200) + random.normal(0, 0.5, NUMBER)
    values[list(SPIKES)] += 5
    return values.round(2).tolist()


def filled() -> Logger:
    """A logger of which so much is stored."""
    made = logger(MAD, Quality())
    processing().process([made.packet(at, each, None) for at, each in enumerate(course())], archive=False)
    return made


def trained(made: Logger, folder: Path, begin: int | None = None) -> Job:
    """The job of training its first value, once it has ended."""
    arguments = {"datastream": made.streams[0]}
    asked = NewJob(None, JobKind.TRAIN, made.device, begin, None, arguments)
    number = add_job(the_catalog(), asked, now=NOON * SECOND)
    jobs = Jobs(the_catalog(), work(folder, processing()).worker, lambda: NOON * SECOND)
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


@pytest.mark.parametrize("begin", [(NOON + 60 * (NUMBER - 500)) * SECOND, (NOON + 60 * NUMBER) * SECOND])
def test_too_little_fails_the_job_and_says_why(tmp_path: Path, begin: int):
    """The server goes on, and nothing is kept."""
    made = filled()
    job = trained(made, tmp_path, begin)
    assert job.state is JobState.FAILED
    assert "values" in (job.message or "")
    assert find_scorer(the_catalog(), made.streams[0]) is None


def test_cancelled_training_ends_its_program(tmp_path: Path):
    """And nothing is kept."""
    made = filled()
    asked = NewJob(None, JobKind.TRAIN, made.device, None, None, {"datastream": made.streams[0]})
    number = add_job(the_catalog(), asked, now=NOON * SECOND)
    jobs = Jobs(the_catalog(), work(tmp_path, processing()).worker, lambda: NOON * SECOND)
    for _ in range(3):
        assert jobs.part()
    assert cancel_job(the_catalog(), None, number, now=NOON * SECOND)
    while jobs.part():
        pass
    assert find_scorer(the_catalog(), made.streams[0]) is None

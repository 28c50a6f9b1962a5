"""Scorers are trained: what is stored of a datastream is given to a program that learns from it."""

import subprocess
import sys
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryFile
from time import monotonic

import msgspec
import numpy as np

from sensorium.model.job import Job, Progress
from sensorium.model.moments import EVER, to_microseconds
from sensorium.model.quality import Method
from sensorium.process import learn
from sensorium.process.learn import Lesson, NothingToLearn
from sensorium.process.quality.block import Block
from sensorium.process.quality.masks import find_masks
from sensorium.process.quality.outliers import describe
from sensorium.process.rules import DatedRule
from sensorium.process.samples import Samples
from sensorium.process.worker import Worker
from sensorium.storage.catalog.scorers import Scorer

_MOST = 200_000  # values: more are in memory at once, and teach no more
_PATIENCE = 0.1  # seconds between two looks whether it has learned
_LONGEST = 120  # seconds: the most values take three; other jobs wait meanwhile


class TrainingFailed(Exception):
    """Nothing was learned."""


def do_train(worker: Worker, job: Job) -> Generator[Progress]:
    """Do a job of the kind train, from its beginning; new packets are processed meanwhile.

    Raises TrainingFailed, NothingToLearn and Unavailable.
    """
    around, asked = worker.processing.around, job.asked
    stream = int((asked.arguments or {})["datastream"])
    begin = 0 if asked.begin is None else asked.begin
    end = EVER if asked.end is None else asked.end
    assert asked.device is not None
    samples = around.store.series((asked.device, stream), begin, end, _MOST)
    yield (progress := Progress(total=len(samples)))
    rule = _rule(around.rules.of([stream])[stream], end)
    lesson = _lesson(samples, rule)
    model = yield from _learned(lesson, progress)
    assert rule.rule.quality.outlier is not None
    settings = {"window": rule.rule.quality.outlier.window, "cut": learn.CUT}
    first, last = int(samples["time"][0]), int(samples["time"][-1])
    scorer = Scorer(stream, Method.FOREST, settings, model, first, last, len(samples))
    around.rules.keep(scorer, now=to_microseconds(datetime.now(UTC)))
    yield replace(progress, processed=len(samples))


def _rule(rules: tuple[DatedRule, ...], end: int) -> DatedRule:
    """The rule that is in force at the end of what is learned."""
    rule = [each for each in rules if each.valid_from <= end][-1]
    if rule.rule.quality.outlier is None or not rule.rule.tests:
        raise NothingToLearn("The datastream has no test for outliers whose window could be used.")
    return rule


def _lesson(samples: Samples, rule: DatedRule) -> Lesson:
    if not len(samples):
        raise NothingToLearn("There are no values.")
    block = Block(
        samples["series"].copy(),
        samples["time"].copy(),
        samples["value"].copy(),
        samples["longitude"].copy(),
        samples["latitude"].copy(),
        np.zeros(len(samples), np.int64),
        (rule.rule,),
    )
    described = describe(block, find_masks(block))
    assert rule.rule.quality.outlier is not None
    arrays = [each.astype("<f8").tobytes() for each in (*described.distances, described.level)]
    return Lesson(*arrays, floor=rule.rule.quality.outlier.floor)


def _learned(lesson: Lesson, progress: Progress) -> Generator[Progress, None, bytes]:
    """The model, as it is stored. The program is ended when nobody waits for it any more."""
    with TemporaryFile() as given:  # a pipe is filled no further once `communicate` has run out of time
        given.write(msgspec.msgpack.encode(lesson))
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
            [sys.executable, "-m", learn.__name__],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as program:
            try:
                return (yield from _answered(program, progress))
            finally:
                program.kill()


def _answered(program: subprocess.Popen[bytes], progress: Progress) -> Generator[Progress, None, bytes]:
    """What the program writes once it has learned. Raises TrainingFailed, also when that takes too long."""
    until = monotonic() + _LONGEST
    while monotonic() < until:
        try:
            model, errors = program.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            yield progress
            continue
        if program.returncode == 0:
            return model
        said = errors.decode(errors="replace").strip().splitlines()
        raise TrainingFailed(said[-1] if said else "The program that learns was ended.")
    raise TrainingFailed(f"It took longer than {_LONGEST} seconds.")

"""Stored values are calibrated and corrected anew, without their packets: nothing else of them can change."""

from collections.abc import Callable, Generator
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

from sensorium.model.job import Job, Progress
from sensorium.process.correct_values import correct_stored
from sensorium.process.memory import collect
from sensorium.process.samples import to_rows
from sensorium.process.surroundings import Surroundings
from sensorium.process.worker import Worker
from sensorium.storage.observations.near import Extent
from sensorium.storage.observations.rows import LATEST, version_of, whole_months

MOST = 65_536  # values at once
_ALL = 1 << 62
_LONG = 0.4  # seconds: new packets, and those who read, wait meanwhile


class Remade(NamedTuple):
    """Up to which time it is done, in microseconds since 1970 UTC, and how many values the last part had."""

    until: int
    values: int


def do_remake(worker: Worker, job: Job) -> Generator[Progress]:
    """Do a replay that only corrects, or what is left of it, part by part. Raises Unavailable."""
    asked, done, around = job.asked, job.progress, worker.processing.around
    assert asked.device is not None
    around.rules.renew()  # what is stored from now on is calibrated by what is said now
    begin = asked.begin or 0 if done.total is None else done.after + 1
    there = around.store.extent(asked.device, begin, LATEST if asked.end is None else asked.end)
    total = done.processed + there.rows
    yield (done := replace(done, after=begin - 1, total=total))
    for part in remake(around, asked.device, there, lambda: version_of(worker.offset, 3)):
        processed = done.processed + part.values
        yield (done := replace(done, after=part.until, processed=processed, total=max(total, processed)))


def remake(
    around: Surroundings, device: int, there: Extent, since: Callable[[], int], most: int = MOST
) -> Generator[Remade]:
    """Calibrate and correct what is stored of a device again, some time at once: about `most` values.

    A row that becomes another gets the version that `since` says then. In whatever parts it is done, or if it
    is done again, the rows are the same. Raises Unavailable.
    """
    begin, end = there.first, there.last
    span = max((end - begin + 1) * (most // 4) // max(there.rows, 1), 1)
    while there.rows:
        begun = monotonic()
        last = whole_months(begin, min(begin + span - 1, end))
        stored = around.store.between(device, begin, last, _ALL if last == begin else most + 1)
        if len(stored) > most and last > begin:
            span = (last - begin + 1) // 2
            continue
        if len(stored):
            around.rules.renew()
            around.store.write(to_rows(correct_stored(stored, around, since())))
            seconds = monotonic() - begun
            if seconds > _LONG:
                span = max(span // 2, 1)
            elif seconds < _LONG / 2 and 2 * len(stored) <= most:
                span *= 2
            collect()
            yield Remade(last, len(stored))
            begin = last + 1
        else:  # nothing is for long
            there = around.store.extent(device, last + 1, end)
            begin = there.first
        if begin > end:
            return

"""Statistics by the engine beside pandas on the same rows, and of many devices one after the other."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import numpy.typing as npt

from bench.beside import beside
from bench.machine import forget_peak
from bench.read import DAY, MIB, read
from bench.rows import BEGIN, DAYS, ROWS_OF_DEVICE
from bench.server import STEPS, Subject, serving
from bench.table import Line, at_most, once, ratios, spread, told, written

HOURS = DAYS * 24 * len(STEPS)
DEVICES = 1000
MEMBERS = ("n", "avg", "q1", "q3", "var")

_KIND = np.dtype([("stream", "u4"), ("time", "i8"), ("value", "f8"), ("qc", "u2")])


def measure(stored: tuple[Path, int], python: Path, folder: Path, rounds: int) -> Iterator[Line]:
    """The lines of the table, for a folder with stored rows, a device of it, and pandas' interpreter."""
    data, device = stored
    with serving(data) as subject:
        rows = folder / "rows.npy"
        np.save(rows, _rows(json.loads(read(subject, _data(device)))))
        yield from _hourly(subject, device, python, rows, rounds)
        yield from _monthly(subject)


def _hourly(subject: Subject, device: int, python: Path, rows: Path, rounds: int) -> Iterator[Line]:
    ours: list[float] = []
    quick: list[float] = []
    plain: list[float] = []
    with beside(python, "pandas_statistics.py", rows) as pandas:
        for turn in range(rounds + 1):
            began = monotonic()
            body = read(subject, _stats(device, "hourly", DAYS))
            seconds, found = monotonic() - began, pandas.round()
            _compare(json.loads(body), found)
            if turn:  # the first is for getting ready
                ours.append(seconds)
                quick.append(found["sorted"])
                plain.append(found["apply"])
    yield told("hourly statistics of two months", f"{ROWS_OF_DEVICE:,} rows, {HOURS:,} periods")
    yield told(
        "  pandas, rows in memory; quartiles (R8) by numpy for each period", written(spread(plain), " s")
    )
    yield told("  the same, all quartiles at once from sorted values", written(spread(quick), " s"))
    yield told("  sensorium, over HTTP as JSON", written(spread(ours), " s"))
    yield at_most("  of pandas' time", spread([100 * each for each in ratios(ours, plain)]), 60, " %")
    yield told(
        "  of its time with sorted values",
        written(spread([100 * each for each in ratios(ours, quick)]), " %"),
    )


def _monthly(subject: Subject) -> Iterator[Line]:
    known = [each["id"] for each in subject.client.get("/api/sensors").json()]
    resident = subject.resident()
    for process in (subject.front, subject.engine):
        forget_peak(process)
    began = monotonic()
    for number in range(DEVICES):
        body = read(subject, _stats(known[number % len(known)], "monthly", 31))
        if body.count(b'"timestamp_from_epoch"') != len(STEPS):
            raise AssertionError(f"a month of {len(STEPS)} components is answered with {body[:500]!r}")
    seconds = monotonic() - began
    yield told(f"monthly statistics of {DEVICES:,} devices, 178,560 rows each", f"{seconds:.1f} s")
    yield told("  memory added, front and engine", written(once((subject.peak() - resident) / MIB), " MiB"))


def _compare(ours: list[dict[str, float]], theirs: dict[str, list[float]]) -> None:
    """See to it that both have found the same, as far as the last digit is rounded."""
    sums = [sum(each[name] for each in ours) for name in MEMBERS]
    if len(ours) != HOURS or not np.allclose(sums, theirs["check"], rtol=1e-5):
        raise AssertionError(f"{len(ours)} periods and {sums}, but pandas has {theirs}")


def _rows(answer: list[dict[str, object]]) -> npt.NDArray[np.void]:
    numbers = {name: at for at, name in enumerate(sorted({str(each["component"]) for each in answer}))}
    rows = np.zeros(len(answer), _KIND)
    rows["stream"] = [numbers[str(each["component"])] for each in answer]
    rows["time"] = [1_000_000 * int(str(each["timestamp_from_epoch"])) for each in answer]
    rows["value"] = [each["value"] for each in answer]
    return rows


def _data(device: int) -> str:
    return f"/api/data/id/{device}/{_span(DAYS)}"


def _stats(device: int, period: str, days: int) -> str:
    return f"/api/data/id/{device}/{period}/stats/{_span(days)}"


def _span(days: int) -> str:
    first, last = (np.datetime64(BEGIN + at, "s") for at in (0, days * DAY - 1))
    return f"fromutc/{first}Z/toutc/{last}Z"

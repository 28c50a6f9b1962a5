"""Tables of calibrations: how fast they are looked up, and a year made anew while packets come in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import perf_counter, process_time, sleep
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.load import Load, Target, drive
from bench.machine import Usage, cores, pin
from bench.programs import require
from bench.server import Subject, serving
from bench.single import FIRST
from bench.table import Line, at_least, at_most, once, ratios, spread, told, written
from sensorium.model.calibration import Calibration, DatedCalibration, Point
from sensorium.plans.calibration import calibrate
from sensorium.process.calibrate import calibrate_samples
from sensorium.process.samples import SAMPLE

BLOCK = 1_000_000
STREAMS = 100  # datastreams in a batch of the worker
EACH = 200  # values of each there
YEAR = 525_600  # minutes
BATCH = 10_000  # packets
DEVICES = 20
SECONDS = 8  # of packets, in which the year is made anew
APART = 86_400  # seconds of packet time between two loads
BEGIN = datetime(2023, 1, 1, tzinfo=UTC)


def measure(folder: Path, rounds: int) -> Iterator[Line]:
    """The lines of the table."""
    tank = Calibration(tuple(Point(5.0 * at, 0.01 * at * at) for at in range(20)))
    random = np.random.default_rng(20260301)
    anyhow = random.uniform(-5, 105, BLOCK)
    series = 50 + 40 * np.sin(np.arange(BLOCK) / 2000) + random.normal(0, 0.5, BLOCK)
    yield told("calibration tables", f"{len(tank.points)} points, blocks of {BLOCK:,} values")
    for what, block in (("a series", series), ("values anyhow", anyhow)):
        rates = spread([BLOCK / _looked_up(tank, block) for _ in range(max(rounds, 5))])
        yield at_least(f"  {what}, looked up a second", rates, 20e6)
    samples = _batch(series)
    dated = {number: [DatedCalibration(0, 1, _with_level(tank))] for number in range(STREAMS)}
    costs = [1e6 * _in_the_worker(samples, dated) / len(samples) for _ in range(max(rounds, 5))]
    yield at_most(f"  on the way in, a value ({STREAMS} series of {EACH})", spread(costs), 0.5, " µs")
    yield from _year(folder, rounds)


def _looked_up(calibration: Calibration, block: npt.NDArray[np.float64]) -> float:
    began = perf_counter()
    calibrate(calibration, block)
    return perf_counter() - began


def _with_level(calibration: Calibration) -> Calibration:
    return Calibration(calibration.points, level=1)


def _batch(values: npt.NDArray[np.float64]) -> npt.NDArray[np.void]:
    """The samples of a batch, sorted by series and time."""
    samples = np.zeros(STREAMS * EACH, SAMPLE)
    samples["series"] = np.repeat(np.arange(STREAMS), EACH)
    samples["time"] = np.tile(np.arange(EACH), STREAMS)
    samples["value"] = values[: len(samples)]
    return samples


def _in_the_worker(samples: npt.NDArray[np.void], dated: dict[int, list[DatedCalibration]]) -> float:
    uncertainty = np.full(len(samples), np.nan)
    began = process_time()
    calibrate_samples(samples, dated, uncertainty)
    return process_time() - began


@dataclass(frozen=True, slots=True)
class _Round:
    """Packets while nothing else is done and while a year is made anew, and how long that took."""

    alone: Load
    beside: Load
    seconds: float
    others: float


def _year(folder: Path, rounds: int) -> Iterator[Line]:
    require("wrk", "taskset", "setpriv")
    front, other = cores()
    with serving(folder / "calibration") as subject:
        pin(subject.front, front)
        pin(subject.engine, other)
        stream = _filled(subject)
        paths = [f"/api/sensors/{subject.describe(f'Beside {at}')}/inbound" for at in range(DEVICES)]
        packets = Target("json", subject.server.url, paths, subject.token)
        alone = [_made_anew(subject, stream, 2.0 + turn) for turn in range(rounds)]
        _load(packets, other, 0)
        done = [_turn(subject, packets, stream, turn, other) for turn in range(rounds)]
    kept = ratios([each.beside.rate for each in done], [each.alone.rate for each in done])
    yield told("a calibration of the past changes", f"{YEAR:,} values of one datastream")
    yield at_most("  until they are made anew, nothing else going on", spread(alone), 5, " s")
    yield at_most(
        "  until they are made anew, while packets come in", spread([each.seconds for each in done]), 5, " s"
    )
    yield told("  packets a second beside it", written(spread([each.beside.rate for each in done])))
    yield told("  and without it", written(spread([each.alone.rate for each in done])))
    yield at_least("  of their rate that is left", spread([100 * each for each in kept]), 80, " %")
    yield told("  99th percentile beside it", written(spread([each.beside.p99 for each in done]), " ms"))
    yield at_most("  errors", once(sum(each.beside.errors for each in done)), 0)
    yield told("other programs' share of a core", written(spread([100 * each.others for each in done]), " %"))


def _filled(subject: Subject) -> int:
    """A datastream with a year of values."""
    described: dict[str, Any] = {
        "name": "Year",
        "resolution": 60,
        "location": {"longitude": 10.75, "latitude": 59.91, "altitude": 12},
        "parameters": [{"name": "t", "type": "long"}, {"name": "raw", "type": "double"}],
        "components": [{"componentid": 357, "unitid": 200, "binding-path": "raw", "level": 0}],
        "mapping": [{"name": "Timestamp", "target-path": "t"}],
    }
    answer = subject.client.post("/api/sensors/configure", json=described).raise_for_status()
    device = answer.json()["sensorid"]
    headers = {"content-type": "application/x-ndjson"}
    first = int(BEGIN.timestamp())
    for begin in range(0, YEAR, BATCH):
        lines = (
            f'{{"t":{first + 60 * at},"raw":{at * 37 % 1000 / 10}}}'
            for at in range(begin, min(begin + BATCH, YEAR))
        )
        path = f"/api/sensors/{device}/inbound"
        subject.client.post(path, content="\n".join(lines), headers=headers).raise_for_status()
    subject.catch_up(600)
    shown = subject.client.get(f"/manage/v1/devices/{device}").raise_for_status().json()
    return shown["datastreams"][0]["id"]


def _load(packets: Target, core: int, turn: int) -> Load:
    return drive(packets, core=core, seconds=SECONDS, first=FIRST + turn * APART)


def _turn(subject: Subject, packets: Target, stream: int, turn: int, core: int) -> _Round:
    usage = Usage(front=subject.front, engine=subject.engine)
    alone = _load(packets, core, 2 * turn + 1)
    subject.catch_up()
    took: list[float] = []

    def change() -> None:
        sleep(1)
        took.append(_made_anew(subject, stream, 100.0 + turn))

    beside = Thread(target=change)
    beside.start()
    load = _load(packets, core, 2 * turn + 2)
    beside.join()
    subject.catch_up()
    return _Round(alone, load, took[0], usage.others())


def _made_anew(subject: Subject, stream: int, full: float) -> float:
    """Change the table of the datastream for all time; the seconds until its values are what it says."""
    path = f"/manage/v1/datastreams/{stream}"
    table = {"points": [{"in": 0, "out": 0}, {"in": 100, "out": full}], "for_all_time": True}
    there = subject.client.get(f"{path}/calibration").headers.get("etag")
    version = {} if there is None else {"if-match": there}
    began = perf_counter()
    subject.client.put(f"{path}/calibration", json=table, headers=version).raise_for_status()
    while any(each["state"] in ("waiting", "running") for each in _replays(subject)):
        sleep(0.02)
    took = perf_counter() - began
    last = BEGIN + timedelta(minutes=YEAR - 1)
    chain = subject.client.get(f"{path}/chain", params={"time": last.isoformat()}).raise_for_status().json()
    raw = chain["steps"][0]["value"]
    if abs(chain["stored"]["value_corr"] - raw * full / 100) > 1e-9:
        raise AssertionError("the value is not what the table makes of it")
    return took


def _replays(subject: Subject) -> list[dict[str, Any]]:
    return subject.client.get("/manage/v1/replays", params={"limit": 500}).raise_for_status().json()["items"]

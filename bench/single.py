"""Single packets, each answered when it is on the disk, beside a bare echo and beside InfluxDB 1."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.load import Load, Target, drive
from bench.machine import Usage, cores, pin
from bench.programs import require
from bench.server import Subject, serving
from bench.table import Line, at_least, at_most, once, ratios, spread, told, written

FIRST = 1_583_020_800  # 2020-03-01, in seconds
APART = 86_400  # seconds of packet time between two rounds


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of every program. `behind` is how long the engine took to the end after the last answer."""

    echo: Load
    sensorium: Load
    influxdb: tuple[Load, Load]
    behind: float
    front: float
    engine: float


def measure(folder: Path, rounds: int, seconds: int) -> Iterator[Line]:
    """The lines of the table; each round gives each program so many seconds."""
    require("wrk", "taskset", "setpriv", "influxd")
    front, other = cores()
    with ExitStack() as stack:
        echo = stack.enter_context(peers.echo(front))
        influxdb = (
            stack.enter_context(peers.influxdb(folder / "influxdb-1", front)),
            stack.enter_context(peers.influxdb(folder / "influxdb-2", None)),
        )
        subject = stack.enter_context(serving(folder / "single"))
        pin(subject.front, front)
        pin(subject.engine, other)
        devices = [subject.describe(f"Single {number}") for number in range(peers.DEVICES)]
        paths = [f"/api/sensors/{device}/inbound" for device in devices]
        target = Target("json", subject.server.url, paths, subject.token)

        def turn(number: int) -> Round:
            def load(at: Target) -> Load:
                return drive(at, core=other, seconds=seconds, first=FIRST + number * APART)

            usage_of = _measured(subject)
            bare = load(echo)
            sensorium, behind, shares = usage_of(lambda: load(target))
            both = (load(influxdb[0]), load(influxdb[1]))
            return Round(bare, sensorium, both, behind, shares["front"], shares["engine"])

        drive(target, core=other, seconds=1, first=FIRST - APART)
        subject.catch_up()
        yield from lines([turn(number) for number in range(rounds)])


def _measured(subject: Subject) -> Callable[[Callable[[], Load]], tuple[Load, float, dict[str, float]]]:
    def usage_of(load: Callable[[], Load]) -> tuple[Load, float, dict[str, float]]:
        before, _ = subject.positions()
        usage = Usage(front=subject.front, engine=subject.engine)
        done = load()
        shares = usage.shares()
        behind = subject.catch_up()
        after, _ = subject.positions()
        if after - before < done.requests:
            raise AssertionError(
                f"{done.requests} packets were acknowledged and {after - before} are in the log"
            )
        return done, behind, shares

    return usage_of


def lines(rounds: list[Round]) -> Iterator[Line]:
    """The table's lines out of the rounds."""
    echo = [each.echo.rate for each in rounds]
    sensorium = [each.sensorium.rate for each in rounds]
    influxdb = [max(load.rate for load in each.influxdb) for each in rounds]
    slower = ratios([each.sensorium.p99 for each in rounds], [each.echo.p99 for each in rounds])
    percent = [100 * ratio for ratio in ratios(sensorium, echo)]
    yield told("bare echo, requests a second", written(spread(echo)))
    yield told("  its 99th percentile", written(spread([each.echo.p99 for each in rounds]), " ms"))
    yield told("InfluxDB, synced single writes a second", written(spread(influxdb)))
    yield told("sensorium, durable packets a second", written(spread(sensorium)))
    yield told("  its 99th percentile", written(spread([each.sensorium.p99 for each in rounds]), " ms"))
    yield told("  front's share of its core", written(spread([100 * each.front for each in rounds]), " %"))
    yield told(
        "  engine's share of the other core", written(spread([100 * each.engine for each in rounds]), " %")
    )
    yield at_least("  of the echo's requests", spread(percent), 35, " %")
    yield at_least("  of InfluxDB's writes", spread(ratios(sensorium, influxdb)), 1, " times")
    yield at_most("  99th percentile to the echo's", spread(slower), 5, " times")
    yield at_most("  engine behind at the end", spread([each.behind for each in rounds]), 2, " s")
    yield at_most("  errors", once(sum(each.sensorium.errors for each in rounds)), 0)

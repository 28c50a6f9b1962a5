"""Single packets, each answered when it is on the disk, beside a bare echo and beside InfluxDB 1."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.load import Load, Target, drive
from bench.machine import Usage, cores, pin
from bench.peers import Peer
from bench.programs import require
from bench.server import Subject, serving
from bench.table import Line, at_least, at_most, once, ratios, spread, told, written

FIRST = 1_583_020_800  # 2020-03-01, in seconds
APART = 86_400  # seconds of packet time between two rounds
QUIET = 0.1  # of a core: what other programs may take in a round
TRIES = 3  # so many times the rounds that are asked for, when other programs disturb them


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of every program.

    `behind` is how long the engine took to the end after the last answer. `echo_cost`, `front_cost` and
    `engine_cost` are seconds of computing for each request. `others` is the share of a core that programs
    took which are not measured.
    """

    echo: Load
    sensorium: Load
    influxdb: tuple[Load, Load]
    behind: float
    echo_cost: float
    front_cost: float
    engine_cost: float
    others: float


@dataclass(frozen=True, slots=True)
class Arena:
    """All programs, started and bound to their cores; `core` is the one of the load."""

    echo: Peer
    influxdb: tuple[Peer, Peer]
    subject: Subject
    target: Target
    core: int
    seconds: int

    def turn(self, number: int) -> Round:
        """Let each program take packets, one after the other."""
        usage = Usage(
            echo=self.echo.process,
            one=self.influxdb[0].process,
            two=self.influxdb[1].process,
            front=self.subject.front,
            engine=self.subject.engine,
        )
        echo = self._load(self.echo.target, number)
        sensorium, behind = self._acknowledged(number)
        influxdb = (self._load(self.influxdb[0].target, number), self._load(self.influxdb[1].target, number))
        computed = usage.computed()
        return Round(
            echo,
            sensorium,
            influxdb,
            behind,
            computed["echo"] / echo.requests,
            computed["front"] / sensorium.requests,
            computed["engine"] / sensorium.requests,
            usage.others(),
        )

    def _load(self, target: Target, number: int) -> Load:
        return drive(target, core=self.core, seconds=self.seconds, first=FIRST + number * APART)

    def _acknowledged(self, number: int) -> tuple[Load, float]:
        """A round of sensorium, and how far behind the engine was. Fails when a packet is not in the log."""
        before, _ = self.subject.positions()
        load = self._load(self.target, number)
        behind = self.subject.catch_up()
        after, _ = self.subject.positions()
        if after - before < load.requests:
            raise AssertionError(
                f"{load.requests} packets were acknowledged, {after - before} are in the log"
            )
        return load, behind


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
        drive(target, core=other, seconds=1, first=FIRST - APART)
        subject.catch_up()
        yield from lines(quietest(Arena(echo, influxdb, subject, target, other, seconds), rounds))


def quietest(arena: Arena, rounds: int) -> list[Round]:
    """So many rounds undisturbed by other programs; after TRIES times as many, the least disturbed."""
    done: list[Round] = []
    for number in range(TRIES * rounds):
        done.append(arena.turn(number))
        if sum(each.others <= QUIET for each in done) == rounds:
            break
    return sorted(done, key=lambda each: each.others)[:rounds]


def lines(rounds: list[Round]) -> Iterator[Line]:
    """The table's lines out of the rounds."""
    echo = [each.echo.rate for each in rounds]
    sensorium = [each.sensorium.rate for each in rounds]
    influxdb = [max(load.rate for load in each.influxdb) for each in rounds]
    slower = ratios([each.sensorium.p99 for each in rounds], [each.echo.p99 for each in rounds])
    percent = [100 * ratio for ratio in ratios(sensorium, echo)]
    yield told("bare echo, requests a second", written(spread(echo)))
    yield told("  99th percentile", written(spread([each.echo.p99 for each in rounds]), " ms"))
    yield told("  computing for a request", written(spread([1e6 * each.echo_cost for each in rounds]), " µs"))
    yield told("InfluxDB, synced single writes a second", written(spread(influxdb)))
    yield told("sensorium, durable packets a second", written(spread(sensorium)))
    yield told("  99th percentile", written(spread([each.sensorium.p99 for each in rounds]), " ms"))
    yield told("  front's computing", written(spread([1e6 * each.front_cost for each in rounds]), " µs"))
    yield told("  engine's computing", written(spread([1e6 * each.engine_cost for each in rounds]), " µs"))
    yield at_least("  of the echo's requests", spread(percent), 35, " %")
    yield at_least("  to InfluxDB's writes", spread(ratios(sensorium, influxdb)), 1, " times")
    yield at_most("  99th percentile to the echo's", spread(slower), 5, " times")
    yield at_most("  engine behind at the end", spread([each.behind for each in rounds]), 2, " s")
    yield at_most("  errors", once(sum(each.sensorium.errors for each in rounds)), 0)
    yield told(
        "other programs' share of a core", written(spread([100 * each.others for each in rounds]), " %")
    )

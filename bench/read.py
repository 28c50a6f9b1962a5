"""Large and small reads beside many stored rows."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

from bench.machine import Usage, forget_peak
from bench.rows import BEGIN, DAYS, ROWS_OF_DEVICE
from bench.server import Subject, serving
from bench.table import Line, at_least, at_most, once, ratios, spread, told, written
from sensorium.model.moments import format_iso, from_microseconds

MIB = 1 << 20
DAY = 86_400


def measure(few: tuple[Path, int], many: tuple[Path, int], rounds: int) -> Iterator[Line]:
    """The lines of the table, for two folders and a device with data in each."""
    with serving(few[0]) as small, serving(many[0]) as large:
        read(large, address(many[1], BEGIN + DAY, 1))
        yield from _two_months(large, many[1], rounds)
        yield from _one_day((small, few[1]), (large, many[1]))


def _two_months(subject: Subject, device: int, rounds: int) -> Iterator[Line]:
    resident = subject.resident()
    for process in (subject.front, subject.engine):
        forget_peak(process)
    path = address(device, BEGIN, DAYS)
    done: list[tuple[float, dict[str, float], float]] = []
    for _ in range(rounds):
        usage = Usage(front=subject.front, engine=subject.engine)
        began = monotonic()
        body = read(subject, path)
        done.append((monotonic() - began, usage.computed(), usage.others()))
        rows = body.count(b'"timestamp_from_epoch"')
        if rows != ROWS_OF_DEVICE:
            raise AssertionError(f"{ROWS_OF_DEVICE} rows are stored and {rows} were read")
    added = (subject.peak() - resident) / MIB
    rates = [ROWS_OF_DEVICE / seconds for seconds, _, _ in done]
    size = f"{ROWS_OF_DEVICE:,} rows, {len(body) / MIB:.0f} MiB of JSON"
    yield told("two months of four datastreams", size)
    yield at_least("  rows a second over HTTP", spread(rates), 500_000)
    for name in ("front", "engine"):
        computed = spread([each[name] for _, each, _ in done])
        yield told(f"  {name}'s computing", written(computed, " s"))
    yield at_most("  memory added while read, front and engine", once(added), 80, " MiB")
    yield told("other programs' share of a core", written(spread([100 * each for _, _, each in done]), " %"))


def _one_day(few: tuple[Subject, int], many: tuple[Subject, int]) -> Iterator[Line]:
    milliseconds: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(100):
        for is_large, (subject, device) in ((False, few), (True, many)):
            path = address(device, BEGIN + DAY * (turn % DAYS), 1)
            began = monotonic()
            read(subject, path)
            milliseconds[is_large].append(1000 * (monotonic() - began))
    cost = spread(ratios(milliseconds[True], milliseconds[False]))
    medians = spread(milliseconds[True]).median / spread(milliseconds[False]).median
    yield told("one day of one device, fewer rows stored", written(spread(milliseconds[False]), " ms"))
    yield told("one day of one device, all rows stored", written(spread(milliseconds[True]), " ms"))
    yield told("  its cost to that with fewer, turn by turn", written(cost, " times"))
    yield at_most("  its cost to that with fewer, of the medians", once(medians), 1.5, " times")


def read(subject: Subject, path: str) -> bytes:
    """The whole answer, by a client that computes as little as one can."""
    connection = HTTPConnection(subject.server.url.removeprefix("http://"), timeout=60)
    with closing(connection):
        connection.request("GET", path, headers={"authorization": f"Bearer {subject.token}"})
        answer = connection.getresponse()
        pieces = list(iter(lambda: answer.read1(MIB), b""))
    if answer.status != 200:
        raise AssertionError(f"{path} is answered with {answer.status}: {pieces}")
    return b"".join(pieces)


def address(device: int, begin: int, days: int) -> str:
    """Where the data of so many days are, from the second `begin` on."""
    first, last = begin * 1_000_000, (begin + days * DAY) * 1_000_000 - 1
    moments = (format_iso(from_microseconds(first)), format_iso(from_microseconds(last)))
    return "/api/data/id/{}/fromutc/{}/toutc/{}".format(device, *moments)

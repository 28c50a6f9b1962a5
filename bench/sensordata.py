"""SensorData: selects beside many stored rows and beside PostgreSQL, inserts beside a bare echo."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
import psycopg
from tests import postgres

from bench import peers
from bench.load import Target, drive
from bench.machine import Usage, cores, pin
from bench.peers import Peer
from bench.programs import Missing, require
from bench.rows import BEGIN, TURN, stored
from bench.server import STEPS, Subject, serving
from bench.single import APART, FIRST, QUIET, TRIES
from bench.table import Line, at_least, at_most, once, ratios, spread, told, written

PATH = "/v1/SensorData/"
LONG_AGO = "2019-01-01T00:00:00Z"
MINUTES = 35 * TURN  # of values of each device: a million rows
MONTH = ("2024-03-01", "2024-03-31 23:59:59")
REPEATS = 30
SENDERS = 20

_TABLE = """
CREATE UNLOGGED TABLE observations (
    device integer, datastream integer, time timestamptz, value double precision, packet bigint
);
INSERT INTO observations
SELECT device, device * 4 + which, to_timestamp(%(begin)s + 60 * at),
    round((20 + 5 * which + 10 * sin(at / 230.0) + random() * 10)::numeric, 2)::double precision,
    at * %(devices)s + device
FROM generate_series(0, %(minutes)s - 1) AS at, generate_series(1, %(devices)s) AS device,
    generate_series(0, 3) AS which;
CREATE UNIQUE INDEX ON observations (datastream, time);
CREATE INDEX ON observations (time);
ANALYZE observations;
"""
_NEWEST = """
SELECT device, datastream, time, value, packet FROM observations
WHERE datastream = ANY(%(streams)s) ORDER BY time DESC, datastream LIMIT 1000
"""
_FILTERED = """
SELECT device, datastream, time, value, packet FROM observations
WHERE datastream = %(stream)s AND time BETWEEN %(begin)s AND %(end)s AND value > 20 AND value <= 25
ORDER BY time DESC LIMIT 1000
"""


def measure(folder: Path, rows: int, rounds: int, seconds: int) -> Iterator[Line]:
    """The lines of the table: with so many rows at least, and so many rounds of inserts."""
    if why := postgres.absent():
        raise Missing(why)
    require("wrk", "taskset", "setpriv")
    device = stored(folder / "sensordata", rows, MINUTES)
    yield from _selects(folder / "sensordata", device)
    yield from _beside(-(-rows // (MINUTES * len(STEPS))))
    yield from _inserts(folder / "inserted", rounds, seconds)


def _selects(data: Path, device: int) -> Iterator[Line]:
    with serving(data) as subject:
        definitions = [_definition(subject, name) for name in STEPS]
        devices = [each["id"] for each in subject.client.get("/manage/v1/devices?limit=500").json()["items"]]
        for each in devices:
            _link(subject, each)
            shown = subject.client.get(f"/manage/v1/devices/{each}").json()["datastreams"]
            for definition, stream in zip(definitions, shown, strict=True):
                body = {"definition": definition, "datastream": stream["id"]}
                _manage(subject, f"devices/{each}/definitions", body)
        first = definitions[0]
        value = [{"comp": ">", "val": 20, "op": 1}, {"comp": "<=", "val": 25, "op": 1}]
        filtered = {
            "device_id": device,
            "timestamp_from": MONTH[0],
            "timestamp_to": MONTH[1],
            "filter": [{"sd_id": first, "value": value}],
        }
        newest = _asked(subject, {})
        month = _asked(subject, filtered)
    yield told("SensorData: devices of the account", f"{len(devices)}")
    yield at_most("newest 1,000 rows of the account", spread(newest), 30, " ms")
    yield at_most("a month of a device, two conditions", spread(month), 60, " ms")


def _asked(subject: Subject, asked: dict[str, Any]) -> list[float]:
    """How long each select took, in milliseconds; the first is not counted."""

    def ask() -> None:
        answer = subject.client.post(PATH, json={"action": "select", **asked})
        if len(answer.json()["sensordata"]) != 1000:
            raise AssertionError(answer.text[:500])

    return _timed(ask)


def _timed(once_: Callable[[], None]) -> list[float]:
    once_()
    milliseconds: list[float] = []
    for _ in range(REPEATS):
        began = monotonic()
        once_()
        milliseconds.append(1000 * (monotonic() - began))
    return milliseconds


def _beside(devices: int) -> Iterator[Line]:
    """The same queries in PostgreSQL, on a table with as many rows and an index for each of them."""
    with postgres.running() as cluster:
        name = cluster.create()
        with psycopg.connect(host=str(cluster.folder), user=postgres.USER, dbname=name) as connection:
            connection.execute("SET maintenance_work_mem = '1GB'")
            bound = {"begin": BEGIN, "minutes": MINUTES, "devices": devices}
            for statement in _TABLE.split(";")[:-1]:
                connection.execute(statement, bound if "%(" in statement else None)  # type: ignore[arg-type]
            connection.commit()
            streams = [4 * device + which for device in range(1, devices + 1) for which in range(4)]
            newest = _timed(lambda: _thousand(connection, _NEWEST, {"streams": streams}))
            month = {"stream": 4 * (devices // 2), "begin": f"{MONTH[0]}Z", "end": f"{MONTH[1]}Z"}
            filtered = _timed(lambda: _thousand(connection, _FILTERED, month))
        cluster.drop(name)
    yield told("  PostgreSQL 15: newest 1,000 rows", written(spread(newest), " ms"))
    yield told("  PostgreSQL 15: a month, two conditions", written(spread(filtered), " ms"))


def _thousand(connection: Any, query: str, bound: dict[str, Any]) -> None:
    found = connection.execute(query, bound).fetchall()
    if len(found) != 1000:
        raise AssertionError(f"{len(found)} rows instead of 1000")


def _inserts(data: Path, rounds: int, seconds: int) -> Iterator[Line]:
    front, other = cores()
    with peers.echo(front) as echo, serving(data) as subject:
        pin(subject.front, front)
        pin(subject.engine, other)
        target = Target("readings", subject.server.url, _senders(subject), subject.token)
        drive(target, core=other, seconds=1, first=FIRST - APART)
        subject.catch_up()
        turns = [_turn(subject, echo, target, (other, seconds, turn)) for turn in range(TRIES * rounds)]
    quiet = sorted(turns, key=lambda turn: turn[3])[:rounds]
    beside, rates, cost, others = zip(*quiet, strict=True)
    percent = [100 * ratio for ratio in ratios(rates, beside)]
    yield told("bare echo, requests a second", written(spread(beside)))
    yield told("SensorData, durable inserts of three values a second", written(spread(rates)))
    yield told("  front's computing", written(spread([1e6 * each for each in cost]), " µs"))
    yield at_least("  of the echo's requests", spread(percent), 25, " %")
    disturbed = written(spread([100 * each for each in others]), " %")
    yield told(f"  other programs' share of a core ({QUIET:.0%} is quiet)", disturbed)
    yield at_most("  inserts that were not stored", once(0), 0)


def _turn(
    subject: Subject, echo: Peer, target: Target, how: tuple[int, int, int]
) -> tuple[float, float, float, float]:
    """Requests a second of the echo and of inserts, seconds of computing for one, and what others took."""
    core, seconds, number = how
    usage = Usage(echo=echo.process, front=subject.front, engine=subject.engine)
    beside = drive(echo.target, core=core, seconds=seconds, first=FIRST + number * APART)
    before, _ = subject.positions()
    load = drive(target, core=core, seconds=seconds, first=FIRST + number * APART)
    subject.catch_up()
    after, _ = subject.positions()
    if load.errors or after - before < load.requests:
        raise AssertionError(f"{load.requests} inserts were answered, {after - before} are in the log")
    return beside.rate, load.rate, usage.computed()["front"] / load.requests, usage.others()


def _senders(subject: Subject) -> list[str]:
    """Devices with three definitions each, as the load takes them."""
    definitions = [_definition(subject, f"Sent {number}") for number in range(3)]
    places: list[str] = []
    for number in range(SENDERS):
        device = subject.describe(f"Sender {number}")
        _link(subject, device)
        for definition in definitions:
            _manage(subject, f"devices/{device}/definitions", {"definition": definition})
        places.append(",".join(map(str, (device, *definitions))))
    return places


def _definition(subject: Subject, name: str) -> int:
    body = {"name": name, "component": 13, "unit": 3, "data_min": 0, "data_max": 1000}
    return _manage(subject, "definitions", body)["id"]


def _link(subject: Subject, device: int) -> None:
    asset = _manage(subject, "assets", {"name": f"Asset {device}"})["id"]
    _manage(subject, "links", {"device": device, "asset": asset, "begin": LONG_AGO})


def _manage(subject: Subject, path: str, body: dict[str, Any]) -> Any:
    answer: httpx2.Response = subject.client.post(f"/manage/v1/{path}", json=body)
    answer.raise_for_status()
    return answer.json()

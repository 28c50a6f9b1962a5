"""Navixy's calls that read: many users at a pace, beside a bare echo; and one call for many sensors."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from bench import peers
from bench.load import Load, Target, drive
from bench.machine import cores, pin
from bench.programs import require
from bench.server import STEPS, Subject, packet, serving
from bench.table import Line, at_least, at_most, once, spread, told, written

USERS = 20
TRACKERS = 10
NEEDED = 500  # calls a second, of the 1000 that 20 users may make
PACE = 600  # that would be made if answers took no time: each connection waits for one before it pauses
SENSORS = 200
REPEATS = 100
TANK = [{"in": raw, "out": raw * 1.5} for raw in range(0, 100, 5)]
DAY = {"from": "2024-03-01 00:00:00", "to": "2024-03-02 00:00:00"}


def measure(folder: Path, rounds: int, seconds: int) -> Iterator[Line]:
    """The lines of the table."""
    require("wrk", "taskset", "setpriv")
    front, other = cores()
    with peers.echo(front) as echo, serving(folder / "navixy") as subject:
        pin(subject.front, front)
        pin(subject.engine, other)
        calls = Target("calls", subject.server.url, _mixed(subject))
        beside = replace(echo.target, style="calls", paths=["/|{}"])
        subject.catch_up()
        drive(calls, core=other, seconds=1, first=PACE)
        turns = [
            [drive(each, core=other, seconds=seconds, first=PACE) for each in (beside, calls)]
            for _ in range(rounds)
        ]
        yield from _paced([turn[1] for turn in turns], [turn[0] for turn in turns])
        took = _newest(subject, _many(subject))
    yield at_most(f"newest values of {SENSORS} sensors in one call", spread(took), 5, " ms")


def _paced(loads: list[Load], beside: list[Load]) -> Iterator[Line]:
    yield at_least("Navixy: mixed reads of 20 users a second", spread([each.rate for each in loads]), NEEDED)
    yield told("  99th percentile", written(spread([each.p99 for each in loads]), " ms"))
    yield told("  99th percentile of a bare echo", written(spread([each.p99 for each in beside]), " ms"))
    yield at_most("  errors", once(sum(each.errors for each in loads)), 0)


def _mixed(subject: Subject) -> list[str]:
    """The calls of every user: of each tracker its sensors, curve, settings and values."""
    ids = [_tracker(subject, f"Truck {number}") for number in range(TRACKERS)]
    calls: list[str] = []
    for number in range(USERS):
        shown, (tracker, sensor) = _user(subject, f"user {number}"), ids[number % TRACKERS]
        both = {"tracker_id": tracker, "sensor_id": sensor}
        for path, parameters in (
            ("/tracker/list", {}),
            ("/tracker/read", both),
            ("/tracker/sensor/list", both),
            ("/tracker/sensor/calibration_data/read", both),
            ("/tracker/settings/tracking/read", both),
            ("/tracker/readings/list", both),
            ("/tracker/sensor/data/read", {**both, **DAY}),
        ):
            calls.append(f"/v2{path}|{json.dumps({'hash': shown, **parameters})}")
    return calls


def _tracker(subject: Subject, name: str) -> tuple[int, int]:
    """A tracker with a sensor that has a curve, and some values."""
    device = subject.describe(name)
    body = {"model": "telfm"}
    subject.client.patch(
        f"/manage/v1/devices/{device}", json=body, headers={"if-match": "*"}
    ).raise_for_status()
    for minute in range(60):
        sent = packet(f"2024/03/01 12:{minute:02}:00", minute)
        subject.client.post(f"/api/sensors/{device}/inbound", content=sent).raise_for_status()
    tracker = _tracker_of(subject, device)
    sensor = _add(subject, tracker, next(iter(STEPS)))
    _call(subject, "/tracker/sensor/calibration_data/update", tracker_id=tracker, sensor_id=sensor, data=TANK)
    return tracker, sensor


def _user(subject: Subject, name: str) -> str:
    """A session of a user of the account."""
    user = {"username": name, "password": "a long password"}
    subject.client.post("/manage/v1/users", json=user).raise_for_status()
    login = {"login": name, "password": "a long password"}
    return subject.client.post("/v2/user/auth", json=login).raise_for_status().json()["hash"]


def _many(subject: Subject) -> int:
    """A tracker with many sensors, each with a curve and a value."""
    names = [f"v{number}" for number in range(SENSORS)]
    described = {
        "name": "Many",
        "resolution": 60,
        "location": {"longitude": 10.75, "latitude": 59.91, "altitude": 12},
        "parameters": [{"name": name, "type": "double"} for name in names],
        "components": [{"componentid": 84, "unitid": 30, "binding-path": name, "level": 0} for name in names],
    }
    device = (
        subject.client.post("/api/sensors/configure", json=described).raise_for_status().json()["sensorid"]
    )
    subject.client.post(f"/api/sensors/{device}/inbound", json=dict.fromkeys(names, 42.5)).raise_for_status()
    tracker = _tracker_of(subject, device)
    for name in names:
        sensor = _add(subject, tracker, name)
        ids = {"tracker_id": tracker, "sensor_id": sensor}
        _call(subject, "/tracker/sensor/calibration_data/update", **ids, data=TANK)
    subject.catch_up()
    return tracker


def _newest(subject: Subject, tracker: int) -> list[float]:
    """How long each call took, in milliseconds, on a connection that is open; the first is not counted."""
    milliseconds: list[float] = []
    for _ in range(REPEATS + 1):
        began = monotonic()
        found = _call(subject, "/tracker/readings/list", tracker_id=tracker)
        milliseconds.append(1000 * (monotonic() - began))
        if [each["value"] for each in found["inputs"]] != [63.75] * SENSORS:
            raise AssertionError("a sensor shows another value")
    return milliseconds[1:]


def _tracker_of(subject: Subject, device: int) -> int:
    found = _call(subject, "/tracker/list")["list"]
    return next(each["id"] for each in found if each["source"]["id"] == device)


def _add(subject: Subject, tracker: int, name: str) -> int:
    sensor = {"type": "metering", "sensor_type": "fuel", "name": name, "input_name": name}
    return _call(subject, "/tracker/sensor/create", tracker_id=tracker, sensor=sensor)["id"]


def _call(subject: Subject, path: str, **parameters: Any) -> Any:
    while True:
        answer = subject.client.post(f"/v2{path}", json={"hash": subject.token, **parameters})
        if answer.status_code != 429:
            return answer.raise_for_status().json()

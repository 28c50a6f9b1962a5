"""A calibration of the past changes while values are read and all is killed: no row is lost or mixed."""

from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import msgspec
import pytest

from tests.flow.sensors import STAMPED, describe, push_many, register
from tests.running import running

EPOCH = 1_750_000_000  # 2025-06-15T15:06:40Z
MANY = 20_000  # at one a second
FEW = 1_000
FIRST = {"points": [{"in": 0, "out": 0}, {"in": 100, "out": 200}], "level": 2}
SECOND = {"equation": "$value * 3", "level": 3}
STATES = {(2.0, 2), (3.0, 3)}
"""What a row may be: the factor of a calibration and the level that goes with it, and no other pair."""


def calibrate(client: httpx2.Client, stream: int, body: dict[str, Any]) -> None:
    """Say how the values of the datastream are calibrated from 2020 on."""
    path = f"/manage/v1/datastreams/{stream}/calibration"
    body = {**body, "valid_from": "2020-01-01T00:00:00Z"}
    there = client.get(path).headers.get("etag")
    response = client.put(path, json=body, headers={} if there is None else {"if-match": there})
    assert response.status_code == 200, response.text


def states(client: httpx2.Client, device: int, count: int = MANY) -> set[tuple[float, int]]:
    """What the last rows of the device are; all of them must be there."""
    begin, end = (
        f"{datetime.fromtimestamp(EPOCH + at, UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (MANY - count, MANY)
    )
    response = client.get(f"/api/data/id/{device}/fromutc/{begin}/toutc/{end}")
    assert response.status_code == 200, response.text
    rows = msgspec.json.decode(response.content)
    assert len(rows) == count
    return {(row["value_corr"] / row["value"], row["level_corr"]) for row in rows}


def job(client: httpx2.Client) -> dict[str, Any]:
    """The newest replay."""
    return client.get("/manage/v1/replays", params={"limit": 500}).json()["items"][-1]


def await_state(client: httpx2.Client, *wanted: str, processed: int = 0) -> dict[str, Any]:
    """Wait until the newest replay is in one of these states and has done so much."""
    until = monotonic() + 100
    while (found := job(client))["state"] not in wanted or found["processed"] < processed:
        assert monotonic() < until, found
        sleep(0.02)
    return found


def mean(client: httpx2.Client, device: int) -> float:
    """The corrected mean of the day on which the values begin."""
    response = client.get(
        f"/api/data/id/{device}/daily/stats/fromutc/2025-06-15T00:00:00Z/toutc/2025-06-16T00:00:00Z",
        params={"values": "corrected"},
    )
    assert response.status_code == 200, response.text
    return response.json()[0]["avg"]


def test_rows_are_old_or_new_and_all_new_in_the_end(tmp_path: Path):
    """Also when front and engine are killed in the middle; statistics follow, and the log has all changes."""
    with running(tmp_path / "data") as server, register(server) as client:
        server.wait_for_engine()
        token = client.headers["authorization"].removeprefix("Bearer ")
        device = describe(client, **STAMPED)
        stream = client.get(f"/manage/v1/devices/{device}").json()["datastreams"][0]["id"]
        packets = [{"t": EPOCH + at, "v": at % 97 + 1} for at in range(MANY)]
        assert push_many(client, device, packets).status_code == 200
        calibrate(client, stream, FIRST)
        await_state(client, "done")
        assert states(client, device) == {(2.0, 2)}
        before = mean(client, device)
        calibrate(client, stream, SECOND)
        await_state(client, "running", "done", processed=1)
        assert states(client, device, FEW) <= STATES
        server.kill()
    with running(tmp_path / "data") as again, again.client(token) as client:
        again.wait_for_engine()
        while (now := job(client))["state"] != "done":
            assert states(client, device, FEW) <= STATES
        assert now["total"] == now["processed"] == MANY
        assert states(client, device) == {(3.0, 3)}
        assert mean(client, device) == pytest.approx(1.5 * before, abs=0.02)
        log = client.get(f"/manage/v1/devices/{device}/log-entries").json()["items"]
        assert ["table of 2 points" in log[0]["message"], "$value * 3" in log[1]["message"]] == [True] * 2

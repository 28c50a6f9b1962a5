"""Scorers are trained over HTTP, and judge what is stored once it is replayed."""

import os
import random
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.manage.test_replays import BEGIN, ended
from tests.dialects.nilu.api import Provider, new_provider
from tests.running import running

COUNT = 1500
SPIKES = {900, 1200}
SETTINGS = {"preset": "wmo", "valid_from": "2020-01-01T00:00:00Z"}


def packets(count: int) -> list[dict[str, Any]]:
    """PM2.5 each minute with noise of 0.3, and two small spikes."""
    noise = random.Random(3)
    return [
        {
            "date": BEGIN + 60 * at,
            "pm25": round(noise.gauss(10, 0.3) + 1.8 * (at in SPIKES), 2),
            "humidity": 50,
        }
        for at in range(count)
    ]


def filled(owner: Provider, count: int = COUNT) -> int:
    """A device of which so much is stored."""
    device = owner.configure()
    sent = packets(count)
    for first in range(0, count, 5000):
        pushed = owner.client.post(f"/api/sensors/{device}/inbound", json=sent[first : first + 5000])
        assert pushed.status_code == 200, pushed.text
    assert owner.client.get(f"/api/data/id/{device}/maxutc").status_code == 200  # all is processed
    return device


def trained(owner: Provider, stream: int, body: dict[str, Any]) -> dict[str, Any]:
    """A training, once it has ended."""
    asked = owner.client.post(f"/manage/v1/datastreams/{stream}/scorers", json=body)
    assert asked.status_code == 202, asked.text
    assert asked.headers["location"].endswith(f"/manage/v1/trainings/{asked.json()['id']}")
    until = monotonic() + 60
    while (shown := owner.client.get(asked.headers["location"]).json())["ended"] is None:
        assert monotonic() < until, shown
        sleep(0.1)
    return shown


def outliers(owner: Provider, device: int) -> set[int]:
    """The numbers of the packets whose PM2.5 is an outlier."""
    rows = [row for row in owner.rows(device, "2025-06-15T00:00:00Z") if row["component"] == "PM2.5"]
    assert len(rows) == COUNT
    return {at for at, row in enumerate(rows) if row["qc_flags"]["flags"] & 16}


def test_what_is_usual_is_learned_and_judges(owner: Provider):
    """The shipped test misses small spikes; what was learned finds them."""
    device = filled(owner)
    stream = streams(owner, device)["PM2.5"]
    assert outliers(owner, device) & SPIKES == set()
    done = trained(owner, stream, {})
    assert (done["state"], done["message"], done["datastream"]) == ("done", None, stream)
    (version,) = owner.client.get(f"/manage/v1/datastreams/{stream}/scorers").json()["versions"]
    assert (version["version"], version["method"], version["values"]) == (1, "isolation-forest", COUNT)
    body = {**SETTINGS, "outlier": {"scorer": "isolation-forest"}}
    said = owner.client.put(f"/manage/v1/datastreams/{stream}/quality", json=body)
    assert said.status_code == 200, said.text
    assert said.json()["said"][0]["settings"]["outlier"]["scorer"] == "isolation-forest"
    replay = owner.client.post(f"/manage/v1/devices/{device}/replays", json={}).json()["id"]
    assert ended(owner, replay)["state"] == "done"
    found = outliers(owner, device)
    assert found >= SPIKES
    assert len(found) < 10
    forgotten = owner.client.delete(f"/manage/v1/datastreams/{stream}/scorers")
    assert (forgotten.status_code, forgotten.json()) == (200, {"versions": []})
    again = owner.client.post(f"/manage/v1/devices/{device}/replays", json={}).json()["id"]
    assert ended(owner, again)["state"] == "done"
    assert outliers(owner, device) & SPIKES == set()


def test_weeks_of_minutes_are_learned(owner: Provider):
    """More than fits into a pipe between two programs."""
    count = 21_000
    device = filled(owner, count)
    stream = streams(owner, device)["PM2.5"]
    assert trained(owner, stream, {})["state"] == "done"
    (version,) = owner.client.get(f"/manage/v1/datastreams/{stream}/scorers").json()["versions"]
    assert version["values"] == count


def test_cancelled_training_stays_cancelled(newcomer: Provider):
    """Of two that are asked for at once, the second still waits; one that has ended stays as it is."""
    path = f"/manage/v1/datastreams/{streams(newcomer, filled(newcomer))['PM2.5']}/scorers"
    first, second = (newcomer.client.post(path, json={}).headers["location"] for _ in range(2))
    cancelled = newcomer.client.delete(second).json()
    assert cancelled["state"] in ("cancelled", "done")
    assert newcomer.client.get(second).json() == cancelled
    until = monotonic() + 60
    while (shown := newcomer.client.get(first).json())["ended"] is None:
        assert monotonic() < until, shown
        sleep(0.1)
    assert newcomer.client.delete(first).json() == shown
    assert newcomer.client.delete(f"{first}0").status_code == 404


def test_training_that_fails_says_why(owner: Provider):
    """Of a range without values nothing can be learned."""
    stream = streams(owner, owner.configure())["PM2.5"]
    failed = trained(owner, stream, {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"})
    assert (failed["state"], failed["from"]) == ("failed", "2020-01-01T00:00:00Z")
    assert "no values" in failed["message"]
    assert owner.client.get(f"/manage/v1/datastreams/{stream}/scorers").json() == {"versions": []}


def test_server_without_the_library_says_what_is_missing(tmp_path: Path):
    """It takes and judges values as ever, and a training fails with the name of what is to be installed."""
    (tmp_path / "sklearn.py").write_text("raise ImportError('it is not installed')")
    before = os.environ.get("PYTHONPATH", "")
    with running(tmp_path / "data", env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{before}"}) as server:
        server.wait_for_engine()
        owner = new_provider(server)
        with owner.client:
            device = filled(owner)
            failed = trained(owner, streams(owner, device)["PM2.5"], {})
            assert failed["state"] == "failed"
            assert "pip install scikit-learn" in failed["message"]
            assert outliers(owner, device) & SPIKES == set()


def test_what_cannot_be_learned_is_refused(owner: Provider):
    """A range that ends before it begins; a scorer that there is not."""
    stream = streams(owner, owner.configure())["PM2.5"]
    path = f"/manage/v1/datastreams/{stream}"
    backwards = {"from": "2020-01-02T00:00:00Z", "to": "2020-01-01T00:00:00Z"}
    assert_problem(owner.client.post(f"{path}/scorers", json=backwards), 400, "malformed", "to")
    unknown = {**SETTINGS, "outlier": {"scorer": "oracle"}}
    assert_problem(owner.client.put(f"{path}/quality", json=unknown), 400, "malformed", "outlier.scorer")

"""Scorers are trained over HTTP, and judge what is stored once it is replayed."""

import random
from time import monotonic, sleep
from typing import Any

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.manage.test_replays import BEGIN, ended
from tests.dialects.nilu.api import Provider

COUNT = 1500
SPIKES = {900, 1200}
SETTINGS = {"preset": "wmo", "valid_from": "2020-01-01T00:00:00Z"}


def packets() -> list[dict[str, Any]]:
    """PM2.5 each minute with noise of 0.3, and two small spikes."""
    noise = random.Random(3)
    return [
        {
            "date": BEGIN + 60 * at,
            "pm25": round(noise.gauss(10, 0.3) + 1.8 * (at in SPIKES), 2),
            "humidity": 50,
        }
        for at in range(COUNT)
    ]


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
    device = owner.configure()
    owner.push(device, *packets())
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


def test_training_that_fails_says_why(owner: Provider):
    """Of a range without values nothing can be learned."""
    stream = streams(owner, owner.configure())["PM2.5"]
    failed = trained(owner, stream, {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"})
    assert (failed["state"], failed["from"]) == ("failed", "2020-01-01T00:00:00Z")
    assert "no values" in failed["message"]
    assert owner.client.get(f"/manage/v1/datastreams/{stream}/scorers").json() == {"versions": []}


def test_what_cannot_be_learned_is_refused(owner: Provider):
    """A range that ends before it begins; a scorer that there is not."""
    stream = streams(owner, owner.configure())["PM2.5"]
    path = f"/manage/v1/datastreams/{stream}"
    backwards = {"from": "2020-01-02T00:00:00Z", "to": "2020-01-01T00:00:00Z"}
    assert_problem(owner.client.post(f"{path}/scorers", json=backwards), 400, "malformed", "to")
    unknown = {**SETTINGS, "outlier": {"scorer": "oracle"}}
    assert_problem(owner.client.put(f"{path}/quality", json=unknown), 400, "malformed", "outlier.scorer")

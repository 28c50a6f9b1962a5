"""Replays are asked for, followed and cancelled, and judge stored values by what holds now."""

from time import monotonic, sleep
from typing import Any

import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider

BEGIN = 1_750_000_000
ENDED = ("done", "failed", "cancelled")


def packets(count: int) -> list[dict[str, Any]]:
    """Packets a minute apart, of values that no test finds fault with."""
    return [
        {"date": BEGIN + 60 * at, "pm25": 10 + at % 7 / 10, "humidity": 50 + at % 5 / 10}
        for at in range(count)
    ]


def ended(owner: Provider, replay: int, seconds: float = 30) -> dict[str, Any]:
    """The replay once it has ended."""
    until = monotonic() + seconds
    while (shown := owner.client.get(f"/manage/v1/replays/{replay}").json())["state"] not in ENDED:
        assert monotonic() < until, shown
        sleep(0.1)
    return shown


def verdicts(owner: Provider, device: int) -> set[int]:
    """The words of quality control of the device's PM2.5."""
    rows = owner.rows(device, "2025-06-15T00:00:00Z")
    assert rows
    return {row["qc_flags"]["flags"] for row in rows if row["component"] == "PM2.5"}


def test_replay_judges_stored_values_by_what_holds_now(owner: Provider):
    """Until then they keep their verdicts; a limit below all of them makes each too high."""
    device = owner.configure()
    owner.push(device, *packets(3))
    assert verdicts(owner, device) == {1}
    number = streams(owner, device)["PM2.5"]
    body = {"maximum": 5, "valid_from": "2025-01-01T00:00:00Z"}
    assert owner.client.put(f"/manage/v1/datastreams/{number}/quality", json=body).status_code == 200
    assert verdicts(owner, device) == {1}
    asked = owner.client.post(f"/manage/v1/devices/{device}/replays", json={})
    assert asked.status_code == 202
    assert asked.json()["state"] == "waiting"
    assert asked.headers["location"].endswith(f"/manage/v1/replays/{asked.json()['id']}")
    done = ended(owner, asked.json()["id"])
    assert (done["state"], done["processed"], done["rejected"], done["message"]) == ("done", 3, 0, None)
    assert done["created"] <= done["started"] <= done["ended"]
    assert verdicts(owner, device) == {5}


def test_replay_of_a_range_leaves_the_others(owner: Provider):
    """Both its ends are included."""
    device = owner.configure()
    owner.push(device, *packets(5))
    assert len(owner.rows(device, "2025-06-15T00:00:00Z")) == 10  # they are in the archive
    begin, end = "2025-06-15T15:07:40Z", "2025-06-15T17:08:40+02:00"
    asked = owner.client.post(f"/manage/v1/devices/{device}/replays", json={"from": begin, "to": end}).json()
    assert (asked["from"], asked["to"]) == (begin, "2025-06-15T15:08:40Z")
    assert ended(owner, asked["id"])["processed"] == 2


def test_replays_come_page_by_page(newcomer: Provider):
    """One's own, the oldest first."""
    device = newcomer.configure()
    path = f"/manage/v1/devices/{device}/replays"
    numbers = [newcomer.client.post(path, json={}).json()["id"] for _ in range(3)]
    page = newcomer.client.get("/manage/v1/replays?limit=2").json()
    rest = newcomer.client.get(page["next"]).json()
    assert [each["id"] for each in (*page["items"], *rest["items"])] == numbers
    assert rest["next"] is None


def test_cancelled_replay_stays_cancelled(newcomer: Provider):
    """Of two that are asked for at once, the second still waits; one that is done stays so."""
    device = newcomer.configure()
    path = f"/manage/v1/devices/{device}/replays"
    first, second = (newcomer.client.post(path, json={}).json()["id"] for _ in range(2))
    cancelled = newcomer.client.delete(f"/manage/v1/replays/{second}").json()
    assert cancelled["state"] in ("cancelled", "done")
    assert ended(newcomer, second) == cancelled
    assert ended(newcomer, first)["state"] == "done"
    assert newcomer.client.delete(f"/manage/v1/replays/{first}").json()["state"] == "done"


def test_deleted_device_is_replayed_too(owner: Provider):
    """Its data are there, and may need it."""
    device = owner.configure(enabled=False)
    assert owner.client.delete(f"/api/sensors/{device}/delete").status_code == 200
    asked = owner.client.post(f"/manage/v1/devices/{device}/replays", json={})
    assert ended(owner, asked.json()["id"])["state"] == "done"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": "now"}, "from"),
        ({"to": 5}, "to"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "to"),
        ({"since": "2026-01-02T00:00:00Z"}, "since"),
    ],
)
def test_mistake_in_the_body_is_named(owner: Provider, body: dict[str, Any], field: str):
    """A misspelt bound would replay everything."""
    response = owner.client.post(f"/manage/v1/devices/{owner.configure()}/replays", json=body)
    assert_problem(response, 400, "malformed", field)


def test_replay_corrects_stored_values(owner: Provider):
    """A correction from a time on: stored values have theirs once they are replayed, new ones at once."""
    device = owner.configure()
    owner.push(device, *packets(4))

    def corrected() -> list[tuple[float | None, int | None]]:
        rows = owner.rows(device, "2025-06-15T00:00:00Z")
        return [(row["value_corr"], row["level_corr"]) for row in rows if row["component"] == "PM2.5"]

    assert corrected() == [(None, None)] * 4
    number = streams(owner, device)["PM2.5"]
    body = {"expression": "value - Humidity / 10", "level": 3, "valid_from": "2025-06-15T15:07:40Z"}
    set_ = owner.client.put(f"/manage/v1/datastreams/{number}/correction", json=body)
    assert set_.status_code == 200, set_.text
    assert corrected() == [(None, None)] * 4
    owner.push(device, {"date": BEGIN + 600, "pm25": 12.0, "humidity": 20.0})
    assert corrected()[-1] == (10.0, 3)
    replay = owner.client.post(f"/manage/v1/devices/{device}/replays", json={}).json()["id"]
    assert ended(owner, replay)["state"] == "done"
    levels = [level for _, level in corrected()]
    assert levels == [None, 3, 3, 3, 3]
    values = [value for value, _ in corrected()[1:]]
    assert values == pytest.approx([5.09, 5.18, 5.27, 10.0])

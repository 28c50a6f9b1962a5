"""How raw values are calibrated is set over HTTP: a table or an equation, dated, with who said it."""

from typing import Any

import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider

TABLE = {"points": [{"in": 0, "out": 0}, {"in": 1000, "out": 480}], "divider": 5}


@pytest.fixture
def device(owner: Provider) -> int:
    """A device that measures PM2.5 and humidity."""
    return owner.configure()


@pytest.fixture
def path(owner: Provider, device: int) -> str:
    """The address of the calibration of its PM2.5."""
    return f"/manage/v1/datastreams/{streams(owner, device)['PM2.5']}/calibration"


def put(owner: Provider, path: str, body: dict[str, Any], match: str | None = None) -> dict[str, Any]:
    """What a change answers that is not refused."""
    response = owner.client.put(path, json=body, headers={} if match is None else {"if-match": match})
    assert response.status_code == 200, response.text
    return response.json()


def test_calibration_is_dated_and_shown_with_its_author(owner: Provider, path: str):
    """A table from one day on, an equation from another; what stands in neither is null."""
    put(owner, path, {**TABLE, "valid_from": "2026-02-01T00:00:00Z", "certificate": "K-17", "note": "tank"})
    later = {"equation": "2 * $value", "valid_from": "2026-03-01T00:00:00Z", "uncertainty": 0.5, "level": 3}
    answer = put(owner, path, later, match="*")
    assert "made anew" in answer["message"]
    table, equation = owner.client.get(path).json()["in_force"]
    table.pop("created")
    assert table.pop("id") < equation["id"]
    assert table == {
        "valid_from": "2026-02-01T00:00:00Z",
        "points": [{"in": 0.0, "out": 0.0}, {"in": 1000.0, "out": 480.0}],
        "equation": None,
        "divider": 5.0,
        "multiplier": None,
        "level": None,
        "uncertainty": None,
        "certificate": "K-17",
        "author": owner.name,
        "note": "tank",
        "replaced": None,
        "warnings": [],
    }
    assert (equation["equation"], equation["uncertainty"], equation["level"]) == ("2 * $value", 0.5, 3)


def test_change_entails_a_replay_of_what_it_touches(owner: Provider, device: int, path: str):
    """From its beginning on."""
    put(owner, path, {**TABLE, "valid_from": "2026-02-01T00:00:00Z"})
    (job,) = [
        each
        for each in owner.client.get("/manage/v1/replays?limit=500").json()["items"]
        if each["device"] == device
    ]
    assert (job["from"], job["to"]) == ("2026-02-01T00:00:00Z", None)


def test_calibration_for_all_time_replaces_the_others_which_stay_to_be_seen(owner: Provider, path: str):
    """The history tells since when each of them holds no more, page by page."""
    put(owner, path, {**TABLE, "valid_from": "2026-02-01T00:00:00Z"})
    put(owner, path, {"multiplier": 3, "for_all_time": True}, match="*")
    (only,) = owner.client.get(path).json()["in_force"]
    assert (only["valid_from"], only["multiplier"]) == ("1970-01-01T00:00:00Z", 3.0)
    page = owner.client.get(f"{path}/history?limit=1").json()
    (first,) = page["items"]
    assert first["replaced"] == only["created"]
    page = owner.client.get(page["next"]).json()
    assert (page["items"], page["next"]) == ([only], None)


def test_page_of_the_history_has_20_at_most(owner: Provider, path: str):
    """Each may have a table of 10,000 points."""
    for times in range(2, 24):
        put(owner, path, {"multiplier": times, "for_all_time": True}, match="*" if times > 2 else None)
    page = owner.client.get(f"{path}/history?limit=500").json()
    rest = owner.client.get(page["next"]).json()
    assert [each["multiplier"] for each in (*page["items"], *rest["items"])] == list(range(2, 24))
    assert (len(page["items"]), rest["next"]) == (20, None)


def test_table_that_rises_and_falls_is_taken_with_a_warning(owner: Provider, path: str):
    """A probe with such a table has several raw values for one value."""
    points = [{"in": raw, "out": out} for raw, out in ((0, 0), (1, 5), (2, 3))]
    (said,) = put(owner, path, {"points": points})["in_force"]
    assert said["warnings"] == ["The values of the table rise and fall: a value has several raw ones."]


def test_calibration_is_taken_back_for_a_time_or_altogether(owner: Provider, path: str):
    """What was not said cannot be taken back."""
    for day in ("01", "02", "03"):
        put(
            owner,
            path,
            {**TABLE, "valid_from": f"2026-02-{day}T00:00:00Z"},
            match="*" if day > "01" else None,
        )
    answer = owner.client.delete(f"{path}?valid_from=2026-02-02T00:00:00Z")
    assert [each["valid_from"][8:10] for each in answer.json()["in_force"]] == ["01", "03"]
    assert owner.client.delete(path).json()["in_force"] == []
    assert_problem(owner.client.delete(path), 404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "points"),
        ({"points": {}}, "points"),
        ({"points": [[0, 1]]}, "points"),
        ({"points": [{"in": 0}]}, "points"),
        ({"points": [{"in": 0, "out": "1"}]}, "points"),
        ({"points": [{"in": 0, "out": None}]}, "points"),
        ({"points": [{"in": 0, "out": True}]}, "points"),
        ({"points": [{"in": 0, "out": 10**400}]}, "points"),
        ({"points": [{"in": 0, "out": 0}, {"in": 0, "out": 1}]}, "points"),
        ({"points": [{"in": 0, "out": 0}] * 10_001}, "points"),
        ({"points": [{"in": 0, "out": 0}], "equation": "$value"}, "equation"),
        ({"equation": 5}, "equation"),
        ({"equation": "import os"}, "equation"),
        ({"divider": 0}, "divider"),
        ({"divider": 2, "level": 0}, "level"),
        ({"divider": 2, "uncertainty": -1}, "uncertainty"),
        ({"divider": 2, "valid_from": "yesterday"}, "valid_from"),
        ({"divider": 2, "for_all_time": 1}, "for_all_time"),
        ({"divider": 2, "for_all_time": True, "valid_from": "2026-01-01T00:00:00Z"}, "valid_from"),
        ({"divider": 2, "offset": 3}, "offset"),
    ],
)
def test_body_that_cannot_be_used_names_the_member(
    owner: Provider, path: str, body: dict[str, Any], field: str
):
    """And nothing is said then."""
    answer = owner.client.put(path, json=body)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["field"] == field
    assert owner.client.get(path).json()["in_force"] == []


def test_change_of_what_is_there_names_its_version(owner: Provider, path: str):
    """As that of quality does."""
    put(owner, path, TABLE)
    assert_problem(owner.client.put(path, json=TABLE), 428, "unconditional", "If-Match")
    old = owner.client.get(path).headers["etag"]
    put(owner, path, {**TABLE, "divider": 6}, match=old)
    answer = owner.client.put(path, json=TABLE, headers={"if-match": old})
    assert_problem(answer, 412, "outdated", "If-Match")

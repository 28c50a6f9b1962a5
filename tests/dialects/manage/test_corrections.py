"""How values are corrected is set over HTTP: an expression over the values of a packet, dated."""

from typing import Any

import pytest

from tests.dialects.manage.api import HUMIDITY, PM25, assert_problem, streams
from tests.dialects.nilu.api import PLAIN, Provider

GOOD = {"expression": "0.524 * PM2_5 - 0.0862 * Humidity + 5.75", "level": 2}


@pytest.fixture
def device(owner: Provider) -> int:
    """A device that measures PM2.5 and humidity."""
    return owner.configure()


@pytest.fixture
def path(owner: Provider, device: int) -> str:
    """The address of the correction of its PM2.5."""
    return f"/manage/v1/datastreams/{streams(owner, device)['PM2.5']}/correction"


def put(owner: Provider, path: str, body: dict[str, Any], match: str | None = None) -> dict[str, Any]:
    """What a change answers that is not refused."""
    response = owner.client.put(path, json=body, headers={} if match is None else {"if-match": match})
    assert response.status_code == 200, response.text
    return response.json()


def test_names_of_an_expression_are_listed(owner: Provider, device: int, path: str):
    """With what they stand for, before anything is said."""
    there = streams(owner, device)
    shown = owner.client.get(path).json()
    assert shown["said"] == []
    names = {each["name"]: each["datastream"] for each in shown["names"]}
    assert names == {
        "value": there["PM2.5"],
        "PM2_5": there["PM2.5"],
        "Humidity": there["Humidity"],
        f"PM2_5_{there['PM2.5']}": there["PM2.5"],
        f"Humidity_{there['Humidity']}": there["Humidity"],
    }


def test_correction_is_dated_and_shown_with_its_datastream(owner: Provider, path: str):
    """One without an expression ends it."""
    answer = put(owner, path, {**GOOD, "valid_from": "2026-01-01T00:00:00Z", "note": "EPA"})
    assert "until they are replayed" in answer["message"]
    put(owner, path, {"expression": None, "valid_from": "2200-01-01T00:00:00Z"}, match="*")
    first, second = owner.client.get(path).json()["said"]
    assert (first["expression"], first["level"], first["note"]) == (GOOD["expression"], 2, "EPA")
    assert (second["expression"], second["level"]) == (None, None)
    shown = owner.client.get(path.removesuffix("/correction")).json()["correction"]
    assert shown == {"valid_from": "2026-01-01T00:00:00Z", "expression": GOOD["expression"], "level": 2}


def test_change_of_what_is_there_names_its_version(owner: Provider, path: str):
    """As that of quality does."""
    etag = owner.client.put(path, json=GOOD).headers["etag"]
    assert owner.client.get(path).headers["etag"] == etag
    assert_problem(owner.client.put(path, json=GOOD), 428, "unconditional", "If-Match")
    put(owner, path, GOOD, match=etag)
    refused = owner.client.delete(path, headers={"if-match": etag})
    assert_problem(refused, 412, "outdated", "If-Match")


def test_entries_are_taken_back(owner: Provider, path: str):
    """One of them, or all."""
    put(owner, path, {**GOOD, "valid_from": "2025-01-01T00:00:00Z"})
    put(owner, path, {**GOOD, "valid_from": "2026-01-01T00:00:00Z"}, match="*")
    response = owner.client.delete(f"{path}?valid_from=2025-01-01T00:00:00Z")
    assert [each["valid_from"] for each in response.json()["said"]] == ["2026-01-01T00:00:00Z"]
    assert owner.client.delete(path).json()["said"] == []
    assert_problem(owner.client.delete(path), 404, "not-found")


def test_expression_is_over_the_packet_alone(owner: Provider, path: str):
    """What the device no longer sends, or what another one sends, means nothing there."""
    device = owner.configure(components=[PLAIN["components"][0]])
    alone = f"/manage/v1/datastreams/{streams(owner, device)['PM2.5']}/correction"
    response = owner.client.put(alone, json=GOOD)
    assert_problem(response, 422, "invalid-expression", "expression")
    assert "'Humidity'" in response.json()["detail"]
    put(owner, path, GOOD)


def test_two_datastreams_of_one_component_are_told_apart(owner: Provider):
    """By their numbers, where the name alone does not say which."""
    twice = [{**PLAIN["components"][0], "binding-path": path} for path in ("/pm25", "/humidity")]
    humid = {"componentid": HUMIDITY, "unitid": 1, "binding-path": "/humidity", "level": 0}
    device = owner.configure(components=[*twice, humid])
    found = owner.client.get(f"/manage/v1/devices/{device}").json()["datastreams"]
    first, second, third = (each["id"] for each in found)
    assert [each["component"]["id"] for each in found] == [PM25, PM25, HUMIDITY]
    path = f"/manage/v1/datastreams/{third}/correction"
    ambiguous = owner.client.put(path, json={"expression": "PM2_5", "level": 2})
    assert_problem(ambiguous, 422, "invalid-expression", "expression")
    put(owner, path, {"expression": f"value * PM2_5_{first} / PM2_5_{second}", "level": 2})


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({}, 422, "missing", "expression"),
        ({"expression": 5, "level": 2}, 400, "malformed", "expression"),
        ({"expression": "value", "level": None}, 422, "missing", "level"),
        ({"expression": "value", "level": 77}, 422, "unknown-level", "level"),
        ({"expression": "value", "level": 2.5}, 400, "malformed", "level"),
        ({"expression": None, "level": 2}, 400, "malformed", "level"),
        ({"expression": "value *", "level": 2}, 422, "invalid-expression", "expression"),
        ({"expression": "", "level": 2}, 422, "invalid-expression", "expression"),
        ({"expression": "__import__('os')", "level": 2}, 422, "invalid-expression", "expression"),
        ({"expression": "value.real", "level": 2}, 422, "invalid-expression", "expression"),
        (
            {"expression": "(" * 400 + "value" + ")" * 400, "level": 2},
            422,
            "invalid-expression",
            "expression",
        ),
        ({"expression": "value", "level": 2, "valid_from": "soon"}, 400, "malformed", "valid_from"),
        ({"expression": "value", "level": 2, "scale": 3}, 400, "malformed", "scale"),
    ],
)
def test_mistake_is_named(
    owner: Provider, path: str, body: dict[str, Any], status: int, kind: str, field: str
):
    """And nothing is changed."""
    assert_problem(owner.client.put(path, json=body), status, kind, field)
    assert owner.client.get(path).json()["said"] == []

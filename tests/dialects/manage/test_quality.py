"""How values are checked is set over HTTP, dated, with versions that keep two writers apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import HUMIDITY, assert_problem, streams
from tests.dialects.nilu.api import Provider

OFF = {"preset": "off"}


@pytest.fixture
def path(owner: Provider) -> str:
    """The address of the quality of a datastream of which nothing is said."""
    return f"/manage/v1/datastreams/{streams(owner, owner.configure())['PM2.5']}/quality"


def put(client: httpx2.Client, path: str, body: dict[str, Any], match: str | None = None) -> httpx2.Response:
    """A change, of the version `match` when that is given."""
    return client.put(path, json=body, headers={} if match is None else {"if-match": match})


def begins(response: httpx2.Response) -> list[tuple[str, str]]:
    """From when on what holds, and who says so."""
    assert response.status_code == 200, response.text
    return [(each["valid_from"], each["source"]) for each in response.json()["in_force"]]


def test_what_is_shipped_holds_at_first(owner: Provider, path: str):
    """Nothing is said, and there is no version of it."""
    response = owner.client.get(path)
    assert begins(response) == [("1970-01-01T00:00:00Z", "shipped")]
    assert response.json()["said"] == []
    assert response.json()["in_force"][0]["settings"]["outlier"]["window"] == 25
    assert "message" not in response.json()
    assert "etag" not in response.headers


def test_change_says_what_holds_from_when_on(owner: Provider, path: str):
    """And that stored data stay as they are until they are replayed."""
    body = {"maximum": 400, "valid_from": "2026-01-01T01:00:00+01:00", "note": "saturates"}
    response = put(owner.client, path, body)
    assert begins(response)[1:] == [("2026-01-01T00:00:00Z", "datastream")]
    [said] = response.json()["said"]
    assert (said["note"], said["settings"]["maximum"], said["settings"]["minimum"]) == (
        "saturates",
        400,
        None,
    )
    assert "until they are replayed" in response.json()["message"]
    assert owner.client.get(path).json()["said"] == [said]


def test_change_holds_from_now_on_unless_it_says_when(owner: Provider, path: str):
    """Now is the time of the request."""
    before = datetime.now(UTC)
    [_, (moment, _)] = begins(put(owner.client, path, OFF))
    assert before <= datetime.fromisoformat(moment) <= datetime.now(UTC)


def test_datastream_goes_before_component_goes_before_shipped(newcomer: Provider):
    """Each from its own time on; taken back, what stands below holds again."""
    number = streams(newcomer, newcomer.configure())["Humidity"]
    mine, component = f"/manage/v1/datastreams/{number}/quality", f"/manage/v1/components/{HUMIDITY}/quality"
    assert put(newcomer.client, component, {**OFF, "valid_from": "2026-01-01T00:00:00Z"}).status_code == 200
    assert put(newcomer.client, mine, {**OFF, "valid_from": "2026-02-01T00:00:00Z"}).status_code == 200
    shipped, account, own = begins(newcomer.client.get(mine))
    assert (shipped[1], account, own) == (
        "shipped",
        ("2026-01-01T00:00:00Z", "account"),
        ("2026-02-01T00:00:00Z", "datastream"),
    )
    assert begins(newcomer.client.get(component)) == [shipped, account]
    assert begins(newcomer.client.delete(component)) == [shipped]
    assert begins(newcomer.client.get(mine)) == [shipped, own]


def test_datastream_shows_what_holds_now(owner: Provider, path: str):
    """Not what holds later."""
    stream = path.removesuffix("/quality")
    put(owner.client, path, {"minimum": -5, "valid_from": "2026-01-01T00:00:00Z"})
    put(owner.client, path, {**OFF, "valid_from": "2200-01-01T00:00:00Z"}, match="*")
    shown = owner.client.get(stream).json()["quality"]
    assert (shown["source"], shown["settings"]["minimum"]) == ("datastream", -5)


def test_change_of_what_is_there_names_its_version(owner: Provider, path: str):
    """Without it 428, with that of before 412, and then nothing is changed."""
    first = put(owner.client, path, {"minimum": 1}).headers["etag"]
    second = put(owner.client, path, {"minimum": 2}, match=first).headers["etag"]
    assert owner.client.get(path).headers["etag"] == second != first
    assert_problem(put(owner.client, path, OFF), 428, "unconditional", "If-Match")
    assert_problem(put(owner.client, path, OFF, match=first), 412, "outdated", "If-Match")
    refused = owner.client.delete(path, headers={"if-match": first})
    assert_problem(refused, 412, "outdated", "If-Match")
    assert [each["settings"]["minimum"] for each in owner.client.get(path).json()["said"]] == [1, 2]
    assert put(owner.client, path, OFF, match=f'"other", {second}').status_code == 200


def test_what_is_not_there_has_no_version(owner: Provider, path: str):
    """If-Match contradicts that, If-None-Match says it."""
    assert_problem(put(owner.client, path, OFF, match="*"), 412, "outdated", "If-Match")
    only_if_new = {"if-none-match": "*"}
    assert owner.client.put(path, json=OFF, headers=only_if_new).status_code == 200
    refused = owner.client.put(path, json=OFF, headers=only_if_new)
    assert_problem(refused, 412, "outdated", "If-None-Match")


def test_one_entry_of_the_history_is_taken_back(owner: Provider, path: str):
    """That of a moment; without one all of them, and a second time there is nothing."""
    for year in (2024, 2025, 2026):
        body = {"minimum": year, "valid_from": f"{year}-01-01T00:00:00Z"}
        match = None if year == 2024 else "*"
        assert put(owner.client, path, body, match).status_code == 200
    response = owner.client.delete(f"{path}?valid_from=2025-01-01T00:00:00Z")
    assert [each["settings"]["minimum"] for each in response.json()["said"]] == [2024, 2026]
    assert response.headers["etag"] == owner.client.get(path).headers["etag"]
    response = owner.client.delete(path)
    assert response.json()["said"] == []
    assert_problem(owner.client.delete(path), 404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"preset": "best"}, "preset"),
        ({"preset": 3}, "preset"),
        ({"note": ["x"]}, "note"),
        ({"note": "x" * 5000}, "note"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"valid_from": 1700000000}, "valid_from"),
        ({"valid_from": "1969-12-31T23:59:59Z"}, "valid_from"),
        ({"valid_from": "2026-02-30T00:00:00Z"}, "valid_from"),
        ({"minimum": "1"}, "minimum"),
        ({"outlier": {"window": 2}}, "outlier.window"),
        ({"outlier": {"increment": -1}}, "outlier.increment"),
        ({"limits": [1, 2]}, "limits"),
    ],
)
def test_mistake_in_the_body_is_named(owner: Provider, path: str, body: dict[str, Any], field: str):
    """And nothing is changed."""
    assert_problem(put(owner.client, path, body), 400, "malformed", field)
    assert owner.client.get(path).json()["said"] == []


def test_moment_in_the_address_is_read_too(owner: Provider, path: str):
    """Or refused."""
    assert_problem(owner.client.delete(f"{path}?valid_from=now"), 400, "malformed", "valid_from")


@pytest.mark.parametrize(
    ("content", "media", "status", "kind"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"[]", "application/json", 400, "malformed"),
        (b"[" * 60_000, "application/json", 400, "malformed"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 400, "malformed"),
        (b'{"note": "\xff"}', "application/json", 400, "malformed"),
        (b"{}", "application/xml", 415, "unsupported-media"),
        (b'{"note": "' + b"x" * (64 << 10) + b'"}', "application/json", 413, "too-large"),
    ],
)
def test_body_that_cannot_be_read_is_refused(
    owner: Provider, path: str, content: bytes, media: str, status: int, kind: str
):
    """As what it is."""
    response = owner.client.put(path, content=content, headers={"content-type": media})
    assert_problem(response, status, kind)
    assert "Traceback" not in response.text


def test_what_an_instrument_resolves_is_shown_once_it_is_measured(owner: Provider):
    """In the unit of the settings, with how many values told it; what is said of it is a setting."""
    device = owner.configure()
    path = f"/manage/v1/datastreams/{streams(owner, device)['PM2.5']}/quality"
    assert "increment" not in owner.client.get(path).json()
    begin = datetime.now(UTC) - timedelta(hours=5)
    times = [int((begin + timedelta(minutes=at)).timestamp()) for at in range(200)]
    values = [12.0 + at % 5 for at in range(200)]
    sent = [{"date": time, "pm25": value, "humidity": 50} for time, value in zip(times, values, strict=True)]
    owner.push(device, *sent)
    owner.newest(device)
    shown = owner.client.get(path).json()["increment"]
    assert (shown["size"], shown["samples"]) == (1.0, 200)
    assert datetime.fromisoformat(shown["measured"]) > begin
    body = {"preset": "wmo", "outlier": {"increment": 0.5}}
    assert put(owner.client, path, body).json()["said"][0]["settings"]["outlier"]["increment"] == 0.5

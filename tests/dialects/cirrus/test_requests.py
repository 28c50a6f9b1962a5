"""What a request must have: a key with the scope, instruments of one's own, a year at most in UTC."""

import httpx2
import pytest

from tests.dialects.cirrus.api import (
    CALIBRATIONS,
    DENIED,
    END,
    EXPIRED,
    LOG,
    START,
    entry,
    get,
    instrument,
    items,
    parameter,
    refused,
)
from tests.dialects.nilu.api import Provider, key_of, let_expire, session_of
from tests.running import Server

BOTH = pytest.mark.parametrize("path", [LOG, CALIBRATIONS])


@pytest.fixture(scope="module")
def key(owner: Provider) -> str:
    """A key that is good for calibrations alone."""
    return key_of(owner, "data.system:read")


@pytest.fixture(scope="module")
def pair(owner: Provider) -> tuple[str, str]:
    """Two instruments with an entry each."""
    return (
        instrument(owner, entry("2023-01-02T00:00:00Z", "first")),
        instrument(owner, entry("2023-01-03T00:00:00Z", "second")),
    )


@pytest.mark.check("CI-001")
def test_documented_request_is_answered(anyone: httpx2.Client, key: str, pair: tuple[str, str]):
    """Two instruments, one after another; both bounds percent-encoded."""
    query = (
        f"instruments={pair[0]}&instruments={pair[1]}"
        "&start=2023-01-01T00%3A00%3A00Z&end=2023-01-31T00%3A00%3A00Z"
    )
    response = anyone.get(f"{LOG}?{query}", headers={"X-Api-Key": key})
    assert [each["message"] for each in items(response)] == ["first", "second"]


@pytest.mark.check("CI-002", "CI-003")
@pytest.mark.parametrize(
    "form", ["{0}%2C{1}", "{0},{1}", "{1}%2C{0}&instruments={0}", "%20{0}%20,+{1},&instruments="]
)
def test_instruments_may_be_joined_by_commas(
    anyone: httpx2.Client, key: str, pair: tuple[str, str], form: str
):
    """Also in part; repetitions and blanks change nothing."""
    query = f"instruments={form.format(*pair)}&start={START}&end={END}"
    response = anyone.get(f"{LOG}?{query}", headers={"X-Api-Key": key})
    assert items(response) == items(get(anyone, key, *pair))
    assert len(response.json()) == 2


@pytest.mark.check("CI-004")
@BOTH
def test_key_needs_the_one_scope(anyone: httpx2.Client, owner: Provider, pair: tuple[str, str], path: str):
    """It may have others, or no bounds at all."""
    for scopes in (["data.system:read"], ["instruments:read", "data.system:read"], []):
        assert get(anyone, key_of(owner, *scopes), *pair, path=path).status_code == 200


@pytest.mark.check("CI-006", "CI-034")
@BOTH
def test_key_with_other_scopes_is_denied(
    anyone: httpx2.Client, owner: Provider, pair: tuple[str, str], path: str
):
    """Whatever it is good for else; an instrument that is not one's own is denied in the same words."""
    others = key_of(owner, "instruments:read", "instruments:write", "data.enviro:read", "data:write")
    assert refused(get(anyone, others, *pair, path=path)) == (403, DENIED)
    assert refused(get(anyone, owner.token, "NONE", path=path)) == (403, DENIED)


def test_every_credential_of_the_account_is_a_key(
    server: Server, anyone: httpx2.Client, owner: Provider, pair: tuple[str, str]
):
    """NILU's tokens, and sessions of users, who need no right to look."""
    for credential in (owner.token, session_of(server, owner)):
        assert len(items(get(anyone, credential, *pair))) == 2


@pytest.mark.check("CI-005")
@BOTH
def test_key_in_the_query_opens_nothing(anyone: httpx2.Client, key: str, pair: tuple[str, str], path: str):
    """Nor does one in another header."""
    query = {"instruments": pair[0], "start": START, "end": END}
    for name in ("x-api-key", "X-Api-Key", "api_key"):
        assert refused(anyone.get(path, params={**query, name: key})) == (401, EXPIRED)
    bearer = {"authorization": f"Bearer {key}"}
    assert refused(anyone.get(path, params=query, headers=bearer)) == (401, EXPIRED)


@pytest.mark.check("CI-007", "CI-033")
@BOTH
def test_key_that_is_not_good_is_refused_alike(
    server: Server, anyone: httpx2.Client, owner: Provider, pair: tuple[str, str], path: str
):
    """Missing, empty, wrong, expired, revoked: with the same body."""
    expired, revoked = key_of(owner), key_of(owner)
    let_expire(server, expired)
    mine = owner.client.get("/manage/v1/keys").json()["items"]
    [number] = [each["id"] for each in mine if each["last4"] == revoked[-4:]]
    assert get(anyone, revoked, *pair, path=path).status_code == 200
    assert owner.client.delete(f"/manage/v1/keys/{number}").status_code == 204
    for bad in (None, "", "0" * 32, "mycirrus-123456-AABBCCDD11223344", expired, revoked):
        response = get(anyone, bad, *pair, path=path)
        assert refused(response) == (401, EXPIRED), bad
        assert "www-authenticate" in response.headers


@pytest.mark.check("CI-008", "CI-009", "CI-010", "CI-011")
@BOTH
def test_missing_parameter_is_named(anyone: httpx2.Client, key: str, pair: tuple[str, str], path: str):
    """In the vendor's words; an empty one is missing too."""
    for response, name in (
        (get(anyone, key, path=path), "instruments"),
        (get(anyone, key, "", path=path), "instruments"),
        (get(anyone, key, " , ", path=path), "instruments"),
        (get(anyone, key, *pair, start=None, path=path), "start"),
        (get(anyone, key, *pair, start="", path=path), "start"),
        (get(anyone, key, *pair, end=None, path=path), "end"),
    ):
        assert refused(response) == (
            400,
            {
                "error": "MissingParam",
                "description": f"The required parameter {name} was missing from the request.",
            },
        )


@pytest.mark.check("CI-012", "CI-013", "CI-014")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2023-01-02T00:00:00Z", "2023-01-02T00:00:01Z"),
        ("2023-01-01T23:59:59.999Z", "2023-01-02T00:00:00.001Z"),
        ("2023-01-02T00:00:00+00:00", "2023-01-02T00:00:01+00:00"),
    ],
)
def test_moments_are_iso_8601_in_utc(
    anyone: httpx2.Client, key: str, pair: tuple[str, str], start: str, end: str
):
    """With fractions of a second where they are given."""
    found = items(get(anyone, key, *pair, start=start, end=end))
    assert [each["message"] for each in found] == ["first"]


def test_plus_that_was_not_encoded_is_understood(anyone: httpx2.Client, key: str, pair: tuple[str, str]):
    """In a query it is a blank."""
    query = f"instruments={pair[0]}&start=2023-01-02T00:00:00+00:00&end=2023-01-02T00:00:01+00:00"
    assert len(items(anyone.get(f"{LOG}?{query}", headers={"x-api-key": key}))) == 1


@pytest.mark.check("CI-015", "CI-016", "CI-017")
@pytest.mark.parametrize(
    "text",
    ["2023-01-01T00:00:00+01:00", "2023-01-01T00:00:00", "abc", "2023-02-30T00:00:00Z", "2023-01-01"],
)
@BOTH
def test_anything_else_is_no_moment(
    anyone: httpx2.Client, key: str, pair: tuple[str, str], text: str, path: str
):
    """Another zone, none, and what no calendar has."""
    later = "2023-06-01T00:00:00Z"
    assert parameter(get(anyone, key, *pair, start=text, end=later, path=path), "start") == "InvalidParam"
    assert parameter(get(anyone, key, *pair, end=text, path=path), "end") == "InvalidParam"


@pytest.mark.check("CI-018")
@BOTH
def test_range_does_not_end_before_it_begins(
    anyone: httpx2.Client, key: str, pair: tuple[str, str], path: str
):
    """One that ends where it begins has nothing in it."""
    assert parameter(get(anyone, key, *pair, start=END, end=START, path=path), "end") == "InvalidParam"
    at = "2023-01-02T00:00:00Z"
    assert items(get(anyone, key, *pair, start=at, end=at, path=path)) == []


@pytest.mark.check("CI-019", "CI-020", "CI-021")
@BOTH
def test_range_is_a_calendar_year_at_most(anyone: httpx2.Client, key: str, pair: tuple[str, str], path: str):
    """Of 365 or 366 days; a second more is refused."""
    for start, end, longer in (
        ("2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z"),
        ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2025-01-01T00:00:01Z"),
        ("2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z", "2025-02-28T00:00:01Z"),
    ):
        assert get(anyone, key, *pair, start=start, end=end, path=path).status_code == 200
        assert refused(get(anyone, key, *pair, start=start, end=longer, path=path)) == (
            400,
            {"error": "InvalidParam", "description": "The maximum date range per request is 1 year."},
        )


@pytest.mark.check("CI-022", "CI-023")
@BOTH
def test_instrument_that_is_not_one_s_own_is_denied(
    anyone: httpx2.Client, key: str, owner: Provider, other: Provider, pair: tuple[str, str], path: str
):
    """Another account's as one that is nowhere, alone or beside one's own, public or not."""
    theirs = [instrument(other, entry("2023-01-02T00:00:00Z"), public=public) for public in (True, False)]
    for serial in (*theirs, "NONE", pair[0].lower(), "' OR 1=1 --"):
        for asked in ((serial,), (pair[0], serial), (serial, pair[0])):
            assert refused(get(anyone, key, *asked, path=path)) == (403, DENIED)


def test_same_number_may_stand_on_instruments_of_two_accounts(
    anyone: httpx2.Client, owner: Provider, other: Provider
):
    """Each reads the log of its own; nobody hears of the other's."""
    serial = instrument(owner, entry("2023-01-02T00:00:00Z", "mine"))
    device = other.configure()
    address = f"/manage/v1/devices/{device}"
    named = other.client.patch(address, json={"serial": serial}, headers={"if-match": "*"})
    assert named.status_code == 200
    other.client.post(f"{address}/log-entries", json=entry("2023-01-02T00:00:00Z", "theirs"))
    found = [items(get(anyone, each.token, serial))[0]["message"] for each in (owner, other)]
    assert found == ["mine", "theirs"]


def test_user_reads_of_the_instruments_shown_to_him(
    server: Server, anyone: httpx2.Client, owner: Provider, pair: tuple[str, str]
):
    """Of no other of the account."""
    session = session_of(server, owner, trackers=[])
    assert refused(get(anyone, session, *pair)) == (403, DENIED)


@pytest.mark.check("CI-024")
@pytest.mark.parametrize(
    "path",
    [
        "/data/calibrations/log",
        "/data/calibrations",
        "/v1/data/calibrations/logs",
        "/v1/data",
        "/v1",
        "/data",
    ],
)
def test_other_addresses_are_not_found(anyone: httpx2.Client, key: str, pair: tuple[str, str], path: str):
    """In the words of this API, also without /v1."""
    status, body = refused(get(anyone, key, *pair, path=path))
    assert (status, body["error"]) == (404, "NotFound")
    assert body["description"].endswith(".")


@pytest.mark.check("CI-025")
@BOTH
def test_there_is_nothing_but_reading(anyone: httpx2.Client, key: str, path: str):
    """Other methods are refused with those that there are."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = anyone.request(method, path, headers={"x-api-key": key})
        assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
        assert refused(response)[1]["error"] == "MethodNotAllowed"


@BOTH
def test_checks_have_an_order(
    server: Server, anyone: httpx2.Client, owner: Provider, pair: tuple[str, str], path: str
):
    """Key, scope, what is missing, what is wrong, whose it is: each hides those behind it."""
    bad = {"start": "abc", "end": None}
    narrow, good = key_of(owner, "instruments:read"), owner.token
    assert refused(get(anyone, "0" * 32, "NONE", **bad, path=path))[0] == 401
    assert refused(get(anyone, narrow, "NONE", **bad, path=path)) == (403, DENIED)
    assert parameter(get(anyone, good, "NONE", **bad, path=path), "end") == "MissingParam"
    assert parameter(get(anyone, good, "NONE", start="abc", path=path), "start") == "InvalidParam"
    assert refused(get(anyone, good, "NONE", path=path)) == (403, DENIED)

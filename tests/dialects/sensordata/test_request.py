"""Who asks, and what is asked for: checked in a fixed order, and answered with HTTP 200."""

from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import bearer, let_expire
from tests.dialects.sensordata.api import PATH, Customer
from tests.running import Server


def error(response: httpx2.Response) -> Any:
    """The body of an error; the document's ones come with 200."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


INVALID_TOKEN = {"error": "INVALID_TOKEN"}
INVALID_REQUEST = {"error": "INVALID_REQUEST_PRAM"}
NO_DATA = {"error": "NO_DATA"}


@pytest.mark.check("SD-001", "SD-002", "SD-003")
def test_request_without_a_good_token_is_refused(server: Server, newcomer: Customer):
    """None, one that is not known, one that has timed out, a user name and password."""
    old = newcomer.provider.client.post(
        "/api/providers/tokens/new/5h", headers=newcomer.provider.basic
    ).json()["token"]
    let_expire(server, old)
    with server.client() as anyone:
        for headers in ({}, {"token": "0" * 32}, {"token": old}, {"token": ""}, newcomer.provider.basic):
            assert error(anyone.get(PATH, headers=headers)) == INVALID_TOKEN
            assert error(anyone.post(PATH, headers=headers, json={"action": "select"})) == INVALID_TOKEN


@pytest.mark.check("SD-004")
def test_token_stands_in_a_header_of_its_own_or_of_http(server: Server, newcomer: Customer):
    """The header `token`, which goes first, and `Authorization: Bearer`."""
    good = newcomer.token
    with server.client() as anyone:
        for headers in ({"token": good}, bearer(good), {**bearer("0" * 32), "Token": good}):
            assert error(anyone.get(PATH, headers=headers)) == NO_DATA
        wrong = {**bearer(good), "token": "0" * 32}
        assert error(anyone.get(PATH, headers=wrong)) == INVALID_TOKEN


@pytest.mark.check("SD-005")
@pytest.mark.parametrize(
    "content", [b"{", b"", b'{"action": "foo"}', b'{"assetid": 1}', b'{"action": "insert"}']
)
def test_bad_token_goes_before_every_other_error(server: Server, content: bytes):
    """Whatever else is wrong."""
    with server.client() as anyone:
        assert error(anyone.post(PATH, headers={"token": "x"}, content=content)) == INVALID_TOKEN


@pytest.mark.check("SD-006", "SD-007", "SD-071")
def test_get_selects_without_a_filter(newcomer: Customer):
    """Its body and its query are not looked at; without data it says so."""
    assert error(newcomer.client.get(PATH)) == NO_DATA
    place = newcomer.place(12, 14)
    newcomer.insert(place.by_asset, (12, 1), (14, 2))
    whole = newcomer.client.get(PATH).json()
    assert len(whole["sensordata"]) == 2
    for query, body in (("?sd_id=12&foo=1", b""), ("", b'{"action":"select","sd_id":12}'), ("", b"{")):
        answer = newcomer.client.request("GET", f"{PATH}{query}", content=body)
        assert error(answer) == whole


@pytest.mark.check("SD-008", "SD-009", "SD-010")
@pytest.mark.parametrize(
    "content",
    [b"{}", b'{"action": null}', b'{"action": null, "sd_id": 1}', b"", b"{", b'{"action": "select"', b"[]",
     b"null", b'"select"', b"\xff", b"action=select"],
)  # fmt: skip
def test_request_needs_an_action_in_a_json_object(customer: Customer, content: bytes):
    """Absent, null, in no JSON, in another JSON value than an object; whatever the content type is."""
    for media in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = customer.client.post(PATH, content=content, headers={"content-type": media})
        assert error(answer) == INVALID_REQUEST


@pytest.mark.check("SD-011")
@pytest.mark.parametrize("action", ["foo", "", "select ", 1, 1.5, True, [], {}, ["select"]])
def test_action_must_be_one_that_there_is(customer: Customer, action: object):
    """Any other text, and what is no text."""
    assert customer.post({"action": action}) == {"error": "INVALID_ACTION_PRAM"}


@pytest.mark.check("SD-012")
def test_update_is_known_and_not_done_here_delete_is_not_known(customer: Customer):
    """By the document's three actions."""
    assert customer.post({"action": "update"}) == INVALID_REQUEST
    assert customer.post({"action": "delete"}) == {"error": "INVALID_ACTION_PRAM"}


@pytest.mark.check("SD-013")
def test_action_is_the_same_in_any_case(newcomer: Customer):
    """SELECT and Insert."""
    assert newcomer.post({"action": "SELECT"}) == NO_DATA
    assert newcomer.post({"action": "Insert"}) == {"error": "MISSING_USER_AGENT_PRAM"}


@pytest.mark.check("SD-014", "SD-015", "SD-016", "SD-097")
@pytest.mark.parametrize("action", ["select", "insert", "foo", None])
def test_first_unknown_parameter_is_named(customer: Customer, action: str | None):
    """Before the action is looked at, in a select and in an insert."""
    unknown = {"error": "INVALID_INPUT_PRAM", "error_detail": "INVALID_PRAM_ASSETID"}
    assert customer.post({"assetid": 1, "action": action}) == unknown
    assert customer.post({"action": action, "asset_id": 1, "assetid": None, "zzz": 1}) == unknown
    assert customer.post({"zzz": 1, "assetid": 1})["error_detail"] == "INVALID_PRAM_ZZZ"


@pytest.mark.check("SD-017")
def test_null_is_absent(customer: Customer):
    """For every parameter of both actions."""
    names = [
        "asset_id",
        "device_id",
        "data_id",
        "timestamp_from",
        "timestamp_to",
        "sd_id",
        "filter",
        "limit",
        "order",
    ]
    place = customer.place(14)
    kept = customer.insert(place.by_asset, (14, 1), timestamp="2021-01-01", device_id=None)
    assert kept["error"] == "NO_ERROR"
    every = customer.post({"action": "select", "limit": 5000})
    assert customer.post({"action": "select", **dict.fromkeys(names), "limit": 5000}) == every
    for name, code in (
        ("user_agent", "MISSING_USER_AGENT_PRAM"),
        ("asset_id", "MISSING_ASSET_ID_OR_DEVICE_ID_PRAM"),
        ("sensor_data", "MISSING_SENSOR_DATA_PRAM"),
    ):
        assert customer.insert(place.by_asset, (14, 1), **{name: None}) == {"error": code}
    assert customer.insert(place.by_asset, (14, 2), timestamp=None)["error"] == "NO_ERROR"


@pytest.mark.check("SD-018")
def test_slash_at_the_end_changes_nothing(newcomer: Customer):
    """With and without it."""
    for path in (PATH, PATH.rstrip("/")):
        assert error(newcomer.client.get(path)) == NO_DATA
        assert error(newcomer.client.post(path, json={"action": "select"})) == NO_DATA


def test_head_is_answered_without_reading_and_without_a_body(newcomer: Customer):
    """It may be asked wherever GET may, by who may GET; Allow says so."""
    answer = newcomer.client.head(PATH)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/json"
    assert "content-length" not in answer.headers
    assert newcomer.client.put(PATH).headers["allow"] == "GET, HEAD, POST"


def test_what_the_document_does_not_know_has_its_http_status(customer: Customer):
    """Another method, another address below, and a body over the bound."""
    wrong = customer.client.put(PATH)
    assert (wrong.status_code, wrong.json()) == (405, {"error": "METHOD_NOT_ALLOWED"})
    nothing = customer.client.get(f"{PATH}x")
    assert (nothing.status_code, nothing.json()) == (404, {"error": "NOT_FOUND"})
    large = customer.client.post(PATH, content=b" " * (2 << 20))
    assert (large.status_code, large.json()) == (413, INVALID_REQUEST)

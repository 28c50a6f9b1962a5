"""Logging in and out, users, and keys."""

from typing import Any

import httpx2
import pytest

from tests.dialects.navixy.api import FUEL, READ, UPDATE, Caller, Fleet, assert_code, new_user
from tests.dialects.nilu.api import stored_token, unique
from tests.running import Server

DAY = 86_400_000_000  # microseconds


def log_in(caller: Caller, **changed: str) -> httpx2.Response:
    """Log in to the account."""
    login = {"login": caller.provider.username, "password": caller.provider.password, **changed}
    return caller.client.post("/v2/user/auth", json=login)


def session_of(caller: Caller) -> Caller:
    """A session of the account."""
    return Caller(log_in(caller).json()["hash"], caller.client, caller.provider)


def test_log_in(newcomer: Caller):
    """By JSON or by form: a hash of 32 digits, which is good at other doors too."""
    found = log_in(newcomer)
    assert found.json() == {"success": True, "type": "authenticated", "hash": found.json()["hash"]}
    assert len(found.json()["hash"]) == 32
    login = {"login": newcomer.provider.username, "password": newcomer.provider.password}
    assert newcomer.client.post("/user/auth", data=login).json()["success"]
    headers = {"authorization": f"Bearer {found.json()['hash']}"}
    assert newcomer.client.get("/manage/v1/devices", headers=headers).status_code == 200


def test_log_in_with_what_is_wrong(newcomer: Caller):
    """A wrong password is as an unknown name; both are needed; by GET nobody logs in."""
    assert_code(log_in(newcomer, password="wrong password"), 102)
    assert_code(log_in(newcomer, login=unique()), 102)
    assert_code(newcomer.client.post("/v2/user/auth", json={"login": "x"}), 7, "password")
    assert_code(newcomer.client.post("/v2/user/auth", json={"password": "x"}), 7, "login")
    query = {"login": newcomer.provider.username, "password": newcomer.provider.password}
    assert_code(newcomer.client.get("/v2/user/auth", params=query), 112)


def test_halves_of_characters_match_nothing(newcomer: Caller):
    """JSON can write them, no encoding can: it is none then."""
    for text in (
        '{"login": "a\\ud800", "password": "long enough"}',
        '{"login": "a", "password": "\\ud800long"}',
    ):
        headers = {"content-type": "application/json"}
        assert_code(newcomer.client.post("/v2/user/auth", content=text, headers=headers), 5)


def test_too_many_tries(newcomer: Caller):
    """20 a minute under one name; other names go on."""
    answers = [log_in(newcomer, password="wrong password") for _ in range(21)]
    assert_code(answers[19], 102)
    assert_code(answers[20], 105)
    assert int(answers[20].headers["retry-after"]) > 1
    assert_code(log_in(newcomer), 105)
    assert_code(log_in(newcomer, login=unique()), 102)


def test_session_lasts_30_days_from_its_last_use(server: Server, newcomer: Caller):
    """Renewing takes a session; a token and a key do not end."""
    session = session_of(newcomer)
    created, expires = stored_token(server, session.hash)
    assert expires == created + 30 * DAY
    assert session.call("/user/session/renew") == {"success": True}
    _, renewed = stored_token(server, session.hash)
    assert renewed is not None
    assert renewed > expires
    key = newcomer.call("/api/key/create", title="a program")["value"]["hash"]
    for shown in (key, newcomer.hash):
        for path in ("/user/session/renew", "/user/logout"):
            assert_code(newcomer.client.post(f"/v2{path}", json={"hash": shown}), 276)


@pytest.mark.check("NX-011")
def test_key_works_like_a_session_and_never_ends(server: Server, newcomer: Caller):
    """It survives the end of all sessions."""
    session = session_of(newcomer)
    made = session.call("/api/key/create", title="a program")["value"]
    assert made.keys() == {"hash", "create_date", "title"}
    assert stored_token(server, made["hash"])[1] is None
    session.call("/user/logout")
    key = Caller(made["hash"], newcomer.client, newcomer.provider)
    assert key.call("/tracker/list") == {"success": True, "list": []}
    assert key.client.get("/tracker/list", headers={"authorization": f"NVX {key.hash}"}).status_code == 200


def test_keys_are_listed_and_ended(newcomer: Caller, other: Caller):
    """20 at most; their hashes are shown once. Another account's is as one that there is not."""
    made = [newcomer.call("/api/key/create", title=f"program {at}")["value"] for at in range(20)]
    listed = newcomer.call("/api/key/list")["list"]
    assert [(each["title"], each["last4"]) for each in listed] == [
        (each["title"], each["hash"][-4:]) for each in made
    ]
    assert all(each.keys() == {"title", "create_date", "last4"} for each in listed)
    assert_code(newcomer.post("/api/key/create", title="one more"), 268)
    assert_code(other.post("/api/key/delete", key=made[0]["hash"]), 201)
    assert newcomer.call("/api/key/delete", key=made[0]["hash"].upper()) == {"success": True}
    assert_code(newcomer.post("/api/key/delete", key=made[0]["hash"]), 201)
    assert_code(newcomer.post("/api/key/delete", key=newcomer.hash), 201)
    assert_code(newcomer.client.post("/v2/tracker/list", json={"hash": made[0]["hash"]}), 4)
    assert newcomer.call("/api/key/create", title="one more")["success"]


@pytest.mark.parametrize("title", [None, "", "x" * 256, "a\nb", 5])
def test_title_of_a_key(newcomer: Caller, title: Any):
    """Is a text of 1 to 255 characters."""
    assert_code(newcomer.post("/api/key/create", title=title), 7, "title")


@pytest.mark.parametrize("path", ["/api/key/list", "/api/key/create", "/api/key/delete"])
def test_keys_are_the_account_s_own_affair(newcomer: Caller, path: str):
    """Not its users', nor a key's."""
    key = newcomer.call("/api/key/create", title="a program")["value"]["hash"]
    user = new_user(newcomer, "tracker_update", "tracker_configure")
    for caller in (user, Caller(key, newcomer.client, newcomer.provider)):
        assert_code(caller.post(path, title="x", key=key), 13)


def test_who_am_i(newcomer: Caller):
    """The account, or a user of it with the rights."""
    provider = newcomer.provider
    account = {"id": provider.id, "login": provider.username, "title": provider.name}
    assert newcomer.call("/user/get_info") == {"success": True, "user_info": account}
    found = new_user(newcomer, "tracker_update").call("/user/get_info")
    assert (found["master"], found["privileges"]) == (account, {"rights": ["tracker_update"]})
    assert found["user_info"]["login"] != provider.username


def test_user_s_rights_hold_from_the_next_request_on(fleet: Fleet):
    """And a user who is deleted is nobody."""
    client = fleet.caller.provider.client
    user = new_user(fleet.caller)
    number = user.call("/user/get_info")["user_info"]["id"]
    assert_code(user.post(UPDATE, **fleet.ids, data=[]), 13)
    changed = client.put(
        f"/manage/v1/users/{number}", json={"rights": ["tracker_update"]}, headers={"if-match": "*"}
    )
    assert changed.status_code == 200, changed.text
    assert user.call(UPDATE, **fleet.ids, data=[]) == {"success": True}
    assert client.delete(f"/manage/v1/users/{number}").is_success
    assert_code(user.post(READ, **fleet.ids), 4)


def test_sensor_of_a_user_is_the_account_s(fleet: Fleet):
    """What a user adds the others see."""
    user = new_user(fleet.caller, "tracker_update")
    sensor = {**FUEL, "input_name": "humidity"}
    number = user.call("/tracker/sensor/create", tracker_id=fleet.tracker, sensor=sensor)["id"]
    assert fleet.caller.call(READ, tracker_id=fleet.tracker, sensor_id=number)["value"] == []

"""Users of an account over HTTP: added with rights, changed by version, and gone with their sessions."""

from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem
from tests.dialects.nilu.api import Provider, bearer, key_of, session_of, unique
from tests.running import Server

USERS = "/manage/v1/users"


def add(provider: Provider, **described: Any) -> httpx2.Response:
    """Add a user with a name of its own, unless one is given."""
    body = {"username": unique(), "password": "password of a user", **described}
    return provider.client.post(USERS, json=body)


def test_user_is_added_with_rights(owner: Provider):
    """And shown under the address that the answer names, without the password."""
    response = add(owner, username=(name := unique()), label="Depot", rights=["reports", "tracker_update"])
    assert response.status_code == 201
    user = response.json()
    assert user == {
        "id": user["id"],
        "username": name,
        "label": "Depot",
        "rights": ["reports", "tracker_update"],
        "trackers": None,
        "created": user["created"],
    }
    shown = owner.client.get(response.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (user, response.headers["etag"])


def test_users_are_listed_page_by_page(newcomer: Provider):
    """The account's own, by id."""
    made = [add(newcomer).json()["id"] for _ in range(3)]
    page = newcomer.client.get(f"{USERS}?limit=2").json()
    assert [each["id"] for each in page["items"]] == made[:2]
    rest = newcomer.client.get(page["next"]).json()
    assert ([each["id"] for each in rest["items"]], rest["next"]) == (made[2:], None)


def test_change_says_all_of_a_user(owner: Provider):
    """What is left out is taken away, but for the password."""
    response = add(owner, label="Depot", rights=["reports"])
    path, tag = f"{USERS}/{response.json()['id']}", response.headers["etag"]
    changed = owner.client.put(path, json={"rights": ["tag_update"]}, headers={"if-match": tag})
    assert changed.status_code == 200
    assert (changed.json()["label"], changed.json()["rights"]) == (None, ["tag_update"])
    assert changed.headers["etag"] != tag


def test_change_of_what_was_not_seen_is_refused(owner: Provider):
    """Without a version, and with an older one; a deletion may name one."""
    response = add(owner)
    path, tag = f"{USERS}/{response.json()['id']}", response.headers["etag"]
    assert_problem(owner.client.put(path, json={}), 428, "unconditional", "If-Match")
    assert owner.client.put(path, json={"label": "x"}, headers={"if-match": tag}).status_code == 200
    outdated = {"if-match": tag}
    assert_problem(owner.client.put(path, json={}, headers=outdated), 412, "outdated", "If-Match")
    assert_problem(owner.client.delete(path, headers=outdated), 412, "outdated", "If-Match")
    assert owner.client.get(path).json()["label"] == "x"
    assert owner.client.delete(path).status_code == 204
    assert owner.client.get(path).status_code == 404


def test_change_holds_for_sessions_that_are_open(server: Server, anyone: httpx2.Client, newcomer: Provider):
    """From the next request on; another password ends them."""
    session = bearer(session_of(server, newcomer, rights=["tracker_update"]))
    [user] = newcomer.client.get(USERS).json()["items"]
    path, any_version = f"{USERS}/{user['id']}", {"if-match": "*"}

    def unit() -> int:
        return anyone.post("/manage/v1/units", json={"name": unique()[:32]}, headers=session).status_code

    assert unit() == 201
    assert newcomer.client.put(path, json={}, headers=any_version).status_code == 200
    assert unit() == 403
    changed = newcomer.client.put(path, json={"password": "another password"}, headers=any_version)
    assert changed.status_code == 200
    assert unit() == 401


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({"username": None}, 422, "missing", "username"),
        ({"username": "a:b"}, 400, "malformed", "username"),
        ({"username": 7}, 400, "malformed", "username"),
        ({"password": None}, 422, "missing", "password"),
        ({"password": "short"}, 400, "malformed", "password"),
        ({"rights": ["admin"]}, 400, "malformed", "rights"),
        ({"rights": "reports"}, 400, "malformed", "rights"),
        ({"rights": [1]}, 400, "malformed", "rights"),
        ({"trackers": ["1"]}, 400, "malformed", "trackers"),
        ({"trackers": [True]}, 400, "malformed", "trackers"),
        ({"trackers": [10**30]}, 400, "malformed", "trackers"),
        ({"trackers": {}}, 400, "malformed", "trackers"),
        ({"label": []}, 400, "malformed", "label"),
        ({"right": []}, 400, "malformed", "right"),
    ],
)
def test_bad_user_names_what_is_wrong(
    owner: Provider, body: dict[str, Any], status: int, kind: str, field: str
):
    """Also a right that nobody can be given, and a tracker that is not the account's."""
    assert_problem(add(owner, **body), status, kind, field)


def test_tracker_of_another_account_cannot_be_shown(server: Server, owner: Provider, other: Provider):
    """It is refused like one that is not there."""
    other.configure()
    theirs = other.client.get("/manage/v1/trackers").json()["items"][0]["id"]
    refusals = [add(owner, trackers=[number]).json()["detail"] for number in (theirs, 10**9)]
    assert all("The account has no tracker" in each for each in refusals)


def test_name_that_is_taken_is_refused(owner: Provider, other: Provider):
    """By an account or by a user of any."""
    taken = add(other).json()["username"]
    for name in (taken, owner.username, other.username):
        assert_problem(add(owner, username=name), 409, "conflict", "username")


@pytest.mark.parametrize("path", ["users", "keys"])
def test_account_itself_alone_manages_users_and_keys(
    server: Server, anyone: httpx2.Client, owner: Provider, path: str
):
    """Neither a user with every right that can be given, nor a key without bounds."""
    rights = ["tracker_update", "tracker_configure", "tracker_register", "employee_update"]
    for caller in (session_of(server, owner, rights=rights), key_of(owner)):
        refused = anyone.get(f"/manage/v1/{path}", headers=bearer(caller))
        assert_problem(refused, 403, "not-permitted")

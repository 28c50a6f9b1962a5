"""Keys over HTTP: told once, bounded by scopes, ended at once."""

from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem
from tests.dialects.nilu.api import Provider, bearer

KEYS = "/manage/v1/keys"


def add(provider: Provider, **body: Any) -> dict[str, Any]:
    """Make a key, and what is told of it."""
    response = provider.client.post(KEYS, json=body)
    assert response.status_code == 201, response.text
    assert response.headers["cache-control"] == "no-store"
    return response.json()


def test_key_is_told_once(owner: Provider):
    """Afterwards only its last four digits are."""
    made = add(owner, title="the wall", scopes=["instruments:read", "data.system:read"])
    shown = made.pop("key")
    assert len(shown) == 32
    assert made == {
        "id": made["id"],
        "title": "the wall",
        "last4": shown[-4:],
        "scopes": ["data.system:read", "instruments:read"],
        "created": made["created"],
    }
    listed = owner.client.get(KEYS)
    assert made in listed.json()["items"]
    assert owner.client.get(f"{KEYS}/{made['id']}").json() == made
    assert shown not in listed.text


def test_key_opens_what_its_scopes_say(anyone: httpx2.Client, newcomer: Provider):
    """To look, to change, to read logs: one scope each; without scopes all of them."""
    device = newcomer.configure()
    path = f"/manage/v1/devices/{device}"
    for scopes, statuses in (
        (None, (200, 200, 201, 200)),
        (["instruments:read"], (200, 200, 403, 403)),
        (["instruments:write"], (403, 403, 201, 403)),
        (["data.system:read"], (403, 403, 403, 200)),
        (["data.enviro:read", "data:write"], (403, 403, 403, 403)),
    ):
        caller = bearer(add(newcomer, title="k", scopes=scopes)["key"])
        found = (
            anyone.get("/manage/v1/devices", headers=caller),
            anyone.get(path, headers=caller),
            anyone.post(f"{path}/log-entries", json={"message": "m"}, headers=caller),
            anyone.get(f"{path}/log-entries", headers=caller),
        )
        assert tuple(each.status_code for each in found) == statuses


def test_ended_key_opens_nothing(anyone: httpx2.Client, newcomer: Provider):
    """From the next request on."""
    made = add(newcomer, title="k")
    caller = bearer(made["key"])
    assert anyone.get("/manage/v1/devices", headers=caller).status_code == 200
    assert newcomer.client.delete(f"{KEYS}/{made['id']}").status_code == 204
    assert anyone.get("/manage/v1/devices", headers=caller).status_code == 401
    assert_problem(newcomer.client.delete(f"{KEYS}/{made['id']}"), 404, "not-found")


def test_account_has_twenty_keys(newcomer: Provider):
    """The next one is refused."""
    for _ in range(20):
        add(newcomer, title="k")
    assert_problem(newcomer.client.post(KEYS, json={"title": "k"}), 409, "pool-full")


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({}, 422, "missing", "title"),
        ({"title": 7}, 400, "malformed", "title"),
        ({"title": "k", "scopes": []}, 400, "malformed", "scopes"),
        ({"title": "k", "scopes": ["all"]}, 400, "malformed", "scopes"),
        ({"title": "k", "scopes": "data.system:read"}, 400, "malformed", "scopes"),
        ({"title": "k", "scope": []}, 400, "malformed", "scope"),
    ],
)
def test_bad_key_names_what_is_wrong(
    owner: Provider, body: dict[str, Any], status: int, kind: str, field: str
):
    """The title or the scopes."""
    assert_problem(owner.client.post(KEYS, json=body), status, kind, field)

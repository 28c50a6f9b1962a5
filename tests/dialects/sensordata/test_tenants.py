"""Who gets what at every address: each operation, for each kind of caller.

A cell is the code of the answer, "OK" for one without an error. The callers are, in order: no credentials, a
wrong token, an expired one, a revoked one, the owner's own, another account's, and keys of the owner: to
read data, to push them, and to look at instruments.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest

from sensorium.dialects.dialect import Access
from sensorium.dialects.sensordata.routes import dialect
from tests.dialects.nilu.api import let_expire
from tests.dialects.sensordata.api import Customer, Place, new_customer
from tests.running import Server

NOBODY = ("INVALID_TOKEN",) * 4
FOREIGN = "INVALID_ASSET_ID_OR_DEVICE_ID_PRAM"
READ = (*NOBODY, "OK", "NO_DATA", "OK", "INVALID_TOKEN", "INVALID_TOKEN")
PUSHED = (*NOBODY, "OK", FOREIGN, "INVALID_TOKEN", "OK", "INVALID_TOKEN")
LOGIN = ("OK",) * 9  # by what the form has

TABLE: dict[str, Mapping[str, tuple[str, ...]]] = {
    "GET /v1/SensorData": {"select": READ},
    "POST /v1/SensorData": {"select": READ, "insert": PUSHED},
    "POST /v1/Login": {"login": LOGIN},
}
OPERATIONS = {f"{each.method} {each.path}": each for each in dialect(None).operations}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Customer]:
    """The account whose data are asked for."""
    with new_customer(server) as made:
        yield made


@pytest.fixture(scope="module")
def stranger(server: Server) -> Iterator[Customer]:
    """Another account, without any data."""
    with new_customer(server) as made:
        yield made


@pytest.fixture(scope="module")
def place(owner: Customer) -> Place:
    """A device of the owner's with a value."""
    made = owner.place(14)
    owner.insert(made.by_asset, (14, 1), timestamp="2021-01-01")
    return made


@pytest.fixture(scope="module")
def callers(server: Server, owner: Customer, stranger: Customer) -> list[str]:
    """The token of each kind of caller."""
    client, basic = owner.provider.client, owner.provider.basic
    expired, revoked = (
        client.post("/api/providers/tokens/new", headers=basic).json()["token"] for _ in range(2)
    )
    let_expire(server, expired)
    client.post("/api/providers/tokens/revoke", headers=basic, json={"token": revoked})
    keys = [
        owner.manage("POST", "keys", {"title": scope, "scopes": [scope]})["key"]
        for scope in ("data.enviro:read", "data:write", "instruments:read")
    ]
    return ["", "0" * 32, expired, revoked, owner.token, stranger.token, *keys]


def sent(name: str, action: str, owner: Customer, place: Place, minute: int) -> dict[str, Any]:
    """The body of a request, of another instant for each caller."""
    if action == "login":
        return {"data": {"username": owner.provider.username, "password": owner.provider.password}}
    if name.startswith("GET"):
        return {}
    if action == "select":
        return {"json": {"action": action, "asset_id": place.asset}}
    data = [{"sd_id": 14, "value": 1}]
    told = {"user_agent": "x", "timestamp": f"2021-01-02 00:{minute:02}"}
    return {"json": {"action": action, **place.by_asset, **told, "sensor_data": data}}


def code(response: httpx2.Response) -> str:
    """The code of an answer."""
    found = response.json().get("error", "OK")
    return "OK" if found == "NO_ERROR" else found


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_caller_gets_what_the_table_says(
    server: Server, owner: Customer, place: Place, callers: list[str], name: str
):
    """An operation that is not in the table fails."""
    method, path = name.split()
    with server.client() as anyone:
        for action, expected in TABLE[name].items():
            found = tuple(
                code(
                    anyone.request(
                        method,
                        path,
                        headers={"token": token} if token else {},
                        **sent(name, action, owner, place, minute),
                    )
                )
                for minute, token in enumerate(callers)
            )
            assert found == expected, action


def test_table_has_no_row_too_many_and_says_what_the_documentation_says():
    """Every row is an operation; a login is by user name and password, all else by token."""
    assert TABLE.keys() == OPERATIONS.keys()
    words = {Access.ACCOUNT: {READ, PUSHED}, Access.PASSWORD: {LOGIN}}
    for name, operation in OPERATIONS.items():
        assert set(TABLE[name].values()) <= words[operation.access]

"""Who gets what at every address: each operation, for each kind of caller, for each kind of sensor.

A cell is the HTTP status, or the application error where the status is 500. The callers are, in order: no
credentials, wrong ones, an expired token, a revoked token, the owner's own, another provider's; then, where a
token is asked for, one of a user of the account without any right, and a key that is good for reading logs
alone. A row has one group of them for a public sensor, one for a private sensor and one for an id that is
none; where no sensor is in the path there is one group.
"""

from collections.abc import Callable, Iterator, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import httpx2
import pytest

from sensorium.dialects.dialect import Access, Operation
from sensorium.dialects.nilu.routes import dialect
from tests.dialects.nilu.api import (
    MOVING,
    PLAIN,
    Provider,
    basic,
    bearer,
    key_of,
    let_expire,
    new_provider,
    session_of,
    unique,
)
from tests.running import Server

Row = tuple[str, ...]

NOBODY = "401 401 401 401"
ANYONE: Row = ("200 200 200 200 200 200 200 200",)
PASSWORD: Row = (f"{NOBODY} 201 201",)
CONFIGURED: Row = (f"{NOBODY} 201 201 510 510",)
LISTED: Row = ("200 401 401 401 200 200 200 510",)
VISIBLE: Row = (
    "200 401 401 401 200 200 200 510",
    "404 401 401 401 200 404 200 510",
    "404 401 401 401 404 404 404 510",
)
# for whoever may look at the account's data, or push
OWNED: Row = (f"{NOBODY} 200 510 200 510", f"{NOBODY} 200 404 200 510", f"{NOBODY} 404 404 404 510")
CHANGED: Row = (f"{NOBODY} 200 510 510 510", f"{NOBODY} 200 404 510 510", f"{NOBODY} 404 404 510 510")
# the owner goes first here: what is deleted is not there for anyone any more
DELETED: Row = (f"{NOBODY} 200 404 510 510", f"{NOBODY} 200 404 510 510", f"{NOBODY} 404 404 510 510")

TABLE: dict[str, Row] = {
    "POST /api/sensors/{id}/inbound": OWNED,
    "POST /api/sensors/{id}/{longitude}/{latitude}/{altitude}/inbound": OWNED,
    "GET /api/data/id/{id}/minutc": OWNED,
    "GET /api/data/id/{id}/maxutc": OWNED,
    "GET /api/data/id/{id}/fromutc/{fromUtc}": OWNED,
    "GET /api/data/id/{id}/fromutc/{fromUtc}/toutc/{toUtc}": OWNED,
    "GET /api/data/id/{id}/{period}/stats": OWNED,
    "GET /api/data/id/{id}/{period}/stats/fromutc/{fromUtc}/toutc/{toUtc}": OWNED,
    "POST /api/sensors/configure": CONFIGURED,
    "GET /api/sensors": LISTED,
    "GET /api/sensors/providers/{id}": LISTED,
    "GET /api/sensors/{id}/raw/fromutc/{fromUtc}": OWNED,
    "GET /api/sensors/{id}/raw/fromutc/{fromUtc}/toutc/{toUtc}": OWNED,
    "GET /api/sensors/{id}": VISIBLE,
    "GET /api/sensors/{id}/components": VISIBLE,
    "GET /api/sensors/{id}/converters": VISIBLE,
    "GET /api/sensors/{id}/mapping": VISIBLE,
    "GET /api/sensors/{id}/location": VISIBLE,
    "GET /api/sensors/{id}/parameters": VISIBLE,
    "GET /api/sensors/{id}/schema": VISIBLE,
    "GET /api/sensors/{id}/schema/{version}": VISIBLE,
    "GET /api/sensors/{id}/pipeline": VISIBLE,
    "GET /api/sensors/{id}/pipeline/test": OWNED,
    "POST /api/sensors/{id}/disable": CHANGED,
    "PUT /api/sensors/{id}/reconfigure": CHANGED,
    "DELETE /api/sensors/{id}/delete": DELETED,
    "POST /api/providers/create": ("201 201 201 201 201 201 201 201",),
    "POST /api/providers/tokens/new": PASSWORD,
    "POST /api/providers/tokens/new/{format}": PASSWORD,
    "POST /api/providers/tokens/revoke": ("401 401 401 401 200 404",),
    "GET /api/providers": ANYONE,
    "GET /api/providers/{id}": ANYONE,
    "GET /api/components": ANYONE,
    "GET /api/components/{id}": ANYONE,
    "GET /api/units": ANYONE,
    "GET /api/units/{id}": ANYONE,
    "GET /api/datalevels": ANYONE,
    "GET /api/datalevels/{level}": ANYONE,
    "GET /api/timezones": ANYONE,
    "GET /api/srs": ANYONE,
    "GET /api/srs/{srid}": ANYONE,
    "GET /api/doc": ANYONE,
    "GET /api/doc/converters": ANYONE,
    "GET /api/doc/fieldmapping": ANYONE,
}

OPERATIONS = {f"{each.method} {each.path}": each for each in dialect(None).operations}  # type: ignore[arg-type]
NO_SENSOR = 999_999_999
PLACES = {
    "longitude": "10.5",
    "latitude": "59.9",
    "altitude": "12",
    "fromUtc": "2020-01-20T12:00:00Z",
    "toUtc": "2020-01-20T13:00:00Z",
    "period": "hourly",
    "format": "5h",
    "level": "1",
    "version": "1",
    "srid": "4326",
}
PACKET = {"date": 1579521600, "pm25": 12.5, "humidity": 55.25}


def new_provider_body(_: Provider) -> dict[str, Any]:
    """A provider that is not there yet."""
    return {"name": unique(), "email": "a@example.org", "username": unique(), "password": "long enough"}


def token_body(owner: Provider) -> dict[str, Any]:
    """A token of the owner's that nothing else needs."""
    return {"token": owner.client.post("/api/providers/tokens/new", headers=owner.basic).json()["token"]}


BODIES: dict[str, Callable[[Provider], dict[str, Any]]] = {
    "POST /api/sensors/{id}/inbound": lambda _: PACKET,
    "POST /api/sensors/{id}/{longitude}/{latitude}/{altitude}/inbound": lambda _: PACKET,
    "POST /api/sensors/configure": lambda _: {**PLAIN, "name": unique()},
    "POST /api/providers/create": new_provider_body,
    "PUT /api/sensors/{id}/reconfigure": lambda _: {"description": "another"},
    "POST /api/providers/tokens/revoke": token_body,
}


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Provider]:
    """The provider whose sensors are asked for."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.fixture(scope="module")
def callers(server: Server, owner: Provider, other: Provider) -> dict[str, Mapping[str, dict[str, str]]]:
    """The headers of each kind of caller, by what the operation asks for: a password or a token."""
    expired, revoked = token_body(owner)["token"], token_body(owner)["token"]
    let_expire(server, expired)
    owner.client.post("/api/providers/tokens/revoke", headers=owner.basic, json={"token": revoked})
    past = {"expired": bearer(expired), "revoked": bearer(revoked)}
    wrong = basic(owner.username, "wrong password")
    return {
        "password": {"none": {}, "wrong": wrong, **past, "own": owner.basic, "foreign": other.basic},
        "token": {
            "none": {},
            "wrong": bearer("0" * 32),
            **past,
            "own": bearer(owner.token),
            "foreign": bearer(other.token),
            "user": bearer(session_of(server, owner)),
            "key": bearer(key_of(owner, "data.system:read")),
        },
    }


def sensors(operation: Operation, owner: Provider) -> list[int]:
    """A public sensor, a private one and none, as the operation needs them."""
    moving = "{longitude}" in operation.path
    enabled = operation.method not in ("PUT", "DELETE")
    body = {**(MOVING if moving else PLAIN), "enabled": enabled}
    found = [owner.configure(body, public=public) for public in (True, False)]
    for sensor in found:
        door = "10/59/1/inbound" if moving else "inbound"
        owner.client.post(f"/api/sensors/{sensor}/{door}?pushtest=true", json=PACKET)
    return [*found, NO_SENSOR]


def cell(response: httpx2.Response) -> str:
    """The answer as the table writes it; only 510 is a 500 that has a place in it.

    Refusals have the three members of the standard format, and nothing else has an error's number.
    """
    if response.headers["content-type"] == "application/json":
        body = response.json()
        if response.status_code >= 300:
            assert body.keys() == {"error-code", "error-message", "http-status-code"}
            assert body["http-status-code"] == response.status_code
        else:
            assert all("error-code" not in each for each in (body if isinstance(body, list) else [body]))
    if response.status_code == 500:
        return str(response.json()["error-code"])
    return str(response.status_code)


@pytest.mark.check("NI-001", "NI-002", "NI-004")
@pytest.mark.check("NI-008", "NI-009", "NI-010", "NI-011", "NI-028", "NI-124", "NI-205", "NI-206")
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_caller_gets_what_the_table_says(
    anyone: httpx2.Client,
    owner: Provider,
    callers: dict[str, Mapping[str, dict[str, str]]],
    name: str,
):
    """An operation that is not in the table fails."""
    operation = OPERATIONS[name]
    about_a_sensor = operation.path.startswith(("/api/sensors/{id}", "/api/data/id/{id}"))
    ids = sensors(operation, owner) if about_a_sensor else [owner.id if "providers" in name else 8]
    asked = callers["password" if operation.access is Access.PASSWORD else "token"]
    body = BODIES.get(name)
    found = tuple(
        " ".join(
            cell(
                anyone.request(
                    operation.method,
                    operation.path.format(id=number, **PLACES),
                    headers=headers,
                    json=body(owner) if body else None,
                )
            )
            for headers in asked.values()
        )
        for number in ids
    )
    assert found == TABLE[name]


def test_table_has_no_row_too_many():
    """Every row is an operation."""
    assert TABLE.keys() == OPERATIONS.keys()


def test_access_of_an_operation_is_what_the_table_shows():
    """The word that the documentation prints for each operation agrees with its row."""
    rows = {
        Access.PUBLIC: {ANYONE, TABLE["POST /api/providers/create"]},
        Access.VISIBLE: {VISIBLE, LISTED},
        Access.PASSWORD: {PASSWORD, TABLE["POST /api/providers/tokens/revoke"]},
        Access.ACCOUNT: {CONFIGURED},
        Access.OWNER: {OWNED, CHANGED, DELETED},
    }
    assert [name for name, each in OPERATIONS.items() if TABLE[name] not in rows[each.access]] == []


def test_time_does_not_tell_of_a_private_sensor(owner: Provider, other: Provider):
    """A push to another's private sensor takes about as long as one to none."""
    private, absent = owner.configure(public=False), 10**9
    owner.client.post(f"/api/sensors/{private}/inbound", json={})
    seconds: dict[int, list[float]] = {private: [], absent: []}
    for sensor in (private, absent) * 100:
        begin = perf_counter()
        response = other.client.post(f"/api/sensors/{sensor}/inbound", json={})
        seconds[sensor].append(perf_counter() - begin)
        assert response.status_code == 404
    assert 0.6 < median(seconds[private]) / median(seconds[absent]) < 1.7

"""Who gets what at every address: each operation, for each kind of caller, for each kind of thing.

A cell is the HTTP status. The callers are, in order: no credentials, wrong ones, an expired token, a revoked
token, the owner's own, another account's, a user of the account without any right, and a key of it that is
good for reading logs alone. A row has one group of them for the thing of a public device, one for that of a
private device and one for an id that is none; where no device is meant there is one group, or one and that of
no id.
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest

from sensorium.dialects.dialect import Access
from sensorium.dialects.manage.routes import dialect
from tests.dialects.manage.api import PM25, streams, tracker
from tests.dialects.nilu.api import Provider, basic, bearer, key_of, let_expire, session_of, unique
from tests.running import Server

Row = tuple[str, ...]

NOBODY = "401 401 401 401"
ANYONE: Row = ("200 200 200 200 200 200 200 200",)
ACCOUNT: Row = (f"{NOBODY} 200 200 200 403",)
ADDED: Row = (f"{NOBODY} 201 201 403 403",)
KNOWN: Row = (*ANYONE, "404 404 404 404 404 404 404 404")
COMPONENT: Row = (*ACCOUNT, f"{NOBODY} 404 404 404 403")
COMPONENT_CHANGED: Row = (f"{NOBODY} 200 200 403 403", f"{NOBODY} 404 404 403 403")
LOOKED: Row = (f"{NOBODY} 200 403 200 403", f"{NOBODY} 200 404 200 403", f"{NOBODY} 404 404 404 403")
LOGGED: Row = (f"{NOBODY} 200 403 200 200", f"{NOBODY} 200 404 200 200", f"{NOBODY} 404 404 404 404")
CHANGED: Row = (f"{NOBODY} 200 403 403 403", f"{NOBODY} 200 404 403 403", f"{NOBODY} 404 404 403 403")
WRITTEN: Row = (f"{NOBODY} 201 403 403 403", f"{NOBODY} 201 404 403 403", f"{NOBODY} 404 404 403 403")
REPLAYED: Row = (f"{NOBODY} 202 403 403 403", f"{NOBODY} 202 404 403 403", f"{NOBODY} 404 404 403 403")
# of an account, whatever the device is
REPLAY: Row = (f"{NOBODY} 200 404 200 403", f"{NOBODY} 200 404 200 403", f"{NOBODY} 404 404 404 403")
ENDED_REPLAY: Row = (f"{NOBODY} 200 404 403 403", f"{NOBODY} 200 404 403 403", f"{NOBODY} 404 404 403 403")
MASTER: Row = (f"{NOBODY} 200 200 403 403",)
OWN: Row = (f"{NOBODY} 200 404 403 403", f"{NOBODY} 404 404 403 403")
SEEN: Row = (f"{NOBODY} 200 404 200 403", f"{NOBODY} 404 404 404 403")
DELETED: Row = (f"{NOBODY} 204 404 403 403", f"{NOBODY} 404 404 403 403")
LINKED: Row = (f"{NOBODY} 201 404 403 403",)
WITHDRAWN: Row = (f"{NOBODY} 204 403 403 403", f"{NOBODY} 204 404 403 403", f"{NOBODY} 404 404 403 403")
# there is nothing yet, as its owner is told
NOT_SAID: Row = (f"{NOBODY} 404 403 404 403", f"{NOBODY} 404 404 404 403", f"{NOBODY} 404 404 404 403")
# no time is named, as its owner is told
UNTIMED: Row = (f"{NOBODY} 422 403 422 403", f"{NOBODY} 422 404 422 403", f"{NOBODY} 404 404 404 403")

TABLE: dict[str, Row] = {
    "GET /manage/v1/flags": ANYONE,
    "GET /manage/v1/quality/presets": ANYONE,
    "GET /manage/v1/corrections/presets": ANYONE,
    "GET /manage/v1/problems": ANYONE,
    "POST /manage/v1/components": ADDED,
    "GET /manage/v1/components/{id}": KNOWN,
    "POST /manage/v1/units": ADDED,
    "GET /manage/v1/units/{id}": KNOWN,
    "GET /manage/v1/devices": ACCOUNT,
    "GET /manage/v1/devices/{id}": LOOKED,
    "PATCH /manage/v1/devices/{id}": CHANGED,
    "GET /manage/v1/devices/{id}/schemas": LOOKED,
    "GET /manage/v1/devices/{id}/schemas/{version}": LOOKED,
    "GET /manage/v1/devices/{id}/log-entries": LOGGED,
    "POST /manage/v1/devices/{id}/log-entries": WRITTEN,
    "GET /manage/v1/datastreams/{id}": LOOKED,
    "GET /manage/v1/components/{id}/quality": COMPONENT,
    "PUT /manage/v1/components/{id}/quality": COMPONENT_CHANGED,
    # the other has never said anything
    "DELETE /manage/v1/components/{id}/quality": OWN,
    "GET /manage/v1/datastreams/{id}/quality": LOOKED,
    "PUT /manage/v1/datastreams/{id}/quality": CHANGED,
    "DELETE /manage/v1/datastreams/{id}/quality": CHANGED,
    "GET /manage/v1/datastreams/{id}/scorers": LOOKED,
    "POST /manage/v1/datastreams/{id}/scorers": REPLAYED,
    "DELETE /manage/v1/datastreams/{id}/scorers": CHANGED,
    "GET /manage/v1/trainings/{id}": REPLAY,
    "DELETE /manage/v1/trainings/{id}": ENDED_REPLAY,
    "GET /manage/v1/datastreams/{id}/correction": LOOKED,
    "PUT /manage/v1/datastreams/{id}/correction": CHANGED,
    "DELETE /manage/v1/datastreams/{id}/correction": CHANGED,
    "GET /manage/v1/datastreams/{id}/calibration": LOOKED,
    "PUT /manage/v1/datastreams/{id}/calibration": CHANGED,
    "DELETE /manage/v1/datastreams/{id}/calibration": CHANGED,
    "GET /manage/v1/datastreams/{id}/calibration/file": NOT_SAID,
    "GET /manage/v1/datastreams/{id}/calibration/history": LOOKED,
    "GET /manage/v1/datastreams/{id}/chain": UNTIMED,
    "GET /manage/v1/devices/{id}/packets": LOOKED,
    "GET /manage/v1/devices/{id}/rejected": LOOKED,
    "POST /manage/v1/devices/{id}/replays": REPLAYED,
    "GET /manage/v1/replays": ACCOUNT,
    "GET /manage/v1/replays/{id}": REPLAY,
    "DELETE /manage/v1/replays/{id}": ENDED_REPLAY,
    "GET /manage/v1/trackers": ACCOUNT,
    "GET /manage/v1/trackers/{id}": REPLAY,
    "DELETE /manage/v1/trackers/{id}": (f"{NOBODY} 404 404 403 403",) * 3,  # they are no clones
    "GET /manage/v1/devices/{id}/clones": CHANGED,
    "POST /manage/v1/devices/{id}/clones": WRITTEN,
    "GET /manage/v1/devices/{id}/settings": LOOKED,
    "PUT /manage/v1/devices/{id}/settings/reported": NOT_SAID,
    "GET /manage/v1/devices/{id}/settings/state": LOOKED,
    "GET /manage/v1/models": ANYONE,
    "GET /manage/v1/tracking-profiles/{name}": ANYONE,
    "GET /manage/v1/assets": ACCOUNT,
    "POST /manage/v1/assets": ADDED,
    "GET /manage/v1/assets/{id}": SEEN,
    "PUT /manage/v1/assets/{id}": OWN,
    "DELETE /manage/v1/assets/{id}": DELETED,
    "GET /manage/v1/links": ACCOUNT,
    "POST /manage/v1/links": LINKED,
    "GET /manage/v1/links/{id}": SEEN,
    "PATCH /manage/v1/links/{id}": OWN,
    "DELETE /manage/v1/links/{id}": DELETED,
    "GET /manage/v1/definitions": ACCOUNT,
    "POST /manage/v1/definitions": ADDED,
    "GET /manage/v1/definitions/{id}": SEEN,
    "PUT /manage/v1/definitions/{id}": OWN,
    "GET /manage/v1/devices/{id}/definitions": LOOKED,
    "POST /manage/v1/devices/{id}/definitions": WRITTEN,
    "DELETE /manage/v1/devices/{id}/definitions/{definition}": WITHDRAWN,
    "GET /manage/v1/account": ACCOUNT,
    "PATCH /manage/v1/account": MASTER,
    "PUT /manage/v1/account/password": (f"{NOBODY} 204 204 403 403",),
    "GET /manage/v1/users": MASTER,
    "POST /manage/v1/users": (f"{NOBODY} 201 201 403 403",),
    "GET /manage/v1/users/{id}": OWN,
    "PUT /manage/v1/users/{id}": OWN,
    "DELETE /manage/v1/users/{id}": DELETED,
    "GET /manage/v1/keys": MASTER,
    "POST /manage/v1/keys": (f"{NOBODY} 201 201 403 403",),
    "GET /manage/v1/keys/{id}": OWN,
    "DELETE /manage/v1/keys/{id}": DELETED,
}
BODIES: dict[str, Callable[[], Any]] = {
    "POST /manage/v1/components": lambda: {"name": unique()},
    "POST /manage/v1/units": lambda: {"name": unique()[:32]},
    "PUT /manage/v1/components/{id}/quality": lambda: {"preset": "wmo"},
    "PUT /manage/v1/datastreams/{id}/quality": lambda: {"preset": "wmo"},
    "PUT /manage/v1/datastreams/{id}/correction": lambda: {"expression": "value", "level": 2},
    "PUT /manage/v1/datastreams/{id}/calibration": lambda: {"divider": 2},
    "POST /manage/v1/devices/{id}/replays": dict,
    "POST /manage/v1/datastreams/{id}/scorers": dict,
    "PATCH /manage/v1/devices/{id}": lambda: {"model": "telfm"},
    "POST /manage/v1/devices/{id}/log-entries": lambda: {"message": "cleaned"},
    "POST /manage/v1/assets": lambda: {"name": unique()},
    "PUT /manage/v1/assets/{id}": lambda: {"name": unique()},
    "PATCH /manage/v1/links/{id}": lambda: {"task": "watch"},
    "POST /manage/v1/definitions": lambda: {"name": "Dust"},
    "PUT /manage/v1/definitions/{id}": lambda: {"name": "Dust"},
    "POST /manage/v1/devices/{id}/definitions": lambda: {"definition": ALTITUDE},
    "PATCH /manage/v1/account": lambda: {"calibrate_from_now": False},
    "PUT /manage/v1/account/password": lambda: {"current": PASSWORD, "new": PASSWORD},
    "POST /manage/v1/users": lambda: {"username": unique(), "password": "long enough"},
    "PUT /manage/v1/devices/{id}/settings/reported": dict,
    "PUT /manage/v1/users/{id}": lambda: {"rights": ["reports"]},
    "POST /manage/v1/keys": lambda: {"title": unique()},
}
OPERATIONS = {f"{each.method} {each.path}": each for each in dialect(None).operations}  # type: ignore[arg-type]
NOTHING = 999_999_999
SHIPPED = {"components": PM25, "units": 3}
PASSWORD = "my100th.Secret.password"  # of every account here
OF_ACCOUNT = ("users", "keys", "assets", "links", "definitions")
ALTITUDE = 14


@pytest.fixture(scope="module")
def callers(server: Server, owner: Provider, other: Provider) -> Mapping[str, dict[str, str]]:
    """The headers of each kind of caller."""
    tokens = [
        owner.client.post("/api/providers/tokens/new", headers=owner.basic).json()["token"] for _ in range(2)
    ]
    let_expire(server, tokens[0])
    ended = owner.client.post("/api/providers/tokens/revoke", headers=owner.basic, json={"token": tokens[1]})
    assert ended.status_code == 200, ended.text
    return {
        "none": {},
        "wrong": bearer("0" * 32),
        "expired": bearer(tokens[0]),
        "revoked": bearer(tokens[1]),
        "own": bearer(owner.token),
        "foreign": bearer(other.token),
        "user": bearer(session_of(server, owner)),
        "key": bearer(key_of(owner, "data.system:read")),
    }


def replay(owner: Provider, device: int) -> int:
    """A replay of the device."""
    return owner.client.post(f"/manage/v1/devices/{device}/replays", json={}).json()["id"]


def training(owner: Provider, device: int) -> int:
    """A training of a scorer."""
    path = f"/manage/v1/datastreams/{streams(owner, device)['PM2.5']}/scorers"
    return owner.client.post(path, json={}).json()["id"]


def datastream(owner: Provider, device: int) -> int:
    """A datastream of whose quality, calibration and correction something is said."""
    number = streams(owner, device)["PM2.5"]
    said = {"quality": {"preset": "off"}, "calibration": {"divider": 2}, "correction": {"expression": None}}
    for path, body in said.items():
        answer = owner.client.put(f"/manage/v1/datastreams/{number}/{path}", json=body)
        assert answer.status_code == 200, answer.text
    return number


def linkable(owner: Provider) -> dict[str, int]:
    """A device and an asset of the owner that nothing is said of."""
    asset = owner.client.post("/manage/v1/assets", json={"name": unique()}).json()["id"]
    return {"device": owner.configure(), "asset": asset}


def body_of(name: str, owner: Provider, other: Provider | None = None) -> Any:
    """The body of a request, None for one that has none."""
    if name == "POST /manage/v1/links":
        return linkable(owner)
    if name.endswith("/clones"):
        assert other is not None
        return {"account": other.id, "label": "shown"}
    return BODIES[name]() if name in BODIES else None


THINGS: dict[str, Callable[[Provider, int], int]] = {
    "devices": lambda _, device: device,
    "datastreams": datastream,
    "replays": replay,
    "trainings": training,
    "trackers": lambda owner, device: tracker(owner.client, device),
}


def ids(path: str, owner: Provider) -> list[int]:
    """What stands in the path for each group of the row."""
    kind = path.split("/")[3]
    if "{id}" not in path:
        return [0]
    if kind in SHIPPED:
        return [SHIPPED[kind], NOTHING]
    if kind in OF_ACCOUNT:
        made = owner.client.post(f"/manage/v1/{kind}", json=body_of(f"POST /manage/v1/{kind}", owner))
        return [made.json()["id"], NOTHING]
    devices = [owner.configure(public=public) for public in (True, False)]
    if "{definition}" in path:
        for device in devices:
            owner.client.post(f"/manage/v1/devices/{device}/definitions", json={"definition": ALTITUDE})
    return [*(THINGS[kind](owner, device) for device in devices), NOTHING]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_caller_gets_what_the_table_says(
    anyone: httpx2.Client,
    owner: Provider,
    other: Provider,
    callers: Mapping[str, dict[str, str]],
    name: str,
):
    """An operation that is not in the table fails."""
    operation = OPERATIONS[name]
    if "components" in name:
        owner.client.put(f"/manage/v1/components/{PM25}/quality", json={"preset": "wmo"})
        other.client.delete(f"/manage/v1/components/{PM25}/quality")
    found = tuple(
        " ".join(
            str(
                anyone.request(
                    operation.method,
                    operation.path.format(id=number, name="telfm", definition=ALTITUDE, version=1),
                    headers={**headers, **({"if-match": "*"} if said(name, caller, number) else {})},
                    json=body_of(name, owner, other),
                ).status_code
            )
            for caller, headers in callers.items()
        )
        for number in ids(operation.path, owner)
    )
    assert found == TABLE[name]


def said(name: str, caller: str, number: int) -> bool:
    """Whether something is there that a PUT replaces."""
    return name.startswith(("PUT", "PATCH")) and (caller == "own" or "{id}" not in name) and number != NOTHING


def test_table_has_no_row_too_many():
    """Every row is an operation."""
    assert TABLE.keys() == OPERATIONS.keys()


def test_access_of_an_operation_is_what_the_table_shows():
    """The word that the documentation prints for each operation agrees with its row."""
    rows = {
        Access.PUBLIC: {ANYONE, KNOWN},
        Access.ACCOUNT: {ACCOUNT, ADDED, LINKED, COMPONENT, COMPONENT_CHANGED, OWN},
        Access.OWNER: {
            *(LOOKED, LOGGED, CHANGED, WRITTEN, REPLAYED, REPLAY, ENDED_REPLAY),
            *(SEEN, OWN, DELETED, WITHDRAWN),
            *(NOT_SAID, UNTIMED),
        },
        Access.MASTER: {
            *(MASTER, OWN, DELETED, CHANGED, WRITTEN),
            *(TABLE["POST /manage/v1/users"], TABLE["DELETE /manage/v1/trackers/{id}"]),
            TABLE["PUT /manage/v1/account/password"],
        },
    }
    assert [name for name, each in OPERATIONS.items() if TABLE[name] not in rows[each.access]] == []


def test_password_opens_nothing(anyone: httpx2.Client, owner: Provider):
    """Tokens alone do here."""
    headers = basic(owner.username, owner.password)
    assert anyone.get("/manage/v1/devices", headers=headers).status_code == 401


@pytest.mark.parametrize("kind", ["devices", "datastreams"])
def test_private_thing_is_answered_like_none(owner: Provider, other: Provider, kind: str):
    """To the last byte of the body."""
    device = owner.configure(public=False)
    private = other.client.get(f"/manage/v1/{kind}/{THINGS[kind](owner, device)}")
    absent = other.client.get(f"/manage/v1/{kind}/{NOTHING}")
    assert (private.status_code, private.content) == (404, absent.content)


def test_who_and_whose_go_before_the_body(anyone: httpx2.Client, owner: Provider, other: Provider):
    """A body that cannot be read is refused only to those who may send one."""
    number = datastream(owner, owner.configure())
    path = f"/manage/v1/datastreams/{number}/quality"
    bad = {"content": b"{", "headers": {"content-type": "application/json"}}
    assert anyone.put(path, **bad).status_code == 401
    assert other.client.put(path, **bad).status_code == 403
    assert owner.client.put(path, **bad).status_code == 400

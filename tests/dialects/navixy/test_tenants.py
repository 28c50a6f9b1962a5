"""Who gets what of every call: each operation, for each kind of caller, for each kind of tracker.

A cell is the code of an error, or 0 for a success. The callers are, in order: no hash, an unknown one, an
expired one, a revoked one, the owner's, another account's, a user of the owner's without any right, a user
who sees no tracker, and a key of the owner's that is good for reading logs alone. A row has one group of them
for a tracker of the owner's, one for a clone of it that the other account has, and one for an id that is
none; where no tracker is meant there is one group.
"""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from sensorium.dialects.dialect import Access
from sensorium.dialects.navixy.routes import dialect
from tests.dialects.navixy.api import CURVE, DOOR, FUEL, MOVES, Caller, Fleet, clone_of, new_fleet, new_user
from tests.dialects.nilu.api import key_of, let_expire
from tests.running import Server

Row = tuple[str, ...]

NOBODY = "4 4 4 4"
ANYONE: Row = ("102 102 102 102 102 102 102 102 102",)
LISTED: Row = (f"{NOBODY} 0 0 0 0 13",)
KNOWN: Row = (f"{NOBODY} 0 0 0 0 0",)
SESSION: Row = (f"{NOBODY} 276 276 0 0 276",)  # tokens and keys are none
MASTER: Row = (f"{NOBODY} 0 0 13 13 13",)
KEY_ENDED: Row = (f"{NOBODY} 0 201 13 13 13",)
NONE = f"{NOBODY} 201 201 201 201 201"
LOOKED: Row = (f"{NOBODY} 0 201 0 201 13", f"{NOBODY} 201 0 201 201 201", NONE)
CHANGED: Row = (f"{NOBODY} 0 201 13 201 13", f"{NOBODY} 201 219 201 201 201", NONE)
REMOVED: Row = (f"{NOBODY} 249 201 13 201 13", f"{NOBODY} 201 0 201 201 201", NONE)
LATEST: Row = tuple(each.replace("201", "204") for each in LOOKED)
SEVERAL: Row = tuple(each.replace("201", "217") for each in LOOKED)
CLONED: Row = (f"{NOBODY} 247 201 13 201 13", f"{NOBODY} 201 219 201 201 201", NONE)  # there is one already

TABLE: dict[str, Row] = {
    "POST /v2/user/auth": ANYONE,
    "POST /v2/user/session/renew": SESSION,
    "POST /v2/user/logout": SESSION,
    "POST /v2/user/get_info": KNOWN,
    "GET /v2/user/get_info": KNOWN,
    "POST /v2/api/key/create": MASTER,
    "POST /v2/api/key/list": MASTER,
    "GET /v2/api/key/list": MASTER,
    "POST /v2/api/key/delete": KEY_ENDED,
    "POST /v2/tracker/list": LISTED,
    "GET /v2/tracker/list": LISTED,
    "POST /v2/tracker/list_models": LISTED,
    "GET /v2/tracker/list_models": LISTED,
    "POST /v2/tracker/read": LOOKED,
    "GET /v2/tracker/read": LOOKED,
    "POST /v2/tracker/delete": REMOVED,
    "POST /v2/panel/tracker/clone": CLONED,
    "POST /v2/tracker/sensor/list": LOOKED,
    "GET /v2/tracker/sensor/list": LOOKED,
    "POST /v2/tracker/sensor/batch_list": SEVERAL,
    "GET /v2/tracker/sensor/batch_list": SEVERAL,
    "POST /v2/tracker/sensor/create": CHANGED,
    "POST /v2/tracker/sensor/update": CHANGED,
    "POST /v2/tracker/sensor/delete": CHANGED,
    "POST /v2/tracker/sensor/data/read": LOOKED,
    "GET /v2/tracker/sensor/data/read": LOOKED,
    "POST /v2/tracker/readings/list": LATEST,
    "GET /v2/tracker/readings/list": LATEST,
    "POST /v2/tracker/sensor/calibration_data/read": LOOKED,
    "GET /v2/tracker/sensor/calibration_data/read": LOOKED,
    "POST /v2/tracker/sensor/calibration_data/update": CHANGED,
    "POST /v2/tracker/sensor/calibration_data/upload_omnicomm": CHANGED,
    "POST /v2/tracker/settings/tracking/read": LOOKED,
    "GET /v2/tracker/settings/tracking/read": LOOKED,
    "POST /v2/tracker/settings/tracking/update": CHANGED,
}
OPERATIONS = {f"{each.method} {each.path}": each for each in dialect(None).operations}  # type: ignore[arg-type]
FILE = b'<t><p in="1" out="2"/><p in="3" out="4"/></t>'
TELFM = {
    "tracking_angle": 30,
    "tracking_distance": 100,
    "tracking_interval": 60,
    "on_stop_tracking_interval": 180,
    "sleep_mode": "disabled",
    "stop_detection": "ignition",
}


@pytest.fixture(scope="module")
def callers(server: Server, owner: Caller, other: Caller) -> Mapping[str, str | None]:
    """The hash of each kind of caller."""
    provider = owner.provider
    expired, revoked = (
        provider.client.post("/api/providers/tokens/new", headers=provider.basic).json()["token"]
        for _ in range(2)
    )
    let_expire(server, expired)
    provider.client.post("/api/providers/tokens/revoke", headers=provider.basic, json={"token": revoked})
    return {
        "none": None,
        "wrong": "0" * 32,
        "expired": expired,
        "revoked": revoked,
        "own": owner.hash,
        "foreign": other.hash,
        "user": None,
        "blind": None,
        "key": key_of(provider, "data.system:read"),
    }


def shown_by(name: str, known: str | None, owner: Caller) -> str | None:
    """The hash of a caller; users log in anew, since one of the calls logs them out."""
    if name == "user":
        return new_user(owner).hash
    return new_user(owner, trackers=[]).hash if name == "blind" else known


def parameters(path: str, fleet: Fleet, tracker: int, other: Caller, key: str) -> dict[str, Any]:
    """Those of a call for a tracker."""
    sensor = {**FUEL, "id": fleet.fuel} if path.endswith("sensor/update") else {**DOOR, "input_number": 8}
    known: dict[str, Any] = {
        "tracker_id": tracker,
        "trackers": f"[{tracker}]",
        "sensor_id": fleet.add(MOVES) if path.endswith("sensor/delete") else fleet.fuel,
        "sensor": sensor,
        "data": CURVE,
        "from": "2020-01-01 00:00:00",
        "to": "2020-01-02 00:00:00",
        "tracking_settings": TELFM,
        "user_id": other.provider.id,
        "label": "x",
        "title": "x",
        "key": key,
        "login": "nobody",
        "password": "nobody's password",
    }
    if path.endswith("tracker/list"):
        return {}
    return known


def asked(anyone: httpx2.Client, name: str, sent: dict[str, Any]) -> str:
    """What comes back of a call, as the table writes it."""
    method, path = name.split()
    if method == "GET":
        response = anyone.get(path, params={key: str(value) for key, value in sent.items()})
    elif path.endswith("upload_omnicomm"):
        fields: Any = {key: (None, str(value)) for key, value in sent.items()}
        response = anyone.post(path, files={**fields, "file": ("x.xml", FILE)})
    else:
        response = anyone.post(path, json=sent)
    body = response.json()
    return "0" if body["success"] else str(body["status"]["code"])


def is_about_a_tracker(name: str) -> bool:
    """Whether a call has a tracker among its parameters."""
    return name.split()[1].startswith(("/v2/tracker", "/v2/panel")) and "/tracker/list" not in name


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_caller_gets_what_the_table_says(
    anyone: httpx2.Client,
    owner: Caller,
    other: Caller,
    callers: Mapping[str, str | None],
    name: str,
):
    """An operation that is not in the table fails."""
    fleet = new_fleet(owner, model="telfm")
    clone = clone_of(fleet, other)
    key = owner.call("/api/key/create", title="x")["value"]["hash"]
    trackers = [fleet.tracker, clone.tracker, 10**9] if is_about_a_tracker(name) else [fleet.tracker]
    found: list[str] = []
    for tracker in trackers:
        cells: list[str] = []
        for caller, known in callers.items():
            sent = parameters(name.split()[1], fleet, tracker, other, key)
            shown = shown_by(caller, known, owner)
            cells.append(asked(anyone, name, sent if shown is None else {"hash": shown, **sent}))
        found.append(" ".join(cells))
    for each in owner.provider.client.get("/manage/v1/keys").json()["items"]:
        if each["title"] == "x":
            owner.provider.client.delete(f"/manage/v1/keys/{each['id']}")
    assert tuple(found) == TABLE[name]


def test_table_has_no_row_too_many():
    """Every row is an operation."""
    assert TABLE.keys() == OPERATIONS.keys()


def test_access_of_an_operation_is_what_the_table_shows():
    """The word that the documentation prints for each operation agrees with its row."""
    public = {name for name, each in OPERATIONS.items() if each.access is Access.PUBLIC}
    assert public == {name for name, row in TABLE.items() if row == ANYONE}
    assert {each.access for each in OPERATIONS.values()} == {Access.PUBLIC, Access.HASH}


def test_every_call_has_an_address_without_the_version():
    """It is the same call."""
    assert all(each.also == (each.path.removeprefix("/v2"),) for each in OPERATIONS.values())

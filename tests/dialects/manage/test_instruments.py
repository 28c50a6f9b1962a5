"""Devices as things over HTTP: serial number, model, blocked; and the log of what was done to them."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider, bearer, key_of, session_of, unique
from tests.running import Server

ANY = {"if-match": "*"}


@pytest.fixture
def path(owner: Provider) -> str:
    """The address of a device of which nothing is said."""
    return f"/manage/v1/devices/{owner.configure()}"


def patch(provider: Provider, path: str, headers: dict[str, str] = ANY, **body: Any) -> httpx2.Response:
    """Say something of a device."""
    return provider.client.patch(path, json=body, headers=headers)


def test_device_is_said_to_be_a_thing(owner: Provider, path: str):
    """What is left out stays as it is."""
    shown = owner.client.get(path)
    assert (shown.json()["serial"], shown.json()["model"], shown.json()["blocked"]) == (None, None, False)
    serial = unique()
    changed = patch(owner, path, {"if-match": shown.headers["etag"]}, serial=serial, model="CR:900")
    assert (changed.status_code, changed.json()) == (
        200,
        {**shown.json(), "serial": serial, "model": "CR:900"},
    )
    blocked = patch(owner, path, {"if-match": changed.headers["etag"]}, blocked=True)
    assert blocked.json() == {**changed.json(), "blocked": True}
    assert patch(owner, path, serial=None).json()["serial"] is None
    assert owner.client.get(path).json()["model"] == "CR:900"


def test_change_of_what_was_not_seen_is_refused(owner: Provider, path: str):
    """Without a version, and with an older one."""
    tag = owner.client.get(path).headers["etag"]
    assert_problem(patch(owner, path, {}, model="x"), 428, "unconditional", "If-Match")
    assert patch(owner, path, {"if-match": tag}, model="x").status_code == 200
    assert_problem(patch(owner, path, {"if-match": tag}, model="y"), 412, "outdated", "If-Match")
    assert owner.client.get(path).json()["model"] == "x"


def test_serial_number_is_one_device_s_of_an_account(owner: Provider, other: Provider, path: str):
    """Of another account's nobody hears anything."""
    serial = unique()
    assert patch(owner, path, serial=serial).status_code == 200
    assert patch(owner, path, serial=serial).status_code == 200
    second = f"/manage/v1/devices/{owner.configure()}"
    assert_problem(patch(owner, second, serial=serial), 409, "conflict", "serial")
    assert patch(other, f"/manage/v1/devices/{other.configure()}", serial=serial).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({"serial": ""}, 422, "missing", "serial"),
        ({"serial": "a,b"}, 400, "malformed", "serial"),
        ({"serial": " a"}, 400, "malformed", "serial"),
        ({"serial": "x" * 65}, 400, "malformed", "serial"),
        ({"serial": 7}, 400, "malformed", "serial"),
        ({"model": "\n"}, 400, "malformed", "model"),
        ({"model": "x" * 129}, 400, "malformed", "model"),
        ({"blocked": "yes"}, 400, "malformed", "blocked"),
        ({"blocked": None}, 400, "malformed", "blocked"),
        ({"name": "x"}, 400, "malformed", "name"),
    ],
)
def test_bad_change_names_what_is_wrong(
    owner: Provider, path: str, body: dict[str, Any], status: int, kind: str, field: str
):
    """And changes nothing."""
    assert_problem(patch(owner, path, **body), status, kind, field)
    assert owner.client.get(path).json()["serial"] is None


def test_account_itself_alone_blocks(server: Server, anyone: httpx2.Client, owner: Provider, path: str):
    """A user who may change devices says what they are called, not that they rest."""
    for caller in (session_of(server, owner, rights=["tracker_update"]), key_of(owner)):
        headers = {**bearer(caller), **ANY}
        assert anyone.patch(path, json={"model": "x"}, headers=headers).status_code == 200
        refused = anyone.patch(path, json={"blocked": True}, headers=headers)
        assert_problem(refused, 403, "not-permitted", "blocked")


def test_log_has_what_was_written_in_it(owner: Provider, path: str):
    """Of now and in the account's name, unless it says otherwise; page by page."""
    before = datetime.now(UTC)
    first = owner.client.post(f"{path}/log-entries", json={"message": "cleaned"})
    assert first.status_code == 201
    entry = first.json()
    assert (entry["user"], entry["message"], entry["status"]) == (owner.name, "cleaned", None)
    assert before <= datetime.fromisoformat(entry["time"]) <= datetime.now(UTC)
    said = {
        "message": "Field calibration",
        "time": "2022-06-07T14:45:22Z",
        "user": "Quantum Demo",
        "status": "Success",
        "level": 93.7,
        "offset": 0.12,
    }
    second = owner.client.post(f"{path}/log-entries", json=said).json()
    assert second == {"id": second["id"], **said}
    page = owner.client.get(f"{path}/log-entries?limit=1").json()
    assert page["items"] == [entry]
    assert owner.client.get(page["next"]).json() == {"items": [second], "next": None}


def test_calibrations_stand_in_the_log(owner: Provider, path: str):
    """With those who made them; the log stays when the device is deleted."""
    device = int(path.rpartition("/")[2])
    stream = streams(owner, device)["PM2.5"]
    owner.client.put(f"/manage/v1/datastreams/{stream}/calibration", json={"divider": 2})
    [entry] = owner.client.get(f"{path}/log-entries").json()["items"]
    assert entry["user"] == owner.name
    owner.client.post(f"/api/sensors/{device}/disable")
    owner.client.delete(f"/api/sensors/{device}/delete")
    assert owner.client.get(f"{path}/log-entries").json()["items"] == [entry]
    assert owner.client.post(f"{path}/log-entries", json={"message": "m"}).status_code == 404


def test_user_writes_in_his_own_name(server: Server, anyone: httpx2.Client, owner: Provider, path: str):
    """With the right to change devices."""
    caller = bearer(session_of(server, owner, rights=["tracker_update"], label="Depot"))
    written = anyone.post(f"{path}/log-entries", json={"message": "cleaned"}, headers=caller)
    assert (written.status_code, written.json()["user"]) == (201, "Depot")
    forged = anyone.post(f"{path}/log-entries", json={"message": "m", "user": "x"}, headers=caller)
    assert_problem(forged, 403, "not-permitted", "user")


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({}, 422, "missing", "message"),
        ({"message": 7}, 400, "malformed", "message"),
        ({"message": "m", "time": "now"}, 400, "malformed", "time"),
        ({"message": "m", "time": "2900-01-01T00:00:00Z"}, 400, "malformed", "time"),
        ({"message": "m", "user": " "}, 422, "missing", "user"),
        ({"message": "m", "level": 93.7}, 422, "missing", "status"),
        ({"message": "m", "status": "Success", "offset": 1}, 422, "missing", "level"),
        ({"message": "m", "status": ["Success"]}, 400, "malformed", "status"),
        ({"message": "m", "status": "S", "level": "9", "offset": 1}, 400, "malformed", "level"),
        ({"message": "m", "level": {}}, 400, "malformed", "level"),
        ({"message": "m", "note": "n"}, 400, "malformed", "note"),
    ],
)
def test_bad_entry_names_what_is_wrong(
    owner: Provider, path: str, body: dict[str, Any], status: int, kind: str, field: str
):
    """And is not written."""
    assert_problem(owner.client.post(f"{path}/log-entries", json=body), status, kind, field)
    assert owner.client.get(f"{path}/log-entries").json()["items"] == []

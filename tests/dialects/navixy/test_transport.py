"""How calls come in: bodies, forms and queries, hashes, addresses, and the order of the checks."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import httpx2
import pytest

from tests.dialects.navixy.api import (
    CURVE,
    DOOR,
    READ,
    UPDATE,
    Caller,
    Fleet,
    assert_code,
    clone_of,
    new_caller,
    new_fleet,
    new_user,
)
from tests.dialects.nilu.api import let_expire
from tests.running import Server, running

UNKNOWN = "0" * 32


def read(anyone: httpx2.Client, headers: dict[str, str] | None = None, query: Any = None, **body: Any) -> Any:
    """Call /tracker/list with whatever the hash stands in."""
    return anyone.post("/v2/tracker/list", json=body, params=query, headers=headers)


@pytest.mark.check("NX-001")
def test_hash_in_a_json_body(anyone: httpx2.Client, owner: Caller):
    """At its root."""
    assert read(anyone, hash=owner.hash).status_code == 200


@pytest.mark.check("NX-002")
def test_hash_in_the_query(anyone: httpx2.Client, fleet: Fleet):
    """A call that reads is taken by GET."""
    response = anyone.get(f"/v2{READ}", params={"hash": fleet.caller.hash, **fleet.ids})
    assert response.json() == {"success": True, "value": []}


@pytest.mark.check("NX-003")
def test_form(anyone: httpx2.Client, fleet: Fleet):
    """Its fields are parameters."""
    response = anyone.post(f"/v2{READ}", data={"hash": fleet.caller.hash, **fleet.ids})
    assert response.json() == {"success": True, "value": []}


@pytest.mark.check("NX-004")
def test_hash_in_the_header(anyone: httpx2.Client, owner: Caller):
    """With the scheme NVX, when there is none elsewhere."""
    assert read(anyone, {"authorization": f"NVX {owner.hash}"}).status_code == 200
    assert anyone.get("/tracker/list", headers={"authorization": f"NVX {owner.hash}"}).status_code == 200


@pytest.mark.check("NX-005")
def test_hash_of_the_body_goes_first_and_that_of_the_header_last(anyone: httpx2.Client, owner: Caller):
    """A wrong one further back is not looked at, one further ahead is."""
    wrong, good = {"authorization": f"NVX {UNKNOWN}"}, {"authorization": f"NVX {owner.hash}"}
    assert read(anyone, wrong, {"hash": UNKNOWN}, hash=owner.hash).status_code == 200
    assert read(anyone, wrong, {"hash": owner.hash}).status_code == 200
    assert_code(read(anyone, good, {"hash": UNKNOWN}), 4)
    assert_code(read(anyone, good, {"hash": owner.hash}, hash=UNKNOWN), 4)


@pytest.mark.check("NX-006")
def test_header_without_the_blank_is_none(anyone: httpx2.Client, owner: Caller):
    """Nor is another scheme."""
    for value in (f"NVX{owner.hash}", f"Bearer {owner.hash}", owner.hash, "NVX"):
        assert_code(read(anyone, {"authorization": value}), 4)


@pytest.mark.check("NX-007")
def test_no_hash(anyone: httpx2.Client):
    """Is as one that nobody has."""
    assert_code(read(anyone), 4)
    assert_code(anyone.get("/v2/tracker/list"), 4)
    assert_code(anyone.post("/v2/tracker/list"), 4)


@pytest.mark.check("NX-008")
@pytest.mark.parametrize(
    "wrong", ["", "abc", UNKNOWN[1:], f"{UNKNOWN}0", "g" * 32, "٣" * 32, 5, [], {}, True]
)
def test_hash_that_is_none(anyone: httpx2.Client, wrong: Any):
    """It has 32 hexadecimal digits."""
    assert_code(read(anyone, hash=wrong), 3)


@pytest.mark.check("NX-009")
def test_hash_that_nobody_has(anyone: httpx2.Client):
    """It looks like one."""
    assert_code(read(anyone, hash=UNKNOWN), 4)
    assert_code(read(anyone, {"authorization": f"NVX {UNKNOWN}"}), 4)


@pytest.mark.check("NX-010")
def test_session_that_has_ended(server: Server, anyone: httpx2.Client, newcomer: Caller):
    """By itself, or because its owner logged out."""
    login = {"login": newcomer.provider.username, "password": newcomer.provider.password}
    first, second = (anyone.post("/v2/user/auth", json=login).json()["hash"] for _ in range(2))
    let_expire(server, first)
    assert_code(read(anyone, hash=first), 4)
    assert read(anyone, hash=second).status_code == 200
    assert anyone.post("/v2/user/logout", json={"hash": second}).json() == {"success": True}
    assert_code(read(anyone, hash=second), 4)


@pytest.mark.check("NX-012", "NX-013")
@pytest.mark.parametrize("address", [f"/v2{READ}", f"/v2{READ}/", READ, f"{READ}/"])
def test_addresses_of_a_call(anyone: httpx2.Client, fleet: Fleet, address: str):
    """With and without the version, with and without a slash at the end."""
    parameters = {"hash": fleet.caller.hash, **fleet.ids}
    assert anyone.post(address, json=parameters).json() == {"success": True, "value": []}
    assert anyone.get(address, params=parameters).json() == {"success": True, "value": []}


@pytest.mark.check("NX-016")
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b'"x"', b"hash=1", b"{'hash': 1}", b'{"hash": "\xff"}', b"[" * 5000, b"\x00"],
    ids=repr,
)
def test_body_that_is_no_json_object(anyone: httpx2.Client, owner: Caller, body: bytes):
    """Also where the hash stands elsewhere and is good."""
    response = anyone.post(
        "/v2/tracker/list",
        content=body,
        headers={"content-type": "application/json", "authorization": f"NVX {owner.hash}"},
    )
    assert_code(response, 5)


def test_bodies_of_other_types(anyone: httpx2.Client, owner: Caller):
    """Are not read."""
    for media in ("text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=x"):
        headers = {"content-type": media, "authorization": f"NVX {owner.hash}"}
        assert_code(anyone.post("/v2/tracker/list", content=b"<x/>", headers=headers), 5)


def test_body_that_is_too_large(anyone: httpx2.Client, owner: Caller):
    """Over a megabyte."""
    assert_code(read(anyone, hash=owner.hash, padding="x" * (2 << 20)), 9)


@pytest.mark.check("NX-017")
def test_parameter_that_is_missing(owner: Caller):
    """It is named; null is as nothing."""
    for body in ({}, {"tracker_id": None}):
        response = owner.post("/tracker/read", **body)
        assert_code(response, 7, "tracker_id")
        assert response.json()["errors"][0]["error"] == "must not be null"


@pytest.mark.check("NX-018")
@pytest.mark.parametrize(
    "wrong", ["abc", "", "1x", "1.5", 1.5, True, [1], {}, "٣", 0, -1, 2**63, 10**40, "9" * 5000]
)
def test_parameter_of_another_type_or_out_of_its_bounds(owner: Caller, wrong: Any):
    """It is named."""
    assert_code(owner.post("/tracker/read", tracker_id=wrong), 7, "tracker_id")


@pytest.mark.check("NX-019")
def test_number_as_text(owner: Caller, fleet: Fleet):
    """Is the number."""
    by_number, by_text = (
        owner.call("/tracker/read", tracker_id=each) for each in (fleet.tracker, str(fleet.tracker))
    )
    assert by_number == by_text


@pytest.mark.check("NX-020", "NX-026")
def test_more_requests_than_there_may_be(tmp_path: Path):
    """50 a second of each user, counted after the hash is known and before the parameters are looked at.

    Others go on, a key counts for itself, and who has waited goes on too.
    """
    with running(tmp_path / "data") as server, new_caller(server) as busy, new_caller(server) as other:
        key = busy.call("/api/key/create", title="a program")["value"]["hash"]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: busy.post("/tracker/read", tracker_id="x"), range(160)))
        refused = [each for each in answers if each.status_code == 429]
        assert_code(refused[0], 15)
        assert refused[0].headers["retry-after"] == "1"
        carried_out = [each for each in answers if each.status_code != 429]
        assert len(carried_out) >= 49
        assert_code(carried_out[0], 7, "tracker_id")
        assert other.post("/tracker/list").status_code == 200
        assert busy.client.post("/tracker/list", json={"hash": key}).status_code == 200
        assert_code(Caller(UNKNOWN, busy.client, busy.provider).post("/tracker/read", tracker_id="x"), 4)
        sleep(1)
        assert busy.post("/tracker/list").status_code == 200


@pytest.mark.check("NX-021")
def test_resource_or_action_that_there_is_none(anyone: httpx2.Client, owner: Caller):
    """An unknown resource is a wrong handler, an unknown action a wrong method; so is GET for a change."""
    for prefix in ("", "/v2"):
        for path, code in {
            "/tracker/nothing/list": 111,
            "/user/nothing/at/all": 111,
            "/tracker/nothing": 112,
            "/tracker/sensor/nothing": 112,
            "/api/key/nothing": 112,
        }.items():
            assert_code(anyone.post(f"{prefix}{path}", json={"hash": owner.hash}), code)
            assert_code(anyone.get(f"{prefix}{path}"), code)
    assert_code(anyone.get("/v2/nothing"), 111)


@pytest.mark.check("NX-022")
def test_members_that_nobody_knows_are_left_alone(owner: Caller, fleet: Fleet):
    """Whatever they hold."""
    assert owner.call(READ, **fleet.ids, colour="red", more=[{}]) == {"success": True, "value": []}


@pytest.mark.check("NX-023")
def test_nulls_are_left_out(owner: Caller, fleet: Fleet):
    """In every answer that could have one."""
    fleet.add(DOOR)
    for path in (
        "/tracker/list",
        "/tracker/read",
        "/tracker/sensor/list",
        "/tracker/readings/list",
        "/user/get_info",
    ):
        assert "null" not in owner.post(path, tracker_id=fleet.tracker).text
    assert "model" not in owner.call("/tracker/read", tracker_id=fleet.tracker)["value"]["source"]


@pytest.mark.check("NX-024")
def test_user_without_the_right(fleet: Fleet):
    """May not change a sensor's calibration."""
    user = new_user(fleet.caller)
    assert_code(user.post(UPDATE, **fleet.ids, data=CURVE), 13)


@pytest.mark.check("NX-025")
def test_account_itself_needs_no_right(fleet: Fleet):
    """By token, by session and by key."""
    caller, provider = fleet.caller, fleet.caller.provider
    login = {"login": provider.username, "password": provider.password}
    session = caller.client.post("/v2/user/auth", json=login).json()["hash"]
    key = caller.call("/api/key/create", title="a program")["value"]["hash"]
    for shown in (caller.hash, session, key):
        body = {"hash": shown, **fleet.ids, "data": CURVE}
        assert caller.client.post(f"/v2{UPDATE}", json=body).json() == {"success": True}


@pytest.mark.check("NX-026")
def test_order_of_the_checks(server: Server, newcomer: Caller, other: Caller):
    """Who, then the parameters, 201, 13, 208, 219, 228, then what is in the parameters.

    Each call has everything wrong that comes later, and each is better than the one before.
    """
    fleet = new_fleet(newcomer)
    door = fleet.add(DOOR)
    user = new_user(newcomer, trackers=[fleet.tracker])
    clone = clone_of(fleet, other)
    fleet.change(blocked=True)
    bad: dict[str, Any] = {"data": [{"in": "x"}]}
    nobody = Caller(UNKNOWN, newcomer.client, newcomer.provider)
    assert_code(nobody.post(UPDATE, tracker_id="x"), 4)
    assert_code(user.post(UPDATE, tracker_id="x", sensor_id=10**9, **bad), 7, "tracker_id")
    assert_code(user.post(UPDATE, tracker_id=10**9, sensor_id=10**9, **bad), 201)
    assert_code(user.post(UPDATE, tracker_id=fleet.tracker, sensor_id=10**9, **bad), 201)
    assert_code(user.post(UPDATE, tracker_id=fleet.tracker, sensor_id=door, **bad), 13)
    assert_code(other.post(UPDATE, tracker_id=clone.tracker, sensor_id=door, **bad), 208)
    fleet.change(blocked=False)
    assert_code(other.post(UPDATE, tracker_id=clone.tracker, sensor_id=door, **bad), 219)
    assert_code(newcomer.post(UPDATE, tracker_id=fleet.tracker, sensor_id=door, **bad), 228)
    assert_code(newcomer.post(UPDATE, **fleet.ids, **bad), 7, "data[0].in")
    newcomer.call(UPDATE, **fleet.ids, data=CURVE)


def test_hashes_are_in_no_log(server: Server, owner: Caller, fleet: Fleet):
    """Nor are those of a query, of a form or of a header, whether a call succeeds or not."""
    unknown = "fedcba9876543210" * 2
    for shown in (owner.hash, unknown):
        owner.client.get(f"/v2{READ}", params={"hash": shown, **fleet.ids})
        owner.client.get(f"/v2{READ}", params={"hash": shown, "tracker_id": 10**9, "sensor_id": 1})
        owner.client.get("/v2/tracker/nothing", params={"hash": shown})
        owner.client.post("/tracker/nothing", data={"hash": shown})
        owner.client.post("/v2/tracker/list", headers={"authorization": f"NVX {shown}"}, content=b"{")
        assert shown not in server.log()


def test_array_in_a_query_is_json_text(owner: Caller, fleet: Fleet):
    """As the vendor's example has it."""
    response = owner.client.get(
        "/v2/tracker/sensor/batch_list",
        params={"hash": owner.hash, "trackers": json.dumps([fleet.tracker])},
    )
    assert [each["id"] for each in response.json()["result"][str(fleet.tracker)]] == [fleet.fuel]
    for wrong in ("", "5", "[", "[x]", '["a"]', "{}"):
        response = owner.client.get(
            "/v2/tracker/sensor/batch_list", params={"hash": owner.hash, "trackers": wrong}
        )
        assert response.json()["status"]["code"] == 7

"""The caller's own account: shown, its option, and its password."""

from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider, basic, bearer, key_of, session_of
from tests.running import Server

ACCOUNT = "/manage/v1/account"
NEW = "another password"


def test_account_is_shown_to_who_uses_it(server: Server, anyone: httpx2.Client, owner: Provider):
    """To its users too; nothing of the password is there."""
    shown = owner.client.get(ACCOUNT).json()
    assert (shown["id"], shown["name"], shown["username"]) == (owner.id, owner.name, owner.username)
    assert "password" not in shown
    user = bearer(session_of(server, owner))
    assert anyone.get(ACCOUNT, headers=user).json() == shown


def test_calibrations_without_a_date_are_for_all_time_unless_it_says_otherwise(newcomer: Provider):
    """By version, as everything that is set."""
    first = newcomer.client.get(ACCOUNT)
    assert first.json()["calibrate_from_now"] is False
    body = {"calibrate_from_now": True}
    assert_problem(newcomer.client.patch(ACCOUNT, json=body), 428, "unconditional", "If-Match")
    tag = {"if-match": first.headers["etag"]}
    changed = newcomer.client.patch(ACCOUNT, json=body, headers=tag)
    assert (changed.status_code, changed.json()) == (200, {**first.json(), **body})
    assert_problem(newcomer.client.patch(ACCOUNT, json=body, headers=tag), 412, "outdated", "If-Match")


def test_another_password_opens_what_the_old_one_did(anyone: httpx2.Client, newcomer: Provider):
    """And the old one nothing; tokens and keys stay good."""
    key = key_of(newcomer)
    changed = newcomer.client.put(f"{ACCOUNT}/password", json={"current": newcomer.password, "new": NEW})
    assert (changed.status_code, changed.content) == (204, b"")
    tokens = "/api/providers/tokens/new"
    assert anyone.post(tokens, headers=newcomer.basic).status_code == 401
    assert anyone.post(tokens, headers=basic(newcomer.username, NEW)).status_code == 201
    assert newcomer.client.get(ACCOUNT).status_code == 200
    assert anyone.get(ACCOUNT, headers=bearer(key)).status_code == 200


def test_sessions_of_the_old_password_end(server: Server, anyone: httpx2.Client, newcomer: Provider):
    """Those of the account itself; its users have passwords of their own."""
    login = {"login": newcomer.username, "password": newcomer.password}
    mine = bearer(anyone.post("/v2/user/auth", json=login).json()["hash"])
    theirs = bearer(session_of(server, newcomer))
    assert anyone.get(ACCOUNT, headers=mine).status_code == 200
    newcomer.client.put(f"{ACCOUNT}/password", json={"current": newcomer.password, "new": NEW})
    assert anyone.get(ACCOUNT, headers=mine).status_code == 401
    assert anyone.get(ACCOUNT, headers=theirs).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({"current": "wrong password", "new": NEW}, 403, "not-permitted", "current"),
        ({"new": NEW}, 422, "missing", "current"),
        ({"current": "my100th.Secret.password"}, 422, "missing", "new"),
        ({"current": "my100th.Secret.password", "new": "short"}, 400, "malformed", "new"),
        ({"current": 1, "new": NEW}, 400, "malformed", "current"),
        ({"current": "x", "new": NEW, "more": 1}, 400, "malformed", "more"),
    ],
)
def test_refused_password_stays(
    anyone: httpx2.Client, owner: Provider, body: dict[str, Any], status: int, kind: str, field: str
):
    """For who does not know it, and for one that is too short."""
    assert_problem(owner.client.put(f"{ACCOUNT}/password", json=body), status, kind, field)
    assert anyone.post("/api/providers/tokens/new", headers=owner.basic).status_code == 201


@pytest.mark.parametrize("body", [{}, {"calibrate_from_now": None}, {"calibrate_from_now": 1}, {"name": "x"}])
def test_bad_change_is_refused(owner: Provider, body: dict[str, Any]):
    """The option is true or false."""
    refused = owner.client.patch(ACCOUNT, json=body, headers={"if-match": "*"})
    assert refused.status_code in (400, 422)


def test_option_holds_for_curves_given_through_navixy(anyone: httpx2.Client, newcomer: Provider):
    """A curve is for all time, and with the option for values from then on."""
    device = newcomer.configure()
    stream = streams(newcomer, device)["PM2.5"]
    tracker = newcomer.client.get("/manage/v1/trackers").json()["items"][0]["id"]
    sensor = {
        "type": "metering",
        "sensor_type": "custom",
        "name": "Fuel",
        "input_name": "PM2.5",
        "divider": 1.0,
        "accuracy": 0.0,
        "units": "l",
        "units_type": "custom",
    }

    def navixy(call: str, **body: Any) -> dict[str, Any]:
        answer = anyone.post(f"/v2/tracker/sensor/{call}", json={"hash": newcomer.token, **body})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def calibrated_from() -> list[str]:
        shown = newcomer.client.get(f"/manage/v1/datastreams/{stream}/calibration").json()
        return [each["valid_from"] for each in shown["in_force"]]

    number = navixy("create", tracker_id=tracker, sensor=sensor)["id"]
    curve = {"tracker_id": tracker, "sensor_id": number, "data": [{"in": 0, "out": 0}, {"in": 1, "out": 2}]}
    navixy("calibration_data/update", **curve)
    assert calibrated_from() == ["1970-01-01T00:00:00Z"]
    option = newcomer.client.patch(ACCOUNT, json={"calibrate_from_now": True}, headers={"if-match": "*"})
    assert option.status_code == 200
    navixy("calibration_data/update", **curve)
    first, second = calibrated_from()
    assert first == "1970-01-01T00:00:00Z"
    assert second > "2026"

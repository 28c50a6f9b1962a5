"""What users and keys of a provider's account can do: what their rights, scopes and trackers let."""

import sqlite3
from contextlib import closing

import httpx2
import pytest

from tests.dialects.nilu.api import PLAIN, Provider, assert_error, bearer, key_of, session_of
from tests.running import Server

PACKET = {"date": 1579521600, "pm25": 12.5, "humidity": 55.25}


def tracker_of(server: Server, provider: Provider, sensor: int) -> int:
    """The id of the tracker by which the account sees its sensor."""
    query = "SELECT id FROM trackers WHERE device = ? AND account = ?"
    return rows(server, query, sensor, provider.id)[0][0]


def rows(server: Server, query: str, *values: int) -> list[tuple[int, ...]]:
    """Rows of the catalog."""
    with closing(sqlite3.connect(server.data / "catalog.db", timeout=10)) as catalog:
        return catalog.execute(query, values).fetchall()


def status(response: httpx2.Response) -> int:
    """The HTTP status, or the application error of a 500."""
    return response.json()["error-code"] if response.status_code == 500 else response.status_code


def changes(client: httpx2.Client, sensor: int, caller: dict[str, str]) -> list[int]:
    """What becomes of each change of a sensor, which is disabled, then described anew, then deleted."""
    path = f"/api/sensors/{sensor}"
    found = [
        client.post(f"{path}/disable", headers=caller),
        client.put(f"{path}/reconfigure", json={"description": "new"}, headers=caller),
        client.delete(f"{path}/delete", headers=caller),
    ]
    return [status(each) for each in found]


def test_user_with_the_right_changes_sensors(server: Server, anyone: httpx2.Client, provider: Provider):
    """With `tracker_update`; another right is not enough."""
    sensor = provider.configure()
    other = bearer(session_of(server, provider, rights=["tracker_configure", "reports"]))
    right = bearer(session_of(server, provider, rights=["tracker_update"]))
    assert changes(anyone, sensor, other) == [510, 510, 510]
    assert provider.client.get(f"/api/sensors/{sensor}").json()["enabled"] is True
    assert changes(anyone, sensor, right) == [200, 200, 200]
    new = anyone.post("/api/sensors/configure", json={"name": "by a user", **PLAIN}, headers=right)
    assert new.status_code == 201


def test_user_has_the_sensors_that_are_shown_to_him(
    server: Server, anyone: httpx2.Client, provider: Provider
):
    """The others are as another provider's: 404 for a private one, 510 for a public one."""
    seen, public, private = (provider.configure(public=each) for each in (False, True, False))
    caller = bearer(
        session_of(server, provider, rights=["tracker_update"], trackers=[tracker_of(server, provider, seen)])
    )
    expected = {seen: (200, 200, 200, 200), public: (200, 510, 510, 510), private: (404, 404, 404, 404)}
    for sensor, statuses in expected.items():
        path = f"/api/sensors/{sensor}"
        found = (
            anyone.get(path, headers=caller),
            anyone.get(f"/api/data/id/{sensor}/maxutc", headers=caller),
            anyone.post(f"{path}/inbound", json=PACKET, headers=caller),
            anyone.post(f"{path}/disable", headers=caller),
        )
        assert tuple(status(each) for each in found) == statuses
    listed = {each["id"] for each in anyone.get("/api/sensors", headers=caller).json()}
    assert listed & set(expected) == {seen, public}
    mine = anyone.get(f"/api/sensors/providers/{provider.id}", headers=caller).json()
    assert private not in {each["id"] for each in mine}


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        ([], (200, 200, 200, 200)),
        (["data:write"], (510, 510, 200, 510)),
        (["data.enviro:read"], (510, 200, 510, 510)),
        (["instruments:read"], (200, 510, 510, 510)),
        (["instruments:write"], (510, 510, 510, 200)),
        (["data.system:read"], (510, 510, 510, 510)),
    ],
)
def test_key_does_what_its_scopes_say(
    anyone: httpx2.Client, provider: Provider, scopes: list[str], statuses: tuple[int, ...]
):
    """To look at sensors, to read data, to push, to change: one scope each."""
    sensor, caller = provider.configure(), bearer(key_of(provider, *scopes))
    path = f"/api/sensors/{sensor}"
    provider.push(sensor, PACKET)  # the server knows the sensor by heart now
    for _ in range(2):  # and the second time the key as well
        found = (
            anyone.get(path, headers=caller),
            anyone.get(f"/api/data/id/{sensor}/maxutc", headers=caller),
            anyone.post(f"{path}/inbound", json=PACKET, headers=caller),
            anyone.put(f"{path}/reconfigure", json={}, headers=caller),
        )
        assert tuple(status(each) for each in found)[:3] == statuses[:3]
        assert status(found[3]) == (401 if statuses[3] == 200 else 510)  # it is enabled


def test_refusal_says_what_is_missing(anyone: httpx2.Client, provider: Provider):
    """The scope, and the right."""
    caller = bearer(key_of(provider, "data.system:read"))
    answer = anyone.post("/api/sensors/configure", json=PLAIN, headers=caller)
    assert_error(answer, 500, 510, "instruments:write")


def test_user_s_password_opens_no_operation_of_the_master(
    server: Server, anyone: httpx2.Client, provider: Provider
):
    """Tokens are issued to the provider itself alone."""
    body = {"username": "a-driver", "password": "password of the driver"}
    assert provider.client.post("/manage/v1/users", json=body).status_code == 201
    answer = anyone.post("/api/providers/tokens/new", auth=("a-driver", "password of the driver"))
    assert answer.status_code == 401

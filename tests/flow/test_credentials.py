"""One credential at every door: what it opens depends on whose it is, not on which API made it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from tests.dialects.nilu.api import Provider, basic, bearer, key_of, new_provider, unique
from tests.running import Server, running

PASSWORD = "password of a user"
RANGE = {"start": "2026-01-01T00:00:00Z", "end": "2026-12-31T00:00:00Z"}
NO_DATA = {"error": "NO_DATA"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests' own."""
    with running(tmp_path_factory.mktemp("credentials") / "data") as started:
        started.wait_for_engine()
        yield started


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Provider]:
    """An account."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.fixture(scope="module")
def instrument(owner: Provider) -> tuple[int, int, str]:
    """A private device of it, its tracker, and its serial number."""
    device, serial = owner.configure(public=False), unique()[:12]
    path = f"/manage/v1/devices/{device}"
    assert owner.client.patch(path, json={"serial": serial}, headers={"if-match": "*"}).status_code == 200
    [tracker] = owner.client.get("/manage/v1/trackers").json()["items"]
    return device, tracker["id"], serial


def doors(client: httpx2.Client, credential: str, instrument: tuple[int, int, str]) -> dict[str, bool]:
    """Whether a credential opens each door to a device, to look and to change."""
    device, tracker, serial = instrument
    shown = bearer(credential)
    nilu, manage = f"/api/sensors/{device}", f"/manage/v1/devices/{device}"
    asked = {"instruments": serial, **RANGE}
    told = {"hash": credential, "tracker_id": tracker, "label": "Truck"}
    answers = {
        "NILU, look": client.get(nilu, headers=shown),
        "NILU, data": client.get(f"/api/data/id/{device}/maxutc", headers=shown),
        "NILU, change": client.post(f"{nilu}/disable", headers=shown),
        "management, look": client.get(manage, headers=shown),
        "management, change": client.post(f"{manage}/log-entries", json={"message": "m"}, headers=shown),
        "management, keys": client.get("/manage/v1/keys", headers=shown),
        "Navixy, look": client.post("/v2/tracker/read", json=told),
        "Navixy, keys": client.post("/v2/api/key/list", json={"hash": credential}),
        "Cirrus, log": client.get(
            "/v1/data/calibrations/log", params=asked, headers={"x-api-key": credential}
        ),
        "SensorData, data": client.get("/v1/SensorData/", headers={"token": credential}),
    }
    found = {name: answer.status_code == 200 for name, answer in answers.items()}
    found["management, change"] = answers["management, change"].status_code == 201
    found["SensorData, data"] = answers["SensorData, data"].json() == NO_DATA
    return found


def session(client: httpx2.Client, username: str, password: str) -> str:
    """A session that Navixy's API has opened."""
    answer = client.post("/v2/user/auth", json={"login": username, "password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()["hash"]


def user(owner: Provider, **described: object) -> str:
    """The name of a new user of the account."""
    body = {"username": unique(), "password": PASSWORD, **described}
    made = owner.client.post("/manage/v1/users", json=body)
    assert made.status_code == 201, made.text
    return body["username"]


@pytest.fixture(scope="module")
def anyone(server: Server) -> Iterator[httpx2.Client]:
    """A client without credentials."""
    with server.client() as client:
        yield client


def test_credentials_of_the_account_itself_open_every_door(
    anyone: httpx2.Client, owner: Provider, instrument: tuple[int, int, str]
):
    """NILU's token as well as Navixy's session."""
    for credential in (owner.token, session(anyone, owner.username, owner.password)):
        assert set(doors(anyone, credential, instrument).values()) == {True}


def test_key_opens_every_door_but_those_to_keys(
    anyone: httpx2.Client, owner: Provider, instrument: tuple[int, int, str]
):
    """Whichever API has made it."""
    made = anyone.post("/v2/api/key/create", json={"hash": owner.token, "title": "k"}).json()
    for key in (key_of(owner), made["value"]["hash"]):
        found = doors(anyone, key, instrument)
        assert [name for name, is_open in found.items() if not is_open] == [
            "management, keys",
            "Navixy, keys",
        ]


@pytest.mark.parametrize(
    ("scope", "opened"),
    [
        ("instruments:read", {"NILU, look", "management, look", "Navixy, look"}),
        ("instruments:write", {"NILU, change", "management, change"}),
        ("data.enviro:read", {"NILU, data", "SensorData, data"}),
        ("data.system:read", {"Cirrus, log"}),
        ("data:write", set[str]()),
    ],
)
def test_scope_means_the_same_at_every_door(
    anyone: httpx2.Client, owner: Provider, instrument: tuple[int, int, str], scope: str, opened: set[str]
):
    """What is looked at in one API is looked at in the other."""
    found = doors(anyone, key_of(owner, scope), instrument)
    assert {name for name, is_open in found.items() if is_open} == opened


def test_right_means_the_same_at_every_door(
    anyone: httpx2.Client, owner: Provider, instrument: tuple[int, int, str]
):
    """A user looks everywhere, changes with `tracker_update`, and manages no keys."""
    closed = {"management, keys", "Navixy, keys"}
    for rights, more in (([], {"NILU, change", "management, change"}), (["tracker_update"], set[str]())):
        found = doors(anyone, session(anyone, user(owner, rights=rights), PASSWORD), instrument)
        assert {name for name, is_open in found.items() if not is_open} == closed | more


def test_device_that_is_not_shown_is_nowhere(
    anyone: httpx2.Client, owner: Provider, instrument: tuple[int, int, str]
):
    """A user who sees no tracker gets nothing of it through any door; SensorData selects nothing for him."""
    caller = user(owner, rights=["tracker_update", "tracker_configure"], trackers=[])
    found = doors(anyone, session(anyone, caller, PASSWORD), instrument)
    assert {name for name, is_open in found.items() if is_open} == {"SensorData, data"}


def test_credential_is_nowhere_in_the_data_folder(server: Server, anyone: httpx2.Client, owner: Provider):
    """Neither in the catalog nor in what the server writes about requests; the password is a hash."""
    shown = [owner.token, key_of(owner), session(anyone, owner.username, owner.password)]
    anyone.get(f"/v2/tracker/list?hash={shown[1]}")
    anyone.get("/v1/data/calibrations/log", headers={"x-api-key": shown[1]})
    with closing(sqlite3.connect(server.data / "catalog.db", timeout=10)) as catalog:
        catalog.execute("PRAGMA wal_checkpoint(PASSIVE)")
    texts = [owner.password, PASSWORD, *shown]
    for file in [*_files(server.data, "catalog.db*"), server.data.with_suffix(".log")]:
        content = file.read_bytes()
        assert [text for text in texts if text.encode() in content] == [], file


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    assert found
    return found


def test_wrong_passwords_are_counted_over_all_doors(server: Server):
    """20 a minute under one name from one address; then the right one is refused too, and others go on."""
    made, other = new_provider(server), new_provider(server)
    with made.client, other.client, server.client() as anyone:

        def tokens(provider: Provider, password: str) -> int:
            headers = basic(provider.username, password)
            return anyone.post("/api/providers/tokens/new/1h", headers=headers).status_code

        def navixy(password: str) -> int:
            body = {"login": made.username, "password": password}
            return anyone.post("/v2/user/auth", json=body).json().get("status", {}).get("code", 0)

        def sensordata(password: str) -> str:
            form = {"username": made.username, "password": password}
            return anyone.post("/v1/Login/", data=form).json()["error"]

        assert (tokens(made, made.password), navixy(made.password)) == (201, 0)
        for _ in range(7):
            assert sensordata("wrong password") == "ACCOUNT_PASSWORD_INCORRECT"
            assert tokens(made, "wrong password") == 401
        for _ in range(6):
            assert navixy("wrong password") == 102
        assert tokens(made, made.password) == 429
        assert navixy(made.password) == 105
        assert sensordata(made.password) == "TOO_MANY_REQUESTS"
        assert tokens(other, other.password) == 201

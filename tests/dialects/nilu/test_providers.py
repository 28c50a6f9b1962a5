"""Providers and their tokens, over HTTP."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from sensorium.model.moments import add_months, from_microseconds
from tests.dialects.nilu.api import Provider, assert_error, basic, bearer, let_expire, stored_token, unique
from tests.running import Server, running

# The document's example
EXAMPLE = {
    "name": "Data Provider",
    "acronym": "DP",
    "description": "Provider description",
    "username": "my.username",
    "password": "my100th.Secret.password",
    "email": "my.mail.address@any.domain.com",
}
PROTECTED = "/api/sensors/1/pipeline/test"  # any address that needs a token


def body(**changed: Any) -> dict[str, Any]:
    """The example with names of its own."""
    given = {**EXAMPLE, "name": unique(), "username": unique(), **changed}
    return {key: value for key, value in given.items() if value is not ...}


def is_known(client: httpx2.Client, token: str) -> bool:
    """Whether the token opens a protected address (what it then finds there does not matter)."""
    response = client.get(PROTECTED, headers=bearer(token))
    if response.status_code == 401:
        assert_error(response, 401, 500)
    return response.status_code != 401


@pytest.mark.check("NI-004", "NI-005", "NI-014", "NI-015", "NI-024")
def test_provider_is_created_with_a_token_that_works_at_once(server: Server, anyone: httpx2.Client):
    """The document's example, its answer member by member."""
    response = anyone.post("/api/providers/create", json=EXAMPLE)
    created = response.json()
    assert response.status_code == 201
    assert created == {
        "providerid": created["providerid"],
        "message": "Created",
        "token": created["token"],
        "http-status-code": 201,
        "atom": f"{server.url}/api/providers/{created['providerid']}",
    }
    assert re.fullmatch("[0-9a-f]{32}", created["token"])
    assert is_known(anyone, created["token"])


@pytest.mark.check("NI-016")
def test_first_token_never_ends(server: Server, provider: Provider):
    """It has no expiry."""
    assert stored_token(server, provider.token)[1] is None


@pytest.mark.check("NI-017")
def test_acronym_and_description_may_be_absent(anyone: httpx2.Client):
    """They are null then."""
    created = anyone.post("/api/providers/create", json=body(acronym=..., description=...)).json()
    shown = anyone.get(f"/api/providers/{created['providerid']}").json()
    assert (shown["acronym"], shown["description"]) == (None, None)


@pytest.mark.check("NI-018", "NI-019")
@pytest.mark.parametrize("absent", [..., None, "", "  "], ids=["absent", "null", "empty", "blank"])
@pytest.mark.parametrize("field", ["name", "email", "username", "password"])
def test_required_field_that_is_missing_is_named(anyone: httpx2.Client, field: str, absent: Any):
    """422 with 1000."""
    response = anyone.post("/api/providers/create", json=body(**{field: absent}))
    assert_error(response, 422, 1000, f"Provider {field} must be defined.")


@pytest.mark.check("NI-020")
@pytest.mark.parametrize("email", ["nobody", "@example.org", "a@", "a b@example.org", 7, ["a@b.no"]])
def test_email_address_that_is_none_is_refused(anyone: httpx2.Client, email: Any):
    """400 with 1001."""
    assert_error(anyone.post("/api/providers/create", json=body(email=email)), 400, 1001)


@pytest.mark.check("NI-021", "NI-022")
@pytest.mark.parametrize("field", ["username", "name"])
def test_taken_name_is_a_conflict(anyone: httpx2.Client, provider: Provider, field: str):
    """500 with 410, for the name and for the user name."""
    response = anyone.post("/api/providers/create", json=body(**{field: getattr(provider, field)}))
    assert_error(response, 500, 410, field)


@pytest.mark.check("NI-023")
def test_password_is_neither_stored_nor_returned(server: Server, anyone: httpx2.Client):
    """Neither the data folder nor any answer holds it."""
    secret = unique()
    answer = anyone.post("/api/providers/create", json=body(password=secret))
    everyone = anyone.get("/api/providers")
    files = b"".join(path.read_bytes() for path in server.data.glob("catalog.db*"))
    assert answer.status_code == 201
    assert secret not in answer.text + everyone.text
    assert secret.encode() not in files
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in files


@pytest.mark.check("NI-025", "NI-026")
def test_more_tokens_can_be_made(anyone: httpx2.Client, provider: Provider):
    """A token without end, and the earlier one stays valid."""
    response = anyone.post("/api/providers/tokens/new", headers=provider.basic)
    assert response.status_code == 201
    assert response.json() == {
        "providerid": provider.id,
        "message": "Created",
        "token": response.json()["token"],
        "http-status-code": 201,
    }
    assert is_known(anyone, response.json()["token"])
    assert is_known(anyone, provider.token)


@pytest.mark.check("NI-027", "NI-028")
@pytest.mark.parametrize(
    "path", ["/api/providers/tokens/new", "/api/providers/tokens/new/5h", "/api/providers/tokens/revoke"]
)
def test_tokens_are_for_those_who_know_the_password(anyone: httpx2.Client, provider: Provider, path: str):
    """A wrong password, an unknown user, nothing, a token or what is no Basic header: 401 with 500."""
    attempts = [
        basic(provider.username, "my100th.Secret.passwore"),
        basic(unique(), provider.password),
        {},
        bearer(provider.token),
        {"authorization": "Basic !"},
        {"authorization": "Basic bm9jb2xvbg=="},
        {"authorization": "Basic /////w=="},
        {"authorization": provider.username},
    ]
    for headers in attempts:
        response = anyone.post(path, headers=headers)
        assert_error(response, 401, 500)
        assert response.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.check("NI-029", "NI-030")
@pytest.mark.parametrize("age", ["5h", "5d", "5M", "5Y"])
def test_token_ends_at_the_age_that_was_asked_for(
    server: Server, anyone: httpx2.Client, provider: Provider, age: str
):
    """Hours, days, calendar months and years after its creation."""
    response = anyone.post(f"/api/providers/tokens/new/{age}", headers=provider.basic)
    assert response.status_code == 201
    created, expires = stored_token(server, response.json()["token"])
    begin = from_microseconds(created)
    ends = {
        "5h": begin + timedelta(hours=5),
        "5d": begin + timedelta(days=5),
        "5M": add_months(begin, 5),
        "5Y": add_months(begin, 60),
    }
    assert expires is not None
    assert from_microseconds(expires) == ends[age]
    assert datetime.now(UTC) - begin < timedelta(minutes=1)


@pytest.mark.check("NI-031")
@pytest.mark.parametrize("age", ["5m", "0d", "-1d", "d", "5w", "5dd", "5", "5 d", "9999999Y"])
def test_other_ages_are_malformed(anyone: httpx2.Client, provider: Provider, age: str):
    """Months are M; there is no minute."""
    response = anyone.post(f"/api/providers/tokens/new/{age}", headers=provider.basic)
    assert_error(response, 400, 1001)


@pytest.mark.check("NI-008", "NI-032")
def test_expired_token_is_unknown(server: Server, anyone: httpx2.Client, provider: Provider):
    """401 with 500, as without a token."""
    token = anyone.post("/api/providers/tokens/new/5h", headers=provider.basic).json()["token"]
    let_expire(server, token)
    assert not is_known(anyone, token)


def revoke(client: httpx2.Client, provider: Provider, token: Any) -> httpx2.Response:
    """Ask to revoke a token."""
    return client.post("/api/providers/tokens/revoke", headers=provider.basic, json={"token": token})


@pytest.mark.check("NI-008", "NI-033", "NI-034", "NI-037")
def test_revoked_token_is_unknown(anyone: httpx2.Client, newcomer: Provider):
    """At once, although it was in use; another time there is nothing to revoke: 404."""
    assert is_known(anyone, newcomer.token)
    response = revoke(anyone, newcomer, newcomer.token)
    assert (response.status_code, response.json()) == (
        200,
        {"providerid": newcomer.id, "message": "OK", "http-status-code": 200},
    )
    assert not is_known(anyone, newcomer.token)
    assert_error(revoke(anyone, newcomer, newcomer.token), 404, 1002)


@pytest.mark.check("NI-035")
def test_only_own_tokens_can_be_revoked(anyone: httpx2.Client, provider: Provider, other: Provider):
    """Another provider's and one that never was: 404, and the other's stays."""
    assert_error(revoke(anyone, provider, other.token), 404, 1002)
    assert_error(revoke(anyone, provider, "0" * 32), 404, 1002)
    assert is_known(anyone, other.token)


@pytest.mark.check("NI-036")
@pytest.mark.parametrize("absent", [None, ""])
def test_revoking_needs_a_token(anyone: httpx2.Client, provider: Provider, absent: Any):
    """422 with 1000."""
    assert_error(revoke(anyone, provider, absent), 422, 1000, "Token must be defined")


def test_token_to_revoke_is_a_text(anyone: httpx2.Client, provider: Provider):
    """400 with 1001."""
    assert_error(revoke(anyone, provider, 7), 400, 1001, "token")


@pytest.mark.check("NI-008")
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer " + "0" * 32, "Token abc", "Basic !", "Bearer \xff"],
)
def test_protected_address_needs_a_good_token(anyone: httpx2.Client, authorization: str | None):
    """401 with 500, and the header that says what would do."""
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    response = anyone.get(PROTECTED, headers=headers)
    assert_error(response, 401, 500)
    assert response.headers["www-authenticate"] == 'Bearer realm="sensorium"'


def test_password_opens_what_a_token_opens(anyone: httpx2.Client, provider: Provider):
    """Basic is tolerated elsewhere (N24); the scheme's case does not matter."""
    sensor = provider.configure()
    for headers in (provider.basic, {"authorization": f"bEARER {provider.token}"}):
        response = anyone.get(f"/api/data/id/{sensor}/maxutc", headers=headers)
        assert (response.status_code, response.json()) == (200, [])


@pytest.mark.check("NI-038", "NI-039", "NI-040")
def test_provider_is_shown_to_everyone(server: Server, anyone: httpx2.Client, provider: Provider):
    """Id, name, acronym, description, atom and created; nothing else."""
    shown = anyone.get(f"/api/providers/{provider.id}").json()
    assert shown == {
        "id": provider.id,
        "name": provider.name,
        "acronym": None,
        "description": None,
        "atom": f"{server.url}/api/providers/{provider.id}",
        "created": shown["created"],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", shown["created"])


@pytest.mark.check("NI-010", "NI-041")
@pytest.mark.parametrize("number", ["0", "999999999", "9" * 18, "9" * 30, "abc", "-1", "1.5", "٣"])
def test_unknown_provider_is_not_found(anyone: httpx2.Client, number: str):
    """404 with 1002, whatever the number looks like."""
    assert_error(anyone.get(f"/api/providers/{number}"), 404, 1002)
    assert_error(anyone.get(f"/api/sensors/providers/{number}"), 404, 1002)


@pytest.mark.check("NI-042", "NI-043")
def test_providers_are_listed(anyone: httpx2.Client, provider: Provider, other: Provider):
    """The same objects; the query value id is ignored."""
    listed = anyone.get("/api/providers", params={"id": provider.id}).json()
    by_id = {each["id"]: each for each in listed}
    for each in (provider, other):
        assert by_id[each.id] == anyone.get(f"/api/providers/{each.id}").json()


@pytest.mark.check("NI-044", "NI-045")
def test_sensors_of_a_provider_are_listed(anyone: httpx2.Client, newcomer: Provider):
    """Only that provider's, shaped as in the list of all; [] when it has none."""
    assert anyone.get(f"/api/sensors/providers/{newcomer.id}").json() == []
    mine = [newcomer.configure(), newcomer.configure()]
    listed = anyone.get(f"/api/sensors/providers/{newcomer.id}").json()
    assert [each["id"] for each in listed] == mine
    assert [each for each in anyone.get("/api/sensors").json() if each["id"] in mine] == listed


def test_closed_registration_is_refused(tmp_path_factory: pytest.TempPathFactory):
    """Where the setting is off nobody can register: 401 with 500."""
    settings = {"SENSORIUM_OPEN_REGISTRATION": "false"}
    with (
        running(tmp_path_factory.mktemp("closed") / "data", env=settings) as closed,
        closed.client() as client,
    ):
        assert_error(client.post("/api/providers/create", json=body()), 401, 500, "register")
        assert client.get("/api/providers").json() == []

"""Accounts: what they must have, what they may have, and that their secrets are nowhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sensorium.model.account import Account
from sensorium.model.errors import Conflict, Malformed, Missing, NotFound
from sensorium.model.moments import from_microseconds
from sensorium.register.accounts import Accounts
from sensorium.register.credentials import Credentials
from sensorium.register.tokens import Tokens
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import tokens as tokens_table
from tests import postgres

NOW = 1_700_000_000_000_001  # microseconds count
GIVEN = {
    "name": "Data Provider",
    "email": "my.mail.address@any.domain.com",
    "username": "my.username",
    "password": "my100th.Secret.password",
}

# For what is refused before any database is asked
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"])


def test_account_is_as_it_was_given(accounts: Accounts):
    """The document's own example, with its acronym and description, to the microsecond."""
    account, _ = accounts.create(**GIVEN, acronym="DP", description="Provider\ndescription", now=NOW)
    assert account == Account(
        id=account.id,
        name="Data Provider",
        acronym="DP",
        description="Provider\ndescription",
        email="my.mail.address@any.domain.com",
        username="my.username",
        created=datetime(2023, 11, 14, 22, 13, 20, 1, UTC),
    )
    assert accounts.get(account.id) == account


@pytest.mark.check("NI-016", "NI-017")
def test_first_token_works_at_once_and_never_ends(accounts: Accounts, catalog: Catalog):
    """It is 32 hexadecimal digits; acronym and description may be absent."""
    account, token = accounts.create(**GIVEN, now=NOW)
    assert len(token) == 32
    assert set(token) <= set("0123456789abcdef")
    credential = Credentials(catalog).load(token.encode(), NOW)
    assert (credential.account, credential.expires) == (account.id, None)
    with catalog.read() as connection:
        assert connection.execute(select(func.count()).select_from(tokens_table)).scalar_one() == 1


@ONE_DATABASE
@pytest.mark.parametrize("field", ["name", "email", "username", "password"])
@pytest.mark.parametrize("value", [None, ""])
def test_required_field_that_is_absent_or_empty_is_missing(accounts: Accounts, field: str, value: Any):
    """The refusal names it, and nothing is stored."""
    with pytest.raises(Missing) as refusal:
        accounts.create(**{**GIVEN, field: value}, now=NOW)
    assert refusal.value.where == field
    assert accounts.list() == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "my.mail.address"),
        ("email", "@any.domain.com"),
        ("email", "a@b"),
        ("email", "a@-b.com"),
        ("email", "a b@any.domain.com"),
        ("email", "a@any..com"),
        ("email", "a" * 250 + "@any.domain.com"),
        ("username", "a:b"),
        ("username", "a" * 129),
        ("name", "a" * 256),
        ("name", "a\nb"),
        ("name", "a\x00b"),
        ("name", "a\ud800b"),
        ("acronym", "a" * 65),
        ("description", "a" * 4001),
        ("description", "a\x07"),
        ("password", "7 chars"),
        ("password", "a" * 257),
        ("password", "control\x00character"),
    ],
)
def test_field_out_of_its_bounds_is_malformed(accounts: Accounts, field: str, value: str):
    """Addresses that are none, what Basic authentication cannot carry, control characters, too much text."""
    with pytest.raises(Malformed) as refusal:
        accounts.create(**{**GIVEN, field: value}, now=NOW)
    assert refusal.value.where == field
    assert accounts.list() == []


@pytest.mark.parametrize(
    "email", ["ola.nordmann+luft@nilu.no", "x@sub.example.museum", "grüße@bücher.example"]
)
def test_usual_addresses_are_good(accounts: Accounts, email: str):
    """Plus signs, sub-domains, letters of every script."""
    assert accounts.create(**{**GIVEN, "email": email}, now=NOW)[0].email == email


@pytest.mark.parametrize(("field", "value"), [("name", "Other"), ("username", "other")])
def test_name_and_username_can_be_taken_once(accounts: Accounts, field: str, value: str):
    """Each by itself; the refusal names the one at fault."""
    other = {**GIVEN, "name": "Other", "username": "other"}
    accounts.create(**other, now=NOW)
    with pytest.raises(Conflict) as refusal:
        accounts.create(**{**GIVEN, field: value}, now=NOW)
    assert refusal.value.where == field
    assert len(accounts.list()) == 1


@pytest.mark.parametrize(
    "name", ["OTHER network", "Other  Network ", "Other\u200b Network", "Ｏther network"]
)
def test_name_that_looks_like_another_is_taken(accounts: Accounts, name: str):
    """Names that differ in case, spaces, width or invisible characters would pass for one another."""
    accounts.create(**{**GIVEN, "name": "Other Network", "username": "other"}, now=NOW)

    with pytest.raises(Conflict) as refusal:
        accounts.create(**{**GIVEN, "name": name}, now=NOW)

    assert refusal.value.where == "name"


def test_name_cannot_turn_the_direction_of_text(accounts: Accounts):
    """What follows it on a page would be read backwards."""
    with pytest.raises(Malformed):
        accounts.create(**{**GIVEN, "name": "Institute \u202etxt"}, now=NOW)


def test_accounts_are_listed_by_id(accounts: Accounts):
    """All of them."""
    created = [accounts.create(**{**GIVEN, "name": each, "username": each}, now=NOW)[0] for each in "cab"]
    assert accounts.list() == created


@ONE_DATABASE
@pytest.mark.parametrize("number", [0, -1, 1, 2**63, 10**30])
def test_account_that_is_not_there_is_not_found(accounts: Accounts, number: int):
    """Numbers beyond the database's own are no error of another kind."""
    with pytest.raises(NotFound):
        accounts.get(number)


@pytest.mark.check("NI-023")
def test_no_secret_is_in_any_file(
    request: pytest.FixtureRequest, accounts: Accounts, tokens: Tokens, backend: str, tmp_path: Path
):
    """Neither password nor token is found in the database's files; the account's name, for comparison, is."""
    account, first = accounts.create(**GIVEN, now=NOW)
    later = tokens.issue(account.id, "5h", now=NOW)
    folder = tmp_path
    if backend == "postgresql":
        cluster: postgres.Cluster = request.getfixturevalue("cluster")
        folder = cluster.folder / "data"
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert GIVEN["name"].encode() in held
    for secret in (GIVEN["password"], first, later):
        assert secret.encode() not in held
        assert secret.encode().hex().encode() not in held
    assert not {GIVEN["password"], first} & set(map(str, vars_of(account)))


def vars_of(account: Account) -> list[object]:
    return [getattr(account, name) for name in account.__dataclass_fields__]


def test_created_moment_is_in_utc(accounts: Accounts):
    """Whatever zone the server stands in."""
    assert accounts.create(**GIVEN, now=NOW)[0].created == from_microseconds(NOW)

"""Keys: made with a title and scopes, shown once, and good until they are taken back."""

import pytest
from sqlalchemy import select

from sensorium.model.account import Kind
from sensorium.model.errors import Malformed, Missing, NotFound, NotPermitted, PoolFull, Unauthorized
from sensorium.model.rights import Deed, Scope
from sensorium.register.credentials import Credentials
from sensorium.register.keys import SCOPES, Keys
from sensorium.register.tokens import Tokens, digest
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import tokens as rows
from tests.register.conftest import NOW

CENTURY = 100 * 366 * 86_400_000_000  # microseconds


@pytest.fixture
def keys(catalog: Catalog) -> Keys:
    """What is done with keys."""
    return Keys(catalog)


def test_key_is_good_for_its_scopes_alone(keys: Keys, catalog: Catalog, owner: int):
    """And never ends by itself."""
    key, shown = keys.create(owner, "the wall", ["data.system:read"], now=NOW)
    assert (key.title, key.last4, key.scopes) == ("the wall", shown[-4:], frozenset({"data.system:read"}))
    found = Credentials(catalog).load(shown.encode(), NOW + CENTURY)
    assert (found.account, found.kind, found.user) == (owner, Kind.KEY, None)
    assert [deed.name for deed in Deed if found.allows(deed)] == ["READ_LOG"]
    with pytest.raises(NotPermitted) as refusal:
        found.require(Deed.CHANGE)
    assert "instruments:write" in refusal.value.why


def test_key_without_scopes_is_good_for_all_but_keys_and_users(keys: Keys, catalog: Catalog, owner: int):
    """What a lost key has made would outlive it."""
    _, shown = keys.create(owner, "all", None, now=NOW)
    found = Credentials(catalog).load(shown.encode(), NOW)
    assert [deed for deed in Deed if not found.allows(deed)] == [Deed.ADMINISTER]


def test_key_is_kept_as_its_digest(keys: Keys, catalog: Catalog, owner: int):
    """Of what is shown the catalog has the SHA-256 and the last four digits."""
    _, shown = keys.create(owner, "k", None, now=NOW)
    with catalog.read() as connection:
        row = connection.execute(select(rows).where(rows.c.kind == "key")).one()
    assert (row.digest, row.last4) == (digest(shown.encode()), shown[-4:])
    assert len(shown) == 32
    assert shown not in repr(row)


def test_keys_of_another_account_are_not_there(keys: Keys, catalog: Catalog, owner: int, stranger: int):
    """Neither shown nor ended, by number or by what is shown."""
    key, shown = keys.create(owner, "k", None, now=NOW)
    assert keys.list(stranger) == []
    for attempt in (
        lambda: keys.get(stranger, key.id),
        lambda: keys.delete(stranger, key.id),
        lambda: keys.revoke(stranger, shown),
        lambda: keys.get(owner, 2**80),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert Credentials(catalog).load(shown.encode(), NOW).account == owner


def test_ended_key_is_refused_at_once(keys: Keys, catalog: Catalog, owner: int):
    """Also where it was remembered, whichever way it was ended."""
    credentials = Credentials(catalog)
    first, second = (keys.create(owner, "k", None, now=NOW) for _ in range(2))
    credentials.load(first[1].encode(), NOW)
    keys.delete(owner, first[0].id)
    keys.revoke(owner, second[1])
    for _, shown in (first, second):
        assert credentials.cached(shown.encode(), NOW) is None
        with pytest.raises(Unauthorized):
            credentials.load(shown.encode(), NOW)
    assert keys.list(owner) == []


def test_token_is_no_key(keys: Keys, tokens: Tokens, catalog: Catalog, owner: int):
    """What NILU's API issues is neither listed nor ended here."""
    token = tokens.issue(owner, None, now=NOW)
    assert keys.list(owner) == []
    with pytest.raises(NotFound):
        keys.revoke(owner, token)
    assert Credentials(catalog).load(token.encode(), NOW).account == owner


def test_account_has_twenty_keys(keys: Keys, owner: int, stranger: int):
    """The next is refused until one is ended; another account's do not count."""
    made = [keys.create(owner, f"k{each}", None, now=NOW)[0] for each in range(20)]
    with pytest.raises(PoolFull):
        keys.create(owner, "one more", None, now=NOW)
    keys.create(stranger, "mine", None, now=NOW)
    keys.delete(owner, made[3].id)
    keys.create(owner, "one more", None, now=NOW)
    assert [each.title for each in keys.list(owner)] == [f"k{each}" for each in range(20) if each != 3] + [
        "one more"
    ]


@pytest.mark.parametrize(
    ("title", "scopes", "kind", "where"),
    [
        (None, None, Missing, "title"),
        (" ", None, Missing, "title"),
        ("x" * 256, None, Malformed, "title"),
        ("k", [], Malformed, "scopes"),
        ("k", ["data.system"], Malformed, "scopes"),
        ("k", ["data.system:read\nadmin"], Malformed, "scopes"),
    ],
)
def test_bad_key_names_what_is_wrong(
    keys: Keys, owner: int, title: str | None, scopes: list[str] | None, kind: type[Missing], where: str
):
    """A title of something to read, at most 255 characters; known scopes, one at least."""
    with pytest.raises(kind) as refusal:
        keys.create(owner, title, scopes, now=NOW)
    assert refusal.value.where == where
    assert keys.list(owner) == []


def test_scopes_have_cirrus_s_names():
    """Where its document has one."""
    assert {Scope.SYSTEM_READ, Scope.INSTRUMENTS_READ, Scope.INSTRUMENTS_WRITE} <= SCOPES
    assert Scope.SYSTEM_READ == "data.system:read"

"""Tokens: issued for a password, with an age, and over when they are over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from sensorium.model.account import Credential, Kind
from sensorium.model.errors import Malformed, NotFound, Unauthorized
from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.register.credentials import Credentials
from sensorium.register.tokens import Tokens, digest, end_of
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewToken, add_token, find_token
from sensorium.storage.catalog.tables import users
from tests.register.conftest import NOW, PASSWORD

HOUR = 3_600_000_000  # microseconds


def moment(text: str) -> int:
    return to_microseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.check("NI-029", "NI-030")
@pytest.mark.parametrize(
    ("age", "begin", "end"),
    [
        ("5h", "2023-11-14 22:13:20.000001", "2023-11-15 03:13:20.000001"),
        ("5d", "2023-11-14 22:13:20", "2023-11-19 22:13:20"),
        ("5M", "2023-11-14 22:13:20", "2024-04-14 22:13:20"),
        ("5Y", "2023-11-14 22:13:20", "2028-11-14 22:13:20"),
        ("10d", "2024-02-25 00:00:00", "2024-03-06 00:00:00"),
        ("1M", "2024-01-31 10:00:00", "2024-02-29 10:00:00"),
        ("1M", "2023-01-31 10:00:00", "2023-02-28 10:00:00"),
        ("1M", "2023-03-31 10:00:00", "2023-04-30 10:00:00"),
        ("13M", "2023-12-31 10:00:00", "2025-01-31 10:00:00"),
        ("1Y", "2024-02-29 10:00:00", "2025-02-28 10:00:00"),
        ("4Y", "2024-02-29 10:00:00", "2028-02-29 10:00:00"),
        ("100Y", "2000-02-29 10:00:00", "2100-02-28 10:00:00"),
    ],
)
def test_age_is_counted_in_calendar_time(age: str, begin: str, end: str):
    """M are months and Y years of the calendar; a day that a month lacks becomes its last."""
    assert from_microseconds(end_of(age, moment(begin))) == from_microseconds(moment(end))


@pytest.mark.check("NI-031")
@pytest.mark.parametrize(
    "age",
    [
        *("5m", "0d", "-1d", "d", "5w", "5dd", "", "5", "5H", "5D", "5y", " 5d", "5d ", "5d\n", "5 d"),
        *("+5d", "5.5d", "٥d", "1_0d", "05d", "9999Y", "999999999Y", "999999999d", "999999999M"),
        "9" * 5000 + "h",
    ],
)
def test_other_ages_are_malformed(age: str):
    """Other letters, other case, nothing, too much: of a token that would outlive the calendar, too."""
    with pytest.raises(Malformed):
        end_of(age, NOW)


@given(
    st.integers(1, 3000),
    st.sampled_from("hdMY"),
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(6000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_age_lies_between_the_shortest_and_longest_it_can_mean(count: int, unit: str, begin: datetime):
    """From any moment, at any age: as long as its months and years can be, at the same time of day."""
    span = from_microseconds(end_of(f"{count}{unit}", to_microseconds(begin))) - begin
    shortest = {"h": 1 / 24, "d": 1, "M": 365.2 / 12, "Y": 365.2}[unit] * count - 3
    longest = {"h": 1 / 24, "d": 1, "M": 365.3 / 12, "Y": 365.3}[unit] * count + 3
    assert timedelta(days=shortest) <= span <= timedelta(days=longest)
    assert unit == "h" or span % timedelta(days=1) == timedelta(0)


@given(st.text(max_size=6))
def test_any_text_is_an_age_or_malformed(text: str):
    """No text is an error of another kind."""
    try:
        assert end_of(text, NOW) > NOW
    except Malformed as refusal:
        assert refusal.where == "format"


def test_login_is_by_the_right_password_of_a_known_user(tokens: Tokens, owner: int):
    """All other pairs are refused alike, so that nobody learns which user names exist."""
    assert tokens.login("owner", PASSWORD) == owner
    refusals = []
    for username, password in [
        ("owner", "wrong.password"),
        ("nobody", PASSWORD),
        ("OWNER", PASSWORD),
        ("", ""),
        ("owner\x00", PASSWORD),
        ("\ud800", PASSWORD),
    ]:
        with pytest.raises(Unauthorized) as refusal:
            tokens.login(username, password)
        refusals.append(str(refusal.value))
    assert len(set(refusals)) == 1


@pytest.mark.check("NI-026")
def test_tokens_differ_and_stay_valid_beside_each_other(tokens: Tokens, catalog: Catalog, owner: int):
    """A new token takes nothing from the ones before."""
    issued = [tokens.issue(owner, None, now=NOW) for _ in range(3)]
    credentials = Credentials(catalog)
    assert len(set(issued)) == 3
    assert {credentials.load(each.encode(), NOW).account for each in issued} == {owner}


def test_token_is_good_until_its_end_and_not_at_it(tokens: Tokens, catalog: Catalog, owner: int):
    """To the microsecond, from memory and from the catalog."""
    token = tokens.issue(owner, "5h", now=NOW).encode()
    credentials = Credentials(catalog)
    assert credentials.load(token, NOW + 5 * HOUR - 1).account == owner
    known = credentials.cached(token, NOW + 5 * HOUR - 1)
    assert known == Credential(owner, from_microseconds(NOW + 5 * HOUR))
    assert credentials.cached(token, NOW + 5 * HOUR) is None
    with pytest.raises(Unauthorized):
        credentials.load(token, NOW + 5 * HOUR)


def test_session_lasts_for_as_long_as_it_is_used(catalog: Catalog, owner: int):
    """Each use within its time makes it last that long again, from memory too; then it is over."""
    day = 24 * HOUR
    token = "c0ffee" * 5 + "42"
    new = NewToken(digest(token.encode()), token[-4:], NOW + day, Kind.SESSION, sliding=day)
    add_token(catalog, owner, new, NOW)
    credentials = Credentials(catalog)
    shown = token.encode()
    last = NOW + 4 * day
    for at in range(NOW, last + 1, 16 * HOUR):
        assert credentials.cached(shown, at) is None
        assert credentials.load(shown, at).expires == from_microseconds(at + day)
        assert credentials.cached(shown, at + HOUR - 1) is not None
    with pytest.raises(Unauthorized):
        credentials.load(shown, last + day)


def test_token_of_a_user_has_the_user_s_rights_and_ends_with_the_user(catalog: Catalog, owner: int):
    """The rights are those of the moment; a key has its scopes; a user who is deleted has no tokens."""
    row = insert(users).values(
        account=owner, username="driver", password="hash", rights="tracker_update tag_update", sees_all=True
    )
    with catalog.change() as connection:
        user = connection.scalars(row.values(created=NOW).returning(users.c.id)).one()
    scopes = frozenset({"data.system:read"})
    add_token(catalog, owner, NewToken(b"d" * 32, "dddd", None, Kind.KEY, user, "gate", scopes), NOW)
    found = find_token(catalog, b"d" * 32)
    assert found is not None
    credential, _ = found
    assert (credential.kind, credential.user, credential.scopes) == (Kind.KEY, user, scopes)
    assert credential.may("tracker_update")
    assert not credential.may("tracker_configure")
    with catalog.change() as connection:
        connection.execute(update(users).where(users.c.id == user).values(deleted=NOW))
    assert find_token(catalog, b"d" * 32) is None


def test_revoked_token_is_refused_at_once(tokens: Tokens, catalog: Catalog, owner: int):
    """Also where it was remembered; a second revocation finds nothing."""
    token = tokens.issue(owner, None, now=NOW)
    credentials = Credentials(catalog)
    credentials.load(token.encode(), NOW)
    tokens.revoke(owner, token)
    assert credentials.cached(token.encode(), NOW) is None
    with pytest.raises(Unauthorized):
        credentials.load(token.encode(), NOW)
    with pytest.raises(NotFound):
        tokens.revoke(owner, token)


def test_revocation_in_another_process_is_seen_at_the_next_poll(
    tokens: Tokens, catalog: Catalog, catalog_dsn: str, owner: int
):
    """Front processes share a catalog, not a memory."""
    token = tokens.issue(owner, None, now=NOW)
    elsewhere = Catalog.open(catalog_dsn)
    credentials = Credentials(elsewhere)
    credentials.load(token.encode(), NOW)
    tokens.revoke(owner, token)
    elsewhere.poll()
    assert credentials.cached(token.encode(), NOW) is None
    elsewhere.close()


def test_only_the_owner_revokes(tokens: Tokens, catalog: Catalog, owner: int, stranger: int):
    """Another account's attempt looks like an unknown token and revokes nothing."""
    token = tokens.issue(owner, None, now=NOW)
    for account, text in [
        (stranger, token),
        (owner, "0" * 32),
        (owner, token.upper()),
        (owner, "\ud800"),
        (owner, ""),
    ]:
        with pytest.raises(NotFound):
            tokens.revoke(account, text)
    assert Credentials(catalog).load(token.encode(), NOW).account == owner


@pytest.mark.parametrize("token", [b"", b"0" * 32, b"\xff" * 32, b"x" * 10_000])
def test_unknown_token_is_refused(catalog: Catalog, token: bytes):
    """Whatever bytes a header can hold."""
    credentials = Credentials(catalog)
    assert credentials.cached(token, NOW) is None
    with pytest.raises(Unauthorized):
        credentials.load(token, NOW)

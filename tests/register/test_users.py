"""Users of an account: who they are, what they may do and see, and how they log in."""

import pytest
from sqlalchemy import select

from sensorium.model.account import Credential, Kind, WantedUser
from sensorium.model.errors import Conflict, Malformed, Missing, NotFound, Outdated, PoolFull, Unauthorized
from sensorium.model.rights import Deed, Right
from sensorium.register.accounts import Accounts
from sensorium.register.credentials import Credentials
from sensorium.register.passwords import Passwords
from sensorium.register.tokens import digest
from sensorium.register.users import ASSIGNABLE, Login, Users
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewToken, add_token
from sensorium.storage.catalog.tables import trackers
from tests.register.conftest import NOW, PASSWORD
from tests.register.describing import new_device

PLAIN = WantedUser("Depot", frozenset({Right.TRACKER_UPDATE}), None, "password of the depot")


@pytest.fixture
def users(catalog: Catalog, passwords: Passwords) -> Users:
    """What can be done about users."""
    return Users(catalog, passwords)


def whatever(_version: str | None) -> None:
    """Any version will do."""


def refuse(_version: str | None) -> None:
    """None will."""
    raise Outdated("No.")


def session(catalog: Catalog, account: int, user: int, token: str = "5e" * 16) -> bytes:
    """A session of a user."""
    new = NewToken(digest(token.encode()), token[-4:], None, Kind.SESSION, user)
    add_token(catalog, account, new, NOW)
    return token.encode()


def test_account_and_its_users_log_in_by_one_door(users: Users, owner: int, stranger: int):
    """A user name tells whether it is the account itself, or which of its users."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    assert users.login("owner", PASSWORD) == Login(owner, None)
    assert users.login("stranger", PASSWORD) == Login(stranger, None)
    assert users.login("depot", "password of the depot") == Login(owner, user.id)


def test_wrong_logins_are_refused_alike(users: Users, owner: int):
    """So that nobody learns which user names exist, and of which kind."""
    users.create(owner, "depot", PLAIN, now=NOW)
    pairs = [("depot", PASSWORD), ("owner", "password of the depot"), ("nobody", PASSWORD), ("depot\0", "x")]
    refusals: list[str] = []
    for username, password in pairs:
        with pytest.raises(Unauthorized) as refusal:
            users.login(username, password)
        refusals.append(refusal.value.why)
    assert len(set(refusals)) == 1


def test_user_is_shown_as_described(users: Users, owner: int):
    """With the rights that were given, and nothing of the password."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    assert (user.account, user.username, user.label) == (owner, "depot", "Depot")
    assert (user.rights, user.trackers) == (frozenset({"tracker_update"}), None)
    assert users.get(owner, user.id) == user
    assert users.list(owner, most=5) == [user]


def test_users_of_another_account_are_not_there(users: Users, owner: int, stranger: int):
    """Neither shown, changed nor deleted."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    assert users.list(stranger, most=5) == []
    for attempt in (
        lambda: users.get(stranger, user.id),
        lambda: users.change(stranger, user.id, PLAIN, whatever),
        lambda: users.delete(stranger, user.id, whatever, now=NOW),
        lambda: users.get(owner, 2**80),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert users.get(owner, user.id) == user


def test_user_names_are_given_once(users: Users, accounts: Accounts, owner: int, stranger: int):
    """To one user or account, whoever comes first; that of a deleted user stays with what was done by it."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    for attempt in (
        lambda: users.create(stranger, "depot", PLAIN, now=NOW),
        lambda: users.create(owner, "stranger", PLAIN, now=NOW),
        lambda: accounts.create("Third", "c@example.org", "depot", PASSWORD, now=NOW),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.where == "username"
    users.delete(owner, user.id, whatever, now=NOW)
    with pytest.raises(Conflict):
        users.create(owner, "depot", PLAIN, now=NOW)


@pytest.mark.parametrize(
    ("username", "wanted", "kind", "where"),
    [
        (None, PLAIN, Missing, "username"),
        ("a:b", PLAIN, Malformed, "username"),
        ("u", WantedUser(None, frozenset(), None, None), Missing, "password"),
        ("u", WantedUser(None, frozenset(), None, "short"), Malformed, "password"),
        ("u", WantedUser("\n", frozenset(), None, "long enough"), Malformed, "label"),
        ("u", WantedUser(None, frozenset({"admin"}), None, "long enough"), Malformed, "rights"),
        ("u", WantedUser(None, frozenset({"fly"}), None, "long enough"), Malformed, "rights"),
        ("u", WantedUser(None, frozenset(), frozenset({1}), "long enough"), Malformed, "trackers"),
    ],
)
def test_bad_description_names_what_is_wrong(
    users: Users, owner: int, username: str | None, wanted: WantedUser, kind: type[Missing], where: str
):
    """Also a right that nobody can be given, and a tracker that is not the account's."""
    with pytest.raises(kind) as refusal:
        users.create(owner, username, wanted, now=NOW)
    assert refusal.value.where == where
    assert users.list(owner, most=5) == []


def test_rights_are_those_of_navixy():
    """Nineteen that can be given; `admin` is the account's own."""
    assert len(ASSIGNABLE) == 19
    assert {"tracker_update", "tracker_configure", "checkin_update", "reports"} <= ASSIGNABLE
    assert "admin" not in ASSIGNABLE


def test_change_holds_from_the_next_request_on(users: Users, catalog: Catalog, owner: int):
    """For sessions that are open, too."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    shown, credentials = session(catalog, owner, user.id), Credentials(catalog)
    assert credentials.load(shown, NOW).allows(Deed.CHANGE)
    changed = users.change(owner, user.id, WantedUser("D", frozenset(), frozenset(), None), whatever)
    assert (changed.label, changed.rights, changed.trackers) == ("D", frozenset(), frozenset())
    assert credentials.cached(shown, NOW) is None
    found = credentials.load(shown, NOW)
    assert (found.allows(Deed.CHANGE), found.allows(Deed.LOOK), found.devices) == (False, True, frozenset())
    assert users.login("depot", "password of the depot").user == user.id


def test_another_password_ends_the_sessions(users: Users, catalog: Catalog, owner: int):
    """Those of that user."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    shown, credentials = session(catalog, owner, user.id), Credentials(catalog)
    users.change(owner, user.id, WantedUser(None, frozenset(), None, "another password"), whatever)
    with pytest.raises(Unauthorized):
        credentials.load(shown, NOW)
    assert users.login("depot", "another password").user == user.id


def test_deleted_user_is_out(users: Users, catalog: Catalog, owner: int):
    """Neither logs in nor goes on with a session."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    shown, credentials = session(catalog, owner, user.id), Credentials(catalog)
    credentials.load(shown, NOW)
    users.delete(owner, user.id, whatever, now=NOW)
    assert credentials.cached(shown, NOW) is None
    for attempt in (
        lambda: credentials.load(shown, NOW),
        lambda: users.login("depot", "password of the depot"),
    ):
        with pytest.raises(Unauthorized):
            attempt()
    with pytest.raises(NotFound):
        users.get(owner, user.id)


def test_what_the_caller_has_not_seen_is_not_changed(users: Users, owner: int):
    """The check goes before the change, and its refusal leaves everything as it was."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    with pytest.raises(Outdated):
        users.change(owner, user.id, WantedUser(None, frozenset(), None, None), refuse)
    with pytest.raises(Outdated):
        users.delete(owner, user.id, refuse, now=NOW)
    assert users.get(owner, user.id) == user


def test_version_tells_every_change(users: Users, owner: int):
    """Of the label, the rights and what is seen."""
    user = users.create(owner, "depot", PLAIN, now=NOW)
    versions = {user.version}
    for wanted in (
        WantedUser("Depot", frozenset(), None, None),
        WantedUser("Depot", frozenset(), frozenset(), None),
        WantedUser(None, frozenset(), frozenset(), None),
    ):
        versions.add(users.change(owner, user.id, wanted, whatever).version)
    assert len(versions) == 4


def test_user_sees_the_devices_of_the_trackers_named(users: Users, catalog: Catalog, owner: int):
    """And no other of the account; the account itself sees all."""
    devices = [new_device(catalog, owner, name) for name in ("one", "two")]
    with catalog.read() as connection:
        tracker = connection.scalars(select(trackers.c.id).where(trackers.c.device == devices[0])).one()
    wanted = WantedUser(None, frozenset(), frozenset({tracker}), "long enough")
    user = users.create(owner, "depot", wanted, now=NOW)
    assert user.trackers == frozenset({tracker})
    found = Credentials(catalog).load(session(catalog, owner, user.id), NOW)
    assert [found.sees(each) for each in devices] == [True, False]
    assert Credential(owner).sees(devices[1])


def test_account_has_a_bounded_number_of_users(users: Users, owner: int, monkeypatch: pytest.MonkeyPatch):
    """The next is refused until one is deleted."""
    monkeypatch.setattr("sensorium.register.users.MOST_USERS", 1)
    user = users.create(owner, "first", PLAIN, now=NOW)
    with pytest.raises(PoolFull):
        users.create(owner, "second", PLAIN, now=NOW)
    users.delete(owner, user.id, whatever, now=NOW)
    users.create(owner, "second", PLAIN, now=NOW)


def test_name_in_logs_is_the_user_s_or_the_account_s(users: Users, owner: int):
    """A user's label, or else the user name."""
    first = users.create(owner, "depot", PLAIN, now=NOW)
    second = users.create(owner, "yard", WantedUser(None, frozenset(), None, "long enough"), now=NOW)
    callers = [Credential(owner), Credential(owner, user=first.id), Credential(owner, user=second.id)]
    assert [users.name_of(each) for each in callers] == ["Owner", "Depot", "yard"]

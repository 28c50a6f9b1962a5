"""Sessions: opened by user name and password, and longer with each use, on each database."""

import pytest
from sqlalchemy import func, select

from sensorium.model.account import Credential, Kind
from sensorium.model.errors import NotFound, PoolFull, Unauthorized, Unsupported
from sensorium.register.credentials import Credentials
from sensorium.register.passwords import Passwords
from sensorium.register.sessions import MOST_SESSIONS, Sessions
from sensorium.register.users import Users, WantedUser
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewToken
from sensorium.storage.catalog.sessions import add_session
from sensorium.storage.catalog.tables import tokens as rows
from tests.register.conftest import NOW, PASSWORD

DAY = 86_400_000_000  # microseconds
LIFE = 30 * DAY


@pytest.fixture
def users(catalog: Catalog, passwords: Passwords) -> Users:
    """What is done about users."""
    return Users(catalog, passwords)


@pytest.fixture
def sessions(catalog: Catalog, users: Users) -> Sessions:
    """What is done with sessions."""
    return Sessions(catalog, users, LIFE)


def found(catalog: Catalog, shown: str, at: int = NOW) -> Credential:
    """Whose a session is, when it is used at that time."""
    return Credentials(catalog).load(shown.encode(), at)


def test_session_is_of_who_logs_in(sessions: Sessions, users: Users, catalog: Catalog, owner: int):
    """The account itself, or a user of it with the user's rights."""
    user = users.create(owner, "ada", WantedUser(None, frozenset({"reports"}), None, PASSWORD), now=NOW)
    mine = found(catalog, sessions.open("owner", PASSWORD, now=NOW))
    assert (mine.account, mine.user, mine.rights, mine.kind) == (owner, None, None, Kind.SESSION)
    hers = found(catalog, sessions.open("ada", PASSWORD, now=NOW))
    assert (hers.account, hers.user, hers.rights) == (owner, user.id, frozenset({"reports"}))


def test_wrong_password_opens_nothing(sessions: Sessions, owner: int):
    """Nor does a name that nobody has."""
    for name, password in (("owner", "another password"), ("nobody", PASSWORD)):
        with pytest.raises(Unauthorized):
            sessions.open(name, password, now=NOW)


def test_session_ends_when_it_is_not_used(sessions: Sessions, catalog: Catalog, owner: int):
    """A life after its last use."""
    shown = sessions.open("owner", PASSWORD, now=NOW)
    for days in (29, 58, 87):
        found(catalog, shown, NOW + days * DAY)
    with pytest.raises(Unauthorized):
        found(catalog, shown, NOW + 118 * DAY)


def test_session_is_renewed_and_closed(sessions: Sessions, catalog: Catalog, owner: int):
    """Once closed it is nobody's."""
    shown = sessions.open("owner", PASSWORD, now=NOW)
    caller = found(catalog, shown)
    sessions.renew(caller, shown, now=NOW + 10 * DAY)
    assert found(catalog, shown, NOW + 39 * DAY).account == owner
    sessions.close(caller, shown)
    with pytest.raises(Unauthorized):
        found(catalog, shown)
    with pytest.raises(NotFound):
        sessions.close(caller, shown)


@pytest.mark.parametrize("kind", [Kind.TOKEN, Kind.KEY])
def test_other_credentials_are_no_sessions(sessions: Sessions, owner: int, kind: Kind):
    """They do not end by themselves, or not so."""
    caller = Credential(owner, kind=kind)
    for change in (
        lambda: sessions.renew(caller, "0" * 32, now=NOW),
        lambda: sessions.close(caller, "0" * 32),
    ):
        with pytest.raises(Unsupported):
            change()


def test_there_are_so_many_sessions_and_no_more(
    sessions: Sessions, users: Users, catalog: Catalog, owner: int
):
    """Those of another user do not count, and those that are over make place."""
    for at in range(MOST_SESSIONS):
        new = NewToken(at.to_bytes(32), "last", NOW + DAY, kind=Kind.SESSION, sliding=LIFE)
        add_session(catalog, owner, new, most=MOST_SESSIONS, now=NOW)
    with pytest.raises(PoolFull):
        sessions.open("owner", PASSWORD, now=NOW)
    users.create(owner, "ada", WantedUser(None, frozenset(), None, PASSWORD), now=NOW)
    sessions.open("ada", PASSWORD, now=NOW)
    sessions.open("owner", PASSWORD, now=NOW + DAY)
    theirs = select(func.count()).where(rows.c.kind == Kind.SESSION.value, rows.c.user.is_(None))
    with catalog.read() as connection:
        assert connection.scalars(theirs).one() == 1

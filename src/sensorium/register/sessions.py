"""Sessions: what people get for a user name and password. Each use makes them last longer."""

from dataclasses import dataclass, replace

from sensorium.model.account import Credential, Kind
from sensorium.model.errors import NotFound, Unsupported
from sensorium.register.tokens import digest, mint
from sensorium.register.users import Users
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import prolong_token, remove_token
from sensorium.storage.catalog.sessions import add_session

MOST_SESSIONS = 100  # of an account itself, and of each of its users


@dataclass(frozen=True, slots=True)
class Sessions:
    """What people do with their sessions, which last for `life` microseconds after their last use."""

    catalog: Catalog
    users: Users
    life: int

    def open(self, username: str, password: str, *, now: int, life: int | None = None) -> str:
        """A session of who has that user name and password: 32 hexadecimal digits, shown this once.

        It lasts for `life` after its last use (None: as all do). Times are in microseconds, `now` since 1970
        UTC. Raises Unauthorized, PoolFull and Unavailable.
        """
        login = self.users.login(username, password)
        sliding = self.life if life is None else life
        shown, token = mint(expires=now + sliding)
        session = replace(token, kind=Kind.SESSION, user=login.user, sliding=sliding)
        add_session(self.catalog, login.account, session, most=MOST_SESSIONS, now=now)
        return shown

    def renew(self, caller: Credential, shown: str, *, now: int) -> None:
        """Have a session last its whole life from now on. Raises Unsupported for another credential."""
        _require_session(caller)
        prolong_token(self.catalog, digest(shown.encode()), now + self.life)

    def close(self, caller: Credential, shown: str) -> None:
        """End a session. Raises Unsupported for another credential, and NotFound when it has ended."""
        _require_session(caller)
        if not remove_token(self.catalog, caller.account, digest(shown.encode()), Kind.SESSION):
            raise NotFound("The session has ended.")


def _require_session(caller: Credential) -> None:
    if caller.kind is not Kind.SESSION:
        raise Unsupported("It takes a session, which user name and password open.", "hash")

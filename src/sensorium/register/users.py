"""Users: those who use an account besides its owner, with rights, and what they see of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sensorium.model.account import Credential, User, WantedUser
from sensorium.model.errors import Malformed, Missing, NotFound, Unauthorized
from sensorium.model.rights import Right
from sensorium.register.accounts import checked_username
from sensorium.register.passwords import Passwords
from sensorium.register.texts import has_controls, optional_text
from sensorium.register.tokens import normal_username
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import find_account, find_login
from sensorium.storage.catalog.users import (
    UserChange,
    add_user,
    change_user,
    delete_user,
    find_user,
    find_user_login,
    users_of,
)

MOST_USERS = 500  # of an account
MOST_TRACKERS = 10_000  # that a user is shown one by one
ASSIGNABLE = frozenset(Right) - {Right.ADMIN}

Check = Callable[[str | None], None]
"""Is given the version of what is there and raises what prevents the change."""


class Login(NamedTuple):
    """Who has logged in: an account itself (no user), or a user of it."""

    account: int
    user: int | None


@dataclass(frozen=True, slots=True)
class Users:
    """What is done about users, and who logs in."""

    catalog: Catalog
    passwords: Passwords

    def login(self, username: str, password: str) -> Login:
        """Who has that user name and password: an account itself or a user of one.

        Raises Unauthorized, the same for all that is wrong, and Unavailable.
        """
        name = normal_username(username)
        login, encoded = None, None
        if not has_controls(username):
            if (account := find_login(self.catalog, name)) is not None:
                login, encoded = Login(account[0], None), account[1]
            elif (user := find_user_login(self.catalog, name)) is not None:
                login, encoded = Login(user[0], user[1]), user[2]
        if not self.passwords.matches(password, encoded) or login is None:
            raise Unauthorized("The user name or the password is wrong.")
        return login

    def create(self, account: int, username: str | None, wanted: WantedUser, *, now: int) -> User:
        """A new user of the account. `now` is in microseconds since 1970 UTC.

        Raises Missing, Malformed, Conflict when the user name is taken, PoolFull and Unavailable.
        """
        name = checked_username(username)
        if wanted.password is None:
            raise Missing("The password must be defined.", "password")
        new = self._checked(wanted)
        number = add_user(self.catalog, account, name, new, most=MOST_USERS, now=now)
        return self.get(account, number)

    def get(self, account: int, number: int) -> User:
        """A user of the account. Raises NotFound."""
        found = find_user(self.catalog, account, number)
        if found is None:
            raise NotFound("There is no such user.")
        return found

    def list(self, account: int, *, after: int = 0, most: int) -> list[User]:
        """The users of the account by id: `most` of them, those that come `after` another."""
        return users_of(self.catalog, account, after=after, most=most)

    def change(self, account: int, number: int, wanted: WantedUser, check: Check) -> User:
        """Say anew how a user is. It holds from the next request on; another password ends the sessions.

        Raises NotFound, Malformed, and what `check` does.
        """
        new = self._checked(wanted)

        def describe(user: User) -> UserChange:
            check(user.version)
            return new

        if not change_user(self.catalog, account, number, describe):
            raise NotFound("There is no such user.")
        return self.get(account, number)

    def delete(self, account: int, number: int, check: Check, *, now: int) -> None:
        """Delete a user, with all the user's sessions. Raises NotFound, and what `check` does."""
        if not delete_user(self.catalog, account, number, check, now):
            raise NotFound("There is no such user.")

    def name_of(self, caller: Credential) -> str:
        """How the one who shows a credential is called in logs: a user by name, else the account."""
        user = None if caller.user is None else find_user(self.catalog, caller.account, caller.user)
        if user is not None:
            return user.label or user.username
        account = find_account(self.catalog, caller.account)
        if account is None:
            raise NotFound("There is no such account.")
        return account.name

    def _checked(self, wanted: WantedUser) -> UserChange:
        label = optional_text(wanted.label, "The label", "label")
        for unknown in sorted(wanted.rights - ASSIGNABLE):
            raise Malformed(f"There is no right {unknown!r} that can be given.", "rights")
        if wanted.trackers is not None and len(wanted.trackers) > MOST_TRACKERS:
            raise Malformed(f"At most {MOST_TRACKERS} trackers can be named.", "trackers")
        password = None if wanted.password is None else self.passwords.hash(wanted.password)
        return UserChange(label, wanted.rights, wanted.trackers, password)

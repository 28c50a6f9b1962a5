"""Accounts: created by anyone who may register, seen by everyone."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sensorium.model.account import Account
from sensorium.model.errors import Malformed, Missing, NotFound, NotPermitted
from sensorium.register.passwords import Passwords
from sensorium.register.texts import description as checked_description
from sensorium.register.texts import look, optional_text, required_text
from sensorium.register.tokens import mint, normal_username
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import (
    NewAccount,
    add_account,
    all_accounts,
    change_password,
    find_account,
    find_account_named,
    find_password,
    set_calibrate_from_now,
)

LONGEST_ACRONYM = 64
LONGEST_EMAIL = 254  # RFC 5321
LONGEST_USERNAME = 128

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"[^\s@\"(),:;<>\[\\\]]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


Check = Callable[[str | None], None]
"""Is given the version of what is there and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """What can be done with accounts."""

    catalog: Catalog
    passwords: Passwords

    def create(  # noqa: PLR0913 - each of them is a field of an account
        self,
        name: str | None,
        email: str | None,
        username: str | None,
        password: str | None,
        acronym: str | None = None,
        description: str | None = None,
        *,
        now: int,
    ) -> tuple[Account, str]:
        """A new account and its first token, which never ends (NI-016). `now`: microseconds since 1970 UTC.

        Raises Missing, Malformed, Conflict when the name or user name is taken, and Unavailable.
        """
        name = required_text(name, "Account name", "name")
        email = _checked_email(required_text(email, "E-mail address", "email", LONGEST_EMAIL))
        username = checked_username(username)
        acronym = optional_text(acronym, "Acronym", "acronym", LONGEST_ACRONYM)
        description = checked_description(description, "Description")
        if not password:
            raise Missing("Password must be defined.", "password")
        hashed = self.passwords.hash(password)
        token, new_token = mint(expires=None)
        new = NewAccount(name, look(name), acronym, description, email, username, hashed)
        return add_account(self.catalog, new, new_token, now), token

    def get(self, number: int) -> Account:
        """The account of that id. Raises NotFound."""
        found = find_account(self.catalog, number)
        if found is None:
            raise NotFound("There is no such account.")
        return found

    def named(self, username: str) -> Account:
        """The account with that user name. Raises NotFound."""
        found = find_account_named(self.catalog, normal_username(username))
        if found is None:
            raise NotFound(f"There is no account with the user name {username}.")
        return found

    def change(self, number: int, check: Check, *, calibrate_from_now: bool) -> Account:
        """Say what a calibration without a date means in an account.

        Raises NotFound, and what `check` does.
        """
        self.get(number)

        def checked(now: bool) -> None:  # noqa: FBT001 - it is what is there
            check(version_of(calibrate_from_now=now))

        set_calibrate_from_now(self.catalog, number, checked, wanted=calibrate_from_now)
        return self.get(number)

    def change_password(self, number: int, current: str, new: str) -> None:
        """Give an account another password, for who knows the current one; its sessions end.

        Raises NotPermitted when that is another, Malformed and Unavailable.
        """
        if not self.passwords.matches(current, find_password(self.catalog, number)):
            raise NotPermitted("The current password is another.", "current")
        try:
            hashed = self.passwords.hash(new)
        except Malformed as refusal:
            raise Malformed(refusal.why, "new") from None
        change_password(self.catalog, number, hashed)

    def list(self) -> list[Account]:
        """Every account, by id."""
        return all_accounts(self.catalog)


def _checked_email(email: str) -> str:
    if not _EMAIL.fullmatch(email):
        raise Malformed("The e-mail address is not one.", "email")
    return email


def version_of(*, calibrate_from_now: bool) -> str:
    """The version of what is said of an account."""
    return repr(calibrate_from_now)


def checked_username(username: str | None) -> str:
    """A user name in its normal form. Raises Missing and Malformed."""
    username = required_text(username, "User name", "username", LONGEST_USERNAME)
    if ":" in username:  # Basic authentication ends the user name at a colon (RFC 7617)
        raise Malformed("A user name must not have a colon.", "username")
    return normal_username(username)

"""Accounts: created by anyone who may register, seen by everyone."""

import re
from dataclasses import dataclass

from sensorium.model.account import Account
from sensorium.model.errors import Malformed, Missing, NotFound
from sensorium.register.passwords import Passwords
from sensorium.register.texts import description as checked_description
from sensorium.register.texts import look, optional_text, required_text
from sensorium.register.tokens import mint, normal_username
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import (
    NewAccount,
    add_account,
    all_accounts,
    find_account,
    find_account_named,
)

LONGEST_ACRONYM = 64
LONGEST_EMAIL = 254  # RFC 5321
LONGEST_USERNAME = 128

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"[^\s@\"(),:;<>\[\\\]]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


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

    def list(self) -> list[Account]:
        """Every account, by id."""
        return all_accounts(self.catalog)


def _checked_email(email: str) -> str:
    if not _EMAIL.fullmatch(email):
        raise Malformed("The e-mail address is not one.", "email")
    return email


def checked_username(username: str | None) -> str:
    """A user name in its normal form. Raises Missing and Malformed."""
    username = required_text(username, "User name", "username", LONGEST_USERNAME)
    if ":" in username:  # Basic authentication ends the user name at a colon (RFC 7617)
        raise Malformed("A user name must not have a colon.", "username")
    return normal_username(username)

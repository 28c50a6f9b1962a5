"""Tokens: issued for a user name and password, shown once, kept only as SHA-256."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sensorium.model.errors import Malformed, NotFound, Unauthorized
from sensorium.model.moments import add_months, from_microseconds, to_microseconds
from sensorium.register.passwords import Passwords
from sensorium.register.texts import has_controls
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewToken, add_token, find_login, find_token, remove_token

_AGE = re.compile("([1-9][0-9]{0,8})([hdMY])")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an account does with its tokens."""

    catalog: Catalog
    passwords: Passwords

    def login(self, username: str, password: str) -> int:
        """The id of the account with that user name and password. Raises Unauthorized and Unavailable."""
        found = None if has_controls(username) else find_login(self.catalog, normal_username(username))
        if not self.passwords.matches(password, None if found is None else found[1]) or found is None:
            raise Unauthorized("The user name or the password is wrong.")
        return found[0]

    def issue(self, account: int, age: str | None, *, now: int) -> str:
        """A new token of the account, which ends at that age: "5h", "5d", "5M" or "5Y" (None: never).

        `now` is in microseconds since 1970 UTC. Raises Malformed (NI-031).
        """
        token, new = mint(None if age is None else end_of(age, now))
        add_token(self.catalog, account, new, now)
        return token

    def revoke(self, account: int, token: str) -> None:
        """End a token of the account at once. Raises NotFound for any other, revoked ones among them."""
        if not remove_token(self.catalog, account, digest(token.encode(errors="replace"))):
            raise NotFound("The account has no such token.", "token")

    def end(self, token: str) -> None:
        """End a token, session or key of whichever account, for whoever runs the server. Raises NotFound."""
        kept = digest(token.encode(errors="replace"))
        found = find_token(self.catalog, kept)
        if found is None or not remove_token(self.catalog, found[0].account, kept):
            raise NotFound("There is no such token.")


def mint(expires: int | None) -> tuple[str, NewToken]:
    """A token of 32 hexadecimal digits (128 random bits), and what is kept of it."""
    token = secrets.token_hex(16)
    return token, NewToken(digest(token.encode()), token[-4:], expires)


def digest(token: bytes) -> bytes:
    """What is kept of a token, and looked up for it."""
    return sha256(token).digest()


def end_of(age: str, now: int) -> int:
    """When a token of that age ends: hours, days, calendar months (M) or years (Y) after `now` (N28).

    Both moments are in microseconds since 1970 UTC. Raises Malformed.
    """
    found = _AGE.fullmatch(age)
    if found is None:
        raise Malformed("A token's age is a number of h, d, M or Y, as 5h or 10d.", "format")
    count, unit = int(found[1]), found[2]
    begin = from_microseconds(now)
    try:
        if unit in "hd":
            return to_microseconds(begin + timedelta(hours=count if unit == "h" else 24 * count))
        return to_microseconds(add_months(begin, count if unit == "M" else 12 * count))
    except (ValueError, OverflowError):
        raise Malformed("A token cannot get that old.", "format") from None


def normal_username(username: str) -> str:
    """One form for user names that look the same; halves of characters match nothing."""
    return unicodedata.normalize("NFC", username.encode(errors="replace").decode())

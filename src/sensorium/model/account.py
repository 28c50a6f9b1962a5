"""Accounts: the tenants that own everything else (NILU: data provider)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant. `created` is in UTC."""

    id: int
    name: str
    acronym: str | None
    description: str | None
    email: str
    username: str
    created: datetime


class Kind(StrEnum):
    """What a credential is: all of them are 32 hexadecimal digits and good at every door."""

    TOKEN = "token"  # noqa: S105 - NILU's, of a device or a person
    SESSION = "session"  # of a person who has logged in; a use makes it last longer
    KEY = "key"  # of a program (Navixy, Cirrus)


@dataclass(frozen=True, slots=True)
class Credential:
    """What was found good: whose it is, what it may do, and when it ends (None: never).

    `user` is None for the account itself, which has every right; `rights` is None then. `scopes` bound what
    a key may do (None: no bounds).
    """

    account: int
    expires: datetime | None = None
    kind: Kind = Kind.TOKEN
    user: int | None = None
    rights: frozenset[str] | None = None
    scopes: frozenset[str] | None = None

    def may(self, right: str) -> bool:
        """Whether who shows it has that right."""
        return self.rights is None or right in self.rights

"""Accounts: the tenants that own everything else (NILU: data provider)."""

from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True, slots=True)
class Credential:
    """A token that was found good: whose it is, and when it ends (None: never)."""

    account: int
    expires: datetime | None

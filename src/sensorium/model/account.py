"""Accounts: the tenants that own everything else (NILU: data provider)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sensorium.model.errors import NotPermitted
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant. `created` is in UTC.

    With `calibrate_from_now` a calibration that is given without a date is for values from then on; else it
    is for all time, as Navixy's are.
    """

    id: int
    name: str
    acronym: str | None
    description: str | None
    email: str
    username: str
    created: datetime
    calibrate_from_now: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """Who uses an account besides its owner (Navixy: sub-user). `created` is in UTC.

    `trackers` are the ids of those that the user sees (None: all that the account has).
    """

    id: int
    account: int
    username: str
    label: str | None
    rights: frozenset[str]
    trackers: frozenset[int] | None
    created: datetime

    @property
    def version(self) -> str:
        """A name for what is said of the user now."""
        seen = "all" if self.trackers is None else sorted(self.trackers)
        return repr((self.id, self.username, self.label, sorted(self.rights), seen))


@dataclass(frozen=True, slots=True)
class WantedUser:
    """How the owner of an account wants a user to be. `trackers` are the ids of those seen (None: all).

    `password` is as typed; None leaves the one that is there.
    """

    label: str | None
    rights: frozenset[str]
    trackers: frozenset[int] | None
    password: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key of an account after it was shown. `created` is in UTC."""

    id: int
    title: str
    last4: str
    scopes: frozenset[str] | None
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
    a key may do (None: no bounds). `devices` are the ids of those that the user sees (None: all).
    """

    account: int
    expires: datetime | None = None
    kind: Kind = Kind.TOKEN
    user: int | None = None
    rights: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    devices: frozenset[int] | None = None

    def may(self, right: str) -> bool:
        """Whether who shows it has that right."""
        return self.rights is None or right in self.rights

    def allows(self, deed: Deed) -> bool:
        """Whether it is good for that: by the rights of the user and the scopes of the key."""
        if deed.scope is None:
            return self.kind is not Kind.KEY and self.scopes is None and self.rights is None
        return (self.scopes is None or deed.scope in self.scopes) and (
            deed.right is None or self.may(deed.right)
        )

    def require(self, deed: Deed) -> None:
        """Refuse what it is not good for. Raises NotPermitted."""
        if self.allows(deed):
            return
        if deed.scope is None:
            raise NotPermitted("The account itself alone may do this, and not with a key.")
        needs = "" if deed.right is None else f", and for a user the right {deed.right}"
        raise NotPermitted(f"It takes, for a key, the scope {deed.scope}{needs}.")

    def sees(self, device: int) -> bool:
        """Whether the device, if it is the account's, is one that the user sees."""
        return self.devices is None or device in self.devices

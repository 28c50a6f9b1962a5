"""The JSON bodies about an account, its users and keys."""

from msgspec import UNSET, Struct, UnsetType


class ManagedAccount(Struct, frozen=True):
    """The caller's account. `calibrate_from_now`: a calibration without a date is for values from then on."""

    id: int
    name: str
    acronym: str | None
    description: str | None
    email: str
    username: str
    calibrate_from_now: bool
    created: str


class AccountBody(Struct, frozen=True):
    """The body that says what a calibration without a date means: from then on, or (false) for all time."""

    calibrate_from_now: bool


class PasswordBody(Struct, frozen=True):
    """The body that changes the password of the account."""

    current: str
    new: str


class NewUserBody(Struct, frozen=True):
    """The body that adds a user: without `trackers` (or null) the user sees all of the account."""

    username: str
    password: str
    label: str | UnsetType | None = UNSET
    rights: list[str] | UnsetType = UNSET
    trackers: list[int] | UnsetType | None = UNSET


class UserBody(Struct, frozen=True):
    """The body that says anew how a user is: all of it, but for the password, which stays without one."""

    password: str | UnsetType | None = UNSET
    label: str | UnsetType | None = UNSET
    rights: list[str] | UnsetType = UNSET
    trackers: list[int] | UnsetType | None = UNSET


class ManagedUser(Struct, frozen=True):
    """A user; `trackers` are the ids of those that the user sees, null for all."""

    id: int
    username: str
    label: str | None
    rights: tuple[str, ...]
    trackers: tuple[int, ...] | None
    created: str


class Users(Struct, frozen=True):
    """A page of users; `next` is the address of the one that follows."""

    items: tuple[ManagedUser, ...]
    next: str | None


class NewKeyBody(Struct, frozen=True):
    """The body that makes a key; without `scopes` (or null) it is good for all but users and keys."""

    title: str
    scopes: list[str] | UnsetType | None = UNSET


class ManagedKey(Struct, frozen=True):
    """A key; `key` is what programs show: it is told once, when the key is made."""

    id: int
    title: str
    last4: str
    scopes: tuple[str, ...] | None
    created: str
    key: str | UnsetType = UNSET


class Keys(Struct, frozen=True):
    """All keys of an account: there are 20 at most."""

    items: tuple[ManagedKey, ...]

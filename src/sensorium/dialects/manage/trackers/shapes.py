"""The JSON bodies about trackers and their settings."""

from typing import Any

from msgspec import Struct


class ManagedTracker(Struct, frozen=True):
    """A device as an account sees it: its own, or a clone of one of another account, the `owner`."""

    id: int
    device: int
    account: int
    owner: int
    label: str
    clone: bool
    serial: str | None
    model: str | None
    blocked: bool
    created: str


class Trackers(Struct, frozen=True):
    """A page of trackers; `next` is the address of the one that follows."""

    items: tuple[ManagedTracker, ...]
    next: str | None


class NewCloneBody(Struct, frozen=True):
    """The body that shows a device to another account, by the account's id."""

    account: int
    label: str


class Clones(Struct, frozen=True):
    """All clones of a device."""

    items: tuple[ManagedTracker, ...]


class SettingsToRun(Struct, frozen=True):
    """How a device is to track, and since when; both null while nobody has told it."""

    settings: dict[str, Any] | None
    stored: str | None


class ManagedSettings(Struct, frozen=True):
    """How a device is told to track and how far that is; null is what has not happened.

    `differing` are the settings that the device reports otherwise than it was told.
    """

    settings: dict[str, Any] | None
    stored: str | None
    sent: str | None
    acknowledged: str | None
    reported: dict[str, Any] | None
    reported_at: str | None
    differing: tuple[str, ...]

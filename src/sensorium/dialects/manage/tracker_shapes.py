"""The JSON bodies about trackers, and about the models that devices can be of."""

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


class TrackedModel(Struct, frozen=True):
    """A model, and the profile of its tracking settings."""

    name: str
    profile: str


class TrackedModels(Struct, frozen=True):
    """All models that have one. A device may also have the name of a profile as its model."""

    items: tuple[TrackedModel, ...]


class ProfileSetting(Struct, frozen=True):
    """A setting of a profile: what it may be, and whether it must be there.

    `kind` is int, double, text, boolean, moment or times (`low` to `high` times of a day). `needed_with` is
    the setting and its value that make this one needed. `example` holds before a device is told anything.
    """

    name: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    values: tuple[int | str, ...]
    form: str
    needed: bool
    needed_with: tuple[str, str] | None
    example: Any


class TrackingProfile(Struct, frozen=True):
    """The tracking settings of a kind of device."""

    name: str
    settings: tuple[ProfileSetting, ...]


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

"""The JSON bodies about what is the same for everyone."""

from typing import Any

from msgspec import Struct


class MeaningOfFlag(Struct, frozen=True):
    """One bit of a flag word; `value` is 2 to the power of `bit`."""

    bit: int
    value: int
    name: str
    meaning: str


class WordOfFlags(Struct, frozen=True):
    """A flag word and its bits; those that are not listed are reserved and never set."""

    word: str
    meaning: str
    width: int
    flags: tuple[MeaningOfFlag, ...]


class FlagWords(Struct, frozen=True):
    """The dictionary of the flags."""

    words: tuple[WordOfFlags, ...]


class QualityPreset(Struct, frozen=True):
    """Settings of quality control to begin with."""

    name: str
    description: str


class QualityPresets(Struct, frozen=True):
    """All of them."""

    presets: tuple[QualityPreset, ...]


class ArgumentOfPreset(Struct, frozen=True):
    """What stands in braces in the expression of a preset: a number, or a name. Null: there is no default."""

    name: str
    description: str
    default: float | str | None


class CorrectionPreset(Struct, frozen=True):
    """An expression that others have published or that everybody needs, and where it is from."""

    name: str
    description: str
    source: str
    expression: str
    arguments: tuple[ArgumentOfPreset, ...]


class CorrectionPresets(Struct, frozen=True):
    """All of them."""

    presets: tuple[CorrectionPreset, ...]


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

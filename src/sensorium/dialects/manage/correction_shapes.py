"""The bodies about corrections, and the presets to choose from."""

from msgspec import UNSET, Struct, UnsetType


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


class CorrectionBody(Struct, frozen=True):
    """The body that sets how values are corrected: by an expression, or by a preset and its arguments.

    Null as the expression: not at all from then on.
    """

    expression: str | UnsetType | None = UNSET
    preset: str | UnsetType = UNSET
    arguments: dict[str, float | str] | UnsetType = UNSET
    level: int | UnsetType | None = UNSET
    valid_from: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


class CorrectionSaid(Struct, frozen=True):
    """What the account has said for a time on."""

    valid_from: str
    expression: str | None
    level: int | None
    note: str | None
    created: str


class NameInExpression(Struct, frozen=True):
    """A name that an expression may have, and the datastream whose value in the same packet it is."""

    name: str
    datastream: int


class ManagedCorrection(Struct, frozen=True):
    """What the account has said about the correction of a datastream, in the order of time.

    Values from before the first entry are not corrected. `message` follows a change.
    """

    said: tuple[CorrectionSaid, ...]
    names: tuple[NameInExpression, ...]
    message: str | UnsetType = UNSET

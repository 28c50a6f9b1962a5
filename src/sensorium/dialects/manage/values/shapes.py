"""The JSON bodies about how values are checked, calibrated and corrected."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from sensorium.model.quality import Quality


class QualityBody(Struct, frozen=True):
    """The body that sets how values are checked: members of `Quality` beside these.

    With a preset they are what differs from it, without one all that there is.
    """

    preset: str | UnsetType = UNSET
    valid_from: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET
    minimum: float | UnsetType | None = UNSET
    maximum: float | UnsetType | None = UNSET
    duration: float | UnsetType | None = UNSET
    tolerance: float | UnsetType | None = UNSET
    exempt: list[tuple[float, float]] | UnsetType | None = UNSET
    outlier: dict[str, Any] | UnsetType | None = UNSET
    uncertainty: float | UnsetType | None = UNSET


class QualityFrom(Struct, frozen=True):
    """How values are checked from a time on; `source` is who says so."""

    valid_from: str
    source: str
    settings: Quality


class QualitySaid(Struct, frozen=True):
    """What the account has said for a time on."""

    valid_from: str
    settings: Quality
    note: str | None
    created: str


class IncrementMeasured(Struct, frozen=True):
    """The least step between the instrument's values, in the unit of the settings; 0 when they show none."""

    size: float
    samples: int
    measured: str


class ManagedQuality(Struct, frozen=True):
    """What the account has said about quality, and what holds of that and all else, in the order of time.

    `increment` is there once it is measured; `message` follows a change.
    """

    said: tuple[QualitySaid, ...]
    in_force: tuple[QualityFrom, ...]
    increment: IncrementMeasured | UnsetType = UNSET
    message: str | UnsetType = UNSET


class CalibrationPoint(Struct, frozen=True, rename={"in_": "in"}):
    """A raw value, after divider and multiplier, and what it means."""

    in_: float
    out: float


class CalibrationBody(Struct, frozen=True):
    """The body that sets how raw values are calibrated, from `valid_from` on (now) or for all time.

    By a table of points or an equation over `$value`, after divider and multiplier; nothing of these: not at
    all. `level` is the data level of the result, one above that of the raw values by default.
    """

    points: tuple[CalibrationPoint, ...] | UnsetType | None = UNSET
    equation: str | UnsetType | None = UNSET
    divider: float | UnsetType | None = UNSET
    multiplier: float | UnsetType | None = UNSET
    level: int | UnsetType | None = UNSET
    uncertainty: float | UnsetType | None = UNSET
    certificate: str | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    valid_from: str | UnsetType | None = UNSET
    for_all_time: bool | UnsetType = UNSET


class CalibrationSaid(Struct, frozen=True):
    """A calibration as it was said; one that is `replaced` holds no more since then."""

    id: int
    valid_from: str
    points: tuple[CalibrationPoint, ...]
    equation: str | None
    divider: float | None
    multiplier: float | None
    level: int | None
    uncertainty: float | None
    certificate: str | None
    author: str
    note: str | None
    created: str
    replaced: str | None
    warnings: tuple[str, ...]


class ManagedCalibration(Struct, frozen=True):
    """What holds of a datastream, in the order of time; `message` follows a change."""

    in_force: tuple[CalibrationSaid, ...]
    message: str | UnsetType = UNSET


class CalibrationHistory(Struct, frozen=True):
    """A page of all that was ever said; `next` is the address of the one that follows."""

    items: tuple[CalibrationSaid, ...]
    next: str | None


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


class CorrectionFrom(Struct, frozen=True):
    """How values are corrected from a time on; without an expression they are not."""

    valid_from: str
    expression: str | None
    level: int | None


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


class StepOfChain(Struct, frozen=True):
    """One step: `raw`, `scaled`, `calibrated` or `corrected`, and the value after it, null when it has none.

    `calibration` is the id of the calibration that did it, `expression` what it did; it holds since
    `valid_from`.
    """

    step: str
    value: float | None
    calibration: int | None = None
    expression: str | None = None
    valid_from: str | None = None


class StoredValue(Struct, frozen=True):
    """What is stored beside the raw value."""

    value_corr: float | None
    level_corr: int | None
    uncertainty_corr: float | None


class ManagedChain(Struct, frozen=True):
    """How one value came about.

    `stored` may be of before, while a change is being applied to stored values. `hidden_by` is the id of the
    sensor of Navixy's API whose limits the raw value is beyond: it is left out there, and nowhere else.
    """

    datastream: int
    time: str
    steps: tuple[StepOfChain, ...]
    stored: StoredValue
    hidden_by: int | None


class TrainingBody(Struct, frozen=True, rename={"from_": "from"}):
    """Of which values a scorer learns: those with times in a range, both ends included, or all.

    It learns of at most 200,000, the newest.
    """

    from_: str | UnsetType | None = UNSET
    to: str | UnsetType | None = UNSET


class ManagedTraining(Struct, frozen=True, rename={"from_": "from"}):
    """A training and its state; `message` says why it failed."""

    id: int
    datastream: int
    from_: str | None
    to: str | None
    state: str
    message: str | None
    created: str
    started: str | None
    ended: str | None


class ScorerVersion(Struct, frozen=True):
    """What was learned, by which method and of how many values."""

    version: int
    method: str
    trained_from: str
    trained_to: str
    values: int
    created: str


class Scorers(Struct, frozen=True):
    """What was learned of a datastream, the newest version first: that one is used."""

    versions: tuple[ScorerVersion, ...]

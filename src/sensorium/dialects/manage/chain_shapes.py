"""The bodies about how a value came about."""

from msgspec import Struct


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

    `stored` may be of before, while a change is being applied to stored values.
    """

    datastream: int
    time: str
    steps: tuple[StepOfChain, ...]
    stored: StoredValue

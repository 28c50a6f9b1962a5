"""The JSON bodies of the management API. Their classes name the schemas in the API's description."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from sensorium.model.quality import Quality


class Problem(Struct, frozen=True):
    """Why a request was refused (RFC 9457). `field` is the member, path part or query value at fault."""

    type: str
    title: str
    status: int
    detail: str
    field: str | UnsetType = UNSET


class Named(Struct, frozen=True):
    """Something of the catalogue."""

    id: int
    name: str


# Words that do not change


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


# The catalogue


class NewUnitBody(Struct, frozen=True):
    """The body that adds a unit: its name as people print it beside a value."""

    name: str


class NewComponentBody(Struct, frozen=True):
    """The body that adds a component; without a unit of the tests its values are not checked."""

    name: str
    description: str | UnsetType | None = UNSET
    qc_unit: int | UnsetType | None = UNSET


class ManagedComponent(Struct, frozen=True):
    """A component; `qc_unit` is the unit in which quality control judges its values."""

    id: int
    name: str
    type: str
    description: str | None
    qc_unit: Named | None


# Devices and datastreams


class Place(Struct, frozen=True):
    """Where a fixed device stands."""

    longitude: float
    latitude: float
    altitude: float


class QualityFrom(Struct, frozen=True):
    """How values are checked from a time on; `source` is who says so."""

    valid_from: str
    source: str
    settings: Quality


class CorrectionFrom(Struct, frozen=True):
    """How values are corrected from a time on; without an expression they are not."""

    valid_from: str
    expression: str | None
    level: int | None


class ManagedDatastream(Struct, frozen=True):
    """A datastream with what holds for values of now. `current` is whether its device still feeds it.

    `conv_factor` makes its values ones in `qc_unit`, in which quality control judges them; 0 where nothing
    does, and then nothing is checked.
    """

    id: int
    device: int
    component: Named
    unit: Named
    qc_unit: Named | None
    conv_factor: float
    level: int
    path: str
    resolution: int
    epsg: int
    current: bool
    quality: QualityFrom
    correction: CorrectionFrom | None


class InstrumentBody(Struct, frozen=True):
    """The body that says what a device is as a thing; what it leaves out stays."""

    serial: str | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    blocked: bool | UnsetType = UNSET


class ManagedDevice(Struct, frozen=True):
    """A device; alone it is shown with every datastream that it has or has had.

    `serial` stands on it, `model` is its maker's word for its kind; a blocked one is not to be used.
    """

    id: int
    name: str
    description: str | None
    enabled: bool
    public: bool
    resolution: int
    epsg: int
    location: Place | None
    schema_version: int
    serial: str | None
    model: str | None
    blocked: bool
    created: str
    updated: str | None
    datastreams: tuple[ManagedDatastream, ...] | UnsetType = UNSET


class Devices(Struct, frozen=True):
    """A page of devices; `next` is the address of the one that follows."""

    items: tuple[ManagedDevice, ...]
    next: str | None


# Quality and corrections


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


class QualitySaid(Struct, frozen=True):
    """What the account has said for a time on."""

    valid_from: str
    settings: Quality
    note: str | None
    created: str


class ManagedQuality(Struct, frozen=True):
    """What the account has said about quality, and what holds of that and all else, in the order of time.

    `message` follows a change.
    """

    said: tuple[QualitySaid, ...]
    in_force: tuple[QualityFrom, ...]
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


# Replays


class ReplayBody(Struct, frozen=True, rename={"from_": "from"}):
    """Which packets are processed again: those with times in a range, both ends included, or all.

    With `only_rejected` those of them alone that could not be processed.
    """

    from_: str | UnsetType | None = UNSET
    to: str | UnsetType | None = UNSET
    only_rejected: bool | UnsetType = UNSET


class ManagedReplay(Struct, frozen=True, rename={"from_": "from"}):
    """A replay: which packets, in which state it is, and how many packets it has gone through.

    `total` is how many there are, null until that is known; `message` says why it failed.
    """

    id: int
    device: int
    from_: str | None
    to: str | None
    only_rejected: bool
    state: str
    total: int | None
    processed: int
    rejected: int
    message: str | None
    created: str
    started: str | None
    ended: str | None


class Replays(Struct, frozen=True):
    """A page of replays; `next` is the address of the one that follows."""

    items: tuple[ManagedReplay, ...]
    next: str | None


# The log


class NewLogEntryBody(Struct, frozen=True):
    """The body that adds to the log of a device; `status`, `level`, `offset` (dB) are of a field calibration.

    Without a `time` it is of now. In another's name (`user`) the account itself alone may write.
    """

    message: str
    time: str | UnsetType | None = UNSET
    user: str | UnsetType | None = UNSET
    status: str | UnsetType | None = UNSET
    level: float | UnsetType | None = UNSET
    offset: float | UnsetType | None = UNSET


class ManagedLogEntry(Struct, frozen=True):
    """What was done to a device; `status`, `level` and `offset` are there for a field calibration."""

    id: int
    time: str
    user: str
    message: str
    status: str | None
    level: float | None
    offset: float | None


class LogEntries(Struct, frozen=True):
    """A page of a log; `next` is the address of the one that follows."""

    items: tuple[ManagedLogEntry, ...]
    next: str | None

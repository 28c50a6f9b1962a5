"""The objects of data, statistics and packets as sent; UNSET members are left out."""

from msgspec import UNSET, Struct, UnsetType, field

from sensorium.model.catalogue import Aggregation


class FlagWord(Struct, frozen=True):
    """A word of flags, as a number and as binary digits."""

    flags: int
    bitflags: str


class Row(Struct, frozen=True):
    """One value of one component at one time."""

    id: int
    component: str
    unit: str
    value: float
    value_corr: float | None
    level: int
    level_corr: int | None
    epsg: int
    timestamp_from_epoch: int
    timestamp_to_epoch: int
    longitude: float | None
    latitude: float | None
    altitude: float | None
    qc_flags: FlagWord
    qcs_flags: FlagWord
    uncertainty_corr: float | UnsetType | None = UNSET
    qa_flags: FlagWord | UnsetType = UNSET
    qas_flags: FlagWord | UnsetType = UNSET


class StatsRow(Struct, frozen=True):
    """Statistics of one component over one period, at one place or over all.

    What tells of a spread is null for a single value, `cv` also for directions, levels and a mean of 0.
    Directions that cancel each other out have null for each of `avg` to `iqr`. `sum` is null for what is no
    amount.
    """

    id: int
    timestamp_from_epoch: int
    timestamp_to_epoch: int
    component: str
    level: int
    unit: str
    qc: int
    n: int
    of: float
    res: int
    avg: float | None
    median: float | None
    min: float | None
    max: float | None
    std_dev: float | None
    var: float | None
    sem: float | None
    mse: float | None
    cv: float | None
    q1: float | None
    q3: float | None
    iqr: float | None
    epsg: int
    longitude: float | None
    latitude: float | None
    altitude: float | None
    aggregation: Aggregation | UnsetType = UNSET
    sum: float | UnsetType | None = UNSET
    coverage: float | UnsetType = UNSET


class RawPacket(Struct, frozen=True):
    """A packet as it was sent, and what became of it.

    `packet` is its text, or its bytes in Base64 where `encoding` is "base64". `reason` and `path` tell why a
    rejected packet was none.
    """

    id: int
    packetid: int
    received: str
    observed: str
    schema_version: int = field(name="schema-version")
    content_type: str = field(name="content-type")
    encoding: str
    packet: str
    longitude: float | None
    latitude: float | None
    altitude: float | None
    status: str
    observations: int
    reason: str | None
    path: str | None

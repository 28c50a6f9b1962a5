"""The JSON bodies about devices, their datastreams, the versions of their schemas and their logs."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from sensorium.dialects.manage.shapes import Named, Place
from sensorium.dialects.manage.values.shapes import CorrectionFrom, QualityFrom


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


class SchemaVersion(Struct, frozen=True):
    """A version of a device's schema. By the `current` one packets are read that come in now."""

    version: int
    created: str
    current: bool


class Schemas(Struct, frozen=True):
    """A page of versions, the newest first; `next` is the address of the one that follows."""

    items: tuple[SchemaVersion, ...]
    next: str | None


class SchemaParameter(Struct, frozen=True):
    """A declared field of a packet: a field of a partial Avro schema."""

    name: str
    type: Any
    doc: str | None


class SchemaMapping(Struct, frozen=True):
    """Which value of a packet is its time: `name` is "Timestamp"."""

    name: str
    path: str


class SchemaConverter(Struct, frozen=True):
    """How the value at `path` becomes a number, as with the pattern and the time zone of a date."""

    input_type: str
    output_type: str
    path: str
    arguments: dict[str, Any] | None


class SchemaBinding(Struct, frozen=True):
    """The values at `path` are those of a component, and feed a datastream with these properties."""

    component: Named
    unit: Named
    level: int
    path: str
    resolution: int
    epsg: int
    datastream: int


class ManagedSchema(Struct, frozen=True):
    """A version of a device's schema: what its packets hold and how they are read, as it was described."""

    version: int
    created: str
    current: bool
    parameters: tuple[SchemaParameter, ...]
    mapping: tuple[SchemaMapping, ...]
    converters: tuple[SchemaConverter, ...]
    bindings: tuple[SchemaBinding, ...]


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

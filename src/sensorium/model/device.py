"""Devices and the description of the packets they send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sensorium.model.catalogue import Component, Unit

WGS84 = 4326  # the EPSG code of longitude and latitude as GPS has them


class Position(NamedTuple):
    """A place in the device's spatial reference system; altitude in metres above sea level."""

    longitude: float
    latitude: float
    altitude: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared field of a packet: a field of a partial Avro schema."""

    name: str
    type: Any
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A component bound to the place in the packet where its values stand. `path` is kept as written."""

    component: int
    unit: int
    level: int
    path: str


@dataclass(frozen=True, slots=True)
class Converter:
    """How the value at `path` becomes a number. `arguments` are as configured, None when there are none."""

    input_type: str
    output_type: str
    path: str
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Which value of the packet is its timestamp (`name` is "Timestamp")."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Schema:
    """What a device's packets hold, as its owner described it."""

    parameters: tuple[Parameter, ...]
    bindings: tuple[Binding, ...]
    converters: tuple[Converter, ...] = ()
    mappings: tuple[FieldMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One of the descriptions that a device has had of its packets, by its number, which counts from 1.

    By the `current` one packets are read that come in now; a deleted device has none.
    """

    number: int
    created: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device as its owner describes it: `resolution` in seconds, `location` None for a moving device."""

    name: str
    description: str | None
    resolution: int
    epsg: int
    enabled: bool
    public: bool
    location: Position | None
    schema: Schema


@dataclass(frozen=True, slots=True)
class Datastream:
    """One measured series of one device. `resolution` is in seconds.

    `line` is the id of the first series that it goes on with, its own if it begins a line: the same quantity
    by the same path, with another resolution, level or reference system before.
    """

    id: int
    device: int
    component: Component
    unit: Unit
    level: int
    epsg: int
    resolution: int
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Device:
    """A thing that sends packets (NILU: sensor).

    `location` is None for a moving device. `streams` are the datastreams of the current schema version,
    one for each binding and in their order; `resolution` is in seconds; times are in UTC. `model` is its
    vendor's word for its kind, `serial` stands on it; a `blocked` device is one that nobody may use now.
    """

    id: int
    account: int
    account_name: str
    name: str
    description: str | None
    resolution: int
    epsg: int
    enabled: bool
    public: bool
    location: Position | None
    schema_version: int
    schema: Schema
    streams: tuple[Datastream, ...]
    created: datetime
    updated: datetime | None
    model: str | None
    serial: str | None
    blocked: bool

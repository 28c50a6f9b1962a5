"""Packets: what came in by a door, kept as sent."""

from dataclasses import dataclass
from enum import IntEnum

from sensorium.model.device import Position


class Format(IntEnum):
    """How the raw bytes of a packet are written."""

    JSON = 0
    XML = 1


@dataclass(frozen=True, slots=True)
class NewPacket:
    """A decoded and converted packet on its way into the log.

    `time` is the packet's own time in microseconds since 1970 UTC, None when it carries none (the time of
    receipt then takes its place). `record` holds the declared parameters in Avro, after the converters, by
    the device's schema of version `version`; `raw` holds the bytes as sent.
    """

    device: int
    version: int
    time: int | None
    position: Position | None
    format: Format
    record: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of the log: accepted, with its id and its time of receipt (microseconds since 1970 UTC).

    Ids grow in the order of acceptance and are never used twice. Times of receipt are strictly increasing.
    """

    id: int
    received: int
    device: int
    version: int
    time: int | None
    position: Position | None
    format: Format
    record: bytes
    raw: bytes

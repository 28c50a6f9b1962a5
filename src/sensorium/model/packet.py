"""Packets: what came in by a door, kept as sent."""

from base64 import b64encode
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

from sensorium.model.device import Position


class Format(IntEnum):
    """How the raw bytes of a packet are written."""

    JSON = 0
    XML = 1
    READINGS = 2  # JSON too, whose values were assigned to datastreams at the door: see plans/readings.py

    @property
    def media_type(self) -> str:
        """The content type of such bytes."""
        return "application/xml" if self is Format.XML else "application/json"


class NewPacket(NamedTuple):
    """A decoded and converted packet on its way into the log.

    `time` is the packet's own time in microseconds since 1970 UTC, None when it carries none (the time of
    receipt then takes its place). `record` holds the declared parameters in Avro, after the converters, by
    the device's schema of version `version`, and is empty when that schema refuses the packet; `raw` holds
    the bytes as sent.
    """

    device: int
    version: int
    time: int | None
    position: Position | None
    format: Format
    record: bytes
    raw: bytes


class Packet(NamedTuple):
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


class By(StrEnum):
    """By which of a packet's times it is looked for: that of its arrival, or that of what it observed.

    A packet without a time of its own observed at its arrival; so did one that could not be read.
    """

    ARRIVAL = "arrival"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A packet that could not be processed: why, and when that was found (microseconds since 1970 UTC).

    `path` is the place in the packet that is at fault, "" when none is.
    """

    packet: int
    device: int
    reason: str
    at: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """A packet as it was sent, and what became of it.

    `received` and `time` are in microseconds since 1970 UTC, `time` is None when the packet has none of its
    own. `observations` counts its values that are in force: a later packet of the same time replaces them.
    """

    id: int
    received: int
    version: int
    time: int | None
    position: Position | None
    format: Format
    raw: bytes
    observations: int
    rejected: Rejected | None

    def written(self) -> tuple[str, str]:
        """How the bytes can stand in a JSON document: "text" and their text, or "base64" and that."""
        try:
            return "text", self.raw.decode()
        except UnicodeDecodeError:
            return "base64", b64encode(self.raw).decode()

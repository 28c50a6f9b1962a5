"""The bodies about packets, as they were sent and as they were rejected."""

from msgspec import Struct

from sensorium.dialects.manage.shapes import Place


class ManagedPacket(Struct, frozen=True):
    """A packet as it was sent, and what became of it.

    `packet` is its text, or its bytes in Base64 where `encoding` is "base64"; `observations` counts its
    values that are in force. `reason` and `path` tell why a rejected packet could not be processed.
    """

    id: int
    received: str
    observed: str
    schema_version: int
    content_type: str
    encoding: str
    packet: str
    location: Place | None
    status: str
    observations: int
    reason: str | None
    path: str | None


class Packets(Struct, frozen=True):
    """A page of packets in the order of arrival; `next` is the address of the one that follows."""

    items: tuple[ManagedPacket, ...]
    next: str | None


class RejectedPacket(Struct, frozen=True):
    """A packet that could not be processed: its id, when that was found last, why, and where in it."""

    id: int
    at: str
    reason: str
    path: str | None


class RejectedPackets(Struct, frozen=True):
    """A page of them, the newest first; `next` is the address of the one that follows."""

    items: tuple[RejectedPacket, ...]
    next: str | None

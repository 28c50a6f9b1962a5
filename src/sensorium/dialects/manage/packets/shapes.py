"""The JSON bodies about packets and replays."""

from msgspec import UNSET, Struct, UnsetType

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


class ReplayBody(Struct, frozen=True, rename={"from_": "from"}):
    """Which packets are processed again: those with times in a range, both ends included, or all.

    With `only_rejected` those of them alone that could not be processed.
    """

    from_: str | UnsetType | None = UNSET
    to: str | UnsetType | None = UNSET
    only_rejected: bool | UnsetType = UNSET


class ManagedReplay(Struct, frozen=True, rename={"from_": "from"}):
    """A replay: which packets, in which state it is, and how many packets it has gone through.

    `total` is how many there are, null until that is known; `message` says why it failed. Of one that a
    calibration has asked for these are values instead of packets.
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

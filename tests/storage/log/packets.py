"""Packets for the tests of the log, and their numbers when they come back."""

from collections.abc import Iterable, Sequence

from sensorium.model.packet import Format, NewPacket, Packet


def packet(number: int, device: int = 7, filler: int = 0) -> NewPacket:
    """A packet whose raw bytes begin with its number."""
    return NewPacket(device, 1, None, None, Format.JSON, b"", b"%d %s" % (number, b"x" * filler))


def packets(numbers: Iterable[int], filler: int = 0) -> list[NewPacket]:
    return [packet(number, filler=filler) for number in numbers]


def numbers(found: Sequence[Packet]) -> list[int]:
    return [int(each.raw.split()[0]) for each in found]

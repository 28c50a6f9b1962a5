"""The archive of packets."""

from collections.abc import Iterator

import pytest

from sensorium.model.device import Position
from sensorium.model.packet import Format, Packet
from tests.storage.observations.shared import EVER, NOON, SECOND, new_device, the_store, truncate


@pytest.fixture(scope="module", autouse=True)
def _ends_without_packets(kind: None) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """Some here are newer than those of any other test."""
    yield
    truncate("packets")


MOVING = Position(10.75, 59.9, -3.25)


def packet(number: int, device: int, time: int | None = None, position: Position | None = None) -> Packet:
    raw = bytes(range(256)) * number
    return Packet(number, NOON + number, device, 3, time, position, Format(number % 2), raw[::-1], raw)


def archived(
    device: int, *, after: int = 0, until: int = EVER, begin: int = 0, end: int = EVER
) -> list[Packet]:
    parts = the_store().archived(device, after=after, until=until, begin=begin, end=end)
    return [each for part in parts for each in part]


def test_packets_come_back_as_they_were():
    """Every field of a packet is kept, byte for byte, with and without a time and a position."""
    device = new_device()
    kept = [packet(1, device), packet(2, device, NOON - 5, MOVING), packet(3, device, 0)]
    the_store().archive(kept)
    assert archived(device) == kept


def test_packets_come_in_the_order_of_acceptance_and_once():
    """Whatever the batches in which they were stored, and however often."""
    device = new_device()
    kept = [packet(number, device) for number in range(1, 41)]
    for batch in (kept[20:], kept[10:30], kept[:15], kept[20:]):
        the_store().archive(batch)
    assert archived(device) == kept


def test_packets_are_found_by_id_and_time():
    """Ids after one and up to another; times from one to another, that of receipt where there is no other."""
    device = new_device()
    kept = [
        packet(1, device),
        packet(2, device, NOON - SECOND),
        packet(3, device, NOON + SECOND),
        packet(4, device),
    ]
    the_store().archive(kept)
    assert archived(device, after=1, until=3) == kept[1:3]
    assert archived(device, begin=NOON, end=NOON + 100) == [kept[0], kept[3]]
    assert archived(device, begin=NOON - SECOND, end=NOON - SECOND) == [kept[1]]
    assert archived(new_device()) == []


def test_the_newest_packet_is_known():
    """The highest id in the archive, of one device and of all."""
    device, other = new_device(), new_device()
    newest = 2**50
    late = [
        Packet(newest + each, 2**52 + each, device, 1, None, None, Format.JSON, b"", b"") for each in range(3)
    ]
    the_store().archive([packet(5, other), packet(6, other), *late])
    assert the_store().newest_packet() == newest + 2
    assert the_store().newest_packet_of(other) == 6
    assert the_store().newest_packet_of(new_device()) == 0


def test_devices_are_found_by_the_packets_that_they_have():
    """With ids up to one and times in a range; a packet without a time of its own has that of its receipt."""
    device, other = new_device(), new_device()
    first = 1_900_000_000 * SECOND
    the_store().archive(
        [
            Packet(2**51 + 1, first, device, 1, None, None, Format.JSON, b"", b""),
            Packet(2**51 + 2, first + 1, other, 1, first + 9, None, Format.JSON, b"", b""),
        ]
    )
    find = the_store().archived_devices
    assert find(2**52, first, first + 9) == [device, other]
    assert find(2**52, first, first + 8) == [device]
    assert find(2**52, first + 1, first + 9) == [other]
    assert find(2**51 + 1, first, first + 9) == [device]

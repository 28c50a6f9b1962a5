"""The bodies of a device's requests: how they are written, and the packets of a batch."""

from typing import Any

import msgspec

from sensorium.dialects.nilu.decode import Media
from sensorium.model.errors import Malformed, TooLarge
from sensorium.plans.trees import BOM, UNREADABLE, not_json, read_json, read_xml, replace_halves, replace_nan

BATCH_OBJECTS = 1_000_000  # objects or lines in one batch, so that splitting it cannot fill the memory

_BLANK = BOM + b" \t\r\n"


class _Object(msgspec.Struct):
    """Any JSON object: decoding to it checks that there is one and skips its members."""


_raws = msgspec.json.Decoder(list[msgspec.Raw])
_objects = msgspec.json.Decoder(list[_Object])


def is_batch(start: bytes, media: Media, *, takes_array: bool) -> bool:
    """Whether a body that begins with `start` holds many packets.

    A JSON array is a batch unless the device's own packets are arrays (`takes_array`).
    """
    if media is not Media.JSON:
        return media is Media.JSON_LINES
    return not takes_array and start[:1] != b"{" and start.lstrip(_BLANK)[:1] == b"["


def read(body: bytes, media: Media) -> Any:
    """The tree of one packet. Raises Malformed."""
    return read_xml(body) if media is Media.XML else read_json(body)


def split(body: bytes, media: Media) -> list[bytes]:
    """The packets of a batch, each with its own bytes as they were sent.

    Elements and lines may hold anything: what is no packet is refused alone. Blank lines are left out. Raises
    Malformed, also for a batch without a packet, and TooLarge beyond BATCH_OBJECTS.
    """
    packets = _lines(body) if media is Media.JSON_LINES else _elements(body.removeprefix(BOM))
    if not packets:
        raise Malformed("The batch holds no packet.")
    return packets


def _lines(body: bytes) -> list[bytes]:
    if body.count(b"\n") >= BATCH_OBJECTS:
        raise TooLarge(f"A batch holds at most {BATCH_OBJECTS} lines.")
    return [line for each in body.split(b"\n") if (line := each.strip(b" \t\r"))]


def _elements(text: bytes) -> list[bytes]:
    if text.count(b"{") > BATCH_OBJECTS:
        raise TooLarge(f"A batch holds at most {BATCH_OBJECTS} objects.")
    try:
        return _split_array(text)
    except UNREADABLE as error:
        masked = replace_halves(text, b"\\u0000")  # of the same length, so that places in both texts agree
        if b"NaN" in text:
            masked = replace_nan(masked, b"1e9")
        if masked == text:
            raise not_json(error, text) from None
    try:
        elements = _split_array(masked)
    except UNREADABLE as error:
        raise not_json(error, masked) from None
    return _same_places(elements, masked, text)


def _split_array(text: bytes) -> list[bytes]:
    try:
        _objects.decode(text)
    except msgspec.ValidationError:  # what is no object is so short that only commas tell how many there are
        if text.count(b",") >= BATCH_OBJECTS:
            why = f"A batch with anything but objects holds at most {BATCH_OBJECTS} commas."
            raise TooLarge(why) from None
    return [bytes(element) for element in _raws.decode(text)]


def _same_places(elements: list[bytes], masked: bytes, text: bytes) -> list[bytes]:
    found: list[bytes] = []
    end = 0
    for element in elements:
        begin = masked.index(element, end)
        end = begin + len(element)
        found.append(text[begin:end])
    return found

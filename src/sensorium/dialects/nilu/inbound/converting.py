"""The packets of a request, converted for the log: one, or each of a batch with its result."""

from asyncio import sleep
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from sensorium.dialects.nilu.decode import Media
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.nilu.errors import failure
from sensorium.dialects.nilu.inbound import decode, encode
from sensorium.dialects.services import Services
from sensorium.ingest.doors import Door
from sensorium.model.device import Position
from sensorium.model.errors import ConversionFailed, InvalidPacket, Refusal, TooLarge
from sensorium.model.packet import Format, NewPacket

BREATH = 128  # packets of a batch between which other requests get their turn
LONG = 256 << 10  # bytes of a batch that takes too long to split while other requests wait

MOST_ANSWERS = 1000  # different refusals of a batch that are written once
MOST_UNFIT = 10_000  # packets of a batch that are kept although they do not fit: a day's at ten seconds
UNFIT = (InvalidPacket, ConversionFailed)
"""The refusals of packets that can be read, and do not fit their schema: they are kept."""


Answers = dict[tuple[type[Refusal], str, str], bytes]
"""What refusals of a batch are answered: most are the same, and share their bytes."""


class Received(NamedTuple):
    """A request at a door: the device, where it is, how the body is written, and the body."""

    door: Door
    position: Position | None
    media: Media
    body: bytes


class Converted(NamedTuple):
    """The packets of a request for the log, and for a batch the result of each.

    Those that do not fit the schema have no record. `refusal` is the first one, when no packet is accepted.
    """

    packets: list[NewPacket]
    results: list[bytes] | None
    refusal: Refusal | None


async def convert_all(services: Services, received: Received) -> Converted:
    """The packets for the log. Raises Malformed and TooLarge."""
    door, _, media, body = received
    if decode.is_batch(body, media, takes_array=door.plan.takes_array):
        return await _convert_each(services, received)
    try:
        return Converted([convert(services, received, body)], None, None)
    except UNFIT as refusal:
        return Converted([_packet(received, body, None, b"")], None, refusal)


def convert(services: Services, received: Received, raw: bytes) -> NewPacket:
    """The packet as the log keeps it. Raises Malformed, InvalidPacket and ConversionFailed."""
    time, record = received.door.plan.convert(decode.read(raw, received.media))
    services.acceptance.check_time(time)
    return _packet(received, raw, time, record)


async def _convert_each(services: Services, received: Received) -> Converted:
    """The packets of a batch, also `MOST_UNFIT` that do not fit the schema, and a result for each."""
    packets: list[NewPacket] = []
    results: list[bytes] = []
    answers: Answers = {}
    first: Refusal | None = None  # the others are not remembered: a batch may have a million
    accepted = 0
    for at, raw in enumerate(await _split(received)):
        try:
            packets.append(convert(services, received, _bounded(raw, services.body_limit)))
            results.append(encode.ACCEPTED)
            accepted += 1
        except Refusal as refusal:
            if isinstance(refusal, UNFIT) and len(packets) - accepted < MOST_UNFIT:
                packets.append(_packet(received, raw, None, b""))
            results.append(_answer(refusal, answers))
            if first is None:
                first = refusal
            else:
                services.count_refusal(refusal)
        if at % BREATH == BREATH - 1:
            await sleep(0)
    if first is not None and accepted:
        services.count_refusal(first)
    return Converted(packets, results, None if accepted else first)


def _answer(refusal: Refusal, answers: Answers) -> bytes:
    said = type(refusal), refusal.why, refusal.where
    if (answer := answers.get(said)) is None:
        answer = to_json(failure(refusal))
        if len(answers) < MOST_ANSWERS:
            answers[said] = answer
    return answer


def _bounded(raw: bytes, limit: int) -> bytes:
    """A packet of a batch, which may be no longer than one that comes alone. Raises TooLarge."""
    if len(raw) > limit:
        raise TooLarge(f"The packet is longer than {limit} bytes.")
    return raw


def _packet(received: Received, raw: bytes, time: int | None, record: bytes) -> NewPacket:
    device, media = received.door.device, received.media
    form = Format.XML if media is Media.XML else Format.JSON
    return NewPacket(device.id, device.schema_version, time, received.position, form, record, raw)


async def _split(received: Received) -> list[bytes]:
    if len(received.body) < LONG:
        return decode.split(received.body, received.media)
    return await run_in_threadpool(decode.split, received.body, received.media)

"""The doors for packets: of fixed and of moving sensors, one packet or many, for real or as a push test."""

import re
from asyncio import sleep
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.nilu import decode, encode, push_test
from sensorium.dialects.nilu.access import Access, number_in_path
from sensorium.dialects.nilu.answers import json_bytes
from sensorium.dialects.nilu.errors import failure
from sensorium.dialects.nilu.traced import TracedPacket
from sensorium.dialects.prepared import Begun, Prepared
from sensorium.dialects.services import Services
from sensorium.ingest.accept import Appended, Key
from sensorium.ingest.doors import Door
from sensorium.model.account import Credential
from sensorium.model.device import Device, Position
from sensorium.model.errors import (
    ConversionFailed,
    DeviceDisabled,
    InvalidPacket,
    Malformed,
    Refusal,
    TooLarge,
    WrongDoor,
)
from sensorium.model.packet import Format, NewPacket
from sensorium.model.rights import Deed
from sensorium.register.devices import check_position

BREATH = 128  # packets of a batch between which other requests get their turn
SETTINGS = "x-sensorium-settings"  # an extension
LONG = 256 << 10  # bytes of a batch that takes too long to split while other requests wait

MOST_UNFIT = 10_000  # packets of a batch that are kept although they do not fit: a day's at ten seconds
UNFIT = (InvalidPacket, ConversionFailed)
"""The refusals of packets that can be read, and do not fit their schema: they are kept."""

_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,3})?", re.ASCII)
_KEY = re.compile(rb"[ -~]{1,255}")


class Received(NamedTuple):
    """A request at a door: the device, where it is, how the body is written, and the body."""

    door: Door
    position: Position | None
    media: decode.Media
    body: bytes


class Pushed(NamedTuple):
    """What a device is answered when its packet is accepted: the same each time, so it is made once."""

    atom: str
    body: bytes
    response: Prepared


class Converted(NamedTuple):
    """The packets of a request for the log, and for a batch the result of each.

    Those that do not fit the schema have no record. `refusal` is the first one, when no packet is accepted.
    """

    packets: list[NewPacket]
    results: list[bytes] | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Inbound:
    """The operations that take packets."""

    services: Services
    access: Access

    async def fixed(self, request: Request) -> Response:
        """POST /api/sensors/{id}/inbound (NI-191)."""
        return await self._take(request, moving=False)

    async def moving(self, request: Request) -> Response:
        """POST /api/sensors/{id}/{longitude}/{latitude}/{altitude}/inbound (NI-213)."""
        return await self._take(request, moving=True)

    def begin_fixed(self, request: Request, body: bytes) -> Begun | None:
        """A push to a fixed sensor of which all is known: one packet, no key, no test."""
        return self._begin(request, body, moving=False)

    def begin_moving(self, request: Request, body: bytes) -> Begun | None:
        """The same for a moving one."""
        return self._begin(request, body, moving=True)

    def _begin(self, request: Request, body: bytes, *, moving: bool) -> Begun | None:
        caller, number = self.access.known(request), number_in_path(request, "id")
        door = self.services.doors.cached(number)
        if caller is None or door is None or door.told or door.device.account != caller.account:
            return None
        if not (caller.allows(Deed.PUSH) and caller.sees(number)):
            return None
        if request.scope["query_string"] or _header(request, b"idempotency-key"):
            return None
        device, media = door.device, decode.media_of(_header(request, b"content-type"))
        self._check_state(device, moving=moving)
        if len(body) > self.services.body_limit or decode.is_batch(
            body, media, takes_array=door.plan.takes_array
        ):
            return None
        position = _position(request, device.epsg) if moving else device.location
        try:
            packet = self._convert(Received(door, position, media, body), body)
        except UNFIT:  # it is kept, which takes a task
            return None
        return Begun(self.services.acceptance.begin(packet), partial(self._stored, device.id))

    def _stored(self, device: int, appended: Appended) -> Prepared:
        self.services.acceptance.note(device, appended)
        return _pushed(self.services.public_url, device).response

    async def _take(self, request: Request, *, moving: bool) -> Response:
        services = self.services
        caller = self.access.known(request) or await self.access.caller(request, Deed.PUSH)
        caller.require(Deed.PUSH)
        account, number = caller.account, number_in_path(request, "id")
        door = services.doors.cached(number)
        if door is None or door.device.account != account or not caller.sees(number):
            door = await run_in_threadpool(self._load, number, caller)
        device = door.device
        self._check_state(device, moving=moving)
        position = _position(request, device.epsg) if moving else device.location
        if request.scope["query_string"] and _is_push_test(request):
            return await self._test(request, door, position)
        key = _key(request)
        received = await self._receive(request, door, position)
        packets, results, refusal = await self._converted(received)
        if refusal is not None:
            await services.acceptance.keep_refused(packets)
            raise refusal
        pushed = _pushed(services.public_url, device.id)
        answer = pushed.body if results is None else encode.batch_pushed(pushed.atom, results)
        kept = None if key is None else Key(account, device.id, key, _digest(received))
        appended = await services.acceptance.accept(packets, kept, answer)
        if door.told is not None:
            return await self._answer_and_tell(appended.answer, door, door.told)
        return pushed.response if appended.answer is pushed.body else json_bytes(appended.answer)

    async def _answer_and_tell(self, answer: bytes, door: Door, told: str) -> Response:
        """With how the device is told to track, in a header, until it acknowledges that."""
        response = json_bytes(answer)
        response.headers[SETTINGS] = told
        if door.stored is not None:
            await run_in_threadpool(self.services.doors.mark_sent, door, self.services.clock())
        return response

    def _load(self, number: int, caller: Credential) -> Door:
        """The door of the account's own device. Raises NotFound and Forbidden.

        Another's private device takes as long as none at all, so that time does not tell of it.
        """
        self.access.owned_by(caller, number)
        return self.services.doors.load(number)

    def _check_state(self, device: Device, *, moving: bool) -> None:
        if not device.enabled:
            raise DeviceDisabled("The sensor is disabled.")
        if moving != (device.location is None):
            endpoint = encode.endpoint(self.services.public_url, device)
            kind = "has a fixed location" if moving else "is moving"
            why = f"The sensor {kind} and another address: see the header endpoint."
            raise WrongDoor(why, endpoint=endpoint, fixed=moving)

    async def _receive(self, request: Request, door: Door, position: Position | None) -> Received:
        media = decode.media_of(_header(request, b"content-type"))

        def is_long(start: bytes) -> bool:
            return decode.is_batch(start, media, takes_array=door.plan.takes_array)

        limit, most = self.services.body_limit, self.services.batch_limit
        return Received(door, position, media, await read_body(request, limit, most, is_long))

    async def _converted(self, received: Received) -> Converted:
        """The packets for the log. Raises Malformed and TooLarge."""
        door, _, media, body = received
        if decode.is_batch(body, media, takes_array=door.plan.takes_array):
            return await self._convert_each(received)
        try:
            return Converted([self._convert(received, body)], None, None)
        except UNFIT as refusal:
            return Converted([_packet(received, body, None, b"")], None, refusal)

    def _convert(self, received: Received, raw: bytes) -> NewPacket:
        """The packet as the log keeps it. Raises Malformed, InvalidPacket and ConversionFailed."""
        time, record = received.door.plan.convert(decode.read(raw, received.media))
        self.services.acceptance.check_time(time)
        return _packet(received, raw, time, record)

    async def _convert_each(self, received: Received) -> Converted:
        """The packets of a batch, also `MOST_UNFIT` that do not fit the schema, and a result for each."""
        packets: list[NewPacket] = []
        results: list[bytes] = []
        first: Refusal | None = None  # the others are not remembered: a batch may have a million
        accepted = 0
        for at, raw in enumerate(await _split(received)):
            try:
                packets.append(self._convert(received, self._bounded(raw)))
                results.append(encode.ACCEPTED)
                accepted += 1
            except Refusal as refusal:
                if isinstance(refusal, UNFIT) and len(packets) - accepted < MOST_UNFIT:
                    packets.append(_packet(received, raw, None, b""))
                results.append(encode.to_json(failure(refusal)))
                if first is None:
                    first = refusal
                else:
                    self.services.count_refusal(refusal)
            if at % BREATH == BREATH - 1:
                await sleep(0)
        if first is not None and accepted:
            self.services.count_refusal(first)
        return Converted(packets, results, None if accepted else first)

    def _bounded(self, raw: bytes) -> bytes:
        """A packet of a batch, which may be no longer than one that comes alone. Raises TooLarge."""
        limit = self.services.body_limit
        if len(raw) > limit:
            raise TooLarge(f"The packet is longer than {limit} bytes.")
        return raw

    async def _test(self, request: Request, door: Door, position: Position | None) -> Response:
        """A push test: nothing is stored but its traces, and it ends as the push would have ended."""
        atom = f"{encode.sensor_atom(self.services.public_url, door.device.id)}/pipeline/test"
        traces: list[TracedPacket] = []
        try:
            received = await self._receive(request, door, position)
            traces = await run_in_threadpool(
                push_test.traces,
                received.body,
                received.media,
                door.plan,
                self.services.acceptance.check_time,
            )
            _, results, refused = await self._converted(received)
            if refused is not None:
                raise refused
        except Refusal as refusal:
            await self._record(door.device, traces or [push_test.unreadable(refusal)])
            raise
        await self._record(door.device, traces)
        return json_bytes(encode.pushed(atom) if results is None else encode.batch_pushed(atom, results))

    async def _record(self, device: Device, traces: list[TracedPacket]) -> None:
        keep = self.services.devices.record_push_test
        await run_in_threadpool(keep, device.id, self.services.clock(), push_test.record(traces))


def _packet(received: Received, raw: bytes, time: int | None, record: bytes) -> NewPacket:
    device, media = received.door.device, received.media
    form = Format.XML if media is decode.Media.XML else Format.JSON
    return NewPacket(device.id, device.schema_version, time, received.position, form, record, raw)


@lru_cache(maxsize=10_000)
def _pushed(base: str, device: int) -> Pushed:
    atom = f"{encode.sensor_atom(base, device)}/pipeline"
    body = encode.pushed(atom)
    return Pushed(atom, body, Prepared(body, media_type="application/json"))


async def _split(received: Received) -> list[bytes]:
    if len(received.body) < LONG:
        return decode.split(received.body, received.media)
    return await run_in_threadpool(decode.split, received.body, received.media)


def _position(request: Request, epsg: int) -> Position:
    place = Position(*(_coordinate(request, name) for name in ("longitude", "latitude", "altitude")))
    check_position(place, epsg)
    return place


def _coordinate(request: Request, name: str) -> float:
    text: str = request.path_params[name]
    if _NUMBER.fullmatch(text) is None:
        raise Malformed(f"The {name} is not a number.", name)
    return float(text)


def _is_push_test(request: Request) -> bool:
    given = request.query_params.multi_items()
    values = {value.lower() for name, value in given if name.lower() == "pushtest"}
    if values not in (set(), {"true"}, {"false"}):
        raise Malformed("The query value pushtest is true or false.", "pushtest")
    return values == {"true"}


def _header(request: Request, wanted: bytes) -> bytes:
    for name, value in request.scope["headers"]:
        if name == wanted:
            return value
    return b""


def _key(request: Request) -> str | None:
    """The idempotency key; an empty one is none."""
    key = _header(request, b"idempotency-key")
    if not key:
        return None
    if _KEY.fullmatch(key) is None:
        raise Malformed("The key is 1 to 255 printable ASCII characters.", "Idempotency-Key")
    return key.decode("ascii")


def _digest(received: Received) -> bytes:
    """What must be the same when a key comes again: the position and the body."""
    return sha256(repr(received.position).encode() + received.body).digest()

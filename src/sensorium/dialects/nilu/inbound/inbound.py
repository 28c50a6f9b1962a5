"""The doors for packets: of fixed and of moving sensors, one packet or many, for real or as a push test."""

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.nilu.access import Access, bearer, number_in_path
from sensorium.dialects.nilu.addresses import endpoint, sensor_atom
from sensorium.dialects.nilu.answers import json_bytes
from sensorium.dialects.nilu.decode import Media, media_of
from sensorium.dialects.nilu.inbound import decode, encode, push_test
from sensorium.dialects.nilu.inbound.converting import UNFIT, Received, convert, convert_all
from sensorium.dialects.nilu.inbound.shapes import TracedPacket
from sensorium.dialects.prepared import Prepared
from sensorium.dialects.services import Services
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.ingest.accept import Appended, Key
from sensorium.ingest.doors import Door
from sensorium.model.account import Credential
from sensorium.model.device import Device, Position
from sensorium.model.errors import DeviceDisabled, Malformed, Refusal, WrongDoor
from sensorium.model.rights import Deed
from sensorium.register.devices import check_position
from sensorium.register.tokens import digest

SETTINGS = "x-sensorium-settings"  # an extension

_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,3})?", re.ASCII)
_KEY = re.compile(rb"[ -~]{1,255}")


class Pushed(NamedTuple):
    """What a device is answered when its packet is accepted: the same each time, so it is made once."""

    atom: str
    body: bytes
    response: Prepared


class _Head(NamedTuple):
    """What the head of a push says: the digest of the token, the sensor, where a moving one is, the media."""

    token: bytes
    device: int
    place: Position | None
    media: Media


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

    def begin_fixed(self, request: Request) -> ShortWay | None:
        """A push to a fixed sensor: one packet, no key, no test."""
        return self._begin(request, moving=False)

    def begin_moving(self, request: Request) -> ShortWay | None:
        """The same for a moving one, whose place is in the path: no two of its pushes have the same head."""
        return self._begin(request, moving=True)

    def _begin(self, request: Request, *, moving: bool) -> ShortWay | None:
        token = bearer(request)
        if token is None or request.scope["query_string"] or _header(request, b"idempotency-key"):
            return None
        place = _place(request) if moving else None
        media = media_of(_header(request, b"content-type"))
        head = _Head(digest(token), number_in_path(request, "id"), place, media)
        return ShortWay(partial(self._begin_push, head), recurs=not moving)

    def _begin_push(self, head: _Head, body: bytes) -> Begun | None:
        """Begin to store a packet if all is known about its sensor and its sender."""
        services = self.services
        caller, door = (
            services.credentials.by_digest(head.token, services.clock()),
            services.doors.cached(head.device),
        )
        if caller is None or door is None or door.told or door.device.account != caller.account:
            return None
        if not (caller.allows(Deed.PUSH) and caller.sees(head.device)):
            return None
        device, place, media = door.device, head.place, head.media
        self._check_state(device, moving=place is not None)
        if len(body) > services.body_limit or decode.is_batch(body, media, takes_array=door.plan.takes_array):
            return None
        if place is not None:
            check_position(place, device.epsg)
        try:
            packet = convert(services, Received(door, place or device.location, media, body), body)
        except UNFIT:  # it is kept, which takes a task
            return None
        return Begun(services.acceptance.begin(packet), partial(self._stored, device.id))

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
        packets, results, refusal = await convert_all(self.services, received)
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
        self.services.devices.owned(caller, number)
        return self.services.doors.load(number)

    def _check_state(self, device: Device, *, moving: bool) -> None:
        if not device.enabled:
            raise DeviceDisabled("The sensor is disabled.")
        if moving != (device.location is None):
            address = endpoint(self.services.public_url, device)
            kind = "has a fixed location" if moving else "is moving"
            why = f"The sensor {kind} and another address: see the header endpoint."
            raise WrongDoor(why, endpoint=address, fixed=moving)

    async def _receive(self, request: Request, door: Door, position: Position | None) -> Received:
        media = media_of(_header(request, b"content-type"))

        def is_long(start: bytes) -> bool:
            return decode.is_batch(start, media, takes_array=door.plan.takes_array)

        limit, most = self.services.body_limit, self.services.batch_limit
        return Received(door, position, media, await read_body(request, limit, most, is_long))

    async def _test(self, request: Request, door: Door, position: Position | None) -> Response:
        """A push test: nothing is stored but its traces, and it ends as the push would have ended."""
        atom = f"{sensor_atom(self.services.public_url, door.device.id)}/pipeline/test"
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
            _, results, refused = await convert_all(self.services, received)
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


@lru_cache(maxsize=10_000)
def _pushed(base: str, device: int) -> Pushed:
    atom = f"{sensor_atom(base, device)}/pipeline"
    body = encode.pushed(atom)
    return Pushed(atom, body, Prepared(body, media_type="application/json"))


def _position(request: Request, epsg: int) -> Position:
    place = _place(request)
    check_position(place, epsg)
    return place


def _place(request: Request) -> Position:
    return Position(*(_coordinate(request, name) for name in ("longitude", "latitude", "altitude")))


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
    """What must be the same when a key comes again: the position in the address and the body.

    A fixed sensor's place is not in the address, and may be described anew between the two requests.
    """
    place = received.position if received.door.device.location is None else None
    return sha256(repr(place).encode() + received.body).digest()

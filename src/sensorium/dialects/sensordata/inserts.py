"""Insert: values of a device for an instant, of which those are stored that are new."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sensorium.dialects.prepared import Prepared
from sensorium.dialects.sensordata import encode
from sensorium.dialects.sensordata.decode import Insert, read_insert, read_readings, read_time
from sensorium.dialects.sensordata.tree import Body
from sensorium.dialects.services import Services
from sensorium.dialects.short_way import Begun
from sensorium.ingest.accept import Addition, Appended
from sensorium.model.account import Credential
from sensorium.model.asset import Link
from sensorium.model.packet import Format, NewPacket
from sensorium.model.reading import Reading, Readings, Sent
from sensorium.model.rights import Deed
from sensorium.plans.readings import write_readings
from sensorium.register.provisioning import Gate, checked, position_of, require_link, require_open

SECOND = 1_000_000


class Place(NamedTuple):
    """Where values are inserted."""

    link: Link
    gate: Gate


class Taken(NamedTuple):
    """An insert that has passed every check, with its instant in microseconds since 1970 UTC."""

    place: Place
    time: int
    agent: str
    readings: Sequence[tuple[Sent, Reading]]
    addition: Addition


@dataclass(frozen=True, slots=True)
class Inserts:
    """Takes inserts."""

    services: Services

    async def answer(self, caller: Credential, body: Body, raw: bytes) -> Response:
        """Store what is new of an insert, and say what that was (SD-100).

        Raises every refusal of an insert, in the document's order (SD-099).
        """
        caller.require(Deed.PUSH)
        time, insert = self._read(body)
        place = self._known(caller, insert, time) or await self._place(caller, insert, time)
        taken = _take(place, insert, time, raw)
        return self._stored(taken, await self.services.acceptance.add(taken.addition))

    def begin(self, caller: Credential, body: Body, raw: bytes) -> Begun | None:
        """The same without a wait, None where there would be one. Raises as `answer` does."""
        time, insert = self._read(body)
        place = self._known(caller, insert, time) if caller.allows(Deed.PUSH) else None
        if place is None:
            return None
        taken = _take(place, insert, time, raw)
        return Begun(self.services.acceptance.add(taken.addition), partial(self._stored, taken))

    def _read(self, body: Body) -> tuple[int, Insert]:
        """The instant and what there is of it. Raises InvalidPacket, Malformed and Missing."""
        time = read_time(body)
        self.services.acceptance.check_time(time)
        if time is None:
            now = self.services.clock()
            time = now - now % SECOND
        return time, read_insert(body)

    def _known(self, caller: Credential, insert: Insert, time: int) -> Place | None:
        """Where the values go, if it is known without asking the catalog. Raises as `_place` does."""
        provisioning = self.services.provisioning
        holdings = provisioning.known(caller.account)
        if holdings is None:
            return None
        link = require_link(holdings, caller, insert.asset, insert.device, time)
        gate = provisioning.known_gate(link.device)
        return None if gate is None else Place(link, gate)

    async def _place(self, caller: Credential, insert: Insert, time: int) -> Place:
        """Where the values go. Raises Forbidden and Unavailable."""
        provisioning = self.services.provisioning
        holdings = await run_in_threadpool(provisioning.holdings, caller.account)
        link = require_link(holdings, caller, insert.asset, insert.device, time)
        return Place(link, await run_in_threadpool(provisioning.gate, link.device))

    def _stored(self, taken: Taken, appended: Appended) -> Prepared:
        link, gate = taken.place
        self.services.acceptance.note(link.device, appended)
        new = [
            (sent, gate.rules[sent.definition].said.sensor)
            for sent, _ in taken.readings
            if gate.rules[sent.definition].line in appended.datastreams
        ]
        ids = link.asset, link.device, link.id
        answer = encode.inserted(new, ids, taken.time, taken.agent, appended.first)
        return Prepared(answer, media_type="application/json")


def _take(place: Place, insert: Insert, time: int, raw: bytes) -> Taken:
    """Check what is inserted. Raises DeviceDisabled, Missing, Malformed and Conflict."""
    gate = place.gate
    require_open(gate)
    readings = checked(gate, read_readings(insert.sensor_data))
    device, position = gate.device, position_of((sent for sent, _ in readings), gate.device)

    def make(first: int, new: Sequence[int]) -> NewPacket:
        chosen = tuple(reading for sent, reading in readings if gate.rules[sent.definition].line in new)
        record = write_readings(Readings(first, insert.agent, chosen))
        return NewPacket(device.id, device.schema_version, time, position, Format.READINGS, record, raw)

    # what is known of an instant holds for all datastreams of a line, so that none has a value twice
    lines = tuple(gate.rules[sent.definition].line for sent, _ in readings)
    return Taken(place, time, insert.agent, readings, Addition(device.id, time, lines, make))

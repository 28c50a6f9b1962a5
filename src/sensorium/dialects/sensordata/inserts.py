"""Insert: values of a device for an instant, of which those are stored that are new."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sensorium.dialects.sensordata import encode
from sensorium.dialects.sensordata.decode import Body, Insert, read_insert, read_readings, read_time
from sensorium.dialects.services import Services
from sensorium.ingest.accept import Addition
from sensorium.model.account import Credential
from sensorium.model.asset import Link
from sensorium.model.packet import Format, NewPacket
from sensorium.model.reading import Reading, Readings, Sent
from sensorium.model.rights import Deed
from sensorium.plans.readings import write_readings
from sensorium.register.provisioning import Gate, checked, position_of, require_link, require_open

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Inserts:
    """Takes inserts."""

    services: Services

    async def answer(self, caller: Credential, body: Body, raw: bytes) -> Response:
        """Store what is new of an insert, and say what that was (SD-100).

        Raises every refusal of an insert, in the document's order (SD-099).
        """
        caller.require(Deed.PUSH)
        services = self.services
        now = services.clock()
        time = read_time(body)
        services.acceptance.check_time(time)
        if time is None:
            time = now - now % SECOND
        insert = read_insert(body)
        link, gate = await self._place(caller, insert, time)
        readings = checked(gate, read_readings(insert.sensor_data))
        appended = await services.acceptance.add(_addition(gate, insert, time, readings, raw))
        new = [
            (sent, gate.provisions[sent.definition].definition.said.sensor)
            for sent, reading in readings.items()
            if reading.datastream in appended.datastreams
        ]
        place = link.asset, link.device, link.id
        answer = encode.inserted(new, place, time, insert.agent, appended.first)
        return Response(answer, media_type="application/json")

    async def _place(self, caller: Credential, insert: Insert, time: int) -> tuple[Link, Gate]:
        """Where the values are inserted. Raises Forbidden and DeviceDisabled."""
        provisioning = self.services.provisioning
        holdings = provisioning.known(caller.account)
        if holdings is None:
            holdings = await run_in_threadpool(provisioning.holdings, caller.account, time)
        link = require_link(holdings, caller, insert.asset, insert.device, time)
        gate = provisioning.known_gate(link.device)
        if gate is None:
            gate = await run_in_threadpool(provisioning.gate, link.device)
        require_open(gate)
        return link, gate


def _addition(gate: Gate, insert: Insert, time: int, readings: dict[Sent, Reading], raw: bytes) -> Addition:
    device, position = gate.device, position_of(readings, gate.device)

    def make(first: int, new: Sequence[int]) -> NewPacket:
        chosen = tuple(each for each in readings.values() if each.datastream in new)
        record = write_readings(Readings(first, insert.agent, chosen))
        return NewPacket(device.id, device.schema_version, time, position, Format.READINGS, record, raw)

    return Addition(device.id, time, tuple(each.datastream for each in readings.values()), make)

"""How the packets of each schema version are read, compiled once and kept."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.model.packet import Format, Packet
from sensorium.plans.avro.columns import FEWEST, Columns
from sensorium.plans.moments import check_moment
from sensorium.plans.plan import Converted, compile_plan
from sensorium.plans.trees import read_tree
from sensorium.process.readings import numbers_of
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.datastreams import find_version_streams
from sensorium.storage.catalog.devices import find_newest_version, find_schema

_LIMIT = 10_000  # schema versions in memory


class UnknownSchema(Exception):
    """A packet is of a schema version that the catalog does not have."""


class ReadingPlan(NamedTuple):
    """How the packets of a schema version are read.

    `streams` are the ids of its datastreams, and `values` reads their values, in the same order, out of a
    record, which `convert` makes of a packet. `columns` does so for many records at once, if it can.
    """

    version: int
    streams: list[int]
    values: Callable[[bytes], list[float | None]]
    columns: Columns | None
    convert: Callable[[Any], Converted]


class Read(NamedTuple):
    """A packet, the ids of its datastreams, and the value of each, None where it has none."""

    packet: Packet
    streams: list[int]
    values: list[float | None]


class Block(NamedTuple):
    """The ids of the datastreams of some packets, and a row of values for each packet; NaN is none."""

    streams: list[int]
    values: NDArray[np.float64]


class ReadingPlans:
    """The plans of all devices. A schema version never changes, so nothing is ever out of date."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[tuple[int, int], ReadingPlan] = {}

    def of(self, device: int, version: int) -> ReadingPlan:
        """The plan of a schema version. Raises UnknownSchema and, while the catalog is away, Unavailable."""
        return self._known.get((device, version)) or self._load(device, version)

    def read(self, packet: Packet, ahead: int) -> Read:
        """A packet by the schema version under which it came in; its own time may be `ahead` microseconds
        after its receipt.

        One without a record was refused when it came, and is refused again. Raises as `of` does, Malformed,
        InvalidPacket, ConversionFailed, and what a damaged record raises.
        """
        if packet.format is Format.READINGS:
            return Read(packet, *numbers_of(packet.record))
        plan = self.of(packet.device, packet.version)
        if packet.record:
            return Read(packet, plan.streams, plan.values(packet.record))
        return _read_bytes(packet, plan, ahead)

    def block(self, packets: Sequence[Packet]) -> Block | None:
        """What `read` gives, for all packets of a device at once: None unless they are of one schema version,
        with records, and enough to be worth it. Raises as `read` does, for whichever of them.
        """
        if len(packets) < FEWEST:
            return None
        version, *others = {each.version for each in packets}
        records = [each.record for each in packets]
        if others or not all(records) or any(each.format is Format.READINGS for each in packets):
            return None
        plan = self.of(packets[0].device, version)
        return None if plan.columns is None else Block(plan.streams, plan.columns(records))

    def read_anew(self, packet: Packet, version: int, ahead: int) -> Read:
        """A packet by another version, out of its bytes as sent: it is one of that version then.

        Raises as `read` does.
        """
        return _read_bytes(packet, self.of(packet.device, version), ahead)

    def versions(self, packet: Packet) -> tuple[int, ...]:
        """The schema versions by which the bytes of a packet may be read: its own, and today's.

        A deleted device has its last. Raises Unavailable.
        """
        if packet.format is Format.READINGS:
            return ()
        newest = find_newest_version(self._catalog, packet.device)
        return tuple(dict.fromkeys((packet.version, newest or packet.version)))

    def _load(self, device: int, version: int) -> ReadingPlan:
        schema = find_schema(self._catalog, device, version)
        if schema is None:
            raise UnknownSchema(f"device {device} has no schema version {version}")
        streams = find_version_streams(self._catalog, device, version)
        compiled = compile_plan(schema)
        numbers = [stream.id for stream in streams]
        plan = ReadingPlan(version, numbers, compiled.values, compiled.columns, compiled.convert)
        if len(self._known) >= _LIMIT:
            self._known.clear()
        self._known[device, version] = plan
        return plan


def _read_bytes(packet: Packet, plan: ReadingPlan, ahead: int) -> Read:
    time, record = plan.convert(read_tree(packet.raw, packet.format))
    check_moment(time, packet.received + ahead)
    read = packet._replace(version=plan.version, time=time, record=record)
    return Read(read, plan.streams, plan.values(record))

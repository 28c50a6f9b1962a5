"""How the packets of each schema version are read, compiled once and kept."""

from collections.abc import Callable
from typing import NamedTuple

from sensorium.model.device import Datastream, Schema
from sensorium.model.packet import Format, Packet
from sensorium.plans.plan import compile_plan
from sensorium.process.readings import numbers_of
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.datastreams import find_version_streams
from sensorium.storage.catalog.devices import find_schema

_LIMIT = 10_000  # schema versions in memory


class UnknownSchema(Exception):
    """A packet is of a schema version that the catalog does not have."""


class Description(NamedTuple):
    """A schema version, and its datastreams in the order of its bindings."""

    schema: Schema
    streams: tuple[Datastream, ...]


class ReadingPlan(NamedTuple):
    """The ids of a version's datastreams, and what reads their values, in the same order, out of a record."""

    streams: list[int]
    values: Callable[[bytes], list[float | None]]


class ReadingPlans:
    """The plans of all devices. A schema version never changes, so nothing is ever out of date."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[tuple[int, int], ReadingPlan] = {}

    def of(self, device: int, version: int) -> ReadingPlan:
        """The plan of a schema version. Raises UnknownSchema and, while the catalog is away, Unavailable."""
        return self._known.get((device, version)) or self._load(device, version)

    def values(self, packet: Packet) -> tuple[list[int], list[float | None]]:
        """The ids of a packet's datastreams and the value of each, None where it has none.

        Raises as `of` does, and what a damaged record raises.
        """
        if packet.format is Format.READINGS:
            return numbers_of(packet.record)
        plan = self.of(packet.device, packet.version)
        return plan.streams, plan.values(packet.record)

    def _load(self, device: int, version: int) -> ReadingPlan:
        schema = find_schema(self._catalog, device, version)
        if schema is None:
            raise UnknownSchema(f"device {device} has no schema version {version}")
        streams = find_version_streams(self._catalog, device, version)
        plan = ReadingPlan([stream.id for stream in streams], compile_plan(schema).values)
        if len(self._known) >= _LIMIT:
            self._known.clear()
        self._known[device, version] = plan
        return plan

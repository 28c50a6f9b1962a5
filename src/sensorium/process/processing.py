"""Packets become rows and are stored: the same for packets of the log and for those that are replayed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from sensorium.model.errors import Unavailable
from sensorium.model.flags import Pipeline
from sensorium.model.moments import to_microseconds
from sensorium.model.packet import Packet
from sensorium.process.plans import ReadingPlans
from sensorium.process.steps import STEPS
from sensorium.storage.log import Rejected
from sensorium.storage.observations.rows import Rows, version_of
from sensorium.storage.observations.store import Store

log = structlog.get_logger()


@dataclass(slots=True)
class Outcome:
    """What became of some packets.

    `flags` are those of the last packet of each device, `newest` is its id. `processed` are the packets that
    could be processed, `rejected` the others. `rows` is what was stored.
    """

    flags: dict[int, Pipeline] = field(default_factory=dict[int, Pipeline])
    newest: dict[int, int] = field(default_factory=dict[int, int])
    processed: list[int] = field(default_factory=list[int])
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    rows: list[Rows] = field(default_factory=list[Rows])

    def accept(self, packet: Packet, flags: Pipeline) -> None:
        """Say what became of the next packet."""
        self.flags[packet.device] = flags
        self.newest[packet.device] = packet.id
        self.processed.append(packet.id)

    def reject(self, packet: Packet, error: Exception) -> None:
        """Say that the next packet could not be processed, and why."""
        self.flags[packet.device] = Pipeline.STORED_WITH_ERRORS
        self.newest[packet.device] = packet.id
        reason = f"{type(error).__name__}: {error}"[:1000]
        self.rejected.append(Rejected(packet.id, packet.device, reason, to_microseconds(datetime.now(UTC))))

    def add(self, later: "Outcome") -> None:
        """Take up what became of later packets."""
        self.flags |= later.flags
        self.newest |= later.newest
        self.processed += later.processed
        self.rejected += later.rejected
        self.rows += later.rows


@dataclass(frozen=True, slots=True)
class Processing:
    """Makes rows of packets and stores them. What comes out depends on the packets and the catalog alone.

    Of rows made in different generations the later generation's are in force.
    """

    store: Store
    plans: ReadingPlans
    generation: int = 0

    def process(self, packets: Sequence[Packet], *, archive: bool) -> Outcome:
        """Store the rows of the packets, and the packets themselves with `archive`.

        A packet that cannot be processed is rejected and does not stop the others. Doing it again changes
        nothing. Raises Unavailable when catalog, engine or disk are at fault.
        """
        outcome = Outcome()
        try:
            rows = self._rows(packets, outcome)
            for step in STEPS:
                rows = step(rows)
            self.store.write(rows)
            if archive:
                self.store.archive(packets)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - no packet may stop the worker
            if len(packets) > 1:
                return self._halves(packets, archive=archive)
            return self._reject(packets[0], error, archive=archive)
        outcome.rows.append(rows)
        return outcome

    def _halves(self, packets: Sequence[Packet], *, archive: bool) -> Outcome:
        middle = len(packets) // 2
        outcome = self.process(packets[:middle], archive=archive)
        outcome.add(self.process(packets[middle:], archive=archive))
        return outcome

    def _reject(self, packet: Packet, error: Exception, *, archive: bool) -> Outcome:
        outcome = Outcome()
        outcome.reject(packet, error)
        if archive:
            self._archive_alone(packet)
        return outcome

    def _archive_alone(self, packet: Packet) -> None:
        try:
            self.store.archive([packet])
        except Unavailable:
            raise
        except Exception:  # it stays in the log for as long as the log keeps packets
            log.exception("a rejected packet is not archived", packet=packet.id)

    def _rows(self, packets: Sequence[Packet], outcome: Outcome) -> Rows:
        rows = Rows([], [], [], [], [], [], [], [], [])
        base = version_of(self.generation, 0, 0)
        for packet in packets:
            try:
                streams, read = self.plans.of(packet.device, packet.version)
                values = read(packet.record)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - no packet may stop the worker
                outcome.reject(packet, error)
                continue
            if None in values:
                streams = [stream for stream, value in zip(streams, values, strict=True) if value is not None]
                values = [value for value in values if value is not None]
            count = len(values)
            outcome.accept(packet, Pipeline.STORED if count else Pipeline.NO_DATA)
            place = packet.position
            rows.device += [packet.device] * count
            rows.datastream += streams
            rows.time += [packet.received if packet.time is None else packet.time] * count
            rows.value += values
            rows.longitude += [None if place is None else place.longitude] * count
            rows.latitude += [None if place is None else place.latitude] * count
            rows.altitude += [None if place is None else place.altitude] * count
            rows.packet += [packet.id] * count
            rows.version += [base | packet.id << 2] * count
        return rows

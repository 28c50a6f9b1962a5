"""Packets become rows and are stored: the same for packets of the log and for those that are replayed."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from sensorium.model.errors import Unavailable
from sensorium.model.flags import QC, Pipeline
from sensorium.model.moments import to_microseconds
from sensorium.model.packet import Packet
from sensorium.process.check_quality import Surroundings
from sensorium.process.neighbours import Neighbours
from sensorium.process.plans import ReadingPlans
from sensorium.process.rules import Rules
from sensorium.process.steps import STEPS
from sensorium.storage.catalog import Catalog
from sensorium.storage.log import Rejected
from sensorium.storage.observations.rows import Rows, version_of
from sensorium.storage.observations.store import Store

log = structlog.get_logger()


class _Nowhere(NamedTuple):
    longitude: None = None
    latitude: None = None
    altitude: None = None


_NOWHERE = _Nowhere()


@dataclass(slots=True)
class Outcome:
    """What became of some packets.

    `last` has the id and the flags of the last packet of each device; `rejected` are the packets that could
    not be processed; `rows` is what was stored of the others.
    """

    last: dict[int, tuple[int, Pipeline]] = field(default_factory=dict[int, tuple[int, Pipeline]])
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    rows: list[Rows] = field(default_factory=list[Rows])

    def reject(self, packet: Packet, error: Exception) -> None:
        """Say that the next packet could not be processed, and why."""
        self.last[packet.device] = packet.id, Pipeline.STORED_WITH_ERRORS
        reason = f"{type(error).__name__}: {error}"[:1000]
        self.rejected.append(Rejected(packet.id, packet.device, reason, to_microseconds(datetime.now(UTC))))

    def mark(self, packets: AbstractSet[int], flag: Pipeline) -> None:
        """Add a flag to the devices whose last packet is one of these."""
        for device, (packet, flags) in self.last.items():
            if packet in packets:
                self.last[device] = packet, flags | flag

    def add(self, later: "Outcome") -> None:
        """Take up what became of later packets."""
        self.last |= later.last
        self.rejected += later.rejected
        self.rows += later.rows


@dataclass(frozen=True, slots=True)
class Processing:
    """Makes rows of packets and stores them. What comes out depends on the packets and the catalog alone.

    Rows have the version of their packet; or, where packets are processed again, that of the newest packet
    there was then (`as_of`), so that they are in force from then on. For one thread.
    """

    store: Store
    plans: ReadingPlans
    around: Surroundings
    as_of: int | None = None

    @classmethod
    def of(cls, store: Store, catalog: Catalog) -> "Processing":
        """Processing with nothing in memory yet."""
        return cls(store, ReadingPlans(catalog), Surroundings(Rules(catalog), Neighbours(store)))

    def process(self, packets: Sequence[Packet], *, archive: bool) -> Outcome:
        """Store the rows of the packets, and the packets themselves with `archive`.

        A packet that cannot be processed is rejected and does not stop the others. Doing it again changes
        nothing. Raises Unavailable when catalog, engine or disk are at fault.
        """
        outcome = Outcome()
        try:
            rows = self._worked(self._rows(packets, outcome), outcome, alone=len(packets) == 1)
            self.store.write(rows)
            self.around.neighbours.keep()
            if archive:
                self.store.archive(packets)
        except Unavailable:
            self.around.neighbours.forget()
            raise
        except Exception as error:  # noqa: BLE001 - no packet may stop the worker
            self.around.neighbours.forget()
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

    def _worked(self, rows: Rows, outcome: Outcome, *, alone: bool) -> Rows:
        """The rows after all steps. Those of one packet alone are stored as they are when a step fails."""
        try:
            for step in STEPS:
                rows = step(rows, self.around)
        except Unavailable:
            raise
        except Exception:
            if not alone:
                raise
            log.exception("a step failed", packet=rows.packet[:1])
            self.around.neighbours.forget()
            outcome.mark(set(rows.packet), Pipeline.QUALITY_FAILED)
            return rows
        checked = zip(rows.packet, rows.qc or (), strict=False)
        outcome.mark({packet for packet, words in checked if words & QC.EXECUTED}, Pipeline.QUALITY_EXECUTED)
        return rows

    def _rows(self, packets: Sequence[Packet], outcome: Outcome) -> Rows:
        rows = Rows([], [], [], [], [], [], [], [], [])
        plan_of, last, as_of = self.plans.of, outcome.last, self.as_of
        for packet in packets:
            try:
                plan = plan_of(packet.device, packet.version)
                values = plan.values(packet.record)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - no packet may stop the worker
                outcome.reject(packet, error)
                continue
            streams = plan.streams
            if None in values:
                streams = [stream for stream, value in zip(streams, values, strict=True) if value is not None]
                values = [value for value in values if value is not None]
            count = len(values)
            last[packet.device] = packet.id, Pipeline.STORED if count else Pipeline.NO_DATA
            rows.device += [packet.device] * count
            rows.datastream += streams
            rows.time += [packet.received if packet.time is None else packet.time] * count
            rows.value += values
            rows.packet += [packet.id] * count
            version = version_of(packet.id, 0) if as_of is None else version_of(as_of, 3)
            rows.version += [version] * count
            place = packet.position or _NOWHERE
            rows.longitude += [place.longitude] * count
            rows.latitude += [place.latitude] * count
            rows.altitude += [place.altitude] * count
        return rows

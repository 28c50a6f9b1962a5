"""Packets become rows and are stored: the same for packets of the log and for those that are replayed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import structlog
from numpy.typing import NDArray

from sensorium.model.errors import Refusal, Unavailable
from sensorium.model.flags import QC, Pipeline
from sensorium.model.moments import to_microseconds
from sensorium.model.packet import Packet, Rejected
from sensorium.plans.alike import places_of_equals
from sensorium.process.correct_values import leave_uncorrected
from sensorium.process.neighbours import TooMuch
from sensorium.process.plans import Read, ReadingPlans
from sensorium.process.readings import origins_of, texts_of, told_by
from sensorium.process.samples import Made, Samples, to_rows
from sensorium.process.steps import STEPS
from sensorium.process.surroundings import Surroundings
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.rows import version_of, withdrawal
from sensorium.storage.observations.store import Store

log = structlog.get_logger()

DAY = 86_400_000_000
_SAMPLES = 1 << 19  # in memory at once: checking one takes some hundred bytes


@dataclass(slots=True)
class Outcome:
    """What became of some packets.

    `last` has the id and the flags of the last packet of each device; `rejected` are the packets that could
    not be processed; `values` is how many they had in all.
    """

    last: dict[int, tuple[int, Pipeline]] = field(default_factory=dict[int, tuple[int, Pipeline]])
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    values: int = 0

    def reject(self, packet: Packet, error: Exception) -> None:
        """Say that the next packet could not be processed, and why."""
        self.last[packet.device] = packet.id, Pipeline.STORED_WITH_ERRORS
        reason, path = f"{type(error).__name__}: {error}", ""
        if isinstance(error, Refusal):
            reason, path = error.why, error.where
        now = to_microseconds(datetime.now(UTC))
        self.rejected.append(Rejected(packet.id, packet.device, reason[:1000], now, path[:1000]))

    def mark(self, packets: NDArray[np.int64], flag: Pipeline) -> None:
        """Add a flag to the devices whose last packet is one of these."""
        lasts = np.asarray([packet for packet, _ in self.last.values()], np.int64)
        is_marked = np.isin(lasts, packets).tolist()
        for device in [each for each, marked in zip(self.last, is_marked, strict=True) if marked]:
            packet, flags = self.last[device]
            self.last[device] = packet, flags | flag

    def add(self, later: "Outcome") -> None:
        """Take up what became of later packets."""
        self.last |= later.last
        self.rejected += later.rejected
        self.values += later.values


@dataclass(frozen=True, slots=True)
class Processing:
    """Makes rows of packets and stores them. What comes out depends on the packets and the catalog alone.

    Rows have the version of their packet; or, where packets are processed again, that of the newest packet
    there was then (`as_of`), so that they are in force from then on; and the rows that these packets made
    before and do not make now are withdrawn. With `yields` a row of a later packet at the same time stays.

    A packet is read by the schema version under which it came in. When it is processed again and that version
    cannot read it, it is read out of its bytes, by the device's newest version if need be, and is a packet of
    that version from then on. A time that it has may be `ahead` microseconds after its receipt. For one
    thread.
    """

    store: Store
    plans: ReadingPlans
    around: Surroundings
    as_of: int | None = None
    yields: bool = False
    ahead: int = DAY

    @classmethod
    def of(cls, store: Store, catalog: Catalog, ahead: int = DAY) -> "Processing":
        """Processing with nothing in memory yet."""
        return cls(store, ReadingPlans(catalog), Surroundings.of(store, catalog), ahead=ahead)

    def process(self, packets: Sequence[Packet], *, archive: bool) -> Outcome:
        """Store the rows of the packets, and the packets themselves with `archive`.

        A packet that cannot be processed is rejected and does not stop the others. Doing it again changes
        nothing. Raises Unavailable when catalog, engine or disk are at fault.
        """
        outcome = Outcome()
        try:
            samples, read = self._samples(packets, outcome)
            outcome.values = len(samples)
            if len(samples) > _SAMPLES and len(packets) > 1:
                raise TooMuch
            if self.as_of is not None:
                self._withdraw(read, samples)
            if self.yields:
                samples = self._without_replaced(samples)
            told = told_by(packets)
            self.store.tell(origins_of(told))
            self.store.write(to_rows(self._worked(samples, outcome, alone=len(packets) == 1)))
            self.store.write(texts_of(told, self.as_of))
            self.around.keep()
            changed = [each for each, was in zip(read, packets, strict=True) if each is not was]
            self.store.archive(read if archive else changed)
        except Unavailable:
            self.around.forget()
            raise
        except TooMuch:  # no row is stored yet
            self.around.drop()
            return self._halves(packets, archive=archive)
        except Exception as error:  # noqa: BLE001 - no packet may stop the worker
            self.around.forget()
            if len(packets) > 1:
                return self._halves(packets, archive=archive)
            return self._reject(packets[0], error, archive=archive)
        return outcome

    def _withdraw(self, packets: Sequence[Packet], samples: Samples) -> None:
        """Delete the rows in force that these packets of one device made before and do not make now."""
        device = packets[0].device
        times = [packet.received if packet.time is None else packet.time for packet in packets]
        keys = (samples[name].tolist() for name in ("series", "time", "packet"))
        made = set(zip(*keys, strict=True))
        there = self.store.rows_of(device, [packet.id for packet in packets], min(times), max(times))
        gone = [row for row in there if row[:3] not in made]
        if gone:
            self.store.write(withdrawal(device, gone))
            self.around.forget()

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

    def _worked(self, samples: Samples, outcome: Outcome, *, alone: bool) -> Samples:
        """The samples after all steps. Those of one packet alone are stored as they are when a step fails."""
        worked = samples
        try:
            for step in STEPS:
                worked = step(worked, self.around)
        except Unavailable:
            raise
        except Exception:
            if not alone:
                raise
            log.exception("a step failed", packets=samples["packet"][:1].tolist())
            self.around.forget()
            outcome.mark(samples["packet"], Pipeline.QUALITY_FAILED)
            return leave_uncorrected(worked, self.around)
        checked = worked["packet"][worked["qc"] & int(QC.EXECUTED) != 0]
        outcome.mark(checked, Pipeline.QUALITY_EXECUTED)
        return worked

    def _without_replaced(self, samples: Samples) -> Samples:
        """The samples of one device that have no row of a later packet in force at their time."""
        if not len(samples):
            return samples
        times = sorted(set(samples["time"].tolist()))
        newest = self.store.newest_at(int(samples["device"][0]), times)
        keys = zip(*(samples[name].tolist() for name in ("series", "time", "packet")), strict=True)
        return samples[[newest.get((series, time), 0) <= packet for series, time, packet in keys]]

    def _samples(self, packets: Sequence[Packet], outcome: Outcome) -> tuple[Samples, list[Packet]]:
        """What the packets hold, and the packets as they were read."""
        made, read = Made(), list(packets)
        for places in _by_device(packets):
            some = [packets[at] for at in places]
            if self._add_block(some, made, outcome):
                continue
            for at, packet in zip(places, some, strict=True):
                read[at] = self._add(packet, made, outcome)
        return made.samples(), read

    def _add_block(self, packets: Sequence[Packet], made: Made, outcome: Outcome) -> bool:
        """Take what packets of one device hold all at once; whether that went."""
        try:
            block = self.plans.block(packets)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - whichever it was, it is found when each is read by itself
            return False
        if block is None:
            return False
        ids = np.asarray([each.id for each in packets], np.int64)
        made.add_block(packets, self._versions(ids), *block)
        last = packets[-1]
        has_values = not np.isnan(block.values[-1]).all()
        outcome.last[last.device] = last.id, Pipeline.STORED if has_values else Pipeline.NO_DATA
        return True

    def _add(self, packet: Packet, made: Made, outcome: Outcome) -> Packet:
        """Take what a packet holds; the packet as it was read. One that cannot be read is rejected."""
        try:
            found = self.plans.read(packet, self.ahead)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - no packet may stop the worker
            found = self._read_again(packet, error, outcome)
        if found is None:
            return packet
        streams, values = found.streams, [value for value in found.values if value is not None]
        if len(values) < len(streams):
            streams = [
                stream for stream, value in zip(streams, found.values, strict=True) if value is not None
            ]
        outcome.last[packet.device] = packet.id, Pipeline.STORED if values else Pipeline.NO_DATA
        made.add(found.packet, self._version(packet.id), streams, values)
        return found.packet

    def _version(self, packet: int) -> int:
        return version_of(packet, 0) if self.as_of is None else version_of(self.as_of, 3)

    def _versions(self, packets: NDArray[np.int64]) -> NDArray[np.int64]:
        if self.as_of is None:
            return version_of(packets, 0)
        return np.full(len(packets), version_of(self.as_of, 3), np.int64)

    def _read_again(self, packet: Packet, error: Exception, outcome: Outcome) -> Read | None:
        """A packet that could not be read, out of its bytes; None when it is rejected, as new ones are."""
        for version in () if self.as_of is None else self.plans.versions(packet):
            try:
                return self.plans.read_anew(packet, version, self.ahead)
            except Unavailable:
                raise
            except Exception as another:  # noqa: BLE001 - the same
                error = another
        outcome.reject(packet, error)
        return None


def _by_device(packets: Sequence[Packet]) -> list[list[int]]:
    """The places of the packets of each device, by its id: so their series mostly are in order."""
    return places_of_equals(np.asarray([packet.device for packet in packets], np.int64))

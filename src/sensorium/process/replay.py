"""Stored packets are processed once more, by the same code as new ones and beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sensorium.model.packet import Packet
from sensorium.process.memory import collect
from sensorium.process.processing import Outcome, Processing
from sensorium.process.worker import Worker
from sensorium.storage.observations.rows import Rows

_EVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Replay:
    """Which packets: of one device or of all, with times from `begin` to `end` (microseconds since 1970 UTC).

    A packet without a time of its own has that of its receipt. `after_device` and `after` are the device and
    the packet that an earlier replay reported last: it goes on behind them.
    """

    device: int | None = None
    begin: int = 0
    end: int = _EVER
    after_device: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """How far a replay is: its last device and packet, and how many it has processed and rejected so far."""

    device: int
    packet: int
    processed: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Replays:
    """Replays packets out of the archive. The rows that the packets made before and no longer make go."""

    processing: Processing
    worker: Worker

    def run(self, replay: Replay) -> Iterator[Replayed]:
        """Replay device by device, in the order of acceptance, and say after each part how far it is.

        Packets that are archived after the start are left to the worker. Raises Unavailable.
        """
        store = self.processing.store
        until = store.newest_packet()
        devices = store.archived_devices() if replay.device is None else [replay.device]
        self.processing.around.rules.renew()
        self.processing.around.neighbours.forget()
        processed = rejected = 0
        for device in devices:
            if device < replay.after_device:
                continue
            after = replay.after if device == replay.after_device else 0
            parts = store.archived(device, after=after, until=until, begin=replay.begin, end=replay.end)
            for packets in parts:
                failed = self._again(packets)
                processed += len(packets) - failed
                rejected += failed
                yield Replayed(device, packets[-1].id, processed, rejected)

    def _again(self, packets: Sequence[Packet]) -> int:
        """Process packets of one device again; how many of them were rejected."""
        again = replace(self.processing, as_of=self.worker.offset)
        outcome = again.process(packets, archive=False)
        self._withdraw(packets, outcome)
        if self.processing.store.newest_packet_of(packets[-1].device) != packets[-1].id:
            outcome.last.clear()  # the pipeline's flags are about the last packet
        failed = {each.packet for each in outcome.rejected}
        self.worker.settle(outcome, [packet.id for packet in packets if packet.id not in failed])
        collect()
        return len(failed)

    def _withdraw(self, packets: Sequence[Packet], outcome: Outcome) -> None:
        """Delete the rows in force that these packets made in an earlier processing and did not make now."""
        device = packets[0].device
        times = [packet.received if packet.time is None else packet.time for packet in packets]
        made = {
            key for rows in outcome.rows for key in zip(rows.datastream, rows.time, rows.packet, strict=True)
        }
        ids = [packet.id for packet in packets]
        there = self.processing.store.rows_of(device, ids, min(times), max(times))
        gone = [row for row in there if row[:3] not in made]
        if gone:
            datastreams, when, which, versions = (list(column) for column in zip(*gone, strict=True))
            nothing: list[float | None] = [None] * len(gone)
            self.processing.store.write(
                Rows(
                    device=[device] * len(gone),
                    datastream=datastreams,
                    time=when,
                    value=nothing,
                    longitude=nothing,
                    latitude=nothing,
                    altitude=nothing,
                    packet=which,
                    version=versions,
                    is_deleted=[1] * len(gone),
                )
            )

"""Stored packets are processed once more, by the same code and in the same thread as new ones."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import monotonic

from sensorium.model.job import Job, Progress
from sensorium.model.moments import EVER
from sensorium.model.packet import Packet
from sensorium.process.memory import collect
from sensorium.process.worker import Worker

_AT_ONCE, _BYTES = 32_768, 16 << 20  # of packets between which the worker may take new ones
_LISTED = 4096  # of the rejected list at once
_FEWEST = 64
_LONG = 0.4  # seconds: new packets, and those who read, wait meanwhile


@dataclass(frozen=True, slots=True)
class Replay:
    """Which packets: of one device or of all, with times from `begin` to `end` (microseconds since 1970 UTC).

    A packet without a time of its own has that of its receipt. `after_device` and `after` are the device and
    the packet that an earlier replay reported last: it goes on behind them. With `rejected` only those on the
    rejected list are meant. None with an id above `until` is.
    """

    device: int | None = None
    begin: int = 0
    end: int = EVER
    after_device: int = 0
    after: int = 0
    rejected: bool = False
    until: int = EVER


@dataclass(frozen=True, slots=True)
class Replayed:
    """How far a replay is: its last device and packet, and how many it has processed and rejected so far."""

    device: int
    packet: int
    processed: int
    rejected: int


@dataclass(slots=True)
class _Pace:
    """How many packets are processed at once: as many as take no longer than new ones may wait.

    What comes of them is the same in whatever parts.
    """

    most: int = _AT_ONCE
    at_once: int = 512

    def took(self, packets: int, seconds: float) -> None:
        """So many packets took so long."""
        if seconds > _LONG:
            self.at_once = max(packets // 2, _FEWEST)
        elif seconds < _LONG / 2 and packets >= self.at_once:
            self.at_once = min(2 * self.at_once, self.most)


def replay(worker: Worker, wanted: Replay) -> Generator[Replayed]:
    """Process packets out of the archive again, device by device in the order of acceptance.

    After each part it says how far it is; the worker may work off more of the log before the next. Raises
    Unavailable.
    """
    store, pace = worker.processing.store, _Pace(_LISTED if wanted.rejected else _AT_ONCE)
    begin, end = wanted.begin, wanted.end
    processed = rejected = 0
    for device in _devices(worker, wanted):
        if wanted.rejected:
            read = _rejected(worker, wanted, device)
        else:
            after = _after(wanted, device)
            read = store.archived(device, after=after, until=wanted.until, begin=begin, end=end)
        with closing(read):
            for packets in _cut(read, pace):
                begun = monotonic()
                failed = _again(worker, packets, yields=wanted.rejected)
                pace.took(len(packets), monotonic() - begun)
                processed += len(packets) - failed
                rejected += failed
                yield Replayed(device, packets[-1].id, processed, rejected)


def _after(wanted: Replay, device: int) -> int:
    """Behind which packet of the device it begins."""
    return wanted.after if device == wanted.after_device else 0


def _devices(worker: Worker, wanted: Replay) -> list[int]:
    """The devices that have such packets, in order: to ask for those of one takes milliseconds."""
    if wanted.device is not None:
        return [wanted.device]
    if wanted.rejected:
        found = worker.progress.rejected_devices()
    else:
        found = worker.processing.store.archived_devices(wanted.until, wanted.begin, wanted.end)
    return [device for device in found if device >= wanted.after_device]


def _rejected(worker: Worker, wanted: Replay, device: int) -> Generator[list[Packet]]:
    """The packets of a device on the rejected list that are meant, as they are archived."""
    for some in _listed(worker, wanted, device):
        read = worker.processing.store.archived_among(device, some, begin=wanted.begin, end=wanted.end)
        with closing(read):
            yield from read


def _listed(worker: Worker, wanted: Replay, device: int) -> Generator[list[int]]:
    """The packets of a device on the rejected list, those behind the one that was reported last."""
    after = _after(wanted, device)
    while listed := worker.progress.rejected(device=device, after=after, rows=_LISTED):
        after = listed[-1].packet
        yield [each.packet for each in listed if each.packet <= wanted.until]


def _count(worker: Worker, wanted: Replay) -> int:
    """How many packets `replay` will go through. Raises Unavailable."""
    store, begin, end = worker.processing.store, wanted.begin, wanted.end
    if not wanted.rejected:
        behind = wanted.after_device, wanted.after
        return store.count_archived(wanted.device, behind=behind, until=wanted.until, begin=begin, end=end)
    return sum(
        store.count_archived_among(device, some, begin=begin, end=end)
        for device in _devices(worker, wanted)
        for some in _listed(worker, wanted, device)
    )


def _cut(read: Iterable[list[Packet]], pace: _Pace) -> Generator[list[Packet]]:
    """The packets in parts, whatever blocks the engine reads them in."""
    part: list[Packet] = []
    size = 0
    for packets in read:
        for packet in packets:
            part.append(packet)
            size += len(packet.record) + len(packet.raw)
            if len(part) >= pace.at_once or size >= _BYTES:
                yield part
                part, size = [], 0
    if part:
        yield part


def do_replay(worker: Worker, job: Job) -> Generator[Progress]:
    """Do a job of the kind replay, or what is left of it, part by part. Raises Unavailable.

    When it is taken up again, packets that have been archived since it began are among what is left.
    """
    asked, done = job.asked, job.progress
    begin = 0 if asked.begin is None else asked.begin
    end = EVER if asked.end is None else asked.end
    until = worker.processing.store.newest_packet()  # what is archived from now on is left to the worker
    rest = Replay(asked.device, begin, end, done.after_device, done.after, asked.only_rejected, until)
    total = done.processed + done.rejected + _count(worker, rest)
    yield replace(done, total=total)
    with closing(replay(worker, rest)) as parts:
        for part in parts:
            processed, rejected = done.processed + part.processed, done.rejected + part.rejected
            yield Progress(part.device, part.packet, processed, rejected, total)


def _again(worker: Worker, packets: Sequence[Packet], *, yields: bool) -> int:
    """Process packets of one device again; how many of them were rejected.

    With `yields` not all packets of their time are: rows of later ones stay.
    """
    worker.processing.around.rules.renew()
    again = replace(worker.processing, as_of=worker.offset, yields=yields)
    outcome = again.process(packets, archive=False)
    if worker.processing.store.newest_packet_of(packets[-1].device) != packets[-1].id:
        outcome.last.clear()  # the pipeline's flags are about the last packet
    failed = {each.packet for each in outcome.rejected}
    worker.redone(outcome, [packet.id for packet in packets if packet.id not in failed])
    collect()
    return len(failed)

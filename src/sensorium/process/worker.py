"""The worker: log -> steps -> observations and archive, and only then on in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition
from time import monotonic

import structlog

from sensorium.model.errors import Unavailable
from sensorium.model.flags import PipelineStatus
from sensorium.model.moments import to_microseconds
from sensorium.model.packet import Packet, Rejected
from sensorium.process.memory import collect
from sensorium.process.processing import Outcome, Processing
from sensorium.storage.log import DamageError, LogReader, Progress

log = structlog.get_logger()

LINGER = 0.2
_MOMENT = 1.0  # seconds
_PACKETS, _BYTES = 32_768, 16 << 20  # in one batch, which is in memory as a whole
_VALUES, _WIDE = 131_072, 32.0  # of a batch, about; and of a packet as long as none was seen
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


@dataclass
class Worker:
    """Works off the log in one thread: whoever calls `run`.

    From that thread it calls `moved` each time after more of the log is processed, and `beside` between two
    batches, some times: that does a part of something else, and says whether it has more to do.
    """

    packets: LogReader
    progress: Progress
    processing: Processing
    moved: Callable[[], None] = lambda: None
    beside: Callable[[], bool] = lambda: False
    offset: int = field(default=0, init=False)
    _width: float = field(default=_WIDE, init=False)
    _wake: Condition = field(default_factory=Condition, init=False)
    _hurried: bool = field(default=False, init=False)
    _stopped: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        # an archive that was taken away or put back from a copy gets what the log still has
        self.offset = min(self.progress.offset(), self.processing.store.newest_packet())

    def run(self) -> None:
        """Work until `stop`. While catalog, engine or disk are at fault, try again with growing pauses."""
        pause = _FIRST_PAUSE
        while not self._stopped:
            begun = monotonic()
            try:
                self._hurried = False
                more = self.turn()
                more |= self._work_beside()
            except Unavailable as error:
                log.error("the worker waits", why=error.why, again_in=pause)
                self._rest(pause, hasty=False)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            if not more:
                self._rest(begun + LINGER - monotonic(), hasty=True)

    def _work_beside(self) -> bool:
        """Parts of something else, for a moment in which packets gather: each costs less among many.

        Whether there is more of it. Ends early when somebody waits for packets.
        """
        until = monotonic() + _MOMENT
        while more := self.beside():
            if self._hurried or self._stopped or monotonic() > until:
                break
        return more

    def turn(self) -> bool:
        """Process what the log has, up to a bound; whether that bound left some of it. Raises Unavailable."""
        try:
            most = min(_PACKETS, int(_VALUES / self._width) + 1)
            packets = self.packets.read(self.offset, rows=most, size=_BYTES)
        except DamageError as damage:
            self._skip(damage)
            return True
        if packets:
            self.processing.around.rules.renew()
            last, is_full = packets[-1].id, _is_full(packets, most)
            outcome = self.processing.process(packets, archive=True)
            self._width = max(outcome.values / len(packets), 1.0)  # as the next ones are likely to be
            self._commit(last, outcome)
            del packets
            collect()
            return is_full and self.packets.newest() > last
        return False

    def hurry(self) -> None:
        """Cut the lingering short: somebody waits for what the log has."""
        with self._wake:
            self._hurried = True
            self._wake.notify()

    def stop(self) -> None:
        """Let `run` return after what it is at."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def redone(self, outcome: Outcome, recovered: Sequence[int]) -> None:
        """Keep what became of packets that were processed again; `recovered` are no longer rejected.

        Raises Unavailable.
        """
        self._commit(self.offset, outcome, recovered)

    def _commit(self, offset: int, outcome: Outcome, recovered: Sequence[int] = ()) -> None:
        if outcome.rejected:
            first, count = outcome.rejected[0], len(outcome.rejected)
            log.warning(
                "packets are rejected", count=count, first=first.packet, device=first.device, why=first.reason
            )
        now = datetime.now(UTC)
        self.progress.commit(
            offset,
            {device: PipelineStatus(flags, now) for device, (_, flags) in outcome.last.items()},
            outcome.rejected,
            recovered=recovered,
        )
        if offset > self.offset:
            self.offset = offset
            self.moved()

    def _skip(self, damage: DamageError) -> None:
        """Go on behind packets that the disk has not kept; each of them is on the rejected list."""
        now = to_microseconds(datetime.now(UTC))
        lost = Outcome(
            rejected=[Rejected(id_, 0, str(damage), now) for id_ in range(damage.first, damage.last + 1)]
        )
        self._commit(damage.last, lost)

    def _rest(self, seconds: float, *, hasty: bool) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopped or (hasty and self._hurried), max(seconds, 0))
            self._hurried = False


def _is_full(packets: Sequence[Packet], most: int) -> bool:
    """Whether a bound ended the batch. Otherwise what comes meanwhile is gathered: each insert is dear."""
    size = sum(len(packet.record) + len(packet.raw) for packet in packets)
    return len(packets) >= most or size >= _BYTES // 2

"""The one place where a packet is accepted: what this returns may be answered, since it is on the disk."""

from asyncio import Future
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from sensorium.model.errors import Unavailable
from sensorium.model.packet import NewPacket
from sensorium.plans.moments import check_moment
from sensorium.storage.log import Addition, Appended, Key, Log

__all__ = ["Acceptance", "Addition", "Appended", "Key"]

log = structlog.get_logger()

DAY = 24 * 3600 * 1_000_000


class Acceptance:
    """Takes packets into the log, and knows the newest one that each device has had accepted.

    `clock` gives microseconds since 1970 UTC, and a packet's own time may be at most `ahead` microseconds
    later. `unprocessed` is what the log holds at the start that the engine has not processed yet.
    """

    def __init__(
        self,
        log: Log,
        clock: Callable[[], int],
        ahead: int = DAY,
        unprocessed: Mapping[int, int] | None = None,
    ) -> None:
        self._log = log
        self._clock = clock
        self._ahead = ahead
        self._newest = dict(unprocessed or {})

    def check_time(self, time: int | None) -> None:
        """Raise InvalidPacket when a packet's own time is before 1970 or too far in the future."""
        check_moment(time, self._clock() + self._ahead)

    async def accept(
        self, packets: Sequence[NewPacket], key: Key | None = None, answer: bytes = b""
    ) -> Appended:
        """Store the packets of one request, all or none, and return when they are on the disk.

        `answer` is kept with the key, and comes back, with `repeated`, when the request comes again.
        Raises KeyReused, and Unavailable when there is no space or too much waits.
        """
        appended = await self._log.append(packets, key=key, answer=answer)
        for device in {packet.device for packet in packets}:
            self.note(device, appended)
        return appended

    async def keep_refused(self, packets: Sequence[NewPacket]) -> None:
        """Keep packets that their schema refuses, so that they can be read once it is mended.

        They have no record. Without room for them they are lost, as their sender is told that they are.
        """
        if not packets:
            return
        try:
            await self.accept(packets)
        except Unavailable as error:
            log.warning("refused packets are not kept", packets=len(packets), why=error.why)

    def begin(self, packet: NewPacket) -> Future[Appended]:
        """Begin to store a packet: what is returned is done when it is on the disk, and is then to be noted.

        It ends with Unavailable when there is no space. Raises Unavailable when too much waits.
        """
        return self._log.begin([packet])

    def note(self, device: int, appended: Appended) -> None:
        """Know that a packet of the device is on the disk."""
        self._newest[device] = max(appended.position, self._newest.get(device, 0))

    def add(self, addition: Addition) -> Future[Appended]:
        """Begin to store what is new of an addition, as `begin` does with a packet.

        What is returned fails with AlreadyStored when nothing is new.
        """
        return self._log.add(addition)

    def newest(self, devices: Iterable[int]) -> int:
        """The id of the newest packet that was accepted for any of these devices; 0 when none is known."""
        known = self._newest
        return max((known.get(device, 0) for device in devices), default=0)

    def newest_of_all(self) -> int:
        """The id of the newest packet that is known; 0 when none is."""
        return max(self._newest.values(), default=0)

"""Packets as they were sent, what became of each, and those that could not be processed."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field, replace

from sensorium.model.packet import By, Original, Rejected
from sensorium.storage.log import ProgressReader
from sensorium.storage.observations.originals import Wanted
from sensorium.storage.observations.reader import Reader


@dataclass(frozen=True, slots=True)
class Packets:
    """Reads packets. What this server has acknowledged for the device is processed first.

    `newest` gives the id of the newest acknowledged packet of some devices. Each method raises Unavailable
    when the engine cannot answer, or does not process the newest packet in time.
    """

    reader: Reader
    progress: ProgressReader
    newest: Callable[[Iterable[int]], int]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(
        self,
        account: int,
        device: int,
        span: tuple[int, int],
        by: By,
        *,
        after: int = 0,
        most: int | None = None,
    ) -> AsyncGenerator[list[Original]]:
        """The packets of the account's device with times in the span, in the order of arrival, in portions.

        Both ends of it are included. Times are in microseconds since 1970 UTC: those of arrival or of
        observation. `after` and `most` are for pages: only packets with ids above the one, and so many.
        """
        until = await self._settled(device)
        wanted = Wanted(device, *span, by, until=until, after=after, most=most)
        async for some in self.reader.of(account).originals(wanted, until):
            async with self._turn:
                found = await asyncio.to_thread(self.progress.rejected_among, [each.id for each in some])
            yield [replace(each, rejected=found.get(each.id)) for each in some]

    async def rejected(self, device: int, *, before: int | None = None, most: int) -> list[Rejected]:
        """The packets of a device that could not be processed, the newest first.

        Only those with ids below `before`, and `most` of them.
        """
        await self._settled(device)
        bound = {} if before is None else {"before": before}
        async with self._turn:
            return await asyncio.to_thread(self.progress.last_rejected, device, **bound, rows=most)

    async def _settled(self, device: int) -> int:
        """The id up to which every packet of the device is processed, the newest acknowledged included."""
        position = self.newest([device])
        async with self._turn:
            processed = await asyncio.to_thread(self.progress.offset)
        if processed < position:
            await self.reader.wait(position)
        return max(processed, position)

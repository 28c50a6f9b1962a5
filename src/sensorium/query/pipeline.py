"""What became of the last packet of a device."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sensorium.model.flags import PipelineStatus
from sensorium.storage.log import ProgressReader
from sensorium.storage.observations.reader import Reader


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Reads pipeline flags. What this server has acknowledged for the devices is processed first.

    `newest` gives the id of the newest acknowledged packet of some devices.
    """

    reader: Reader
    progress: ProgressReader
    newest: Callable[[Iterable[int]], int]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def status(self, device: int) -> PipelineStatus:
        """The flags of one device. Raises Unavailable when its last packet is not processed in time."""
        return (await self.statuses([device]))[device]

    async def statuses(self, devices: Iterable[int]) -> dict[int, PipelineStatus]:
        """The flags of each of these devices. Raises Unavailable as `status` does."""
        wanted = list(devices)
        position = self.newest(wanted)
        async with self._turn:
            processed = await asyncio.to_thread(self.progress.offset)
        if processed < position:
            await self.reader.wait(position)
        async with self._turn:
            return await asyncio.to_thread(self.progress.statuses, wanted)

"""Waiting until the worker has come to a position of the log."""

import asyncio
from asyncio import AbstractEventLoop, Event

from sensorium.model.errors import Unavailable
from sensorium.process.worker import Worker

WAIT = 2.0


class Positions:
    """The worker's position, awaited by the coroutines of one event loop."""

    def __init__(self, worker: Worker, loop: AbstractEventLoop) -> None:
        self._worker = worker
        self._loop = loop
        self._moved = Event()
        worker.moved = self._tell

    @property
    def reached(self) -> int:
        """The id up to which every packet is processed."""
        return self._worker.offset

    async def reach(self, position: int) -> None:
        """Return when the packet with this id is processed. Raises Unavailable after two seconds."""
        try:
            async with asyncio.timeout(WAIT):
                while self._worker.offset < position:
                    moved = self._moved
                    self._worker.hurry()
                    await moved.wait()
        except TimeoutError:
            raise Unavailable("The newest packets are not processed yet.") from None

    def _tell(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        moved, self._moved = self._moved, Event()
        moved.set()

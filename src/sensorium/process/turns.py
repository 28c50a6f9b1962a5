"""Turns at the engine's streams: few may be open at once, and one that nobody takes makes way for others."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import inf
from typing import Any

import structlog

from sensorium.model.errors import Unavailable

WAIT = 2.0
PATIENCE = 5.0  # seconds in which a piece must be taken while others wait for a turn
_LOOK_EVERY = 0.25

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Turn:
    """The right to have a stream open. `since` is when a piece was handed over that is not taken yet."""

    since: float = inf
    limit: asyncio.Timeout | None = None

    async def hand_on(
        self,
        send: Callable[[Any], Awaitable[None]],
        stream: Callable[[Callable[[Any], Awaitable[None]]], Awaitable[None]],
    ) -> None:
        """Let a stream send, until it is done or others have waited too long for whoever takes it.

        In that case it just ends before its end.
        """
        loop = asyncio.get_running_loop()

        async def handed(message: Any) -> None:
            self.since = loop.time()
            await send(message)
            self.since = inf

        try:
            async with asyncio.timeout(None) as self.limit:
                await stream(handed)
        except TimeoutError:
            if self.limit is None or not self.limit.expired():
                raise
            log.warning("an answer that is not taken is ended, since others wait")
        finally:
            self.since, self.limit = inf, None

    def end(self) -> None:
        """Have the stream end where it is."""
        if self.limit is not None:
            self.since = inf
            self.limit.reschedule(0)


class Turns:
    """So many turns at once, in the order in which they are asked for. Of one event loop."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._taken: set[Turn] = set()
        self._waiting = 0
        self._looks = False

    async def take(self) -> Turn:
        """A turn, which is to be given back. Raises Unavailable after two seconds."""
        if self._free.locked() and not self._looks:
            self._look()
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable("Too many answers are being read at once.", retry_after=2) from None
        finally:
            self._waiting -= 1
        turn = Turn()
        self._taken.add(turn)
        return turn

    def give_back(self, turn: Turn) -> None:
        """Let another have this turn."""
        self._taken.remove(turn)
        self._free.release()

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """A turn for the length of a block. Raises as `take` does."""
        turn = await self.take()
        try:
            yield
        finally:
            self.give_back(turn)

    def _look(self) -> None:
        """End the stream that has stood still the longest, and look again for as long as anybody waits."""
        loop = asyncio.get_running_loop()
        stillest = min(self._taken, key=lambda turn: turn.since, default=None)
        if stillest is not None and loop.time() - stillest.since > PATIENCE:
            stillest.end()
        self._looks = True
        loop.call_later(_LOOK_EVERY, self._again)

    def _again(self) -> None:
        self._looks = False
        if self._waiting:
            self._look()

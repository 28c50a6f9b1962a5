"""Turns at the engine's streams: few may be open at once, and one that nobody takes makes way for others.

No account has more than its share: one that reads slowly, and much at once, keeps nobody else waiting.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import inf
from typing import Any

import structlog

from sensorium.model.errors import Unavailable

WAIT = 4.0
PATIENCE = 2.5  # seconds in which a piece must be taken while others wait: longer than a window is taken for
_LOOK_EVERY = 0.25

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Turn:
    """The right to have a stream open. `since` is when a piece was handed over that is not taken yet."""

    account: int
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
    """So many turns at once, and of each account, in the order in which they are asked for.

    Of one event loop.
    """

    def __init__(self, most: int, share: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._share = share
        self._shares: dict[int, asyncio.Semaphore] = {}
        self._taken: set[Turn] = set()
        self._waiting: Counter[int] = Counter()
        self._looks = False

    async def take(self, account: int) -> Turn:
        """A turn, which is to be given back. Raises Unavailable after some seconds."""
        share = self._shares.setdefault(account, asyncio.Semaphore(self._share))
        self._waiting[account] += 1
        if (share.locked() or self._free.locked()) and not self._looks:
            self._look()
        try:
            async with asyncio.timeout(WAIT):
                await _acquire(share, self._free)
        except TimeoutError:
            raise Unavailable("Too many answers are being read at once.", retry_after=2) from None
        else:
            turn = Turn(account)
            self._taken.add(turn)
            return turn
        finally:
            self._waiting[account] -= 1
            self._forget(account)

    def give_back(self, turn: Turn) -> None:
        """Let another have this turn."""
        self._taken.remove(turn)
        self._free.release()
        self._shares[turn.account].release()
        self._forget(turn.account)

    @asynccontextmanager
    async def one(self, account: int) -> AsyncGenerator[None]:
        """A turn for the length of a block. Raises as `take` does."""
        turn = await self.take(account)
        try:
            yield
        finally:
            self.give_back(turn)

    def _look(self) -> None:
        """End streams that stand still and keep others waiting, and look again for as long as anybody waits.

        One is ended for each that waits: of the account itself when it has its share, else of any.
        """
        loop = asyncio.get_running_loop()
        for account, waiting in self._waiting.items():
            is_own = sum(turn.account == account for turn in self._taken) >= self._share
            still = [
                turn
                for turn in self._taken
                if loop.time() - turn.since > PATIENCE and (turn.account == account or not is_own)
            ]
            for turn in sorted(still, key=lambda turn: turn.since)[:waiting]:
                turn.end()
        self._looks = True
        loop.call_later(_LOOK_EVERY, self._again)

    def _again(self) -> None:
        self._looks = False
        if self._waiting:
            self._look()

    def _forget(self, account: int) -> None:
        """Know no more of an account that neither has a turn nor waits for one."""
        if not self._waiting[account]:
            del self._waiting[account]
            if not any(turn.account == account for turn in self._taken):
                del self._shares[account]


async def _acquire(share: asyncio.Semaphore, free: asyncio.Semaphore) -> None:
    await share.acquire()
    try:
        await free.acquire()
    except BaseException:
        share.release()
        raise

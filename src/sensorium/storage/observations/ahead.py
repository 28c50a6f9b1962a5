"""Answers one after the other, the next of which the engine begins while the one before is being taken."""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple

from sensorium.storage.observations.pace import Pace

Pieces = AsyncGenerator[bytes]


class _Begun(NamedTuple):
    first: bytes
    rest: Pieces


async def in_turn(answers: AsyncGenerator[Pieces], pace: Pace) -> Pieces:
    """The pieces of all answers. Only for a reader who keeps pace two of them are open at once."""
    begun = await _begin(answers)
    while begun is not None:
        ahead = asyncio.create_task(_begin(answers)) if pace.is_kept else None
        try:
            with pace.one_query():
                yield begun.first
                async for piece in begun.rest:
                    yield piece
            begun = await (_begin(answers) if ahead is None else ahead)
        except BaseException:
            if ahead is not None:
                await _give_up(ahead)
            raise


async def _begin(answers: AsyncGenerator[Pieces]) -> _Begun | None:
    """The next answer that is not empty, if there is one."""
    async for pieces in answers:
        async for first in pieces:
            return _Begun(first, pieces)
    return None


async def _give_up(ahead: asyncio.Task[_Begun | None]) -> None:
    ahead.cancel()
    await asyncio.wait({ahead})
    if not ahead.cancelled() and ahead.exception() is None and (begun := ahead.result()) is not None:
        await begun.rest.aclose()

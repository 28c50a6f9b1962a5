"""The way of a question to the engine process and of its answer back, over the socket in the data folder."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from sensorium.model.errors import Unavailable

SILENCE = 2.0  # seconds without an answer, after which it is asked whether the process answers at all
_LIVES_WITHIN = 2.5


class QueryFailed(Exception):
    """The engine refused a query of ours, or its answer was not whole."""


class Asking:
    """Asks the engine process on its socket, and does not wait for one that answers nothing any more."""

    def __init__(self, socket: Path) -> None:
        self._client = _client(socket, 30.0)
        self._other = _client(socket, _LIVES_WITHIN)  # for that question alone: it waits behind nothing
        self._asked: asyncio.Task[bool] | None = None

    @asynccontextmanager
    async def ask(
        self, method: str, path: str, position: int = 0, body: bytes = b"", account: int = 0
    ) -> AsyncGenerator[httpx2.Response]:
        """The engine's answer, if it is one, when it has processed the packet with the id `position`.

        The account is whose turn it takes. Raises QueryFailed, and Unavailable when the process cannot be
        reached, says so, or is silent.
        """
        question = self._client.build_request(
            method, f"{path}?position={position}&account={account}", content=body
        )
        try:
            answer = await self._sent(question)
            try:
                if not answer.is_success:
                    await answer.aread()
                    _refuse(answer)
                yield answer
            finally:
                await answer.aclose()
        except httpx2.TransportError as error:
            raise Unavailable("The observation store cannot be reached now.") from error

    async def _sent(self, question: httpx2.Request) -> httpx2.Response:
        """The answer as it begins. A long query may take its time, as long as the process lives."""
        answer = asyncio.create_task(self._client.send(question, stream=True))
        try:
            while not (await asyncio.wait({answer}, timeout=SILENCE))[0]:
                if not await self._lives() and not answer.done():
                    raise Unavailable("The engine process does not answer now.")
            return answer.result()
        except BaseException:
            await _given_up(answer)
            raise

    async def _lives(self) -> bool:
        """Whether the process answers a question that costs nothing, asked once for all who wait."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(self._ask_alone())
        return await asyncio.shield(self._asked)

    async def _ask_alone(self) -> bool:
        try:
            await self._other.get("/wait")
        except httpx2.TransportError:
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.wait({self._asked})
        await self._client.aclose()
        await self._other.aclose()


def _client(socket: Path, seconds: float) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        # without the certificates of the world, which take 0.1 s to load: nothing is encrypted here
        transport=httpx2.AsyncHTTPTransport(uds=str(socket), verify=False),
        base_url="http://engine",
        timeout=httpx2.Timeout(seconds, connect=2.0, pool=2.0),
    )


async def _given_up(answer: asyncio.Task[httpx2.Response]) -> None:
    answer.cancel()
    await asyncio.wait({answer})
    if not answer.cancelled() and answer.exception() is None:  # it came at that moment
        await answer.result().aclose()


def _refuse(answer: httpx2.Response) -> None:
    if answer.status_code == 503:
        raise Unavailable(answer.text, retry_after=int(answer.headers.get("retry-after", "1")))
    raise QueryFailed(f"the engine answered {answer.status_code}: {answer.text[:500]}")

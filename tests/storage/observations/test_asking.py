"""The way to the engine process: what is asked is answered, or refused within seconds."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import msgspec

from sensorium.model.errors import Unavailable
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.asking import SILENCE, Asking
from tests.process import engine

SLOW = "SELECT count() AS n FROM numbers(3) WHERE NOT ignore(sleepEachRow(1)) FORMAT JSONEachRow"


async def asked(asking: Asking, sql: str) -> str:
    body = msgspec.json.encode({"sql": sql, "parameters": {}})
    async with asking.ask("POST", "/", body=body) as answer:
        return (await answer.aread()).decode()


def on(folder: Path, what: Callable[[Asking], Awaitable[None]]) -> None:
    """Ask the folder's engine process in an event loop of its own."""

    async def run() -> None:
        asking = Asking(folder / "engine.sock")
        try:
            await what(asking)
        finally:
            await asking.close()

    asyncio.run(run())


def test_a_process_that_stands_still_is_unavailable_within_seconds(tmp_path: Path):
    """Also to many who ask at once; when it goes on it answers the next question."""
    Catalog.open(f"sqlite:///{tmp_path}/catalog.db").close()
    with engine.running(tmp_path) as process:

        async def ask(asking: Asking) -> None:
            process.send_signal(signal.SIGSTOP)
            begun = monotonic()
            try:
                found = await asyncio.gather(
                    *(asked(asking, "SELECT 1 FORMAT JSONEachRow") for _ in range(20)), return_exceptions=True
                )
            finally:
                process.send_signal(signal.SIGCONT)
            assert [type(each) for each in found] == [Unavailable] * 20
            assert monotonic() - begun < 3 * SILENCE
            assert await asked(asking, "SELECT 1 AS n FORMAT JSONEachRow") == '{"n":1}\n'

        on(tmp_path, ask)


def test_a_long_query_of_a_process_that_lives_is_awaited(tmp_path: Path):
    """Longer than it may be silent."""
    Catalog.open(f"sqlite:///{tmp_path}/catalog.db").close()
    with engine.running(tmp_path):

        async def ask(asking: Asking) -> None:
            begun = monotonic()
            assert await asked(asking, SLOW) == '{"n":3}\n'
            assert monotonic() - begun > SILENCE

        on(tmp_path, ask)


def test_who_stops_waiting_leaves_nothing_behind(tmp_path: Path):
    """A question that was given up holds no connection: a hundred more are answered."""
    Catalog.open(f"sqlite:///{tmp_path}/catalog.db").close()
    with engine.running(tmp_path):

        async def ask(asking: Asking) -> None:
            for at in range(110):
                with suppress(TimeoutError):
                    await asyncio.wait_for(asked(asking, "SELECT 1 FORMAT JSONEachRow"), at / 100_000)
            assert await asked(asking, "SELECT 1 AS n FORMAT JSONEachRow") == '{"n":1}\n'

        on(tmp_path, ask)

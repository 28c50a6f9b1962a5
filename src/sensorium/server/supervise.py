"""The engine process, kept alive: started, watched, and started again with growing pauses."""

import asyncio
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
STEADY = 30.0  # a process that lived this long starts anew without a pause
STOP_WITHIN = 12.0


@dataclass
class EngineProcess:
    """Runs `command` for as long as `keep_running` is not cancelled.

    The process gets a pipe as its standard input and ends when that closes, so that it never outlives this
    one, however this one ends.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    started: Callable[[], None] = lambda: None
    process: Process | None = field(default=None, init=False)

    @property
    def running(self) -> bool:
        """Whether the process is alive now."""
        return self.process is not None and self.process.returncode is None

    async def keep_running(self) -> None:
        """Start the process, and again whenever it ends; on cancellation stop it and wait for its end."""
        pause = FIRST_PAUSE
        try:
            while True:
                begun = monotonic()
                why = await self._run()
                lived = monotonic() - begun
                pause = FIRST_PAUSE if lived > STEADY else min(pause * 2, LONGEST_PAUSE)
                log.error("the engine process ended", why=why, lived=round(lived, 1), again_in=pause)
                await asyncio.sleep(pause)
        finally:
            await self._stop()

    async def _run(self) -> str:
        """Run the process to its end; why it ended."""
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, stdin=PIPE, env=dict(self.environment)
            )
        except OSError as error:  # no memory or no files for one more process
            return f"it cannot be started: {error}"
        self.started()
        return f"exit code {await self.process.wait()}"

    async def _stop(self) -> None:
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            log.error("the engine process did not stop and is killed")
            process.kill()
            await process.wait()

"""Whether the server lives, whether it can keep what it accepts, and whether it answers reads."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sensorium.model.errors import Unavailable
from sensorium.server.metrics import Metrics

log = structlog.get_logger()

PROBE_EVERY = 5.0
STALE_AFTER = 15.0
READS_WITHIN = 0.5  # seconds for a read that shows whether any is answered: whoever asks waits no longer


@dataclass
class DiskProbe:
    """Writes and syncs a small file in the data folder every few seconds.

    With fewer than `reserve` bytes free no packets are taken, so the folder is not good then.
    """

    folder: Path
    reserve: int = 0
    last_good: float | None = field(default=None, init=False)
    trouble: str = field(default="not tried yet", init=False)

    async def keep_probing(self) -> None:
        """Probe until cancelled."""
        while True:
            await asyncio.to_thread(self.probe)
            await asyncio.sleep(PROBE_EVERY)

    def probe(self) -> None:
        """Write and sync once, and remember how it went."""
        file = self.folder / "probe"
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(descriptor, b"probe")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            disk = os.statvfs(self.folder)
            if disk.f_bavail * disk.f_frsize < self.reserve:
                raise OSError(f"fewer than {self.reserve} bytes are free")
        except OSError as error:
            self.trouble = str(error)
            log.error("the data folder cannot be written", why=self.trouble)
        else:
            self.last_good = monotonic()

    @property
    def good(self) -> bool:
        """Whether a write was synced lately."""
        return self.last_good is not None and monotonic() - self.last_good < STALE_AFTER


@dataclass
class Readiness:
    """Whether packets can be accepted, and whether reads are answered.

    `lost` tells which files are not where they were, without asking the disk: one that hangs holds up nobody.
    `read` reads something as any read does, and raises Unavailable; it runs once for all who ask meanwhile.
    """

    probe: DiskProbe
    lost: Callable[[], list[str]]
    engine_is_running: Callable[[], bool]
    read: Callable[[], Coroutine[None, None, None]]
    _reading: asyncio.Task[str] | None = field(default=None, init=False)

    def refused(self) -> list[str]:
        """Why packets are refused: empty while they are taken."""
        unsynced = [] if self.probe.good else [f"the data folder cannot be synced: {self.probe.trouble}"]
        return self.lost() + unsynced

    async def engine(self) -> tuple[str, list[str]]:
        """What the engine process does, in a word, and why it does not answer reads, if it does not."""
        if not self.engine_is_running():
            return "down", ["the engine process is starting or has ended"]
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        try:
            async with asyncio.timeout(READS_WITHIN):
                why = await asyncio.shield(self._reading)
        except TimeoutError:
            why = f"no read was answered within {READS_WITHIN} s"
        return ("not answering", [why]) if why else ("running", [])

    async def _read(self) -> str:
        """Why nothing can be read; "" when something was."""
        try:
            await self.read()
        except Unavailable as refusal:
            return refusal.why
        return ""


Page = Callable[[Request], Response | Coroutine[None, None, Response]]


def health_pages(readiness: Readiness, metrics: Metrics) -> dict[str, Page]:
    """Handlers of `/healthz`, `/readyz` and `/metrics`.

    Ready means that packets can be accepted; the engine may be down meanwhile, and reads with it. The
    first two need no thread, since a catalog that does not answer may have them all.
    """

    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        refused = readiness.refused()
        engine, unread = await readiness.engine()
        state = {"status": "not ready" if refused else "ready", "engine": engine}
        if why := refused + unread:
            state["why"] = "; ".join(why)
        return JSONResponse(state, 503 if refused else 200)

    def figures(_request: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return {"/healthz": alive, "/readyz": ready, "/metrics": figures}

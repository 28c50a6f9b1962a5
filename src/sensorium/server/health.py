"""Whether the server lives, and whether it can keep what it accepts."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sensorium.server.metrics import Metrics

log = structlog.get_logger()

PROBE_EVERY = 5.0
STALE_AFTER = 15.0


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


Page = Callable[[Request], Response | Coroutine[None, None, Response]]


def health_pages(
    probe: DiskProbe, engine_is_running: Callable[[], bool], metrics: Metrics
) -> dict[str, Page]:
    """Handlers of `/healthz`, `/readyz` and `/metrics`.

    Ready means that packets can be accepted; the engine may be down meanwhile, and reads with it. The
    first two need no thread, since a catalog that does not answer may have them all.
    """

    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        engine = "running" if engine_is_running() else "down"
        if probe.good:
            return JSONResponse({"status": "ready", "engine": engine})
        return JSONResponse(
            {
                "status": "not ready",
                "why": f"the data folder cannot be synced: {probe.trouble}",
                "engine": engine,
            },
            503,
        )

    def figures(_request: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return {"/healthz": alive, "/readyz": ready, "/metrics": figures}

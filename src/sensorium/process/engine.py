"""The engine process: it owns the observation store, runs the worker and answers on a socket of its own."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import structlog
import uvicorn
import uvloop

from sensorium.model.moments import to_microseconds
from sensorium.process.answers import application
from sensorium.process.jobs import Jobs
from sensorium.process.memory import bound_allocators, collect_by_batch, release_start_pages
from sensorium.process.positions import Positions
from sensorium.process.processing import DAY, Processing
from sensorium.process.serving import EndableServer
from sensorium.process.worker import Worker
from sensorium.storage.catalog import Catalog
from sensorium.storage.log import LogReader, Progress
from sensorium.storage.observations.store import Store

log = structlog.get_logger()

ENGINE_LIBRARY = "_chdb"
_DRAIN = 8  # seconds for open answers and the worker's batch to end


class AlreadyRuns(Exception):
    """Another engine process has the data folder."""


class WorkerDied(Exception):
    """The worker ended by an error that is not one of those it waits out."""


def serve_engine(
    *, data: Path, catalog: str, observations: str, ahead: int = DAY, address: Path | None = None
) -> None:
    """Run the engine process until its standard input closes, SIGTERM or SIGINT comes, or the worker dies.

    `data` is the folder with the log; `catalog`, which must be there, and `observations` are DSNs; a packet's
    own time may be `ahead` microseconds after its receipt; `address` is the socket's path ("engine.sock" in
    the folder by default). Raises AlreadyRuns, Unavailable and NotDurable at the start, and WorkerDied.
    """
    with _only_engine(data / "lock"):
        bound_allocators()
        _use_own_temporary_folder(data / "tmp")
        # a new catalog would know no device, and every packet be rejected
        with closing(Catalog.open(catalog, make=False)) as opened, closing(Store.open(observations)) as store:
            _run(Processing.of(store, opened, ahead), opened, data, address or data / "engine.sock")


def _run(processing: Processing, catalog: Catalog, data: Path, address: Path) -> None:
    packets, progress = LogReader(data / "log.db"), Progress.open(data / "progress.db")
    try:
        worker = Worker(packets, progress, processing)
        jobs = Jobs(catalog, worker, now)
        worker.beside = jobs.part
        release_start_pages(ENGINE_LIBRARY)
        processing.store.warm_up()
        collect_by_batch()
        uvloop.run(_serve(worker, jobs, address))
    finally:
        packets.close()
        progress.close()


async def _serve(worker: Worker, jobs: Jobs, address: Path) -> None:
    positions = Positions(worker, asyncio.get_running_loop())
    server = EndableServer(_config(application(worker.processing.store, positions)))
    failures: list[BaseException] = []
    thread = Thread(target=_work, args=(worker, jobs, server, failures), name="worker")
    thread.start()
    Thread(target=_end_with_parent, args=(server,), name="parent", daemon=True).start()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.end)
    listener = _listen(address)
    log.info("the engine answers", address=str(address), offset=worker.offset)
    try:
        await server.serve(sockets=[listener])
    finally:
        address.unlink(missing_ok=True)
        worker.stop()
        await asyncio.to_thread(thread.join)
    if failures:
        raise WorkerDied from failures[0]


def now() -> int:
    """Microseconds since 1970 UTC."""
    return to_microseconds(datetime.now(UTC))


def _work(worker: Worker, jobs: Jobs, server: EndableServer, failures: list[BaseException]) -> None:
    try:
        worker.run()
    except BaseException as error:
        log.exception("the worker died")
        failures.append(error)
        raise
    finally:
        jobs.leave()
        server.end()


def _end_with_parent(server: EndableServer) -> None:
    """Wait for the end of standard input, which the parent process holds open for as long as it lives."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.end()


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] - Starlette's and uvicorn's names for an ASGI app differ
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN,
    )


def _listen(address: Path) -> socket.socket:
    """A listening socket that only this user may connect to."""
    address.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(address))
    finally:
        os.umask(before)
    return listener


def _use_own_temporary_folder(folder: Path) -> None:
    """Have the engine's client put its insert files on the data folder's disk, and clear what a kill left."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    tempfile.tempdir = str(folder)


@contextmanager
def _only_engine(lock: Path) -> Generator[None]:
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRuns(f"Another engine process works on the data folder {lock.parent}.") from None
        yield

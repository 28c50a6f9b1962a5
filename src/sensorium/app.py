"""The composition root: settings become storage, storage use-cases, and use-cases the two processes."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from math import ceil
from pathlib import Path
from time import time_ns

import structlog
import uvicorn
import uvloop
from starlette.routing import Route

from sensorium.dialects import nilu
from sensorium.dialects.dialect import Dialect
from sensorium.dialects.services import Services
from sensorium.ingest.accept import Acceptance
from sensorium.ingest.doors import Doors
from sensorium.model.errors import Refusal, Unavailable
from sensorium.process.engine import AlreadyRuns, serve_engine
from sensorium.query.pipeline import Pipelines
from sensorium.query.series import Series
from sensorium.register.accounts import Accounts
from sensorium.register.catalogue import Catalogue
from sensorium.register.credentials import Credentials
from sensorium.register.devices import Devices
from sensorium.register.passwords import Passwords
from sensorium.register.tokens import Tokens
from sensorium.server.deadlines import Deadlines, protocol_with
from sensorium.server.health import DiskProbe, health_pages
from sensorium.server.http import application
from sensorium.server.logs import configure_logging
from sensorium.server.metrics import Metrics
from sensorium.server.openapi import openapi
from sensorium.server.supervise import EngineProcess
from sensorium.settings import Settings
from sensorium.storage.catalog import Catalog
from sensorium.storage.log import Limits, Log, LogReader, ProgressReader
from sensorium.storage.observations.connect import reach_server
from sensorium.storage.observations.reader import Reader
from sensorium.web.pages import house_pages

POLL_CATALOG_EVERY = 1.0
TRIM_EVERY = 3600.0
SECOND = 1_000_000
BACKLOG = 2048  # connections that wait to be accepted
UNSENT = 256 << 10  # bytes of answers that the kernel holds for a client that does not take them

log = structlog.get_logger()


class AlreadyServed(Exception):
    """Another process serves this data folder."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What the front keeps open while it runs."""

    catalog: Catalog
    log: Log
    written: LogReader
    progress: ProgressReader
    reader: Reader


def say_address(address: str) -> None:
    """Print where the server listens: the line that people and scripts wait for."""
    print(f"sensorium listens on {address}", flush=True)  # noqa: T201


def run_front(settings: Settings, listening: Callable[[str], None] = say_address) -> None:
    """Run the front process, and the engine as its child, until it is told to stop.

    `listening` is told the address once there is one. Raises AlreadyServed when another server has the data
    folder, OSError when the address is taken.
    """
    configure_logging(settings.log_level, settings.log_format, "front")
    _make_folder(settings.data)
    with _only_one(settings.data / "serve.lock"):
        uvloop.run(_serve_front(settings, listening))


def run_engine(settings: Settings) -> None:
    """Run the engine process until its standard input closes or it is told to stop.

    Raises AlreadyServed when another engine process has the data folder.
    """
    configure_logging(settings.log_level, settings.log_format, "engine")
    _make_folder(settings.data)
    try:
        serve_engine(
            data=settings.data.resolve(), catalog=settings.catalog_dsn, observations=settings.observations_dsn
        )
    except AlreadyRuns as error:
        raise AlreadyServed(str(error)) from None


def _make_folder(data: Path) -> None:
    """Make the data folder; what this process writes from now on is for its own user, whoever made it."""
    os.umask(0o077)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


def reach_stores(settings: Settings) -> dict[str, Callable[[], str]]:
    """A look at each store, for `sensorium check`: it returns what it found and raises what is wrong."""
    data = settings.data.resolve()
    return {
        "catalog": lambda: _reach_catalog(settings, data / "catalog.db"),
        "log": lambda: _reach_file(data / "log.db", LogReader, "newest packet"),
        "progress": lambda: _reach_file(data / "progress.db", ProgressReader, "processed up to packet"),
        "observations": lambda: _reach_observations(settings),
    }


def _reach_catalog(settings: Settings, file: Path) -> str:
    if not settings.catalog and not file.exists():
        return f"{file} is made at the first start"
    catalog = Catalog.open(settings.catalog_dsn)
    try:
        return f"{len(Accounts(catalog, Passwords()).list())} accounts"
    finally:
        catalog.close()


def _reach_file(file: Path, reader: type[LogReader] | type[ProgressReader], what: str) -> str:
    if not file.exists():
        return f"{file} is made at the first start"
    opened = reader(file)
    try:
        return f"{what} {opened.newest() if isinstance(opened, LogReader) else opened.offset()}"
    finally:
        opened.close()


def _reach_observations(settings: Settings) -> str:
    if settings.observations:
        return reach_server(settings.observations_dsn)
    if not settings.engine_socket.exists():
        return "the engine does not run now; it starts with the server"
    asyncio.run(_ask_engine(settings.engine_socket))
    return f"the engine answers on {settings.engine_socket}"


async def _ask_engine(socket: Path) -> None:
    reader = Reader(socket)
    try:
        await reader.wait(0)
    finally:
        await reader.close()


async def _serve_front(settings: Settings, listening: Callable[[str], None]) -> None:
    listener = _listen(settings.host, settings.port)
    address = settings.public_url.rstrip("/") or _address_of(listener)
    metrics = Metrics()
    engine = EngineProcess(engine_command(settings), engine_environment(settings), metrics.engine_starts.inc)
    probe = DiskProbe(settings.data, settings.disk_reserve)
    async with (
        _background(engine.keep_running(), probe.keep_probing()),
        _open_stores(settings) as stores,
        _background(_watch(stores.catalog), _trim(stores, settings.log_retention)),
    ):
        _observe(metrics, stores, engine)
        dialects = (nilu.dialect(_services(settings, stores, address, metrics)),)
        pages = _pages(dialects, address, settings, probe, engine, metrics)
        server = _Server(_uvicorn(application(dialects, pages, metrics), settings, metrics))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.end)
        listening(address)
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that leaves the signals to this file: uvicorn would raise them again before all is closed."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield

    def end(self) -> None:
        """Have the server finish what it is answering, and return."""
        self.should_exit = True


def _services(settings: Settings, stores: Stores, address: str, metrics: Metrics) -> Services:
    catalog = stores.catalog
    passwords = Passwords()
    unprocessed = stores.log.unprocessed(stores.progress.offset())
    acceptance = Acceptance(stores.log, _now, settings.packet_time_ahead * SECOND, unprocessed)

    def count_refusal(refusal: Refusal) -> None:
        metrics.refusals.labels("nilu", type(refusal).__name__).inc()

    return Services(
        accounts=Accounts(catalog, passwords),
        tokens=Tokens(catalog, passwords),
        credentials=Credentials(catalog),
        catalogue=Catalogue(catalog),
        devices=Devices(catalog, settings.device_pool),
        doors=Doors(catalog),
        acceptance=acceptance,
        series=Series(stores.reader, acceptance.newest),
        pipelines=Pipelines(
            stores.reader, ProgressReader(settings.data.resolve() / "progress.db"), acceptance.newest
        ),
        public_url=address,
        open_registration=settings.registration_is_open,
        body_limit=settings.packet_limit,
        batch_limit=settings.batch_limit,
        clock=_now,
        count_refusal=count_refusal,
    )


def _pages(
    dialects: tuple[Dialect, ...],
    address: str,
    settings: Settings,
    probe: DiskProbe,
    engine: EngineProcess,
    metrics: Metrics,
) -> list[Route]:
    description = openapi(dialects, version("sensorium"), address)
    pages = {
        **health_pages(probe, lambda: engine.running, metrics),
        **house_pages(description, open_registration=settings.registration_is_open),
    }
    return [Route(path, handler) for path, handler in pages.items()]


@asynccontextmanager
async def _open_stores(settings: Settings) -> AsyncGenerator[Stores]:
    data = settings.data.resolve()
    catalog = Catalog.open(settings.catalog_dsn)
    progress = ProgressReader(data / "progress.db")
    limits = Limits(low_water=settings.disk_reserve)
    reader = Reader(settings.engine_socket)
    newest = await _newest_kept(settings, progress, reader)
    log = Log.open(data / "log.db", after=newest, clock=_now, limits=limits)
    written = LogReader(data / "log.db")
    try:
        yield Stores(catalog, log, written, progress, reader)
    finally:
        await reader.close()
        await log.close()
        written.close()
        progress.close()
        catalog.close()


async def _newest_kept(settings: Settings, progress: ProgressReader, reader: Reader) -> int:
    """The newest packet id that is known outside the log: a new log must not use it again.

    While there is a log it knows best. Where it was taken away the archive is asked, for as long as it takes.
    """
    data = settings.data.resolve()
    archived = bool(settings.observations) or (data / "clickhouse").exists()
    if (data / "log.db").exists() or not archived:
        return progress.offset()
    log.warning("there is no log; the engine is asked which packet ids were used")
    while True:
        try:
            return max(progress.offset(), await reader.newest_packet())
        except Unavailable:
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _background(*tasks: Coroutine[object, object, None]) -> AsyncGenerator[None]:
    """Run coroutines beside the body, and cancel and await them at its end. If one fails the body ends."""
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(task) for task in tasks]
        try:
            yield
        finally:
            for task in running:
                task.cancel()


async def _watch(catalog: Catalog) -> None:
    """See what other processes change in the catalog."""
    while True:
        await asyncio.sleep(POLL_CATALOG_EVERY)
        try:
            await asyncio.to_thread(catalog.poll)
        except Unavailable as error:
            log.warning("the catalog does not answer", why=error.why)


async def _trim(stores: Stores, retention: int) -> None:
    """Take from the log what the archive has held long enough."""
    while True:
        try:
            await stores.log.trim(stores.progress.offset(), _now() - retention * SECOND)
        except Unavailable as error:
            log.warning("the log is not trimmed", why=error.why)
        await asyncio.sleep(TRIM_EVERY)


def _observe(metrics: Metrics, stores: Stores, engine: EngineProcess) -> None:
    metrics.observe(
        "sensorium_engine_up", "Whether the engine process is alive.", lambda: float(engine.running)
    )
    metrics.observe("sensorium_log_position", "Id of the newest accepted packet.", stores.written.newest)
    metrics.observe(
        "sensorium_processed_position", "Id of the newest processed packet.", stores.progress.offset
    )


def _uvicorn(app: object, settings: Settings, metrics: Metrics) -> uvicorn.Config:
    deadlines = Deadlines(
        settings.header_deadline, settings.body_deadline, settings.idle_deadline, settings.write_deadline
    )
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=protocol_with(deadlines, lambda why: metrics.cuts.labels(why).inc()),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nothing here asks for the client's address or scheme
        timeout_keep_alive=ceil(settings.idle_deadline),
        timeout_graceful_shutdown=8,
        backlog=BACKLOG,
    )


def engine_command(settings: Settings) -> list[str]:
    """The command line of an engine process."""
    return [sys.executable, "-m", "sensorium", "work", "--data", str(settings.data.resolve())]


def engine_environment(settings: Settings) -> dict[str, str]:
    """The environment that gives an engine process these settings."""
    given = {name: str(value) for name, value in settings.model_dump().items() if value is not None}
    return {**os.environ, **{f"SENSORIUM_{name.upper()}": value for name, value in given.items()}}  # noqa: TID251


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(f"Cannot listen on {host} port {port}: {error.strerror}.") from error
    listener.listen(BACKLOG)
    return listener


def _address_of(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _only_one(lock: Path) -> Generator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(f"Another sensorium serves the data folder {lock.parent}.") from None
        yield


def _now() -> int:
    return time_ns() // 1000

"""The front process: storage becomes use-cases, use-cases become dialects, dialects one HTTP server."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from errno import EACCES, EADDRINUSE
from importlib.metadata import version
from math import ceil

import uvicorn
from starlette.routing import Route

from sensorium.app.engine import engine_command, engine_environment
from sensorium.app.stores import SECOND, Stores, keep, naming, now, open_catalog, open_stores, trim, watch
from sensorium.dialects import cirrus, manage, navixy, nilu, sensordata
from sensorium.dialects.dialect import Dialect
from sensorium.dialects.services import Services
from sensorium.ingest.accept import Acceptance
from sensorium.ingest.doors import Doors
from sensorium.model.errors import Refusal
from sensorium.plans.calibration_xml import Names
from sensorium.process.serving import EndableServer
from sensorium.query.calibrated import CalibratedValues
from sensorium.query.chain import Chains
from sensorium.query.packets import Packets
from sensorium.query.pipeline import Pipelines
from sensorium.query.selections import Selections
from sensorium.query.series import Series
from sensorium.query.statistics import Statistics
from sensorium.register.accounts import Accounts
from sensorium.register.assets import Assets
from sensorium.register.calibrations import Calibrations
from sensorium.register.catalogue import Catalogue
from sensorium.register.corrections import Corrections
from sensorium.register.credentials import Credentials
from sensorium.register.datastreams import Datastreams
from sensorium.register.definitions import Definitions
from sensorium.register.devices import Devices
from sensorium.register.instruments import Instruments
from sensorium.register.jobs import Jobs
from sensorium.register.keys import Keys
from sensorium.register.limits import Limit
from sensorium.register.log_entries import LogEntries
from sensorium.register.measured import MeasuredBy
from sensorium.register.passwords import Passwords
from sensorium.register.provisioning import Provisioning
from sensorium.register.quality import QualityRules
from sensorium.register.scorers import Scorers
from sensorium.register.sensors import Sensors
from sensorium.register.sessions import Sessions
from sensorium.register.tokens import Tokens
from sensorium.register.trackers import Trackers
from sensorium.register.tracking import Tracking
from sensorium.register.users import Users
from sensorium.server.deadlines import Deadlines
from sensorium.server.health import DiskProbe, Readiness, health_pages
from sensorium.server.http import Application
from sensorium.server.metrics import Metrics
from sensorium.server.openapi import openapi
from sensorium.server.protocol import protocol_with
from sensorium.server.supervise import EngineProcess
from sensorium.settings import Settings
from sensorium.storage.log import ProgressReader
from sensorium.web.pages import house_pages

MINUTE = 60  # seconds: the window of limits of requests
GRACE = 5  # seconds for open answers to end, once the server is told to stop
BACKLOG = 2048  # connections that wait to be accepted
LOGINS = 20  # wrong passwords a minute under one name from one address
_EVERYWHERE = {"0.0.0.0": "192.0.2.1", "::": "2001:db8::1"}  # noqa: S104 - and an address of documents (RFC 5737, 3849)
UNSENT = 256 << 10  # bytes of answers that the kernel holds for a client that does not take them


async def serve_front(settings: Settings, listening: Callable[[str], None]) -> None:
    """Serve until told to stop; `listening` is told the address. Raises OSError when the address is taken."""
    listener = _listen(settings.host, settings.port)
    address = settings.public_url.rstrip("/") or _address_of(listener)
    metrics = Metrics()
    engine = EngineProcess(engine_command(settings), engine_environment(settings), metrics.engine_starts.inc)
    probe = DiskProbe(settings.data, settings.disk_reserve)
    limit = Limit(settings.cirrus_requests, MINUTE)
    with closing(open_catalog(settings)) as catalog:  # before the engine process, which makes none
        async with (
            _background(engine.keep_running(), probe.keep_probing()),
            open_stores(settings, catalog) as stores,
            _background(watch(stores), trim(stores, settings.log_retention), keep(limit, catalog)),
        ):
            with naming("The catalog"):
                await asyncio.to_thread(limit.restore, catalog)
            _observe(metrics, stores, engine, ProgressReader(settings.data.resolve() / "progress.db"))
            services = _services(settings, stores, address, metrics, limit)
            readiness = _readiness(probe, stores, engine, services)
            dialects = tuple(each.dialect(services) for each in (nilu, manage, navixy, cirrus, sensordata))
            pages = _pages(dialects, address, settings, readiness, metrics)
            server = EndableServer(_uvicorn(Application(dialects, pages, metrics), settings, metrics))
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, server.end)
            _spare_what_stays()
            listening(address)
            await server.serve(sockets=[listener])


def _spare_what_stays() -> None:
    """Have Python not look for circles of garbage in what stays for good: a look takes 0.1 s."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _services(settings: Settings, stores: Stores, address: str, metrics: Metrics, limit: Limit) -> Services:
    catalog = stores.catalog
    passwords = Passwords()
    devices = Devices(catalog, settings.device_pool)
    users = Users(catalog, passwords)
    calibrations = Calibrations(catalog)
    unprocessed = stores.log.unprocessed(stores.progress.offset())
    acceptance = Acceptance(stores.log, now, settings.packet_time_ahead * SECOND, unprocessed)
    series = Series(stores.reader, acceptance.newest)
    progress = settings.data.resolve() / "progress.db"

    def count_refusal(refusal: Refusal) -> None:
        metrics.refusals.labels("nilu", type(refusal).__name__).inc()

    return Services(
        accounts=Accounts(catalog, passwords),
        tokens=Tokens(catalog, passwords),
        credentials=Credentials(catalog),
        users=users,
        keys=Keys(catalog),
        log_entries=LogEntries(catalog),
        instruments=Instruments(catalog),
        key_limit=limit,
        user_limit=Limit(settings.navixy_requests, 1),
        login_limit=Limit(LOGINS, MINUTE),
        calibration_names=Names.with_more(*settings.calibration_names),
        sessions=Sessions(catalog, users, settings.session_life * SECOND),
        trackers=Trackers(catalog),
        sensors=Sensors(catalog, calibrations),
        measured_by=MeasuredBy(catalog),
        tracking=Tracking(catalog),
        catalogue=Catalogue(catalog),
        devices=devices,
        datastreams=Datastreams(catalog, devices),
        quality=QualityRules(catalog),
        calibrations=calibrations,
        corrections=Corrections(catalog),
        assets=Assets(catalog),
        definitions=Definitions(catalog, calibrations),
        provisioning=Provisioning(catalog),
        jobs=Jobs(catalog),
        scorers=Scorers(catalog),
        doors=Doors(catalog),
        acceptance=acceptance,
        series=series,
        calibrated=CalibratedValues(series),
        chains=Chains(series, catalog),
        selections=Selections(stores.reader, acceptance.newest),
        statistics=Statistics(stores.reader, acceptance.newest),
        pipelines=Pipelines(stores.reader, ProgressReader(progress), acceptance.newest),
        packets=Packets(stores.reader, ProgressReader(progress), acceptance.newest),
        public_url=address,
        open_registration=settings.registration_is_open,
        body_limit=settings.packet_limit,
        batch_limit=settings.batch_limit,
        clock=now,
        count_refusal=count_refusal,
    )


def _readiness(probe: DiskProbe, stores: Stores, engine: EngineProcess, services: Services) -> Readiness:
    def lost() -> list[str]:
        return [why for files in (stores.catalog.files, stores.log.files) if (why := files.lost)]

    def read() -> Coroutine[None, None, None]:
        return stores.reader.try_read(services.acceptance.newest_of_all())

    return Readiness(probe, lost, lambda: engine.running, read)


def _pages(
    dialects: tuple[Dialect, ...], address: str, settings: Settings, readiness: Readiness, metrics: Metrics
) -> list[Route]:
    pages = {
        **health_pages(readiness, metrics),
        **house_pages(
            lambda: openapi(dialects, version("sensorium"), address),
            open_registration=settings.registration_is_open,
        ),
    }
    return [Route(path, handler) for path, handler in pages.items()]


@asynccontextmanager
async def _background(*tasks: Coroutine[object, object, None]) -> AsyncGenerator[None]:
    """Run coroutines beside the body, and cancel and await them at its end. If one fails the body ends."""
    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(task) for task in tasks]
            try:
                yield
            finally:
                for task in running:
                    task.cancel()
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise


def _observe(metrics: Metrics, stores: Stores, engine: EngineProcess, progress: ProgressReader) -> None:
    metrics.observe(
        "sensorium_engine_up", "Whether the engine process is alive.", lambda: float(engine.running)
    )
    metrics.observe("sensorium_log_position", "Id of the newest accepted packet.", stores.written.newest)
    metrics.observe("sensorium_processed_position", "Id of the newest processed packet.", progress.offset)
    metrics.observe(
        "sensorium_rejected_packets",
        "Accepted packets that could not be processed.",
        lambda: float(progress.count_rejected()),
    )


def _uvicorn(app: Application, settings: Settings, metrics: Metrics) -> uvicorn.Config:
    deadlines = Deadlines(
        settings.header_deadline, settings.body_deadline, settings.idle_deadline, settings.write_deadline
    )
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=protocol_with(deadlines, app.short_way, lambda why: metrics.cuts.labels(why).inc()),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # anybody could write them
        timeout_keep_alive=ceil(settings.idle_deadline),
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(f"Cannot listen on {host} port {port}: {error.strerror}.{_way_out(error)}") from error
    listener.listen(BACKLOG)
    return listener


def _way_out(error: OSError) -> str:
    return " Another port: --port 8010." if error.errno in {EADDRINUSE, EACCES} else ""


def _address_of(listener: socket.socket) -> str:
    """An address that can be opened: where all addresses of the machine are meant, the one it sends from."""
    host, port, *_ = listener.getsockname()
    if host in _EVERYWHERE:
        host = _outward(listener.family, _EVERYWHERE[host])
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _outward(family: int, anyone: str) -> str:
    """The machine's address on its way to others, that of itself alone when there is no way."""
    with socket.socket(family, socket.SOCK_DGRAM) as way:
        try:
            way.connect((anyone, 9))  # nothing is sent
        except OSError:
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
        return way.getsockname()[0]

"""What the front keeps open, how it is kept in order while it is open, and whether it can be reached."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time_ns

import structlog
from sqlalchemy.exc import DBAPIError

from sensorium.model.errors import Unavailable
from sensorium.register.accounts import Accounts
from sensorium.register.devices import Devices
from sensorium.register.instruments import Instruments
from sensorium.register.jobs import Jobs
from sensorium.register.limits import Limit
from sensorium.register.passwords import Passwords
from sensorium.register.tokens import Tokens
from sensorium.settings import Settings
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.ended import forget_ended
from sensorium.storage.log import Limits, Log, LogReader, ProgressReader
from sensorium.storage.observations.address import InvalidAddress, read_address
from sensorium.storage.observations.connect import reach_server
from sensorium.storage.observations.reader import Reader
from sensorium.storage.observations.tables import NotDurable

POLL_CATALOG_EVERY = 1.0
TRIM_EVERY = 3600.0
KEEP_EVERY = 1.0
SECOND = 1_000_000

log = structlog.get_logger()


def now() -> int:
    """Microseconds since 1970 UTC."""
    return time_ns() // 1000


class CannotStart(Exception):
    """A process cannot start; the text says why."""


class WrongSetting(CannotStart):
    """A process cannot start, nor at another try, for what a setting says."""


@contextmanager
def naming(what: str) -> Generator[None]:
    """Say what it is that cannot be opened. Raises CannotStart."""
    try:
        yield
    except (Unavailable, NotDurable, InvalidAddress, RuntimeError, sqlite3.Error, DBAPIError) as error:
        deepest = error.__cause__ or error
        why = deepest.orig if isinstance(deepest, DBAPIError) else deepest
        raise CannotStart(f"{what} cannot be opened: {why}") from error


@dataclass(frozen=True, slots=True)
class Stores:
    """What the front keeps open while it runs."""

    catalog: Catalog
    log: Log
    written: LogReader
    progress: ProgressReader
    reader: Reader


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncGenerator[Stores]:
    """Everything that the front needs to be open, closed again at the end. Raises CannotStart."""
    data = settings.data.resolve()
    if settings.observations:
        try:
            read_address(settings.observations)
        except InvalidAddress as error:
            raise WrongSetting(f"observations: {error}") from error
    with naming("The catalog"):
        catalog = Catalog.open(settings.catalog_dsn)
    limits = Limits(low_water=settings.disk_reserve)
    reader = Reader(settings.engine_socket)
    with naming(f"The file {data / 'progress.db'}"):
        progress = ProgressReader(data / "progress.db")
        newest = await _newest_kept(settings, progress, reader)
    with naming(f"The file {data / 'log.db'}"):
        log = Log.open(data / "log.db", after=newest, clock=now, limits=limits)
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


@contextmanager
def open_jobs(settings: Settings) -> Generator[Jobs]:
    """The jobs of whoever runs the server, for a command beside it. Raises CannotStart."""
    with naming("The catalog"):
        catalog = Catalog.open(settings.catalog_dsn)
    try:
        yield Jobs(catalog)
    finally:
        catalog.close()


@dataclass(frozen=True, slots=True)
class Register:
    """What whoever runs the server does about accounts and devices."""

    accounts: Accounts
    tokens: Tokens
    devices: Devices
    instruments: Instruments


@contextmanager
def open_register(settings: Settings) -> Generator[Register]:
    """The accounts and devices of a server, for a command beside it. Raises CannotStart."""
    with naming("The catalog"):
        catalog = Catalog.open(settings.catalog_dsn)
    try:
        passwords = Passwords()
        yield Register(
            Accounts(catalog, passwords), Tokens(catalog, passwords), Devices(catalog), Instruments(catalog)
        )
    finally:
        catalog.close()


async def watch(catalog: Catalog) -> None:
    """See what other processes change in the catalog."""
    while True:
        await asyncio.sleep(POLL_CATALOG_EVERY)
        try:
            await asyncio.to_thread(catalog.poll)
        except Unavailable as error:
            log.warning("the catalog does not answer", why=error.why)


async def keep(limit: Limit, catalog: Catalog) -> None:
    """Write down the counts of a limit every second, and once more at the end."""
    try:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            await _kept(limit, catalog)
    finally:
        await _kept(limit, catalog)


async def _kept(limit: Limit, catalog: Catalog) -> None:
    try:
        await asyncio.to_thread(limit.keep, catalog, now())
    except Unavailable as error:
        log.warning("the counts of requests are not kept", why=error.why)


async def trim(stores: Stores, retention: int) -> None:
    """Take from the log what the archive has held long enough, and from the catalog what has long ended."""
    while True:
        try:
            await stores.log.trim(stores.progress.offset(), now() - retention * SECOND)
        except Unavailable as error:
            log.warning("the log is not trimmed", why=error.why)
        try:
            await asyncio.to_thread(forget_ended, stores.catalog, now())
        except Unavailable as error:
            log.warning("what has ended stays in the catalog", why=error.why)
        await asyncio.sleep(TRIM_EVERY)


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

"""What the front keeps open, how it is kept in order while it is open, and whether it can be reached."""

import asyncio
import fcntl
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time_ns

import structlog
from sqlalchemy.exc import ArgumentError, DBAPIError

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
from sensorium.storage.catalog.devices import has_devices
from sensorium.storage.catalog.ended import forget_ended
from sensorium.storage.catalog.engine import NoCatalog
from sensorium.storage.log import Limits, Log, LogReader, ProgressReader
from sensorium.storage.observations.address import InvalidAddress, read_address
from sensorium.storage.observations.reader import Reader
from sensorium.storage.observations.tables import NotDurable

POLL_CATALOG_EVERY = 1.0
TRIM_EVERY = 3600.0
KEEP_EVERY = 1.0
TELLS_WITHIN = 120.0  # seconds for the engine to start and to tell what the archive holds
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


def open_catalog(settings: Settings) -> Catalog:
    """The catalog that the settings name. Raises CannotStart.

    One is made where there is none, but not beside what is of the devices of another: it would give their
    numbers to other accounts' devices.
    """
    others = _of_a_catalog(settings.data)
    with naming(f"The catalog for {others[0]}" if others else "The catalog"):
        try:
            return Catalog.open(settings.catalog_dsn, make=not others)
        except (OSError, ValueError, ArgumentError) as error:
            why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
            if settings.catalog:
                raise WrongSetting(f"catalog: it cannot be opened: {why}") from error
            raise CannotStart(f"The catalog cannot be opened: {why}") from error


def _of_a_catalog(data: Path) -> list[str]:
    """What there is in a data folder that only the catalog tells the meaning of."""
    return [name for name in ("log.db", "clickhouse/store") if (data / name).exists()]


def check_archive(data: Path) -> None:
    """Raise CannotStart when the engine's folder is none: the engine would end at each start."""
    folder = data / "clickhouse"
    if folder.exists() and not folder.is_dir():
        raise CannotStart(f"The observations cannot be opened: {folder} is not a folder.")


@dataclass(frozen=True, slots=True)
class Stores:
    """What the front keeps open while it runs."""

    catalog: Catalog
    log: Log
    written: LogReader
    progress: ProgressReader
    reader: Reader


@asynccontextmanager
async def open_stores(settings: Settings, catalog: Catalog) -> AsyncGenerator[Stores]:
    """Everything that the front needs to be open, closed again at the end. Raises CannotStart.

    No packet is taken while the catalog is not found that describes it.
    """
    data = settings.data.resolve()
    if settings.observations:
        try:
            read_address(settings.observations)
        except InvalidAddress as error:
            raise WrongSetting(f"observations: {error}") from error
    limits = Limits(low_water=settings.disk_reserve)
    reader = Reader(settings.engine_socket)
    with naming(f"The file {data / 'progress.db'}"):
        progress = ProgressReader(data / "progress.db")
        newest = await _newest_kept(settings, progress, reader)
        if newest and not has_devices(catalog):
            raise CannotStart(
                "There are packets of devices of which the catalog knows none: it is not the one that they "
                "came by. Put that back, or begin with an empty data folder and without observations."
            )
    with naming(f"The file {data / 'log.db'}"):
        log = Log.open(data / "log.db", after=newest, clock=now, limits=limits, needed=catalog.files)
    written = LogReader(data / "log.db")
    try:
        yield Stores(catalog, log, written, progress, reader)
    finally:
        await reader.close()
        await log.close()
        written.close()
        progress.close()


async def _newest_kept(settings: Settings, progress: ProgressReader, reader: Reader) -> int:
    """The newest packet id that is known outside the log: a new log must not use it again.

    While there is a log it knows best. Where it was taken away the archive is asked, which may take a while.
    Raises CannotStart when it does not tell.
    """
    data = settings.data.resolve()
    archived = bool(settings.observations) or (data / "clickhouse").exists()
    if (data / "log.db").exists() or not archived:
        return progress.offset()
    log.warning("there is no log; the engine is asked which packet ids were used")
    until = monotonic() + TELLS_WITHIN
    while True:
        try:
            return max(progress.offset(), await reader.newest_packet())
        except Unavailable as error:
            if monotonic() > until:
                raise CannotStart(
                    f"There is no {data / 'log.db'}, and the observations do not tell which packet ids "
                    f"were used, for {TELLS_WITHIN:.0f} s: {error.why}"
                ) from error
            await asyncio.sleep(0.2)


@contextmanager
def open_jobs(settings: Settings) -> Generator[Jobs]:
    """The jobs of whoever runs the server, for a command beside it. Raises CannotStart."""
    catalog = open_catalog(settings)
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
    catalog = open_catalog(settings)
    try:
        passwords = Passwords()
        yield Register(
            Accounts(catalog, passwords), Tokens(catalog, passwords), Devices(catalog), Instruments(catalog)
        )
    finally:
        catalog.close()


async def watch(stores: Stores) -> None:
    """See what other processes change in the catalog, and whether the files are there while nobody writes."""
    while True:
        await asyncio.sleep(POLL_CATALOG_EVERY)
        await asyncio.to_thread(stores.log.files.look)
        try:
            await asyncio.to_thread(stores.catalog.poll)
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
        "catalog": lambda: _reach_catalog(settings),
        "log": lambda: _reach_file(data / "log.db", LogReader, "newest packet"),
        "progress": lambda: _reach_file(data / "progress.db", ProgressReader, "processed up to packet"),
        "observations": lambda: _reach_observations(settings),
    }


def _reach_catalog(settings: Settings) -> str:
    try:
        catalog = Catalog.open(settings.catalog_dsn, make=False)
    except NoCatalog:
        if _of_a_catalog(settings.data):
            raise
        file = settings.data.resolve() / "catalog.db"
        return f"{'it' if settings.catalog else file} is made at the first start"
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
        # A client that the front does without.
        from sensorium.storage.observations.connect import reach_server

        return reach_server(settings.observations_dsn)
    data = settings.data.resolve()
    check_archive(data)
    if not settings.engine_socket.exists() or not _is_served(data):
        return "the engine does not run now; it starts with the server"
    asyncio.run(_ask_engine(settings.engine_socket))
    return f"the engine answers on {settings.engine_socket}"


def _is_served(data: Path) -> bool:
    """Whether a process holds the folder: one that was killed leaves its socket behind, but not its lock."""
    for name in ("serve.lock", "lock"):
        try:
            with (data / name).open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            continue
        except BlockingIOError:
            return True
    return False


async def _ask_engine(socket: Path) -> None:
    reader = Reader(socket)
    try:
        await reader.wait(0)
    finally:
        await reader.close()

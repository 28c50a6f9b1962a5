"""The composition root: settings become storage, storage use-cases, and use-cases the two processes.

Each process imports what it runs when it runs it: a command line waits for neither, and the engine process
not for the dialects.
"""

import fcntl
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from sensorium.app.engine import engine_command, engine_environment
from sensorium.app.stores import (
    SECOND,
    CannotStart,
    Register,
    WrongSetting,
    check_archive,
    naming,
    now,
    open_jobs,
    open_register,
    reach_stores,
)
from sensorium.server.logs import configure_logging
from sensorium.settings import Settings

__all__ = [
    "AlreadyServed",
    "CannotStart",
    "Register",
    "WrongSetting",
    "engine_command",
    "engine_environment",
    "now",
    "open_jobs",
    "open_register",
    "reach_stores",
    "run_engine",
    "run_front",
    "say_address",
]


class AlreadyServed(CannotStart):
    """Another process serves this data folder."""


def say_address(address: str) -> None:
    """Print where the server listens: the line that people and scripts wait for."""
    print(f"sensorium listens on {address}", flush=True)  # noqa: T201


def run_front(settings: Settings, listening: Callable[[str], None] = say_address) -> None:
    """Run the front process, and the engine as its child, until it is told to stop.

    `listening` is told the address once there is one. Raises CannotStart, AlreadyServed when another server
    has the data folder, and OSError when the address is taken.
    """
    from sensorium.app.front import serve_front

    configure_logging(settings.log_level, settings.log_format, "front")
    _own_folder(settings.data)
    check_archive(settings.data)
    with _only_one(settings.data / "serve.lock"):
        uvloop.run(serve_front(settings, listening))


def run_engine(settings: Settings) -> None:
    """Run the engine process until its standard input closes or it is told to stop.

    Raises CannotStart, and AlreadyServed when another engine process has the data folder.
    """
    from sensorium.process.engine import AlreadyRuns, serve_engine

    configure_logging(settings.log_level, settings.log_format, "engine")
    data = settings.data.resolve()
    if not data.is_dir():
        raise CannotStart(f"There is no data folder {data}.")
    _own_folder(data)
    check_archive(data)
    try:
        with naming("What the engine process works on"):
            serve_engine(
                data=data,
                catalog=settings.catalog_dsn,
                observations=settings.observations_dsn,
                ahead=settings.packet_time_ahead * SECOND,
            )
    except AlreadyRuns as error:
        raise AlreadyServed(str(error)) from None


def _own_folder(data: Path) -> None:
    """Make the data folder; what this process writes from now on is for its own user, whoever made it.

    Raises CannotStart where it cannot be made or written.
    """
    os.umask(0o077)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "serve.lock").touch()
    except OSError as error:
        raise CannotStart(f"The data folder {data} cannot be written: {error.strerror}.") from error


@contextmanager
def _only_one(lock: Path) -> Generator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(f"Another sensorium serves the data folder {lock.parent}.") from None
        yield

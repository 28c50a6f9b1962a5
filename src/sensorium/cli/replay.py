"""`sensorium replay`: stored packets are processed once more, after a mistake was mended."""

import socket
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import PIPE
from time import monotonic, sleep
from typing import Annotated

import httpx2
import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sensorium.cli.options import Config, Data, fail, settings_from
from sensorium.model.moments import parse_iso, to_microseconds
from sensorium.settings import Settings

PATIENCE = 60.0  # seconds without progress, as while the engine process starts anew
STOP_WITHIN = 20.0

Device = Annotated[int | None, typer.Option(help="Number of the one sensor whose packets are meant.")]
All = Annotated[bool, typer.Option("--all", help="The packets of all sensors are meant.")]
Begin = Annotated[str | None, typer.Option("--from", help="Oldest time of the packets, ISO-8601, in UTC.")]
End = Annotated[str | None, typer.Option("--to", help="Newest time of the packets, included.")]


class ReplayFailed(Exception):
    """The engine process does not answer, or refuses."""


def replay(
    *,
    device: Device = None,
    every: All = False,
    begin: Begin = None,
    end: End = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Process packets out of the archive once more, beside a running server or without one.

    Their rows are replaced by what comes out now. It ends with 1 when a packet was rejected.
    """
    if every == (device is not None):
        raise typer.BadParameter("give one of them", param_hint="--device / --all")
    settings = settings_from(config, data=data)
    if not settings.data.is_dir():
        fail(f"There is no data folder {settings.data}.")
    course = Course(device, _moment("--from", begin), _moment("--to", end))
    try:
        with _engine(settings), _line() as show:
            _run(settings.engine_socket, course, show)
    except ReplayFailed as error:
        fail(f"{error} {course.summary()}")
    Console(soft_wrap=True).print(course.summary())
    if course.rejected:
        raise typer.Exit(1)


@dataclass
class Course:
    """Which packets are replayed, and how far that is."""

    device: int | None
    begin: int | None
    end: int | None
    after_device: int = 0
    after: int = 0
    processed: int = 0
    rejected: int = 0

    def request(self) -> bytes:
        """The body that asks for the rest."""
        wanted = {"device": self.device, "begin": self.begin, "end": self.end}
        given = {name: value for name, value in wanted.items() if value is not None}
        return msgspec.json.encode({**given, "after_device": self.after_device, "after": self.after})

    def summary(self) -> str:
        """What became of the packets so far."""
        return f"{self.processed:,} packets were processed again, {self.rejected:,} rejected."


def _moment(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment: datetime = parse_iso(text if len(text) > len("2026-01-01") else f"{text}T00:00")
        return to_microseconds(moment)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


@contextmanager
def _line() -> Generator[Callable[[str], None]]:
    """A line on the terminal for the length of a block, and what changes its text."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("")
        yield lambda text: progress.update(task, description=text)


def _run(address: Path, course: Course, show: Callable[[str], None]) -> None:
    """Replay to the end, also when the engine process is started anew meanwhile. Raises ReplayFailed."""
    transport = httpx2.HTTPTransport(uds=str(address))
    timeout = httpx2.Timeout(None, connect=5.0)
    patient_until = monotonic() + PATIENCE
    with httpx2.Client(transport=transport, base_url="http://engine", timeout=timeout) as client:
        while True:
            done = course.processed + course.rejected
            try:
                if _replayed(client, course, show):
                    return
            except httpx2.TransportError:
                show("The engine process is gone; waiting for the next.")
            if course.processed + course.rejected > done:
                patient_until = monotonic() + PATIENCE
            if monotonic() > patient_until:
                raise ReplayFailed("The engine process does not answer.")
            sleep(0.5)


def _replayed(client: httpx2.Client, course: Course, show: Callable[[str], None]) -> bool:
    """Replay what is left; False when the engine process cannot do so now."""
    processed, rejected = course.processed, course.rejected
    with client.stream("POST", "/replay", content=course.request()) as answer:
        if answer.status_code == 503:
            return False
        if answer.status_code != 200:
            answer.read()
            raise ReplayFailed(f"The engine process refuses: {answer.text[:500]}")
        for line in answer.iter_lines():
            part = msgspec.json.decode(line)
            course.after_device, course.after = part["device"], part["packet"]
            course.processed = processed + part["processed"]
            course.rejected = rejected + part["rejected"]
            show(f"sensor {course.after_device}, packet {course.after}: {course.summary()}")
    return True


@contextmanager
def _engine(settings: Settings) -> Generator[None]:
    """The engine process of the running server, or one of our own for the length of a block."""
    from sensorium.app import engine_command, engine_environment

    if _answers(settings.engine_socket):
        yield
        return
    with subprocess.Popen(  # noqa: S603 - our own command
        engine_command(settings),
        stdin=PIPE,
        env={**engine_environment(settings), "SENSORIUM_LOG_LEVEL": "warning"},
    ) as process:
        try:
            _wait_for(settings.engine_socket, process)
            yield
        finally:
            assert process.stdin is not None
            process.stdin.close()  # it ends with that
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(address: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until an engine process answers: ours, or that of a server that was quicker."""
    until = monotonic() + PATIENCE
    while not _answers(address):
        if process.poll() is not None:
            until = min(until, monotonic() + STOP_WITHIN)
        if monotonic() > until:
            raise ReplayFailed("The engine process does not start.")
        sleep(0.1)


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(address))
        except OSError:
            return False
        return True

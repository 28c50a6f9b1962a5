"""`sensorium replay`: stored packets are processed once more, after a mistake was mended."""

import socket
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from time import monotonic, sleep
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sensorium.cli.options import Config, Data, fail, moment_of, settings_from
from sensorium.model.errors import Refusal, Unavailable
from sensorium.model.job import OPEN, Job, JobKind, JobState, NewJob
from sensorium.model.moments import to_microseconds
from sensorium.settings import Settings

PATIENCE = 60.0  # seconds without progress, as while the engine process starts anew
STOP_WITHIN = 20.0
LOOK_EVERY = 0.2

Device = Annotated[int | None, typer.Option(help="Number of the one sensor whose packets are meant.")]
All = Annotated[bool, typer.Option("--all", help="The packets of all sensors are meant.")]
Begin = Annotated[str | None, typer.Option("--from", help="Oldest time of the packets, ISO-8601, in UTC.")]
End = Annotated[str | None, typer.Option("--to", help="Newest time of the packets, included.")]
OnlyRejected = Annotated[bool, typer.Option("--rejected", help="Those alone that could not be processed.")]


class ReplayFailed(Exception):
    """The engine process does not start, or does not go on."""


def replay(  # noqa: PLR0913 - as many options
    *,
    device: Device = None,
    every: All = False,
    begin: Begin = None,
    end: End = None,
    rejected: OnlyRejected = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Process packets out of the archive once more, beside a running server or without one.

    Their rows are replaced by what comes out now. The engine process does it in parts, between new packets;
    interrupting this command ends it. It ends with 1 when a packet was rejected.
    """
    from sensorium.app import CannotStart

    if every == (device is not None):
        raise typer.BadParameter("give one of them", param_hint="--device / --all")
    settings = settings_from(config, data=data)
    if not settings.data.is_dir():
        fail(f"There is no data folder {settings.data}.")
    asked = NewJob(
        None, JobKind.REPLAY, device, _moment("--from", begin), _moment("--to", end), {"rejected": rejected}
    )
    try:
        with _engine(settings), _line() as show:
            job = _replayed(settings, asked, show)
    except (ReplayFailed, CannotStart, Refusal) as error:
        fail(str(error))
    if job.state is not JobState.DONE:
        fail(f"The replay was {job.state}. {job.message or ''} {_summary(job)}")
    Console(soft_wrap=True).print(_summary(job))
    if job.progress.rejected:
        raise typer.Exit(1)


def _summary(job: Job) -> str:
    """What became of the packets so far."""
    done = job.progress
    return f"{done.processed:,} packets were processed again, {done.rejected:,} rejected."


def _moment(option: str, text: str | None) -> int | None:
    moment = moment_of(option, text)
    return None if moment is None else to_microseconds(moment)


@contextmanager
def _line() -> Generator[Callable[[str], None]]:
    """A line on the terminal for the length of a block, and what changes its text."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("")
        yield lambda text: progress.update(task, description=text)


def _replayed(settings: Settings, asked: NewJob, show: Callable[[str], None]) -> Job:
    """Ask for a replay and follow it to its end. Whoever interrupts this ends it. Raises ReplayFailed."""
    from sensorium.app import now, open_jobs

    with open_jobs(settings) as jobs:
        ask = jobs.replay_rejected if asked.only_rejected else jobs.replay
        number = ask(None, asked.device, asked.begin, asked.end, now=now()).id
        try:
            return _followed(lambda: jobs.get(None, number), settings.engine_socket, show)
        except BaseException:
            jobs.cancel(None, number, now=now())
            raise


def _followed(look: Callable[[], Job], address: Path, show: Callable[[str], None]) -> Job:
    """The job when it has ended, also when the engine process is started anew meanwhile."""
    seen = None
    patient_until = monotonic() + PATIENCE
    while True:
        try:
            job = look()
        except Unavailable:  # the catalog will be back, or patience ends
            job = None
        if job is not None and job.state not in OPEN:
            return job
        if job is not None:
            show(_state(job))
            waits_its_turn = job.state is JobState.WAITING and _answers(address)
            if job.progress != seen or waits_its_turn:
                seen, patient_until = job.progress, monotonic() + PATIENCE
        if monotonic() > patient_until:
            raise ReplayFailed("The engine process does not go on with the replay.")
        sleep(LOOK_EVERY)


def _state(job: Job) -> str:
    if job.state is JobState.WAITING:
        return "The replay waits for its turn."
    done = job.progress
    of = "" if done.total is None else f" of {done.total:,}"
    return (
        f"{done.processed:,}{of} packets were processed again, {done.rejected:,} rejected; "
        f"the last is packet {done.after} of sensor {done.after_device}."
    )


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

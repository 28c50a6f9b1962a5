"""The log's process is killed at an exact system call, at each one of them in turn."""

import shutil
from pathlib import Path

import pytest

from tests.faults.driving import check_key, check_log, drive, injecting
from tests.needed import need

FIRST = 1000
KEYED = FIRST + 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log that was closed in good order."""
    folder = tmp_path_factory.mktemp("made") / "data"
    folder.mkdir()
    assert drive("write", folder, 0).code == 0
    return folder


def kill_at(source: Path | None, folder: Path, call: str, when: int) -> None:
    """Kill at one call, on a copy of a log or on none; what was acknowledged must be there afterwards."""
    if source is None:
        folder.mkdir()
    else:
        shutil.copytree(source, folder)
    run = drive("write", folder, FIRST, *injecting(call, "signal=KILL", when))
    assert run.code == -9, f"strace reported no injection at {call} {when}: {run.code}\n{run.errors}"
    assert "closed" not in run.printed
    trimmed = run.trimmed()
    check_log(folder, run.acked(), trimmed)
    if not trimmed:
        check_key(folder, KEYED)
    shutil.rmtree(folder)


def calls_of(source: Path | None, folder: Path, call: str) -> int:
    """How many such calls one thread of the driver makes."""
    if source is None:
        folder.mkdir()
    else:
        shutil.copytree(source, folder)
    run = drive("write", folder, FIRST, "-e", f"trace={call}")
    assert run.code == 0, run.errors
    assert run.printed[-1] == "closed"
    return run.calls()[call]


def kill_everywhere(source: Path | None, tmp_path: Path, call: str, step: int = 1) -> int:
    need("strace")
    calls = calls_of(source, tmp_path / "count", call)
    for when in range(1, calls + 1, step):
        kill_at(source, tmp_path / f"{call}{when}", call, when)
    return calls


def test_killed_at_each_sync_of_a_log_that_was_there(made: Path, tmp_path: Path):
    """From the first sync to the last one: nothing acknowledged is lost, nothing is there twice."""
    assert kill_everywhere(made, tmp_path, "fdatasync") >= 20


@pytest.mark.parametrize("call", ["fdatasync", "fsync", "unlink"])
def test_killed_while_the_log_is_made(tmp_path: Path, call: str):
    """The first start can be killed at each of its syncs and removals, and the next start finds a log."""
    need("strace")
    for when in range(1, min(8, calls_of(None, tmp_path / "count", call)) + 1):
        kill_at(None, tmp_path / f"{call}{when}", call, when)


def test_killed_at_some_writes(made: Path, tmp_path: Path):
    """A commit is cut in two by the kill: it counts whole or not at all."""
    assert kill_everywhere(made, tmp_path, "pwrite64", step=11) >= 100


@pytest.mark.soak
@pytest.mark.parametrize("call", ["pwrite64", "ftruncate", "unlink", "fsync"])
def test_killed_at_every_other_change_of_the_disk(made: Path, tmp_path: Path, call: str):
    """Each write, cut and removal in turn."""
    assert kill_everywhere(made, tmp_path, call) >= 1


@pytest.mark.soak
def test_killed_at_every_write_while_the_log_is_made(tmp_path: Path):
    """Each write of the first start."""
    assert kill_everywhere(None, tmp_path, "pwrite64") >= 1

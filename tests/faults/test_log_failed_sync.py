"""The disk answers a sync, or a write, with an error."""

import shutil
from pathlib import Path

import pytest

from sensorium.storage.log import ProgressReader
from tests.faults.driving import Run, check_log, drive, injecting
from tests.needed import need

FIRST = 1000
COMMITS = 150
ARGUMENTS = {"write": FIRST, "progress": COMMITS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log and of a progress that were closed in good order."""
    folder = tmp_path_factory.mktemp("made") / "data"
    folder.mkdir()
    assert drive("write", folder, 0).code == 0
    assert drive("progress", folder, 3).code == 0
    return folder


def failing(made: Path, folder: Path, scenario: str, call: str, error: str, when: int) -> Run:
    """One run on a copy in which one call fails."""
    shutil.copytree(made, folder)
    run = drive(scenario, folder, ARGUMENTS[scenario], *injecting(call, f"error={error}", when))
    assert any("(INJECTED)" in line for line in run.trace), f"strace reported no injection at {call} {when}"
    return run


def check_ended(run: Run) -> None:
    """The process has ended with code 70, and acknowledged nothing of a commit that failed.

    When a later checkpoint failed, the acknowledgements of the commit before it may be on their way.
    """
    assert run.code == 70, run.errors
    assert "disk I/O error" in run.errors
    after = run.trace[run.trace.index(injected(run)) :]
    assert not (is_commit(run) and any("write(1<" in line for line in after))


def is_commit(run: Run) -> bool:
    """Whether it was the commit of packets that failed."""
    return ", in store\n" in run.errors


def is_sync_of_folder(run: Run, folder: Path) -> bool:
    """SQLite syncs the folder once more when it makes its journal, and needs no answer.

    The log itself has synced the folder before, so that nothing depends on it.
    """
    return f"<{folder}>)" in injected(run)


def injected(run: Run) -> str:
    """The line of the trace for the call that failed."""
    (line,) = (line for line in run.trace if "(INJECTED)" in line)
    return line


def calls_of(made: Path, folder: Path, scenario: str, call: str) -> int:
    shutil.copytree(made, folder)
    run = drive(scenario, folder, ARGUMENTS[scenario], "-e", f"trace={call}")
    assert run.code == 0, run.errors
    return run.calls()[call]


def test_each_failed_sync_ends_the_process(made: Path, tmp_path: Path):
    """Exit code 70, no acknowledgement after the failed sync, and none lost from before it."""
    need("strace")
    committing = 0
    for when in range(1, calls_of(made, tmp_path / "count", "write", "fdatasync") + 1):
        folder = tmp_path / f"failed{when}"
        run = failing(made, folder, "write", "fdatasync", "EIO", when)
        if not is_sync_of_folder(run, folder):
            check_ended(run)
            committing += is_commit(run)
        check_log(folder, run.acked(), run.trimmed())
        shutil.rmtree(folder)
    assert committing >= 12


def test_a_failed_sync_at_the_first_start_ends_the_process(made: Path, tmp_path: Path):
    """A log whose folder cannot be synced is not opened, and acknowledges nothing."""
    need("strace")
    run = failing(made, tmp_path / "data", "write", "fsync", "EIO", 1)
    assert (run.code, run.printed) == (70, [])


def test_each_failed_sync_of_the_progress_ends_the_engine(made: Path, tmp_path: Path):
    """The engine too ends with code 70, and its offset is not ahead of what it committed."""
    need("strace")
    calls = calls_of(made, tmp_path / "count", "progress", "fdatasync")
    for when in (1, 2, 3, calls // 2, calls - 1, calls):
        folder = tmp_path / f"failed{when}"
        run = failing(made, folder, "progress", "fdatasync", "EIO", when)
        if is_sync_of_folder(run, folder):
            continue
        assert run.code == 70, run.errors
        committed = [int(line.split()[1]) for line in run.printed]
        reader = ProgressReader(folder / "progress.db")
        assert max([3, *committed]) <= reader.offset() <= max([3, *committed]) + 1
        reader.close()


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_some_failed_writes(made: Path, tmp_path: Path, error: str):
    """No space: refused, and taken when tried again. Any other error: the end, with code 70."""
    fail_writes(made, tmp_path, error, step=17)


@pytest.mark.soak
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EDQUOT"])
def test_each_failed_write(made: Path, tmp_path: Path, error: str):
    """The same for each write in turn."""
    fail_writes(made, tmp_path, error, step=1)


def fail_writes(made: Path, tmp_path: Path, error: str, step: int) -> None:
    need("strace")
    for when in range(1, calls_of(made, tmp_path / "count", "write", "pwrite64") + 1, step):
        folder = tmp_path / f"failed{when}"
        run = failing(made, folder, "write", "pwrite64", error, when)
        if "log.db-shm" in injected(run):  # the index is laid out when the log is opened
            assert (run.code, run.printed) == (1, []), run.errors
        elif error == "ENOSPC":
            assert (run.code, run.printed[-1]) == (0, "closed"), run.errors
            assert run.acked().keys() == set(range(FIRST, FIRST + 69))
        else:
            check_ended(run)
        check_log(folder, run.acked(), run.trimmed())
        shutil.rmtree(folder)


def test_an_acknowledgement_comes_after_a_sync(made: Path, tmp_path: Path):
    """Between an append and its acknowledgement lies a sync of the journal, each time."""
    need("strace")
    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    run = drive("write", folder, FIRST, "-e", "trace=fdatasync,write")
    synced = acked = 0
    for line in run.trace:
        if "fdatasync(" in line and "log.db-wal" in line:
            synced += 1
        elif "write(1<" in line and '"acked ' in line:
            acked += 1
            if acked <= 3:  # the first three are appended one after the other
                assert synced >= acked
    assert acked == len([line for line in run.printed if line.startswith("acked")])
    assert synced >= 15

"""The files of the log and of the progress: settings, versions, one writer."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sensorium.storage.log import Log, LogReader, Progress, ProgressReader
from sensorium.storage.log.database import open_writer
from tests.storage.log.packets import packet


def test_a_commit_is_a_sync_and_checkpoints_are_ours(tmp_path: Path):
    """The connection that writes has the settings that the promise rests on."""
    with closing(open_writer(tmp_path / "log.db", "CREATE TABLE t (x)", 1)) as database:
        names = ("journal_mode", "synchronous", "wal_autocheckpoint")
        found = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert found == ["wal", 2, 0]


def test_a_file_of_which_sqlite_makes_less_is_not_opened():
    """Where the settings cannot be had (here: in memory there is no journal) the log does not open."""
    with pytest.raises(RuntimeError, match="journal_mode"):
        open_writer(Path(":memory:"), "CREATE TABLE t (x)", 1)


@pytest.mark.parametrize(
    "use",
    [
        Log.open,
        Progress.open,
        lambda path: LogReader(path).read(0),
        lambda path: ProgressReader(path).offset(),
    ],
)
def test_a_file_of_another_version_is_not_opened(tmp_path: Path, use: Callable[[Path], object]):
    """A later version's file is refused by name, and left as it is."""
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(RuntimeError, match=r"some\.db is of version 99"):
        use(path)


def test_a_second_writer_ends_and_acknowledges_nothing(tmp_path: Path):
    """A process that finds another one's packets in the log ends with code 70, its own are not stored."""
    path = tmp_path / "log.db"
    script = (
        "import asyncio, sys; from pathlib import Path; from sensorium.storage.log import Log\n"
        "from tests.storage.log.packets import packet\n"
        "async def scenario():\n"
        "    log = Log.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.readline()\n"
        "    print(await log.append([packet(2)]), flush=True)\n"
        "asyncio.run(scenario())"
    )
    second = subprocess.Popen(
        [sys.executable, "-c", script, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )

    async def scenario() -> None:
        log = Log.open(path)
        assert second.stdout is not None
        assert second.stdout.readline() == "open\n"
        await log.append([packet(1)])
        answered, error = await asyncio.to_thread(second.communicate, "go\n")
        assert (answered, second.returncode) == ("", 70)
        assert "another process writes to the log" in error
        assert (await log.append([packet(3)])).position == 2
        await log.close()

    asyncio.run(scenario())


def test_another_process_that_holds_the_file_is_waited_for(tmp_path: Path):
    """A lock held by someone's shell refuses packets for as long as it is held, and ends nothing."""
    path = tmp_path / "log.db"

    async def scenario() -> None:
        log = Log.open(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as shell:
            shell.execute("BEGIN IMMEDIATE")
            outcome = (await asyncio.gather(log.append([packet(1)]), return_exceptions=True))[0]
            assert "locked" in str(outcome)
            shell.execute("ROLLBACK")
        assert (await log.append([packet(1)])).position == 1
        await log.close()

    asyncio.run(scenario())


def test_a_log_behind_a_missing_folder_does_not_open(tmp_path: Path):
    """The folder is made by whoever owns it; without it opening fails at once."""
    with pytest.raises(sqlite3.OperationalError):
        Log.open(tmp_path / "absent" / "log.db")
    assert list(tmp_path.iterdir()) == []

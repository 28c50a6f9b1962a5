"""The engine's progress."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sensorium.model.errors import Unavailable
from sensorium.model.flags import NEVER_PROCESSED, Pipeline, PipelineStatus
from sensorium.model.packet import Rejected
from sensorium.storage.log import Progress, ProgressReader

STORED = PipelineStatus(
    Pipeline.STORED | Pipeline.QUALITY_EXECUTED, datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
)
FAILED = PipelineStatus(Pipeline.STORED_WITH_ERRORS, datetime(2026, 1, 3, tzinfo=UTC))


def test_the_progress_need_not_be_there_yet(tmp_path: Path):
    """Before the engine's first start nothing is processed; afterwards the same reader sees it."""
    reader = ProgressReader(tmp_path / "progress.db")
    assert (reader.offset(), reader.statuses([1, 2]), reader.rejected()) == (
        0,
        {1: NEVER_PROCESSED, 2: NEVER_PROCESSED},
        [],
    )
    progress = Progress.open(tmp_path / "progress.db")
    assert (progress.offset(), reader.offset()) == (0, 0)
    progress.commit(12, {1: STORED}, [])
    assert (reader.offset(), reader.statuses([1, 2])) == (12, {1: STORED, 2: NEVER_PROCESSED})
    reader.close()
    progress.close()


def test_a_commit_is_kept_over_a_restart(tmp_path: Path):
    """Offset, statuses and rejected packets come back; a later status takes the place of an earlier one."""
    path = tmp_path / "progress.db"
    late, early = (
        Rejected(9, 2, "no such month", 1_000_000),
        Rejected(4, 1, "more than 100 months", 2_000_000),
    )
    progress = Progress.open(path)
    progress.commit(5, {1: STORED, 2: STORED}, [late])
    progress.commit(9, {2: FAILED, 3: NEVER_PROCESSED}, [early])
    progress.close()

    progress = Progress.open(path)
    assert progress.offset() == 9
    assert progress.statuses([3, 2, 1]) == {3: NEVER_PROCESSED, 2: FAILED, 1: STORED}
    assert progress.rejected() == [early, late]
    assert progress.rejected(device=2) == [late]
    assert progress.rejected(after=4) == [late]
    assert progress.rejected(rows=1) == [early]
    progress.close()


def test_a_recovered_packet_leaves_the_rejected_list(tmp_path: Path):
    """After a replay stored it, a packet is no longer among the rejected ones."""
    progress = Progress.open(tmp_path / "progress.db")
    progress.commit(3, {}, [Rejected(number, 1, "why", 0) for number in (1, 2, 3)])
    progress.commit(progress.offset(), {}, [], recovered=[1, 3])
    assert [each.packet for each in progress.rejected()] == [2]
    progress.close()


def test_statuses_of_many_devices_are_one_question(tmp_path: Path):
    """More devices than SQLite takes parameters."""
    progress = Progress.open(tmp_path / "progress.db")
    progress.commit(1, dict.fromkeys(range(100_000), STORED), [])
    assert set(progress.statuses(range(300_000)).values()) == {STORED, NEVER_PROCESSED}
    assert progress.statuses([]) == {}
    progress.close()


def test_the_journal_does_not_grow(tmp_path: Path):
    """Thousands of commits leave files of a bounded size."""
    progress = Progress.open(tmp_path / "progress.db")
    for offset in range(1500):
        progress.commit(offset, dict.fromkeys(range(40), STORED), [])
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 8 << 20
    progress.close()


def test_closed_progress_says_so(tmp_path: Path):
    """Asking after the close is an error."""
    progress = Progress.open(tmp_path / "progress.db")
    progress.close()
    with pytest.raises(RuntimeError, match="closed"):
        progress.offset()


def test_rejected_packets_of_a_device_come_newest_first(tmp_path: Path):
    """Page by page, each with the place in it that is at fault; or those among given packets."""
    progress = Progress.open(tmp_path / "progress.db")
    mine = [Rejected(number, 1, "why", number, f"/a[{number}]") for number in range(1, 6)]
    progress.commit(9, {}, [*mine, Rejected(6, 2, "why", 6)])
    assert progress.last_rejected(1, rows=2) == [mine[4], mine[3]]
    assert progress.last_rejected(1, before=4, rows=9) == [mine[2], mine[1], mine[0]]
    assert progress.rejected_among([2, 6, 7]) == {2: mine[1], 6: Rejected(6, 2, "why", 6)}
    assert (progress.rejected_devices(), progress.count_rejected()) == ([1, 2], 6)
    progress.close()


def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path):
    """Once the engine opens it; what only reads waits for that, and reads all else meanwhile."""
    path = tmp_path / "progress.db"
    database = sqlite3.connect(path)
    database.executescript(
        "CREATE TABLE offsets (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;"
        "CREATE TABLE statuses (device INTEGER PRIMARY KEY, flags INTEGER NOT NULL, processed INTEGER)"
        " STRICT; CREATE TABLE rejected (packet INTEGER PRIMARY KEY, device INTEGER NOT NULL,"
        " reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT;"
        "CREATE INDEX rejected_of_device ON rejected (device, packet);"
        "INSERT INTO offsets VALUES (1, 7); INSERT INTO rejected VALUES (3, 1, 'why', 5);"
        "PRAGMA user_version = 1"
    )
    database.close()
    reader = ProgressReader(path)
    assert reader.offset() == 7
    with pytest.raises(Unavailable):
        reader.rejected()
    progress = Progress.open(path)
    assert reader.rejected() == progress.rejected() == [Rejected(3, 1, "why", 5, "")]
    progress.commit(8, {}, [Rejected(8, 1, "why", 6, "/b")])
    progress.close()
    again = Progress.open(path)
    assert [each.path for each in again.rejected()] == ["", "/b"]
    again.close()
    reader.close()

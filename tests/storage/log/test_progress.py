"""The engine's progress."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sensorium.model.flags import NEVER_PROCESSED, Pipeline, PipelineStatus
from sensorium.storage.log import Progress, ProgressReader, Rejected

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

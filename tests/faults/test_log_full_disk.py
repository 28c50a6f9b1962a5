"""The log on a disk that runs full."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.driving import DRIVER, acknowledged
from tests.needed import need


@pytest.mark.parametrize("low_water", [0, 2 << 20])
def test_a_full_disk_refuses_and_recovers(tmp_path: Path, low_water: int):
    """Appends are refused and reads go on while the disk is full; with space again appends are taken."""
    need("a mount")
    mounted = 'mount -t tmpfs -o size=16m tmpfs "$1" && shift && exec "$@"'
    driver = [sys.executable, str(DRIVER), "fill", str(tmp_path), str(low_water)]
    command = ["unshare", "-m", "sh", "-c", mounted, "sh", str(tmp_path), *driver]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    acked = acknowledged(lines)
    stored = dict(tuple(map(int, line.split()[1:])) for line in lines if line.startswith("stored"))
    assert stored == acked
    (full,) = (int(line.split()[1]) for line in lines if line.startswith("full"))
    assert 500 < full < len(acked)

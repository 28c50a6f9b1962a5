"""What is in memory is not told once the folder of the engine is gone."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
from pathlib import Path
from sensorium.model.errors import Unavailable
from sensorium.storage.observations.store import Store
from tests.storage.observations.shared import NOON, rows_of, stream_of

folder = Path(sys.argv[1])
store, stream = Store.open(f"chdb://{folder}"), stream_of(1)
store.write(rows_of(stream, {NOON: 1.0}))
asked = (
    lambda: store.newest([1], [stream.id]),
    lambda: store.newest_known([stream.id]),
    store.newest_packet,
)
for each in asked:
    each()
folder.rename(folder.with_name("moved"))
for each in asked:
    try:
        print(each())
    except Unavailable as refusal:
        print(refusal.why)
"""


def test_newest_values_are_unavailable_when_the_folder_is_moved(tmp_path: Path):
    """Nor is it said that there is no packet: in a process of its own, since the engine is one for each."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "clickhouse")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == ["the observations' files were taken away or replaced"] * 3

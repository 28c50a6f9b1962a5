"""How much memory the engine process takes."""

import asyncio
import subprocess
import sys
from pathlib import Path

from sensorium.model.catalogue import Component, Unit
from sensorium.model.device import Datastream
from sensorium.process.memory import resident
from sensorium.storage.catalog import Catalog
from sensorium.storage.observations.reader import Reader
from tests.process import engine
from tests.storage.observations.shared import EVER, WHOLE_ROW

MIB = 1 << 20
ROWS = 702_720  # four months of four datastreams, one value a minute: 219 MiB of JSON
STREAMS = [
    Datastream(n, 1, Component(n, f"component {n}", "Standard", None), Unit(1, "%"), 0, 4326, 60, "x", n)
    for n in range(4)
]
FILL = """
import sys
from sensorium.storage.observations.connect import WRITING, connect
from sensorium.storage.observations.tables import create_tables
client = connect(sys.argv[1], WRITING)
create_tables(client)
client.command('''INSERT INTO observations (device, datastream, time, value, longitude, latitude, altitude)
    SELECT 1, number % 4,
        fromUnixTimestamp64Micro(toInt64(1700000000000000 + 60000000 * intDiv(number, 4)), 'UTC'),
        round(20 + 5 * sin(number / 8640), 2), 10.75, 59.9, 12 FROM numbers({rows:UInt64})''',
    parameters={"rows": int(sys.argv[2])})
client.close()
"""
RELEASE = """
from sensorium.process.engine import ENGINE_LIBRARY
from sensorium.process.memory import release_start_pages, resident
from sensorium.storage.observations.store import Store
import sys
store = Store.open(sys.argv[1])
before = resident()
assert release_start_pages(ENGINE_LIBRARY) > 0
print(before - resident())
assert b"".join(store.stream("SELECT 36 AS n FORMAT JSONEachRow", {})) == b'{"n":36}\\n'
store.close()
"""


def run(code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    ).stdout


def test_a_large_answer_is_never_held_as_a_whole(tmp_path: Path):
    """While 219 MiB are read the process grows by less than 128 MiB; no piece is larger than 1 MiB."""
    Catalog.open(f"sqlite:///{tmp_path}/catalog.db").close()
    run(FILL, f"chdb://{tmp_path}/clickhouse", str(ROWS))

    async def scenario() -> None:
        reader = Reader(tmp_path / "engine.sock")
        try:
            before = await _read(reader, 1_700_000_000_000_000, 1_700_000_060_000_000)
            after = await _read(reader, 0, EVER)
        finally:
            await reader.close()
        assert after["rows"] == ROWS
        assert after["largest"] <= MIB
        assert after["memory"] - before["memory"] < 128 * MIB

    async def _read(reader: Reader, begin: int, end: int) -> dict[str, int]:
        rows = largest = memory = 0
        async for piece in reader.series(STREAMS, begin, end, WHOLE_ROW, 0):
            rows += piece.count(b"},{") + piece.startswith((b"[{", b",{"))
            largest = max(largest, len(piece))
            memory = max(memory, _memory(process.pid))
        return {"rows": rows, "largest": largest, "memory": memory}

    with engine.running(tmp_path) as process:
        asyncio.run(scenario())


def _memory(pid: int) -> int:
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * 4096


def test_what_only_the_start_needed_is_given_back(tmp_path: Path):
    """The engine's library lets go of over 50 MiB after the start, and works on."""
    assert int(run(RELEASE, f"chdb://{tmp_path}/clickhouse")) > 50 * MIB


def test_resident_memory_is_in_bytes():
    """This process has more than a megabyte and less than the machine."""
    assert MIB < resident() < 1 << 40

"""Stored rows in bulk: made by the engine itself in its own tables, while no server runs.

`python -m bench.rows DATA` reads devices and their datastreams as JSON and does it, in a process of its own
whose memory goes with it.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from clickhouse_connect.driver.client import Client

from bench.server import STEPS, serving
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.datastreams import find_streams
from sensorium.storage.log import Progress
from sensorium.storage.observations.connect import WRITING, connect
from sensorium.storage.observations.tables import create_tables

BEGIN = 1_704_067_200  # 2024-01-01, in seconds
DAYS = 60  # January and February
MINUTES = DAYS * 24 * 60
ROWS_OF_DEVICE = MINUTES * len(STEPS)
TURN = 5 * 24 * 60  # minutes that are written in one go, for all devices

_PLACES = """
    {devices:Array(UInt32)}[1 + intDiv(number, {turn:UInt64})] AS device,
    {minute:UInt64} + number % {turn:UInt64} AS at,
    1 + intDiv(number, {turn:UInt64}) * {minutes:UInt64} + at AS packet,
    fromUnixTimestamp64Micro(toInt64({begin:UInt64} + 60 * at) * 1000000, 'UTC') AS time
"""
_OBSERVATIONS = f"""
INSERT INTO observations (device, datastream, time, value, longitude, latitude, altitude, packet, version)
WITH {_PLACES}, arrayJoin(range({{each:UInt64}})) AS which
SELECT device,
    {{streams:Array(UInt32)}}[1 + intDiv(number, {{turn:UInt64}}) * {{each:UInt64}} + which] AS datastream,
    time, round(20 + 5 * which + 10 * sin(at / 230) + (cityHash64(number, which) % 1000) / 100, 2),
    10.75, 59.91, 12, packet, packet * 4
FROM numbers({{count:UInt64}})
"""
_PACKETS = f"""
INSERT INTO packets
    (device, received, id, schema_version, time, longitude, latitude, altitude, format, record, raw)
WITH {_PLACES}, arrayMap(n -> round((cityHash64(at, n) % 9999) / 100, 2), range(4)) AS value
SELECT device, addMicroseconds(time, device), packet, 1, time, 10.75, 59.91, 12, 0,
    arrayStringConcat(arrayMap(n -> reinterpretAsString(n), value)),
    concat('{{"taken": "', formatDateTime(time, '%Y/%m/%d %H:%i:%S'), '", "no2": ', toString(value[1]),
        ', "pm10": ', toString(value[2]), ', "pm25": ', toString(value[3]),
        ', "t": ', toString(value[4]), '}}')
FROM numbers({{count:UInt64}})
"""


def stored(data: Path, rows: int, minutes: int = MINUTES) -> int:
    """Fill a new data folder with so many rows at least; the number of a device that has some of them.

    A device has four values a minute, for so many minutes.
    """
    with serving(data) as subject:
        count = -(-rows // (minutes * len(STEPS)))
        devices = [subject.describe(f"Stored {number}") for number in range(count)]
    catalog = Catalog.open(f"sqlite:///{data.resolve() / 'catalog.db'}")
    streams = {device: [stream.id for stream in find_streams(catalog, device)] for device in devices}
    catalog.close()
    subprocess.run(
        [sys.executable, "-m", "bench.rows", str(data), str(minutes)],
        input=json.dumps(list(streams.items())),
        text=True,
        check=True,
        timeout=900,
    )
    return devices[len(devices) // 2]


def fill(data: Path, minutes: int, streams: list[tuple[int, list[int]]]) -> None:
    """Write the rows and packets of the devices, and note that all of them are processed."""
    client = connect(f"chdb://{data.resolve() / 'clickhouse'}", WRITING)
    create_tables(client)
    devices = [device for device, _ in streams]
    for minute in range(0, minutes, TURN):
        bound = {
            "devices": devices,
            "streams": [stream for _, each in streams for stream in each],
            "each": len(STEPS),
            "turn": TURN,
            "minute": minute,
            "minutes": minutes,
            "begin": BEGIN,
            "count": len(devices) * TURN,
        }
        client.command(_OBSERVATIONS, parameters=bound)
        client.command(_PACKETS, parameters=bound)
    _await_merges(client)
    client.close()
    progress = Progress.open(data / "progress.db")
    progress.commit(len(devices) * minutes, {}, [])
    progress.close()


def _await_merges(client: Client) -> None:
    """Let the engine put its parts together, as it would have done while the rows came in."""
    until = monotonic() + 120
    quiet = 0
    while quiet < 5 and monotonic() < until:
        sleep(0.5)
        running = client.query("SELECT count() FROM system.merges").result_rows[0][0]
        quiet = 0 if running else quiet + 1


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.stdin.read()))

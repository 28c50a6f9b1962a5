"""`python -m bench.log`: the log alone, and why a commit is one row of it."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import uvloop

from sensorium.model.packet import Format, NewPacket, Packet
from sensorium.storage.log import Log, LogReader

PACKET = NewPacket(7, 1, 1_700_000_000_000_000, None, Format.JSON, b"r" * 40, b'{"a":1,"b":2}' * 15)
BATCH = 5000


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder) / "log.db"
        uvloop.run(_appends(path))
        with closing(LogReader(path)) as reader:
            _reads("one row a commit of 256", lambda rows: reader.read(0, rows=rows, size=1 << 40))
        rows = Path(folder) / "rows.db"
        _write_rows(rows)
        with closing(sqlite3.connect(rows)) as database:
            _reads("one row a packet", lambda count: _read_rows(database, count))


async def _appends(path: Path) -> None:
    log = Log.open(path)
    for writers in (256, 1, 32):
        await _singles(log, writers, 2_000 if writers == 1 else 100_000)
    batch = [PACKET] * BATCH
    begun = time.perf_counter()
    for _ in range(100):
        await log.append(batch)
    print(f"batches of {BATCH}: {100 * BATCH / (time.perf_counter() - begun):,.0f} packets/s")
    await log.close()


async def _singles(log: Log, writers: int, packets: int) -> None:
    waited: list[float] = []

    async def write() -> None:
        for _ in range(packets // writers):
            begun = time.perf_counter()
            await log.append((PACKET,))
            waited.append(time.perf_counter() - begun)

    begun, process, loop = time.perf_counter(), time.process_time(), time.thread_time()
    await asyncio.gather(*(write() for _ in range(writers)))
    rate = len(waited) / (time.perf_counter() - begun)
    cpu = (time.process_time() - process) / len(waited) * 1e6
    on_loop = (time.thread_time() - loop) / len(waited) * 1e6
    waited.sort()
    middle, slow = (waited[int(len(waited) * share)] * 1e3 for share in (0.5, 0.99))
    print(
        f"{writers} writers: {rate:,.0f} packets/s, p50 {middle:.2f} ms, p99 {slow:.2f} ms,"
        f" CPU {cpu:.1f} us a packet, {on_loop:.1f} of it on the event loop"
    )


def _reads(name: str, read: Callable[[int], Sequence[Packet]]) -> None:
    alone = _rate(read, 50_000)
    stop = Event()
    busy = Thread(target=_spin, args=(stop,))
    busy.start()
    beside = _rate(read, 10_000)
    stop.set()
    busy.join()
    print(f"{name}: {alone:,.0f} packets/s read, {beside:,.0f} beside one busy Python thread")


def _rate(read: Callable[[int], Sequence[Packet]], rows: int) -> float:
    begun = time.perf_counter()
    assert len(read(rows)) == rows
    return rows / (time.perf_counter() - begun)


def _spin(stop: Event) -> None:
    while not stop.is_set():
        sum(range(100))


def _write_rows(path: Path) -> None:
    packet = PACKET
    columns = (packet.device, packet.version, packet.time, None, packet.format, packet.record, packet.raw)
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE packets (id INTEGER PRIMARY KEY, received, d, v, t, p, f, record, raw)"
        )
        rows = ((each, each, *columns) for each in range(50_000))
        database.executemany("INSERT INTO packets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        database.commit()


def _read_rows(database: sqlite3.Connection, count: int) -> list[Packet]:
    return [Packet(*row) for row in database.execute("SELECT * FROM packets LIMIT ?", (count,))]


if __name__ == "__main__":
    main()

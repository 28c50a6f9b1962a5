"""A process that holds only the log, for tests that kill it or take its disk away.

Numbered packets are appended, and each acknowledgement is printed the moment it comes:
`acked NUMBER COUNT POSITION`. A refused append is printed and tried again.
"""

import asyncio
import os
import sys
from pathlib import Path

from sensorium.model.errors import Unavailable
from sensorium.model.flags import Pipeline, PipelineStatus
from sensorium.model.packet import Format, NewPacket, Rejected
from sensorium.storage.log import Key, Limits, Log, LogReader, Progress


def say(line: str) -> None:
    os.write(1, line.encode() + b"\n")


def packets(number: int, count: int, filler: int) -> list[NewPacket]:
    raw = [b"%d %s" % (each, b"x" * filler) for each in range(number, number + count)]
    return [NewPacket(7, 1, None, None, Format.JSON, b"", each) for each in raw]


async def append(log: Log, number: int, count: int = 1, *, filler: int = 0, key: bool = False) -> int:
    """Append until it is taken, and say so; the position."""
    name = Key(1, 7, f"key {number}", b"digest") if key else None
    while True:
        try:
            appended = await log.append(packets(number, count, filler), key=name, answer=b"answer")
        except Unavailable:
            say(f"refused {number}")
            await asyncio.sleep(0.01)
        else:
            assert appended.answer == b"answer"
            say(f"acked {number} {count} {appended.position}")
            return appended.position


async def write(folder: Path, first: int) -> None:
    """Everything the log does, once: singles, a group, a batch, keys, checkpoints, a trim, the close."""
    log = Log.open(folder / "log.db", limits=Limits(journal=1 << 15, low_water=0))
    for number in range(first, first + 3):
        await append(log, number)
    await asyncio.gather(*(append(log, number) for number in range(first + 3, first + 10)))
    await append(log, first + 10, 50, filler=100)
    for _ in range(2):
        await append(log, first + 60, 2, key=True)
    position = await append(log, first + 62)
    say(f"trimming {position - 20}")
    try:
        await log.trim(position - 20, 1 << 60)
    except Unavailable:
        say("refused trim")
    for number in range(first + 63, first + 69):
        await append(log, number, filler=5000)
    await log.close()
    say("closed")


async def storm(folder: Path, first: int) -> None:
    """Eight writers that never end."""
    log = Log.open(folder / "log.db", limits=Limits(journal=1 << 16))

    async def writer(number: int) -> None:
        while True:
            await append(log, number, 1 + number % 3, filler=number % 700, key=number % 5 == 0)
            number += 80

    await asyncio.gather(*(writer(first + 10 * each) for each in range(8)))


async def fill(folder: Path, low_water: int) -> None:
    """Append until the disk is full, free some space, append again; then tell what is stored."""
    path = folder / "log.db"
    (folder / "ballast").write_bytes(bytes(6 << 20))
    log = Log.open(path, limits=Limits(journal=1 << 18, low_water=low_water))
    reader = LogReader(path)
    refused = number = 0
    while refused < 20:
        number += 1
        try:
            position = (await log.append(packets(number, 1, 3000))).position
            say(f"acked {number} 1 {position}")
        except Unavailable as refusal:
            assert refusal.retry_after > 0
            refused += 1
        assert refused or reader.newest() == number
    say(f"full {len(reader.read(0, size=1 << 40))}")
    (folder / "ballast").unlink()
    for again in range(number + 1, number + 500):
        position = (await log.append(packets(again, 1, 3000))).position
        say(f"acked {again} 1 {position}")
    await log.close()
    reader.close()
    reader = LogReader(path)
    for each in reader.read(0, size=1 << 40):
        say(f"stored {int(each.raw.split()[0])} {each.id}")
    reader.close()


async def progress(folder: Path, count: int) -> None:
    """Commits of the engine's progress."""
    file = Progress.open(folder / "progress.db")
    status = PipelineStatus(Pipeline.STORED, None)
    start = file.offset()
    for offset in range(start + 1, start + 1 + count):
        file.commit(offset, {1: status}, [Rejected(offset, 1, "x" * 3000, 0)])
        say(f"committed {offset}")
    file.close()


SCENARIOS = {each.__name__: each for each in (write, storm, fill, progress)}

if __name__ == "__main__":
    scenario, folder, argument = sys.argv[1:]
    asyncio.run(SCENARIOS[scenario](Path(folder), int(argument)))

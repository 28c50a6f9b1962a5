"""A start on many stored rows: how soon packets are taken and data are read, and how much memory it keeps."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx2
from tests.running import start, stopping

from bench.machine import DIE_WITH_PARENT, drop_from_cache, resident
from bench.read import MIB, address
from bench.rows import BEGIN, DAYS
from bench.server import kept_token, packet, serving
from bench.table import Line, at_most, once, spread, told

LATER = 60  # seconds after which memory is looked at


def measure(data: Path, device: int, rounds: int) -> Iterator[Line]:
    """The lines of the table."""
    starts = [_start(data, device, number) for number in range(rounds)]
    yield at_most("start to the first accepted packet", spread([first for first, _ in starts]), 2, " s")
    yield at_most("start to the first answered read", spread([second for _, second in starts]), 5, " s")
    drop_from_cache(data)
    with serving(data) as subject:
        sleep(LATER)
        front, engine = resident(subject.front), resident(subject.engine)
        yield at_most(
            f"memory of both processes {LATER} s after the start", once((front + engine) / MIB), 500, " MiB"
        )
        yield told("  front", f"{front / MIB:.0f} MiB")
        yield told("  engine", f"{engine / MIB:.0f} MiB")
        subject.client.get(address(device, BEGIN, DAYS)).raise_for_status()
        front, engine = resident(subject.front), resident(subject.engine)
        yield at_most("memory of both after a large read", once((front + engine) / MIB), 650, " MiB")
        yield told("  front", f"{front / MIB:.0f} MiB")
        yield told("  engine", f"{engine / MIB:.0f} MiB")


def _start(data: Path, device: int, number: int) -> tuple[float, float]:
    """The seconds from the start to the first accepted packet, and to the first read of stored data."""
    drop_from_cache(data)
    began = monotonic()
    with stopping(start(data, within=DIE_WITH_PARENT)) as server, server.client(kept_token(data)) as client:
        sent = packet(f"2024/03/01 12:00:{number:02}", number)
        accepted = _until_answered(client, "POST", f"/api/sensors/{device}/inbound", sent) - began
        read = _until_answered(client, "GET", address(device, BEGIN, 1)) - began
    return accepted, read


def _until_answered(client: httpx2.Client, method: str, path: str, content: bytes = b"") -> float:
    until = monotonic() + 30
    while True:
        try:
            answer = client.request(method, path, content=content)
            answer.raise_for_status()
        except httpx2.HTTPError:
            if monotonic() > until:
                raise
            sleep(0.01)
        else:
            return monotonic()

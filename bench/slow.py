"""Many slow devices: each sends one packet a minute, which is checked among its values of before."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from bench.machine import Usage, resident
from bench.server import STEPS, Subject, packet, serving
from bench.table import Line, at_most, once, told

DEVICES = 5_000
BEFORE = 70  # packets that each device has sent before: more than windows reach
SECONDS = 60
AT_ONCE = 4
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
MIB = 1 << 20


def measure(folder: Path) -> Iterator[Line]:
    """The lines of the table."""
    with serving(folder / "slow") as subject, ThreadPoolExecutor(AT_ONCE) as pool:
        devices = list(pool.map(subject.describe, (f"Slow {number}" for number in range(DEVICES))))
        list(pool.map(lambda device: _send_before(subject, device), devices))
        subject.catch_up(600)
        before = resident(subject.engine)
        usage = Usage(front=subject.front, engine=subject.engine)
        behind = _minute(subject, devices, pool)
        computed, others = usage.computed(), usage.others()
        added = (resident(subject.engine) - before) / MIB
    yield told("many slow devices", f"{DEVICES:,} devices with a packet of {len(STEPS)} values a minute")
    yield told("  the engine's share of a core", f"{100 * computed['engine'] / SECONDS:.0f} %")
    yield told("  the front's share of a core", f"{100 * computed['front'] / SECONDS:.0f} %")
    yield at_most("  packets that wait for the engine, at most, in seconds of sending", once(behind), 2, " s")
    yield told("  memory that the engine takes more for it", f"{added:.0f} MiB")
    yield told("other programs' share of a core", f"{100 * others:.0f} %")


def _send_before(subject: Subject, device: int) -> None:
    times = (FIRST + timedelta(minutes=at) for at in range(BEFORE))
    body = b"\n".join(packet(f"{time:%Y/%m/%d %H:%M:%S}", device + at) for at, time in enumerate(times))
    content = {"content-type": "application/x-ndjson"}
    path = f"/api/sensors/{device}/inbound"
    subject.client.post(path, content=body, headers=content).raise_for_status()


def _minute(subject: Subject, devices: Sequence[int], pool: ThreadPoolExecutor) -> float:
    """Send a packet of each device, evenly over a minute; how many seconds of it waited, at most."""
    time = f"{FIRST + timedelta(minutes=BEFORE):%Y/%m/%d %H:%M:%S}"
    headers = {"content-type": "application/json"}
    began, waiting = monotonic(), 0

    def send(device: int) -> None:
        path = f"/api/sensors/{device}/inbound"
        subject.client.post(path, content=packet(time, device + BEFORE), headers=headers).raise_for_status()

    for number, device in enumerate(devices):
        if (early := began + number * SECONDS / DEVICES - monotonic()) > 0:
            sleep(early)
        pool.submit(send, device)
        if number % (DEVICES // SECONDS) == 0:
            accepted, processed = subject.positions()
            waiting = max(waiting, accepted - processed)
    return waiting * SECONDS / DEVICES

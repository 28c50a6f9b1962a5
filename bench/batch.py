"""Batches of packets, until they are stored."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from bench.machine import Usage
from bench.server import STEPS, Subject, packet, serving
from bench.table import Line, at_least, spread, told, written

PACKETS = 5_000
BATCHES = 60
AT_ONCE = 4
FIRST = datetime(2020, 3, 1, tzinfo=UTC)


def measure(folder: Path, rounds: int) -> Iterator[Line]:
    """The lines of the table."""
    with serving(folder / "batch") as subject:
        devices = [subject.describe(f"Batch {number}") for number in range(AT_ONCE)]
        send(subject, devices, bodies(FIRST - timedelta(days=60), AT_ONCE))
        done: list[tuple[float, dict[str, float], float]] = []
        for number in range(rounds):
            body = bodies(FIRST + timedelta(days=60 * number), BATCHES)
            usage = Usage(front=subject.front, engine=subject.engine)
            seconds = send(subject, devices, body)
            done.append((seconds, usage.computed(), usage.others()))
    packets = BATCHES * PACKETS
    values = [packets * len(STEPS) / seconds for seconds, _, _ in done]
    yield at_least("batches over HTTP until stored, values a second", spread(values), 150_000)
    for name in ("front", "engine"):
        cost = [1e6 * computed[name] / packets for _, computed, _ in done]
        yield told(f"  {name}'s computing for a packet", written(spread(cost), " µs"))
    yield told("other programs' share of a core", written(spread([100 * each for _, _, each in done]), " %"))


def bodies(first: datetime, count: int) -> list[bytes]:
    """Batches as NDJSON: one packet a second, from `first` on, for AT_ONCE devices in turn."""
    made: list[bytes] = []
    for number in range(count):
        begin = first + timedelta(seconds=number // AT_ONCE * PACKETS)
        times = ((begin + timedelta(seconds=at)).strftime("%Y/%m/%d %H:%M:%S") for at in range(PACKETS))
        made.append(b"\n".join(packet(time, at) for at, time in enumerate(times)))
    return made


def send(subject: Subject, devices: Sequence[int], batches: Sequence[bytes]) -> float:
    """Send the batches, AT_ONCE at a time; the seconds until the engine has stored all of them."""

    def post(number: int) -> None:
        path = f"/api/sensors/{devices[number % AT_ONCE]}/inbound"
        content = {"content-type": "application/x-ndjson"}
        subject.client.post(path, content=batches[number], headers=content).raise_for_status()

    began = monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(post, range(len(batches))))
    subject.catch_up()
    return monotonic() - began

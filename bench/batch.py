"""Batches of packets, until they are stored."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from time import monotonic, sleep

from bench.machine import Usage, cpu_seconds
from bench.server import STEPS, Subject, packet, serving
from bench.table import Line, at_least, ratios, spread, told, written

PACKETS = 5_000
BATCHES = 60
AT_ONCE = 4
IDLE, LOOK, LONGEST = 0.1, 1.0, 60.0  # of a core, for how many seconds, and how many are waited
FIRST = datetime(2020, 3, 1, tzinfo=UTC)


def measure(folder: Path, rounds: int) -> Iterator[Line]:
    """The lines of the table. Values are neither checked nor corrected in every other round."""
    with serving(folder / "batch") as subject:
        worked = [_described(subject, f"Batch {number}", is_worked=True) for number in range(AT_ONCE)]
        plain = [_described(subject, f"Plain {number}", is_worked=False) for number in range(AT_ONCE)]
        for devices in (worked, plain):
            send(subject, devices, bodies(FIRST - timedelta(days=60), AT_ONCE))
        done: list[tuple[float, dict[str, float], float]] = []
        without: list[float] = []
        for number in range(rounds):
            body = bodies(FIRST + timedelta(days=60 * number), BATCHES)
            settle(subject.engine)
            without.append(send(subject, plain, body))
            settle(subject.engine)
            usage = Usage(front=subject.front, engine=subject.engine)
            seconds = send(subject, worked, body)
            done.append((seconds, usage.computed(), usage.others()))
    packets = BATCHES * PACKETS
    values = [packets * len(STEPS) / seconds for seconds, _, _ in done]
    yield at_least("batches over HTTP until stored, values a second", spread(values), 150_000)
    for name in ("front", "engine"):
        cost = [1e6 * computed[name] / packets for _, computed, _ in done]
        yield told(f"  {name}'s computing for a packet", written(spread(cost), " µs"))
    unchecked = [packets * len(STEPS) / seconds for seconds in without]
    yield told("  neither checked nor corrected", written(spread(unchecked)))
    share = [100 * each for each in ratios(values, unchecked)]
    yield at_least("  with both, of that", spread(share), 85, " %")
    yield told("other programs' share of a core", written(spread([100 * each for _, _, each in done]), " %"))


def settle(process: int) -> None:
    """Wait until a process has hardly anything to do any more, so that no turn pays for the one before.

    Raises TimeoutError.
    """
    until, before = monotonic() + LONGEST, -inf
    while (computed := cpu_seconds(process)) - before > IDLE * LOOK:
        if monotonic() > until:
            raise TimeoutError(f"the engine still has something to do after {LONGEST} s")
        before = computed
        sleep(LOOK)


def _described(subject: Subject, name: str, *, is_worked: bool) -> int:
    """A device whose values are checked as usual, and one of them corrected; or neither."""
    device = subject.describe(name)
    always = {"valid_from": "1970-01-01T00:00:00Z"}
    streams = subject.client.get(f"/manage/v1/devices/{device}").json()["datastreams"]
    for stream in streams if not is_worked else ():
        path = f"/manage/v1/datastreams/{stream['id']}/quality"
        subject.client.put(path, json=always).raise_for_status()
    if is_worked:
        path = f"/manage/v1/datastreams/{streams[0]['id']}/correction"
        correction = {"expression": "0.9 * value + 0.1", "level": 2, **always}
        subject.client.put(path, json=correction).raise_for_status()
    return device


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

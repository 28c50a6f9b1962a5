"""Running the log's driver, also under strace, and checking what it left behind."""

import asyncio
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sensorium.storage.log import Key, Log, LogReader
from tests.storage.log.packets import numbers, packet

DRIVER = Path(__file__).with_name("log_driver.py")


@dataclass
class Run:
    """A finished run of the driver: its exit code, what it printed and what strace saw."""

    code: int
    printed: list[str]
    errors: str
    trace: list[str] = field(default_factory=list[str])

    def acked(self) -> dict[int, int]:
        """The acknowledged packets: id by number."""
        return acknowledged(self.printed)

    def trimmed(self) -> int:
        """The id up to which packets may have been trimmed."""
        return max((int(line.split()[1]) for line in self.printed if line.startswith("trimming")), default=0)

    def calls(self) -> dict[str, int]:
        """How often each system call was made by the thread that made it most often."""
        made = Counter(tuple(re.split(r"[ (]+", line)[:2]) for line in self.trace if "(" in line)
        return {name: max(n for (_, each), n in made.items() if each == name) for _, name in made}


def acknowledged(lines: Iterable[str]) -> dict[int, int]:
    """Id by number, of the packets for which an acknowledgement was printed."""
    acked: dict[int, int] = {}
    for line in lines:
        if line.startswith("acked "):
            number, count, position = map(int, line.split()[1:])
            for index in range(count):
                found = acked.setdefault(number + index, position - count + 1 + index)
                assert found == position - count + 1 + index, "one packet was acknowledged with two ids"
    return acked


def drive(scenario: str, folder: Path, argument: int, *strace: str) -> Run:
    """Run a scenario of the driver to its end, under strace when options of it are given."""
    trace = folder.with_suffix(".trace")
    tracing = ["strace", "-f", "-y", "-o", str(trace), *strace] if strace else []
    if strace and not any("signal=" in option for option in strace):
        tracing.append("--seccomp-bpf")  # quicker, but then strace sends no signal from the second call on
    command = [*tracing, sys.executable, str(DRIVER), scenario, str(folder), str(argument)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    lines = trace.read_text(errors="replace").splitlines() if strace else []
    return Run(done.returncode, done.stdout.splitlines(), done.stderr, lines)


def injecting(call: str, what: str, when: int) -> tuple[str, ...]:
    """The options of strace that make the `when`-th such call of a thread fail, or end, the process."""
    return ("-e", f"trace={call},write", "-e", f"inject={call}:{what}:when={when}")


def check_log(folder: Path, acked: dict[int, int], trimmed: int = 0) -> None:
    """Open the log as after any end: what was acknowledged is there once; new ids are new."""
    path = folder / "log.db"
    log = Log.open(path)
    reader = LogReader(path)
    found = reader.read(0, rows=1 << 30, size=1 << 40)
    ids = [each.id for each in found]
    assert ids == sorted(set(ids)), "ids are not strictly increasing"
    times = [each.received for each in found]
    assert times == sorted(set(times)), "times of receipt are not strictly increasing"
    stored = dict(zip(numbers(found), ids, strict=True))
    assert len(stored) == len(found), "a packet is stored twice"
    lost = {n: at for n, at in acked.items() if at > trimmed and stored.get(n) != at}
    assert not lost, f"acknowledged and lost: {lost}"
    new = asyncio.run(_append_and_close(log))
    assert new > max([0, *ids, *acked.values()]), "an id was used again"
    reader.close()


async def _append_and_close(log: Log) -> int:
    appended = await log.append([packet(1 << 40)])
    await log.close()
    return appended.position


def check_key(folder: Path, number: int) -> None:
    """A request with a key, sent again, leaves its two packets stored once."""
    path = folder / "log.db"

    async def again() -> None:
        log = Log.open(path)
        key = Key(1, 7, f"key {number}", b"digest")
        await log.append([packet(number), packet(number + 1)], key=key, answer=b"answer")
        await log.close()

    asyncio.run(again())
    reader = LogReader(path)
    found = numbers(reader.read(0, rows=1 << 30, size=1 << 40))
    assert (found.count(number), found.count(number + 1)) == (1, 1)
    reader.close()

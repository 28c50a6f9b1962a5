"""The machine: cores, processes, their memory, and a folder on a real disk."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from bench.programs import Missing

TICKS = os.sysconf("SC_CLK_TCK")
ON_DISK = Path("/var/tmp")  # unlike /tmp it is a disk everywhere, so that a sync is one
DIE_WITH_PARENT = ("setpriv", "--pdeathsig=KILL")


def cores() -> tuple[int, int]:
    """The two cores that everything runs on. Raises Missing on a machine with one."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise Missing("two cores are needed")
    return usable[0], usable[1]


def on_core(core: int, command: Sequence[str]) -> list[str]:
    """The command, run on one core."""
    return ["taskset", "--cpu-list", str(core), *command]


def pin(process: int, core: int) -> None:
    """Bind every thread of a process to one core; what it starts later stays there too."""
    for thread in Path(f"/proc/{process}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def resident(process: int) -> int:
    """The memory that a process holds now, in bytes."""
    return _status(process, "VmRSS")


def peak(process: int) -> int:
    """The most memory that a process has held since `forget_peak`, in bytes."""
    return _status(process, "VmHWM")


def forget_peak(process: int) -> None:
    """Measure the peak of a process' memory from now on."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


def _status(process: int, name: str) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    raise ProcessLookupError(f"process {process} has ended")


def cpu_seconds(process: int) -> float:
    """The time that a process has computed so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def busy_seconds() -> float:
    """The time that all cores have computed so far, whoever for, or were kept from it by the host."""
    user, nice, system, _, _, irq, soft, stolen, *_ = map(int, Path("/proc/stat").read_text().split()[1:11])
    return (user + nice + system + irq + soft + stolen) / TICKS


def own_seconds() -> float:
    """The time that this process and those it has awaited have computed so far."""
    return sum(os.times()[:4])


class Usage:
    """How much some processes, and all that are not ours, have computed since this was made."""

    def __init__(self, **processes: int) -> None:
        self._processes = processes
        self._began = monotonic()
        self._before = self._computed()
        self._busy = busy_seconds() - own_seconds()

    def _computed(self) -> dict[str, float]:
        return {name: cpu_seconds(process) for name, process in self._processes.items()}

    def computed(self) -> dict[str, float]:
        """The seconds that each process has computed."""
        return {name: seconds - self._before[name] for name, seconds in self._computed().items()}

    def others(self) -> float:
        """The share of one core that other programs have taken."""
        computed = busy_seconds() - own_seconds() - self._busy - sum(self.computed().values())
        return max(computed, 0) / (monotonic() - self._began)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on a disk, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sensorium-bench-", dir=ON_DISK))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running(command: Sequence[str], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A program for the length of a block. It also ends when this process is killed."""
    process = subprocess.Popen(
        [*DIE_WITH_PARENT, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,  # type: ignore[arg-type]
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def drop_from_cache(folder: Path) -> None:
    """Make the next reading of a folder's files read the disk, as after a start of the machine."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)

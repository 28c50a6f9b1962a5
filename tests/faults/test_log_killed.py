"""The log's process is killed at random moments while eight writers append."""

import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from sensorium.storage.log import LogReader
from tests.faults.driving import DRIVER, acknowledged, check_log


def storm(folder: Path, first: int, seconds: float) -> list[str]:
    """One life of the driver, killed this long after its first acknowledgement; what it printed."""
    command = [sys.executable, str(DRIVER), "storm", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        killer = Thread(target=lambda: (sleep(seconds), process.kill()))
        killer.start()
        lines += process.stdout.readlines()
        killer.join()
    assert process.returncode == -9
    return [line for line in lines if line.endswith("\n")]


def follow(path: Path, stop: Event, seen: list[int]) -> None:
    """What the engine does meanwhile: it reads on, over every life of the writer."""
    with closing(LogReader(path)) as reader:
        while not stop.is_set():
            seen.extend(each.id for each in reader.read(seen[-1] if seen else 0))
            sleep(0.002)


def killed_rounds(folder: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    acked: dict[int, int] = {}
    seen: list[int] = []
    stop = Event()
    follower = Thread(target=follow, args=(folder / "log.db", stop, seen))
    follower.start()
    try:
        for life in range(rounds):
            printed = storm(folder, life * 10_000_000, chance.expovariate(8))
            new = acknowledged(printed)
            assert new
            assert min(new.values()) > max(acked.values(), default=0), "an id was used again"
            acked |= new
    finally:
        stop.set()
        follower.join()
    check_log(folder, acked)
    assert seen == sorted(set(seen))
    with closing(LogReader(folder / "log.db")) as reader:
        stored = {each.id for each in reader.read(0, rows=1 << 30, size=1 << 40)}
    assert set(seen) <= stored, "what was read once is gone"


def test_twenty_random_kills_lose_nothing(tmp_path: Path):
    """Every acknowledged packet of every life is there once, and the reader saw only what stayed."""
    killed_rounds(tmp_path, rounds=20, seed=20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
def test_hundreds_of_random_kills_lose_nothing(tmp_path: Path, seed: int):
    """The same, a hundred lives on one log, five times."""
    killed_rounds(tmp_path, rounds=100, seed=seed)

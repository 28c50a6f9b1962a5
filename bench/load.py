"""The load of single packets: wrk with one thread and 32 connections that stay open."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import on_core

CONNECTIONS = 32
SCRIPTS = {"json": "packets.lua", "line": "packets.lua", "readings": "readings.lua", "calls": "calls.lua"}


@dataclass(frozen=True, slots=True)
class Load:
    """What a round of load came to.

    `p50` and `p99` are in milliseconds; `errors` counts answers with a status from 400 on, connections that
    broke and answers that did not come.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds


def read_report(output: str) -> Load:
    """The figures that the script of wrk prints at its end. Raises ValueError when there are none."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            report = json.loads(line)
            return Load(
                report["requests"],
                report["microseconds"] / 1e6,
                report["p50"] / 1e3,
                report["p99"] / 1e3,
                report["errors"],
            )
    raise ValueError(f"wrk printed no figures: {output!r}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where packets go: the style of their bodies, the address, and a path for each device.

    Those of the style `readings` all go to one path, and have the device and three definitions instead.
    """

    style: str
    url: str
    paths: Sequence[str]
    token: str = "none"


def drive(target: Target, *, core: int, seconds: int, first: int) -> Load:
    """Send packets, as many as are answered, from one core. `first` is the second of the first packet."""
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout=5s",
        f"--script={Path(__file__).with_name(SCRIPTS[target.style])}",
        target.url,
    ]
    arguments = [target.style, str(first), f"Bearer {target.token}", *target.paths]
    done = subprocess.run(
        on_core(core, [*command, "--", *arguments]),
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        check=True,
    )
    return read_report(done.stdout)

"""`python -m bench [SECTION...]`: measure, and print one table."""

import argparse
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import (
    batch,
    calibration,
    navixy,
    outliers,
    quality,
    read,
    sensordata,
    single,
    slow,
    start,
    statistics,
)
from bench.beside import environment
from bench.machine import cores, scratch
from bench.programs import Missing
from bench.rows import ROWS_OF_DEVICE, stored
from bench.table import Line, render

SECTIONS = (
    "single",
    "batch",
    "sensordata",
    "navixy",
    "calibration",
    "slow",
    "outliers",
    "quality",
    "read",
    "statistics",
    "start",
)


def main() -> int:
    """Measure what is asked for; 1 when something needed is missed, or missing."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        cores()
        with scratch() as folder:
            lines = list(_measured(asked, folder))
    except Missing as lack:
        print(lack, file=sys.stderr)
        return 1
    missed = sum(not line.met for line in lines)
    print(render(lines))
    print(f"\n{missed} of {sum(bool(line.needed) for line in lines)} needs are missed.")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all without one"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is measured")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round of single packets")
    parser.add_argument("--rows", type=int, default=50_000_000, help="rows stored for the reads and starts")
    parser.add_argument(
        "--few", type=int, default=1_000_000, help="rows stored for the comparison of small reads"
    )
    parser.add_argument(
        "--peers", type=Path, help="an environment with bench/requirements.txt; without it one is made"
    )
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}")
    asked.sections = asked.sections or list(SECTIONS)
    return asked


def _measured(asked: argparse.Namespace, folder: Path) -> Iterator[Line]:
    wanted = set(asked.sections)
    yield from _at_the_doors(wanted, asked, folder)
    if "outliers" in wanted:
        yield from outliers.measure()
    if wanted & {"quality", "statistics"}:
        asked.python = asked.peers / "bin" / "python" if asked.peers else environment(folder / "peers")
    if "quality" in wanted:
        yield from quality.measure(asked.python, folder, asked.rounds)
    if wanted & {"read", "statistics", "start"}:
        yield from _beside_stored_rows(wanted, asked, folder)


def _at_the_doors(wanted: set[str], asked: argparse.Namespace, folder: Path) -> Iterator[Line]:
    if "single" in wanted:
        yield from single.measure(folder, asked.rounds, asked.seconds)
    if "batch" in wanted:
        yield from batch.measure(folder, asked.rounds)
    if "sensordata" in wanted:
        yield from sensordata.measure(folder, asked.rows, asked.rounds, asked.seconds)
    if "navixy" in wanted:
        yield from navixy.measure(folder, asked.rounds, asked.seconds)
    if "calibration" in wanted:
        yield from calibration.measure(folder, asked.rounds)
    if "slow" in wanted:
        yield from slow.measure(folder)


def _beside_stored_rows(wanted: set[str], asked: argparse.Namespace, folder: Path) -> Iterator[Line]:
    many = folder / "many"
    device = stored(many, asked.rows)
    yield Line("rows stored", f"{-(-asked.rows // ROWS_OF_DEVICE) * ROWS_OF_DEVICE:,}")
    if "read" in wanted:
        few = folder / "few"
        yield from read.measure((few, stored(few, asked.few)), (many, device), asked.rounds)
    if "statistics" in wanted:
        yield from statistics.measure((many, device), asked.python, folder, asked.rounds)
    if "start" in wanted:
        yield from start.measure(many, device, asked.rounds)


if __name__ == "__main__":
    sys.exit(main())

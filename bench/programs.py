"""Programs of Debian packages that are measured beside sensorium or that make the load."""

import os
import shutil

from tests import system_packages

PACKAGES = {"wrk": "wrk", "influxd": "influxdb", "taskset": "util-linux", "setpriv": "util-linux"}


class Missing(Exception):
    """The machine lacks something that the measurement needs; the text says what."""


def require(*programs: str) -> None:
    """See to it that the programs are there: installed when we are root. Raises Missing."""
    wanted = _absent(programs)
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        system_packages.install(sorted({PACKAGES[program] for program in wanted}))
        wanted = _absent(programs)
    if wanted:
        packages = " ".join(sorted({PACKAGES[program] for program in wanted}))
        raise Missing(f"{', '.join(wanted)} not found: apt-get install {packages}")


def _absent(programs: tuple[str, ...]) -> list[str]:
    return [program for program in programs if shutil.which(program) is None]

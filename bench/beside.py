"""Python programs that sensorium is measured beside, in an environment that goes with the run."""

import json
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.programs import Missing

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"


def environment(folder: Path) -> Path:
    """The interpreter of a new environment with what bench/requirements.txt says. Raises Missing."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"{REQUIREMENTS} cannot be installed: {done.stderr.strip()[-500:]}")
    return python


@dataclass(frozen=True, slots=True)
class Beside:
    """A running program of this folder that does one round for each line it reads, and answers in JSON."""

    process: subprocess.Popen[str]

    def round(self) -> dict[str, Any]:
        """What the program found, and in how many seconds. Raises Missing when it has ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise Missing(f"{self.process.args} has ended")
        return json.loads(line)


@contextmanager
def beside(python: Path, program: str, data: Path) -> Iterator[Beside]:
    """A program of this folder on a file of data, run by another interpreter."""
    with subprocess.Popen(
        [python, "-P", HERE / program, data],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
    ) as process:
        try:
            yield Beside(process)
        finally:
            process.kill()

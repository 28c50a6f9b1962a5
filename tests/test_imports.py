"""What a process does not run it does not import: a start is mostly imports."""

import subprocess
import sys

import pytest

CLIENTS = ("clickhouse_connect", "chdb")
DIALECTS = ("sensorium.dialects", "sensorium.web", "jinja2")


@pytest.mark.parametrize(
    ("process", "without"),
    [
        ("sensorium.cli", (*CLIENTS, *DIALECTS, "sqlalchemy", "numpy", "uvicorn")),
        ("sensorium.app.front", CLIENTS),
        ("sensorium.process.engine", DIALECTS),
        ("sensorium.app", (*CLIENTS, *DIALECTS, "uvicorn", "sensorium.process")),
    ],
)
def test_a_process_does_without(process: str, without: tuple[str, ...]):
    """The commands, the front, the engine process, and what a command does that writes to the catalog."""
    code = f"import sys, {process}; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    there = done.stdout.split()
    assert process in there
    assert [each for each in there if each.startswith(without)] == []

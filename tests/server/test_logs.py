"""Log lines say what happened, whatever was sent."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import structlog
from sensorium.server.logs import configure_logging
configure_logging("info", {style!r}, "front")
structlog.get_logger().info("refused", path="/a\\x1b[2Jb\\r\\nc", why="µ")
try:
    raise ValueError("\\x1b[31m")
except ValueError:
    structlog.get_logger().exception("unexpected error")
"""


def lines_of(style: str) -> str:
    """What a process writes to stderr when it logs hostile values."""
    command = [sys.executable, "-c", SCRIPT.format(style=style)]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stderr


@pytest.mark.parametrize("style", ["json", "text"])
def test_a_value_cannot_write_to_the_terminal(style: str):
    """No escape sequence and no line of its own."""
    written = lines_of(style)
    assert "\x1b" not in written
    assert "\r" not in written
    assert sum("refused" in line for line in written.splitlines()) == 1
    assert not any(line.startswith("c") for line in written.splitlines())


def test_lines_are_json():
    """Each by itself, with the process that wrote it."""
    first, second = map(json.loads, lines_of("json").splitlines())
    assert (first["process"], first["event"], first["path"], first["why"]) == (
        "front",
        "refused",
        "/a\x1b[2Jb\r\nc",
        "µ",
    )
    assert "ValueError" in second["exception"]

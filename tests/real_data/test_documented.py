"""The commands of docs/import.md and docs/real-data.md do what these pages say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import Server

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(
    r"<!-- test: session(?:, exit (\d+))? -->\n```sh\n(.*?)```(?:\n\n```\n(.*?)```)?", re.DOTALL
)


def script_of(page: str, url: str) -> str:
    """The page's commands in their order; after each block stands a line that parts the outputs."""
    parts = ["set -u"]
    for code, commands, _ in BLOCK.findall(page):
        parts += [
            commands.replace("http://127.0.0.1:8000", url),
            f'[ $? = {code or 0} ] || exit 1; echo "=== "',
        ]
    return "\n".join(parts)


@pytest.mark.parametrize("name", ["import.md", "real-data.md"])
def test_commands_of_the_page_work(name: str, data: Path, server: Server, tmp_path: Path):
    """Pasted one after another into a shell, they end as said and print what the page shows below them."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    page = (DOCS / name).read_text()
    done = subprocess.run(
        ["bash", "-c", script_of(page, server.url)],
        cwd=tmp_path,
        env={**os.environ, "DATA": str(data), "SENSORIUM_URL": server.url},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    outputs = done.stdout.split("=== \n")
    for (_, _, shown), output in zip(BLOCK.findall(page), outputs, strict=False):
        assert shown in output
    assert '"error-code"' not in done.stdout
    if name == "real-data.md":
        assert [line for output in outputs for line in output.splitlines() if line.isdigit()] == [
            "257012",
            "16332",
            "735",
        ]

"""The commands of docs/import.md and docs/real-data.md do what these pages say."""

import os
import re
import subprocess
import sys
from pathlib import Path

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


def outputs_of(name: str, server: Server, folder: Path, env: dict[str, str]) -> list[str]:
    """What the commands of a page print, pasted into a shell and compared with what the page shows."""
    (folder / ".venv").symlink_to(sys.prefix)
    page = (DOCS / name).read_text()
    done = subprocess.run(
        ["bash", "-c", script_of(page, server.url)],
        cwd=folder,
        env={**os.environ, "SENSORIUM_URL": server.url, **env},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert '"error-code"' not in done.stdout
    outputs = done.stdout.split("=== \n")[:-1]
    for (_, _, shown), output in zip(BLOCK.findall(page), outputs, strict=True):
        assert shown in output
    return outputs


def test_commands_of_the_import_page_work(server: Server, tmp_path: Path):
    """Pasted one after another they end as said, print what the page shows, and the last import is taken."""
    outputs = outputs_of("import.md", server, tmp_path, {})
    assert outputs[-1] == "walk.csv: 2 packets taken, 0 rejected\n"


def test_commands_of_the_real_data_page_work(data: Path, server: Server, tmp_path: Path):
    """The rows counted are those that the page says."""
    outputs = outputs_of("real-data.md", server, tmp_path, {"DATA": str(data)})
    assert [line for output in outputs for line in output.splitlines() if line.isdigit()] == [
        "257012",
        "16332",
        "735",
    ]

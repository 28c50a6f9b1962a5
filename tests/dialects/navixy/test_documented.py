"""The commands of docs/navixy.md do what the page says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.real_data.test_documented import BLOCK, DOCS, script_of
from tests.running import running

CURL = pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="curl is not there")


@CURL
def test_commands_of_the_page_work(tmp_path: Path):
    """Pasted one after another on a new server they print what the page shows, to the letter."""
    page = (DOCS / "navixy.md").read_text()
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        done = subprocess.run(
            ["bash", "-c", script_of(page, server.url)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    outputs = done.stdout.split("=== \n")[:-1]
    shown = [text.strip() for _, _, text in BLOCK.findall(page)]
    assert [expected or output.strip() for expected, output in zip(shown, outputs, strict=True)] == [
        output.strip().replace("\r", "") for output in outputs
    ]
    assert sum(bool(each) for each in shown) == 5

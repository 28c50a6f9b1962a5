"""The commands that a page shows, pasted into a shell one after another, and what they print."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.running import Server

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

CURL = pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="curl is not there")

_BLOCK = re.compile(
    r"<!-- test: session(?:, exit (\d+))? -->\n```sh\n(.*?)```(?:\n\n```\n(.*?)```)?", re.DOTALL
)
_END = "=== \n"  # parts what the blocks print


def bash(script: str, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """What a script prints that ends well."""
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def printed_by(
    page: Path,
    server: Server,
    folder: Path,
    *,
    env: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
    exactly: bool = False,
) -> list[str]:
    """What each block of a page's commands prints: what the page shows below it, where it shows something.

    It has that in it, or is that (`exactly`). `instead` has what is run in the place of some of its texts.
    """
    script = ["set -u"]
    blocks: list[tuple[str, str, str]] = _BLOCK.findall(page.read_text())
    for code, commands, _ in blocks:
        script += [commands, f'[ $? = {code or 0} ] || exit 1; printf "{_END[:-1]}\\n"']
    text = "\n".join(script)
    for old, new in {"http://127.0.0.1:8000": server.url, **(instead or {})}.items():
        text = text.replace(old, new)
    outputs = bash(text, folder, env).replace("\r", "").split(_END)[:-1]
    for (_, _, shown), output in zip(blocks, outputs, strict=True):
        assert shown.strip() in output
        assert not (exactly and shown) or shown.strip() == output.strip()
    assert any(shown for _, _, shown in blocks) or not exactly
    return outputs


def documents(text: str) -> list[Any]:
    """The JSON documents that stand one after another in what curl printed."""
    found: list[Any] = []
    text = text.strip()
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        found.append(document)
        text = text[end:].lstrip()
    return found

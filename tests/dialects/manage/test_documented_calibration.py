"""The commands of docs/calibration.md do what the page says."""

import subprocess
from pathlib import Path

from tests.dialects.manage.test_documented import CURL, documents
from tests.real_data.test_documented import DOCS, script_of
from tests.running import Server


@CURL
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another: stored values are calibrated, and the chain of one is told."""
    script = script_of((DOCS / "calibration.md").read_text(), server.url)
    done = subprocess.run(
        ["bash", "-c", script.replace("sleep 3", "sleep 8")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    _, said, told = map(documents, done.stdout.split("=== \n")[:-1])
    assert said[0]["in_force"][0]["certificate"] == "T7-2026"
    replays, chain = told
    assert replays["items"][0]["from"] == "2026-03-01T00:00:00Z"
    assert [each["value"] for each in chain["steps"]] == [600, 250]
    assert chain["stored"] == {"value_corr": 250, "level_corr": 1, "uncertainty_corr": 2}

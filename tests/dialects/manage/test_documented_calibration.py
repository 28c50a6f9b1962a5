"""The commands of docs/calibration.md do what the page says."""

from pathlib import Path

from tests.documented import CURL, DOCS, documents, printed_by
from tests.running import Server


@CURL
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another: stored values are calibrated, and the chain of one is told."""
    outputs = printed_by(DOCS / "calibration.md", server, tmp_path, instead={"sleep 3": "sleep 8"})
    _, said, told = map(documents, outputs)
    assert said[0]["in_force"][0]["certificate"] == "T7-2026"
    replays, chain = told
    assert replays["items"][0]["from"] == "2026-03-01T00:00:00Z"
    assert [each["value"] for each in chain["steps"]] == [600, 250]
    assert chain["stored"] == {"value_corr": 250, "level_corr": 1, "uncertainty_corr": 2}

"""The commands of docs/navixy.md do what the page says."""

from pathlib import Path

from tests.documented import CURL, DOCS, printed_by
from tests.running import running


@CURL
def test_commands_of_the_page_work(tmp_path: Path):
    """Pasted one after another on a new server they print what the page shows, to the letter."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        printed_by(DOCS / "navixy.md", server, tmp_path, exactly=True)

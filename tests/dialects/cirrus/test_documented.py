"""The commands of docs/cirrus.md do what the page says."""

from pathlib import Path

from tests.documented import CURL, DOCS, printed_by
from tests.running import Server


@CURL
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another they print what the page shows, to the letter."""
    outputs = printed_by(DOCS / "cirrus.md", server, tmp_path, exactly=True)
    assert '"serial":"QT123456"' in outputs[0]
    assert outputs[1].count('"user":"Quantum Demo"') == 2

"""The commands of docs/import.md, docs/export.md and docs/real-data.md do what these pages say."""

import sys
from pathlib import Path

from tests.documented import DOCS, printed_by
from tests.running import Server


def outputs_of(name: str, server: Server, folder: Path, env: dict[str, str]) -> list[str]:
    """What the commands of a page print, pasted into a shell and compared with what the page shows."""
    (folder / ".venv").symlink_to(sys.prefix)
    outputs = printed_by(DOCS / name, server, folder, env={"SENSORIUM_URL": server.url, **env})
    assert not any('"error-code"' in each for each in outputs)
    return outputs


def test_commands_of_the_import_page_work(server: Server, tmp_path: Path):
    """Pasted one after another they end as said, print what the page shows, and the last import is taken."""
    outputs = outputs_of("import.md", server, tmp_path, {})
    assert outputs[-1] == "walk.csv: 2 packets taken, 0 rejected\n"


def test_commands_of_the_export_page_work(server: Server, tmp_path: Path):
    """What is shown comes out, as CSV and as JSON, and stays readable when the sensor is deleted."""
    *_, table, answers, deleted = outputs_of("export.md", server, tmp_path, {})
    assert table.count("\n") == 4
    assert '"value":8.2' in answers
    assert '"avg":8.2' in answers
    assert deleted.count("http-status-code") == 2


def test_commands_of_the_real_data_page_work(data: Path, server: Server, tmp_path: Path):
    """The rows counted are those that the page says."""
    outputs = outputs_of("real-data.md", server, tmp_path, {"DATA": str(data)})
    assert [line for output in outputs for line in output.splitlines() if line.isdigit()] == [
        "257012",
        "16332",
        "735",
    ]

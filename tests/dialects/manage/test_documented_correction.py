"""The commands of docs/correction.md do what the page says."""

from pathlib import Path

import pytest

from tests.documented import CURL, DOCS, documents, printed_by
from tests.running import Server

WHY = 1024 + 64 + 32  # an input is missing, no window is full yet, it was to be corrected


@CURL
@pytest.mark.check("NI-048", "NI-093")
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another: values are corrected, with their uncertainty, or it is said why not."""
    set_, quality, rows = map(documents, printed_by(DOCS / "correction.md", server, tmp_path))
    assert set_[0]["said"][0]["expression"].startswith(
        "0.524 * value - 0.0862 * Humidity + 5.75 if value < 570"
    )
    assert quality[0]["said"][0]["settings"]["uncertainty"] == 3
    corrected = [
        (
            row["value"],
            row["value_corr"],
            row["level_corr"],
            row["uncertainty_corr"],
            row["qcs_flags"]["flags"],
        )
        for row in rows[0]
        if row["component"] == "PM2.5"
    ]
    first, second, third = corrected
    assert first[:4] == (20, pytest.approx(11.92), 2, pytest.approx(1.572))
    assert second == (20, None, None, None, WHY + 2 + 4 + 8 + 16)
    assert third[:4] == (20, pytest.approx(8.472), 2, pytest.approx(1.572))
    assert first[4] == third[4] == WHY - 1024 + 2 + 4 + 8 + 16

"""The documentation says what the program does."""

from pathlib import Path

from sensorium.settings import describe_settings

DOCS = Path(__file__).parents[1] / "docs"


def test_settings_page_is_what_the_settings_say():
    """docs/settings.md lists every setting as the program describes it (`make docs` writes it)."""
    assert describe_settings() in (DOCS / "settings.md").read_text()

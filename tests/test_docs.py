"""The documentation says what the program does."""

from pathlib import Path

from sensorium.settings import describe_settings

DOCS = Path(__file__).parents[1] / "docs"


def test_every_page_is_in_the_list_of_what_to_read():
    """docs/README.md leads to each page beside it."""
    listed = (DOCS / "README.md").read_text()
    assert [page.name for page in DOCS.glob("*.md") if f"]({page.name})" not in listed] == ["README.md"]


def test_every_decision_is_in_the_index_with_its_title():
    """And each has a number of its own, with none left out."""
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    titles = [record.read_text().splitlines()[0].removeprefix("# ").split(": ", 1) for record in records]
    assert [number for number, _ in titles] == [f"{number:03}" for number in range(1, len(records) + 1)]
    index = (DOCS / "decisions" / "README.md").read_text()
    lines = [
        f"- [{number}]({record.name}) {title}\n"
        for record, (number, title) in zip(records, titles, strict=True)
    ]
    assert [line for line in lines if line not in index] == []


def test_settings_page_is_what_the_settings_say():
    """docs/settings.md lists every setting as the program describes it (`make docs` writes it)."""
    assert describe_settings() in (DOCS / "settings.md").read_text()

"""The files of a catalog are taken away under it: nothing goes on in what the next start would not find."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from sensorium.model.errors import Unreachable
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import add_account, all_accounts
from tests.storage.test_catalog import NEW, token


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    """The file of a catalog without accounts."""
    return Path(shutil.copy(sqlite_template, tmp_path / "catalog.db"))


@pytest.mark.parametrize("ends", [("",), ("-wal",), ("-shm",), ("", "-wal", "-shm")])
@pytest.mark.parametrize("replaced", [False, True])
def test_everything_is_refused_for_good(path: Path, ends: tuple[str, ...], replaced: bool):
    """Also when the files are back: nobody knows what was done to them meanwhile."""
    catalog = Catalog.open(f"sqlite:///{path}")
    account = add_account(catalog, NEW, token("a"), now=1)
    aside = path.parent / "aside"
    aside.mkdir()
    for end in ends:
        file = path.with_name(path.name + end)
        file.rename(aside / file.name)
        if replaced:
            shutil.copy(aside / file.name, file)
    _refuses(catalog)
    for file in aside.iterdir():
        file.rename(path.parent / file.name)
    _refuses(catalog)
    catalog.close()

    catalog = Catalog.open(f"sqlite:///{path}")
    assert all_accounts(catalog) == [account]
    catalog.close()


def _refuses(catalog: Catalog) -> None:
    for refused in (catalog.read, catalog.change, catalog.note, catalog.together):
        with pytest.raises(Unreachable, match="taken away") as caught, refused():
            pytest.fail("it was begun")
        assert caught.value.retry_after > 0
    with pytest.raises(Unreachable):
        catalog.poll()


@pytest.mark.parametrize("way", ["change", "note", "together"])
def test_a_change_is_refused_that_was_committed_into_deleted_files(path: Path, way: str):
    """They go while it is made."""
    catalog = Catalog.open(f"sqlite:///{path}")
    with pytest.raises(Unreachable, match="taken away"), getattr(catalog, way)():
        path.unlink()
    assert catalog.generation == 0
    catalog.close()


def test_a_file_behind_a_link_is_found_with_its_journal(path: Path, tmp_path: Path):
    """SQLite puts the journal beside the file, not beside the link."""
    link = tmp_path / "links" / "linked.db"
    link.parent.mkdir()
    link.symlink_to(path)
    catalog = Catalog.open(f"sqlite:///{link}")
    account = add_account(catalog, NEW, token("a"), now=1)
    assert all_accounts(catalog) == [account]
    path.with_name("catalog.db-wal").unlink()
    _refuses(catalog)
    catalog.close()


def test_other_processes_may_come_and_go(path: Path):
    """The files stay the same while one has them open."""
    catalog = Catalog.open(f"sqlite:///{path}")
    for _ in range(3):
        other = Catalog.open(f"sqlite:///{path}")
        with other.note() as connection:
            connection.execute(text("UPDATE revision SET n = n"))
        other.close()
        with catalog.change():
            pass
    assert catalog.generation == 3
    catalog.close()


def test_a_catalog_that_must_be_there_is_not_made(tmp_path: Path):
    """Neither is a file left behind."""
    with pytest.raises(Unreachable, match="there is no file"):
        Catalog.open(f"sqlite:///{tmp_path}/catalog.db", make=False)
    assert list(tmp_path.iterdir()) == []

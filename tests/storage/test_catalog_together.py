"""Several changes of the catalog are one, all or none, on each database."""

import pytest
from sqlalchemy import func, insert, select

from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.subjects import of_device
from sensorium.storage.catalog.tables import levels, revision

ONE, OTHER, THIRD = of_device(1), of_device(2), of_device(3)


def add(catalog: Catalog, level: int) -> None:
    with catalog.change([of_device(level)]) as connection:
        connection.execute(insert(levels).values(value=level, description="made here"))


def there(catalog: Catalog) -> list[int]:
    with catalog.read() as connection:
        return list(connection.scalars(select(levels.c.value).where(levels.c.description == "made here")))


def revisions(catalog: Catalog) -> int:
    with catalog.read() as connection:
        return connection.scalars(select(func.max(revision.c.n))).one()


def test_changes_made_together_are_seen_within_at_once_and_by_others_at_the_end(
    catalog: Catalog, catalog_dsn: str
):
    """They are one revision of the catalog."""
    other = Catalog.open(catalog_dsn)
    before = revisions(catalog)
    with catalog.together():
        add(catalog, 101)
        add(catalog, 102)
        assert there(catalog) == [101, 102]
        assert there(other) == []
    assert there(other) == [101, 102]
    assert revisions(other) == before + 1
    with catalog.together(), catalog.note() as connection:
        connection.execute(levels.delete().where(levels.c.value > 100))
    other.close()


def test_none_of_them_stays_when_one_fails(catalog: Catalog):
    """What is done after it is a transaction of its own again."""
    with pytest.raises(ZeroDivisionError), catalog.together():
        add(catalog, 101)
        raise ZeroDivisionError
    assert there(catalog) == []
    with pytest.raises(ZeroDivisionError), catalog.change([]):
        raise ZeroDivisionError
    before = revisions(catalog)
    with catalog.change([]):
        pass
    assert revisions(catalog) == before + 1


def test_they_are_about_what_each_of_them_is_about(catalog: Catalog):
    """What else is remembered stays, unless one may be about everything."""
    memory = Remembered[str, int](catalog, limit=3)
    for name, subject in (("one", ONE), ("other", OTHER), ("third", THIRD)):
        memory.put(name, 1, catalog.generation, subject)
    with catalog.together():
        for subject in (ONE, OTHER):
            with catalog.change([subject]):
                pass
    assert [memory.get(name) for name in ("one", "other", "third")] == [None, None, 1]
    with catalog.together(), catalog.change():
        pass
    assert memory.get("third") is None

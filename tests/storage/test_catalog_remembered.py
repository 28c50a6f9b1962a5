"""What was read from the catalog is remembered as long as it is true, and no longer."""

from collections.abc import Collection

from sqlalchemy import func, select, text

from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.subjects import Subject, of_device, of_holdings, of_people
from sensorium.storage.catalog.tables import changes

ONE, OTHER = of_device(1), of_device(2)


def change(catalog: Catalog, touching: Collection[Subject] | None = None) -> None:
    with catalog.change(touching):
        pass


def filled(catalog: Catalog) -> Remembered[str, int]:
    """A memory of something about each of two devices."""
    memory = Remembered[str, int](catalog, limit=2)
    memory.put("one", 1, catalog.generation, ONE)
    memory.put("other", 2, catalog.generation, OTHER)
    return memory


def known(memory: Remembered[str, int]) -> list[int | None]:
    return [memory.get("one"), memory.get("other")]


def test_value_is_remembered_until_a_change(catalog: Catalog):
    """A change that may be about everything empties the memory; what is read after it is remembered."""
    memory = filled(catalog)
    assert known(memory) == [1, 2]
    change(catalog)
    assert known(memory) == [None, None]
    memory.put("one", 3, catalog.generation, ONE)
    assert known(memory) == [3, None]


def test_change_of_one_device_leaves_what_is_known_of_others(catalog: Catalog):
    """And one of nothing that is remembered leaves all."""
    memory = filled(catalog)
    change(catalog, [])
    change(catalog, [of_people(1), of_holdings(1)])
    assert known(memory) == [1, 2]
    change(catalog, [ONE])
    assert known(memory) == [None, 2]


def test_changes_by_others_are_seen_as_what_they_are_at_the_next_poll(catalog: Catalog, catalog_dsn: str):
    """Many of them, and those of this catalog among them."""
    memory = filled(catalog)
    other = Catalog.open(catalog_dsn)
    for _ in range(3):
        change(other, [of_people(1)])
    change(other, [])
    catalog.poll()
    assert known(memory) == [1, 2]
    change(other, [of_people(1), ONE])
    catalog.poll()
    assert known(memory) == [None, 2]
    memory.put("one", 1, catalog.generation, ONE)
    change(other, [OTHER])
    change(catalog, [ONE])  # the other's was not seen: it could have been about anything
    assert known(memory) == [None, None]
    other.close()


def test_change_that_nobody_told_about_may_be_about_everything(catalog: Catalog, catalog_dsn: str):
    """One made without saying so, one by an earlier release, or one of too long ago."""
    other = Catalog.open(catalog_dsn)
    memory = filled(catalog)
    change(other)
    catalog.poll()
    assert known(memory) == [None, None]
    memory = filled(catalog)
    change(other, [OTHER])
    with other.note() as connection:
        connection.execute(text("UPDATE revision SET n = n + 1"))
    catalog.poll()
    assert known(memory) == [None, None]
    memory = filled(catalog)
    for _ in range(1001):
        change(other, [OTHER])
    with other.read() as connection:
        assert connection.scalars(select(func.count()).select_from(changes)).one() <= 1000
    catalog.poll()
    assert known(memory) == [None, None]
    other.close()


def test_value_that_a_change_overtook_is_not_remembered(catalog: Catalog):
    """Read before a change and put away after it: it may be out of date."""
    for touching in (None, [ONE]):
        memory = Remembered[str, int](catalog, limit=2)
        before = catalog.generation
        change(catalog, touching)
        memory.put("one", 1, before, ONE)
        assert memory.get("one") is None


def test_memory_is_bounded(catalog: Catalog):
    """Any other value goes for a new one; putting one again takes no other's place."""
    memory = Remembered[int, int](catalog, limit=2)
    for key in (1, 2, 2, 3):
        memory.put(key, key, catalog.generation, ONE)
    found = [memory.get(key) for key in (1, 2, 3)]
    assert found in ([None, 2, 3], [1, None, 3])


def test_a_few_more_values_than_there_is_place_for_are_mostly_remembered(catalog: Catalog):
    """Asked for in turn, again and again."""
    memory = Remembered[int, int](catalog, limit=1000)
    missed = 0
    for _ in range(20):
        for key in range(1100):
            if memory.get(key) is None:
                missed += 1
                memory.put(key, key, catalog.generation, ONE)
    assert missed < 20 * 1100 / 3

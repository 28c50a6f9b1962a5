"""What was read from the catalog is remembered as long as it is true, and no longer."""

from sensorium.storage.catalog import Catalog, Remembered


def change(catalog: Catalog) -> None:
    with catalog.change():
        pass


def test_value_is_remembered_until_a_change(catalog: Catalog):
    """A change, here or elsewhere, empties the memory."""
    memory = Remembered[str, int](catalog, limit=2)
    memory.put("a", 1, catalog.generation)
    assert memory.get("a") == 1
    change(catalog)
    assert memory.get("a") is None


def test_value_that_a_change_overtook_is_not_remembered(catalog: Catalog):
    """Read before a change and put away after it: it may be out of date."""
    memory = Remembered[str, int](catalog, limit=2)
    before = catalog.generation
    change(catalog)
    memory.put("a", 1, before)
    assert memory.get("a") is None


def test_memory_is_bounded(catalog: Catalog):
    """The value that was put first goes first; putting one again takes no other's place."""
    memory = Remembered[int, int](catalog, limit=2)
    for key in (1, 2, 2, 3):
        memory.put(key, key, catalog.generation)
    assert [memory.get(key) for key in (1, 2, 3)] == [None, 2, 3]

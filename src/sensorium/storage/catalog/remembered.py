"""A bounded memory of what was read from the catalog, forgotten as a whole when the catalog changes."""

from threading import Lock
from typing import Generic, TypeVar

from sensorium.storage.catalog.catalog import Catalog

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """At most `limit` values by key; the oldest goes first. Reading takes no lock, so an event loop may."""

    def __init__(self, catalog: Catalog, limit: int) -> None:
        self._catalog = catalog
        self._limit = limit
        self._lock = Lock()
        self._entries: tuple[int, dict[Key, Value]] = (catalog.generation, {})

    def get(self, key: Key) -> Value | None:
        """The value, unless it is not there or the catalog has changed since it was read."""
        generation, values = self._entries
        return values.get(key) if generation == self._catalog.generation else None

    def put(self, key: Key, value: Value, generation: int) -> None:
        """Remember `value`, which was read when the catalog had `generation`: taken down before the reading.

        A value that a change has overtaken meanwhile is not remembered.
        """
        with self._lock:
            if generation != self._catalog.generation:
                return
            if self._entries[0] != generation:
                self._entries = (generation, {})
            values = self._entries[1]
            while len(values) >= self._limit and key not in values:
                del values[next(iter(values))]
            values[key] = value

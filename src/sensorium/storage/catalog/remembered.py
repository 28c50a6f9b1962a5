"""A bounded memory of what was read from the catalog; each part is forgotten when that is changed."""

from random import randrange
from threading import Lock
from typing import Generic, TypeVar

from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import Subject

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """At most `limit` values by key; when there are more any of them goes.

    Among a few more keys than there is place for, asked for in turn, the oldest would always go just before
    it is needed. Reading takes no lock, so an event loop may.
    """

    def __init__(self, catalog: Catalog, limit: int) -> None:
        self._catalog = catalog
        self._limit = limit
        self._lock = Lock()
        self._values: dict[Key, tuple[Value, int, Subject]] = {}
        self._keys: list[Key] = []

    def get(self, key: Key) -> Value | None:
        """The value, unless it is not there or the catalog has changed about it since it was read."""
        found = self._values.get(key)
        if found is None:
            return None
        value, generation, subject = found
        return value if self._catalog.is_current(generation, subject) else None

    def put(self, key: Key, value: Value, generation: int, about: Subject) -> None:
        """Remember `value`, which was read when the catalog had `generation`: taken down before the reading.

        It is true until the catalog changes `about` that subject: a value that a change has overtaken already
        is not given back.
        """
        with self._lock:
            if key not in self._values:
                if len(self._keys) < self._limit:
                    self._keys.append(key)
                else:
                    place = randrange(self._limit)  # noqa: S311 - nothing secret
                    del self._values[self._keys[place]]
                    self._keys[place] = key
            self._values[key] = (value, generation, about)

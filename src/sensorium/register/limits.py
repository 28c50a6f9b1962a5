"""How often something may be done: counted for each credential in windows of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from threading import Lock

from sensorium.model.errors import TooMany
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.rates import Count, keep_rates, read_rates

SECOND = 1_000_000  # microseconds
LIMIT = 10_000  # windows in memory


@dataclass(slots=True)
class _Window:
    begin: int
    requests: int
    kept: int  # as many of the requests are written down


class Limit:
    """At most `most` requests in a window of `length` seconds, which begins with the first of them.

    All moments are in microseconds since 1970 UTC.
    """

    def __init__(self, most: int, length: int) -> None:
        self._most = most
        self._length = length * SECOND
        self._windows: dict[bytes, _Window] = {}
        self._lock = Lock()

    def take(self, key: bytes, now: int) -> None:
        """Count a request. Raises TooMany, which is not counted and says when to ask again."""
        with self._lock:
            window = self._open(key, now)
            if window is None:
                self._make_place(now)
                window = self._windows[key] = _Window(now, 0, 0)
            window.requests += 1

    def require(self, key: bytes, now: int) -> None:
        """Refuse what `take` would, and count nothing. Raises TooMany."""
        with self._lock:
            self._open(key, now)

    def _open(self, key: bytes, now: int) -> _Window | None:
        """The window of now, if it has begun; there is room in it. Raises TooMany."""
        window = self._windows.get(key)
        if window is None or not window.begin <= now < window.begin + self._length:
            return None
        if window.requests >= self._most:
            left = window.begin + self._length - now
            why = f"At most {self._most} requests may be made in {self._length // SECOND} seconds."
            raise TooMany(why, retry_after=ceil(left / SECOND))
        return window

    def restore(self, catalog: Catalog) -> None:
        """Go on with what was kept before a restart. Raises Unavailable."""
        with self._lock:
            for key, begin, requests in read_rates(catalog):
                self._windows[key] = _Window(begin, requests, requests)

    def keep(self, catalog: Catalog, now: int) -> None:
        """Write down the counts that have changed since it was last done. Raises Unavailable."""
        with self._lock:
            counts = [
                (key, each.begin, each.requests)
                for key, each in self._windows.items()
                if each.requests != each.kept
            ]
        if counts:
            keep_rates(catalog, counts, oldest=now - self._length)
            self._mark(counts)

    def _mark(self, counts: Iterable[Count]) -> None:
        with self._lock:
            for key, begin, requests in counts:
                window = self._windows.get(key)
                if window is not None and window.begin == begin:
                    window.kept = requests

    def _make_place(self, now: int) -> None:
        """Where there are many windows those that are over go, or else the oldest."""
        if len(self._windows) < LIMIT:
            return
        over = [key for key, each in self._windows.items() if each.begin + self._length <= now]
        for key in over or [min(self._windows, key=lambda each: self._windows[each].begin)]:
            del self._windows[key]

"""How often something may be done: counted for each credential in windows of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from threading import Lock

from sensorium.model.errors import TooMany

SECOND = 1_000_000  # microseconds
LIMIT = 10_000  # windows in memory


@dataclass(slots=True)
class _Window:
    begin: int
    requests: int
    is_kept: bool


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
            window = self._windows.get(key)
            if window is None or not window.begin <= now < window.begin + self._length:
                self._forget(now)
                window = self._windows[key] = _Window(now, 0, is_kept=False)
            if window.requests >= self._most:
                left = window.begin + self._length - now
                why = f"At most {self._most} requests may be made in {self._length // SECOND} seconds."
                raise TooMany(why, retry_after=ceil(left / SECOND))
            window.requests += 1
            window.is_kept = False

    def restore(self, kept: Iterable[tuple[bytes, int, int]]) -> None:
        """Go on with what was kept before a restart: for each key the begin of its window and the count."""
        with self._lock:
            for key, begin, requests in kept:
                self._windows[key] = _Window(begin, requests, is_kept=True)

    def changed(self) -> list[tuple[bytes, int, int]]:
        """What has changed since this was last asked: for each key the begin of its window and the count."""
        with self._lock:
            new = [(key, each) for key, each in self._windows.items() if not each.is_kept]
            for _, window in new:
                window.is_kept = True
            return [(key, each.begin, each.requests) for key, each in new]

    def oldest(self, now: int) -> int:
        """The begin of the oldest window that can still be open."""
        return now - self._length

    def _forget(self, now: int) -> None:
        """Make place for another window when there are many: those that are over go, or else the oldest."""
        if len(self._windows) < LIMIT:
            return
        over = [key for key, each in self._windows.items() if each.begin + self._length <= now]
        for key in over or [min(self._windows, key=lambda each: self._windows[each].begin)]:
            del self._windows[key]

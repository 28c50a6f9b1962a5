"""Of which devices there are origins, kept in memory by the one process that writes them.

Most devices never have any: their rows need not be joined with a table in which nothing is found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from threading import Lock

from clickhouse_connect.driver.client import Client

from sensorium.storage.observations.origins import Origin

MOST = 200_000  # devices in memory

_ANY = """
    SELECT device, toUnixTimestamp64Micro(time) FROM origins WHERE device IN {devices:Array(UInt32)}
        AND time >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC') LIMIT 1
"""


@dataclass(slots=True)
class Known:
    """Of a device: `one` time with an origin, and `silent`, from which on none has one (microseconds)."""

    one: int = -1
    silent: float = inf


Tracked = Mapping[int, Known]
"""What is known of devices, by their ids: those very objects, whatever is forgotten meanwhile."""


class Told:
    """Since when some devices have no origins. Threads may share it; only one may `note`.

    A device is tracked from when somebody asks for it: `track` it, look for one that is stored, `fill`. What
    is told in between is seen in either way, if it is noted after it is stored.
    """

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._lock = Lock()

    def get(self, devices: Iterable[int], begin: int) -> bool | None:
        """Whether any of the devices has an origin at `begin` or later, None when that is not known."""
        is_known = True
        with self._lock:
            for each in devices:
                known = self._known.get(each)
                if known is not None and known.one >= begin:
                    return True
                is_known = is_known and known is not None and known.silent <= begin
        return False if is_known else None

    def track(self, devices: Iterable[int]) -> Tracked:
        """From now on see what is told of these."""
        with self._lock:
            for each in devices:
                while len(self._known) >= MOST and each not in self._known:
                    del self._known[next(iter(self._known))]
                self._known.setdefault(each, Known())
            return {each: self._known[each] for each in devices if each in self._known}

    def fill(self, tracked: Tracked, begin: int, stored: tuple[int, int] | None) -> None:
        """Take down what was found of devices after they were tracked: a device and a time, or nothing."""
        with self._lock:
            if stored is not None:
                device, time = stored
                if device in tracked:
                    tracked[device].one = max(tracked[device].one, time)
                return
            for known in tracked.values():
                known.silent = min(known.silent, max(begin, known.one + 1))

    def note(self, told: Iterable[Origin]) -> None:
        """See origins that were written just now, or perhaps were."""
        if not self._known:
            return
        with self._lock:
            for each in told:
                known = self._known.get(each.device)
                if known is not None:
                    known.one = max(known.one, each.time)
                    known.silent = max(known.silent, each.time + 1)


def find_told(client: Client, devices: Sequence[int], begin: int) -> tuple[int, int] | None:
    """The device and the time of any origin of these devices at `begin` (microseconds) or later."""
    answer = client.query(_ANY, parameters={"devices": list(devices), "begin": begin})
    return next(((device, time) for device, time in answer.result_rows), None)

"""The newest value of each datastream that was asked for, kept in memory by the one process that writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from threading import Lock

import numpy as np
from clickhouse_connect.driver.client import Client

from sensorium.model.series import TimedValue
from sensorium.storage.observations.rows import Rows, month_bounds

MOST = 200_000  # datastreams in memory

_MONTHS = """
    SELECT DISTINCT toUInt32(partition) AS month FROM system.parts
    WHERE active AND database = currentDatabase() AND table = 'observations' ORDER BY month DESC
"""
_NEWEST = """
    SELECT datastream, toUnixTimestamp64Micro(max(time)), argMax(tuple(value), time).1, argMax(version, time)
    FROM observations FINAL WHERE device IN {devices:Array(UInt32)} AND datastream IN {ids:Array(UInt32)}
        AND time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')
    GROUP BY datastream
"""


@dataclass(slots=True)
class _Known:
    """The newest row of a datastream: `time` in microseconds since 1970 UTC, -1 while there is none."""

    time: int = -1
    value: float | None = None
    version: int = -1
    is_whole: bool = False  # what was stored before is in it
    is_spoiled: bool = False  # a row was taken back meanwhile, so that nobody knows

    def see(self, time: int, value: float | None, version: int) -> None:
        """Take a row for the newest one, if it is."""
        if (time, version) >= (self.time, self.version):
            self.time, self.value, self.version = time, value, version


class Newest:
    """The newest rows of some datastreams. Threads may share it; only one may `note`.

    A datastream is tracked from when somebody asks for it: `track` it, read what is stored, `fill`.
    What is written in between is seen in either way, and what is taken back makes it unknown again. A row
    that was taken back must not be written again with a lower version: they grow while one process writes.
    """

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._lock = Lock()

    def get(self, datastreams: Iterable[int]) -> tuple[dict[int, TimedValue], list[int]]:
        """The newest values that there are, and the datastreams of which that is not known."""
        found: dict[int, TimedValue] = {}
        unknown: list[int] = []
        with self._lock:
            for each in datastreams:
                known = self._known.get(each)
                if known is None or not known.is_whole:
                    unknown.append(each)
                elif known.value is not None:
                    found[each] = TimedValue(known.time, known.value)
        return found, unknown

    def track(self, datastreams: Iterable[int]) -> None:
        """From now on see what is written of these."""
        with self._lock:
            for each in datastreams:
                while len(self._known) >= MOST and each not in self._known:
                    del self._known[next(iter(self._known))]
                self._known.setdefault(each, _Known())

    def fill(
        self, datastreams: Iterable[int], stored: Mapping[int, tuple[int, float | None, int]]
    ) -> dict[int, TimedValue]:
        """Take down what was read of datastreams after they were tracked, and say what is newest.

        `stored` has time, value and version of the newest row of those that have any.
        """
        found: dict[int, TimedValue] = {}
        with self._lock:
            for each in datastreams:
                known = self._known.get(each) or _Known()
                if each in stored and not known.is_whole:
                    time, value, version = stored[each]
                    if (time, version) > (known.time, known.version):  # an equal one may be of before it
                        known.see(time, value, version)
                known.is_whole = not known.is_spoiled
                if known.is_spoiled:
                    self._known.pop(each, None)
                if known.value is not None:
                    found[each] = TimedValue(known.time, known.value)
        return found

    def note(self, rows: Rows) -> None:
        """See rows that were written just now."""
        if not self._known:
            return
        values = np.asarray(rows.value, np.float64)
        deleted = [0] * len(rows) if rows.is_deleted is None else rows.is_deleted
        columns = (rows.datastream, rows.time, values, rows.version, deleted)
        with self._lock:
            for datastream, time, value, version, is_deleted in zip(
                *(np.asarray(each).tolist() for each in columns), strict=True
            ):
                known = self._known.get(datastream)
                if known is None:
                    continue
                if not is_deleted:
                    known.see(time, None if isnan(value) else value, version)
                elif not known.is_whole:
                    known.is_spoiled = True
                elif time == known.time:
                    del self._known[datastream]

    def forget(self, rows: Rows) -> None:
        """Know nothing more of the datastreams of rows that were perhaps written, perhaps not."""
        with self._lock:
            for each in np.unique(rows.datastream).tolist():
                known = self._known.get(each)
                if known is not None and known.is_whole:
                    del self._known[each]
                elif known is not None:
                    known.is_spoiled = True


def read_newest(
    client: Client, devices: Sequence[int], datastreams: Sequence[int]
) -> dict[int, tuple[int, float | None, int]]:
    """Time, value and version of the newest row of each datastream, read month by month from the end."""
    months = [month for (month,) in client.query(_MONTHS).result_rows]
    found: dict[int, tuple[int, float | None, int]] = {}
    missing, some = list(datastreams), 1
    while missing and months:
        bounds = [month_bounds(month) for month in months[:some]]
        bound = {
            "devices": list(devices),
            "ids": missing,
            "begin": min(bounds)[0],
            "end": max(bounds)[1],
        }
        for datastream, time, value, version in client.query(_NEWEST, parameters=bound).result_rows:
            found[datastream] = (time, value, version)
        missing = [each for each in missing if each not in found]
        months = months[some:]
        some *= 2
    return found

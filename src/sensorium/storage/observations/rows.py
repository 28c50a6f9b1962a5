"""Rows of observations, as the columns in which they are worked up and written."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sensorium.model.moments import EPOCH, to_microseconds
from sensorium.storage.observations.native import Column, Type

LATEST = 10_413_791_999_999_999  # the last microsecond of 2299, where the engine's times end
NO_LEVEL = -1
MONTHS_AT_ONCE = 50  # the engine refuses an insert into more than 100 partitions


_ID = Type("UInt32", np.uint32)
_COUNT = Type("UInt64", np.uint64)
_FLAGS = Type("UInt16", np.uint16)
_FLOAT = Type("Float64", np.float64, null=np.nan)

TYPES = {
    "device": _ID,
    "datastream": _ID,
    "time": Type("DateTime64(6, 'UTC')", np.int64),
    "value": _FLOAT,
    "text": Type("String", None),
    "value_corrected": _FLOAT,
    "level_corrected": Type("Int16", np.int16, null=NO_LEVEL),
    "uncertainty_corrected": _FLOAT,
    "qc": _FLAGS,
    "qcs": _FLAGS,
    "qa": _FLAGS,
    "qas": _FLAGS,
    "longitude": _FLOAT,
    "latitude": _FLOAT,
    "altitude": _FLOAT,
    "packet": _COUNT,
    "version": _COUNT,
    "is_deleted": Type("UInt8", np.uint8),
}
"""The columns of the table, as rows are sent to it."""

Number = TypeVar("Number", int, NDArray[np.int64])
Integers = Sequence[int] | NDArray[np.integer[Any]]
Numbers = Sequence[float | None] | NDArray[np.float64]


@dataclass(slots=True)
class Rows:
    """Observations: one column each, all of one length; None where every row has the default.

    A number that is not known is None or NaN, and a level NO_LEVEL. `time` is in microseconds since 1970 UTC;
    an uncertainty is a standard one (k = 1). Of rows with equal device, datastream and time the one with the
    highest `version` is in force, and none is when that one has `is_deleted` 1.
    """

    device: Integers
    datastream: Integers
    time: Integers
    value: Numbers
    longitude: Numbers
    latitude: Numbers
    altitude: Numbers
    packet: Integers
    version: Integers
    text: Sequence[str | None] | None = None
    value_corrected: Numbers | None = None
    level_corrected: Integers | None = None
    uncertainty_corrected: Numbers | None = None
    qc: Integers | None = None
    qcs: Integers | None = None
    qa: Integers | None = None
    qas: Integers | None = None
    is_deleted: Integers | None = None

    def __len__(self) -> int:
        return len(self.time)

    def columns(self) -> dict[str, Column]:
        """The columns that are there, by name."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: column for name, column in named.items() if column is not None}

    def take(self, indices: list[int]) -> "Rows":
        """These rows alone, in this order."""
        taken: dict[str, Any] = {
            name: column[indices] if isinstance(column, np.ndarray) else [column[i] for i in indices]
            for name, column in self.columns().items()
        }
        return Rows(**taken)


def version_of(packet: Number, turn: int) -> Number:
    """The version of a row, or of many: what a later packet has caused wins, then a later turn.

    Turn 0 is the packet's own row, 1 a row of before that has another verdict since this packet, 3 a row
    that was made again when this was the newest packet. Of equal versions the row that is stored last wins.
    """
    return packet << 2 | turn


def withdrawal(device: int, gone: Sequence[tuple[int, int, int, int]]) -> Rows:
    """Rows that take rows of a device out of force, given as (datastream, time, packet, version)."""
    datastreams, times, packets, versions = (list(column) for column in zip(*gone, strict=True))
    nothing: list[float | None] = [None] * len(gone)
    return Rows(
        device=[device] * len(gone),
        datastream=datastreams,
        time=times,
        value=nothing,
        longitude=nothing,
        latitude=nothing,
        altitude=nothing,
        packet=packets,
        version=versions,
        is_deleted=[1] * len(gone),
    )


def by_months(rows: Rows) -> list[Rows]:
    """The rows in pieces, none of which spans more months than one insert may.

    Raises ValueError when a time is before 1970 or after 2299, OverflowError far from there.
    """
    if not len(rows):
        return []
    times = np.asarray(rows.time, np.int64)
    earliest, latest = int(times.min()), int(times.max())
    if earliest < 0 or latest > LATEST:
        raise ValueError("a row's time is before 1970 or after 2299")
    first, last = month_of(earliest), month_of(latest)
    if last - first < MONTHS_AT_ONCE:
        return [rows]
    pieces: dict[int, list[int]] = {}
    for index, time in enumerate(times.tolist()):
        pieces.setdefault(month_of(time) // MONTHS_AT_ONCE, []).append(index)
    return [rows.take(indices) for _, indices in sorted(pieces.items())]


def month_of(microseconds: int) -> int:
    """The month of a time, counted from the year 0."""
    moment = datetime.fromtimestamp(microseconds // 1_000_000, UTC)
    return moment.year * 12 + moment.month - 1


def whole_months(begin: int, end: int) -> int:
    """The last end of a month in [`begin`, `end`], all in microseconds, or `end` when there is none.

    Rows up to it are in fewer partitions than any others of as much time.
    """
    if end >= LATEST:
        return end
    following = month_of(end + 1)
    first = to_microseconds(datetime(following // 12, following % 12 + 1, 1, tzinfo=UTC))
    return first - 1 if first > begin else end


def month_bounds(month: int) -> tuple[int, int]:
    """The first and the last microsecond of a month written as the number YYYYMM."""
    year, number = divmod(month, 100)
    following = year * 12 + number  # counted in months, of which January is 0
    begin = datetime(year, number, 1, tzinfo=EPOCH.tzinfo)
    end = datetime(following // 12, following % 12 + 1, 1, tzinfo=EPOCH.tzinfo)
    return to_microseconds(begin), to_microseconds(end) - 1

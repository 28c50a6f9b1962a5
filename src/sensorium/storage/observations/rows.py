"""Rows of observations, as the columns in which they are worked up and written."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sensorium.model.moments import EPOCH, to_microseconds

LATEST = 10_413_791_999_999_999  # the last microsecond of 2299, where the engine's times end
MONTHS_AT_ONCE = 50  # the engine refuses an insert into more than 100 partitions


@dataclass(slots=True)
class Rows:
    """Observations: one list for each column, all of one length; None where every row has the default.

    `time` is in microseconds since 1970 UTC; an uncertainty is a standard one (k = 1). Of rows with equal
    device, datastream and time the one with the highest `version` is in force, and none is when that one has
    `is_deleted` 1.
    """

    device: list[int]
    datastream: list[int]
    time: list[int]
    value: list[float | None]
    longitude: list[float | None]
    latitude: list[float | None]
    altitude: list[float | None]
    packet: list[int]
    version: list[int]
    text: list[str | None] | None = None
    value_corrected: list[float | None] | None = None
    level_corrected: list[int | None] | None = None
    uncertainty_corrected: list[float | None] | None = None
    qc: list[int] | None = None
    qcs: list[int] | None = None
    qa: list[int] | None = None
    qas: list[int] | None = None
    is_deleted: list[int] | None = None

    def __len__(self) -> int:
        return len(self.time)

    def columns(self) -> dict[str, list[object]]:
        """The columns that are there, by name."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: column for name, column in named.items() if column is not None}

    def take(self, indices: list[int]) -> "Rows":
        """These rows alone, in this order."""
        return Rows(**{name: [column[i] for i in indices] for name, column in self.columns().items()})  # pyright: ignore[reportArgumentType]


def version_of(packet: int, turn: int) -> int:
    """The version of a row: what a later packet has caused wins, then a later turn.

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

    Raises ValueError when a time is before 1970 or after 2299.
    """
    if not len(rows):
        return []
    earliest, latest = min(rows.time), max(rows.time)
    if earliest < 0 or latest > LATEST:
        raise ValueError("a row's time is before 1970 or after 2299")
    first, last = month_of(earliest), month_of(latest)
    if last - first < MONTHS_AT_ONCE:
        return [rows]
    pieces: dict[int, list[int]] = {}
    for index, time in enumerate(rows.time):
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

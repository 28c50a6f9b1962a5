"""Series of statistics: the datastreams of a line that differ in nothing but their resolution."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sensorium.model.device import Datastream
from sensorium.model.statistics import Grouping
from sensorium.storage.observations.select import OF_STREAMS, WITHIN, Query, keys

DAY = "intDiv(toUnixTimestamp64Micro(time), 86400000000)"
"""The days since 1970 UTC of a row's time."""


def series_of(streams: Iterable[Datastream], grouping: Grouping) -> dict[int, int]:
    """By datastream, the first one of its series.

    They are of one line, reference system and level; corrected values have levels of their own.
    """
    firsts: dict[tuple[int, int, int | None], int] = {}
    return {
        each.id: firsts.setdefault(
            (each.line, each.epsg, None if grouping.of_corrected else each.level), each.id
        )
        for each in sorted(streams, key=lambda stream: stream.id)
    }


def of_many(streams: Sequence[Datastream], series: Mapping[int, int]) -> list[Datastream]:
    """Those datastreams that are not a whole series."""
    sizes = Counter(series.values())
    return [each for each in streams if sizes[series[each.id]] > 1]


def extents(streams: Sequence[Datastream], begin: int, end: int) -> Query:
    """From when to when datastreams have rows on each day in [`begin`, `end`], about: some may be gone."""
    times = "toUnixTimestamp64Micro(min(time)) AS first, toUnixTimestamp64Micro(max(time)) AS last"
    return Query(
        f"SELECT datastream, {DAY} AS day, {times} FROM observations"  # noqa: S608 - constants of select
        f" WHERE {OF_STREAMS} AND {WITHIN} GROUP BY datastream, day FORMAT JSONEachRow",
        {**keys(streams), "begin": str(begin), "end": str(end)},
    )


def overlaps(series: Mapping[int, int], found: Iterable[Mapping[str, int]]) -> list[int]:
    """The days on which two datastreams of a series may have rows of one moment, by their extents.

    A resolution that was changed there and back leaves few such days, however long it was another.
    """
    reached: dict[tuple[int, int], int] = {}
    days: set[int] = set()
    for each in sorted(found, key=lambda extent: extent["first"]):
        of = series[each["datastream"]], each["day"]
        if each["first"] <= reached.get(of, -1):
            days.add(each["day"])
        reached[of] = max(reached.get(of, -1), each["last"])
    return sorted(days)

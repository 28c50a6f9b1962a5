"""Series of statistics: the datastreams of a line that differ in nothing but their resolution."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sensorium.model.device import Datastream
from sensorium.model.statistics import Grouping
from sensorium.storage.observations.select import OF_STREAMS, WITHIN, Query, keys


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
    """Between which times each datastream has rows within [`begin`, `end`], about: some may be gone."""
    times = "toUnixTimestamp64Micro(min(time)) AS first, toUnixTimestamp64Micro(max(time)) AS last"
    return Query(
        f"SELECT datastream, {times} FROM observations WHERE {OF_STREAMS} AND {WITHIN}"  # noqa: S608 - constants of select
        " GROUP BY datastream FORMAT JSONEachRow",
        {**keys(streams), "begin": str(begin), "end": str(end)},
    )


def overlap(series: Mapping[int, int], found: Iterable[Mapping[str, int]]) -> tuple[int, int] | None:
    """The times between which two datastreams of a series may have rows of one moment, by their extents."""
    reached: dict[int, int] = {}
    overlaps: list[tuple[int, int]] = []
    for each in sorted(found, key=lambda extent: extent["first"]):
        first, last, of = each["first"], each["last"], series[each["datastream"]]
        before = reached.get(of, -1)
        if first <= before:
            overlaps.append((first, min(before, last)))
        reached[of] = max(before, last)
    if not overlaps:
        return None
    return min(begin for begin, _ in overlaps), max(end for _, end in overlaps)

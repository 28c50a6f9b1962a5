"""The queries for statistics: the engine sorts the values of a period once and makes all measures of them.

It is told when periods begin and end, and knows nothing of zones. A series may be of several datastreams:
what only those need is only in a query about some, so that it costs others nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sensorium.model.device import Datastream
from sensorium.model.statistics import Grouping, StatisticsShape
from sensorium.plans.aggregation import aggregation_of
from sensorium.plans.periods import bounds
from sensorium.storage.observations.lines import DAY, of_many, series_of
from sensorium.storage.observations.measures import IDS, made_of, periods, shown
from sensorium.storage.observations.select import OF_STREAMS, Query, array, bound_streams, ranked

Part = tuple[Sequence[int], Sequence[Datastream]]
"""When periods begin and the last one ends, in microseconds since 1970 UTC, and of what they are."""

_PLACE = ("longitude", "latitude", "altitude")
_BOUNDS = "{bounds:Array(Int64)}"
_LEVEL = f"transform({IDS}, {{levels:Array(Int16)}}, toInt16(0))"
_RESOLUTION = f"transform({IDS}, {{resolutions:Array(UInt32)}}, toUInt32(1))"
_SERIES = f"transform({IDS}, {{series:Array(UInt32)}}, toUInt32(0))"
_DOUBLED = f"{DAY} IN {{doubled:Array(Int64)}}"
_WITHIN = """time >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
                AND time < fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
# of the datastreams of one series, at one time, the row of the latest packet
_LATEST = f"""
                AND (NOT {_DOUBLED} OR (s_series, time, packet) IN (
                    SELECT {_SERIES} AS s_one, time, max(packet) FROM observations FINAL
                    WHERE {OF_STREAMS} AND {_WITHIN} AND {_DOUBLED} GROUP BY s_one, time
                ))"""  # noqa: S608 - constants of this file and of select


def last_periods(streams: Sequence[Datastream], grouping: Grouping, newest: Mapping[int, int]) -> list[Part]:
    """The period of the newest time of each of some datastreams, with all that are of the same series."""
    series = series_of(streams, grouping)
    found: defaultdict[tuple[int, ...], list[Datastream]] = defaultdict(list)
    for datastream, at in newest.items():
        together = [each for each in streams if series[each.id] == series[datastream]]
        found[tuple(bounds(at, at + 1, grouping.period, grouping.zone))] += together
    return [(within, found[within]) for within in sorted(found)]


def statistics(part: Part, grouping: Grouping, shape: StatisticsShape, doubled: Sequence[int] = ()) -> Query:
    """The rows of these periods, by time, component name, datastream and place.

    Two datastreams of a series have rows of one moment on the days `doubled`, if anywhere.
    """
    within, streams = part
    aggregations = [aggregation_of(each, of_corrected=grouping.of_corrected) for each in ranked(streams)]
    series = series_of(streams, grouping)
    many = bool(of_many(streams, series))
    grouped = _grouped(grouping, _LATEST if doubled else "", is_of_many=many)
    sql = f"""
        WITH {made_of(aggregations)}
        SELECT {shown(shape)}
        FROM ({periods(grouped, aggregations)})
        WHERE s_count > 0 AND s_share >= {{coverage:Float64}}
        ORDER BY s_began, transform({IDS}, {{ranks:Array(UInt32)}}, toUInt32(0)), level_shown,
            longitude, latitude, altitude
        FORMAT JSONEachRow
    """  # noqa: S608 - constants of this file and of measures
    return Query(
        sql,
        {
            **bound_streams(streams),
            "series": array(series[each.id] for each in ranked(streams)),
            "aggregations": array(aggregations),
            "bounds": array(within),
            "begin": str(within[0]),
            "end": str(within[-1]),
            "doubled": array(doubled),
            "leave_out": str(grouping.leave_out),
            "coverage": repr(grouping.coverage),
        },
    )


def _grouped(grouping: Grouping, condition: str, *, is_of_many: bool) -> str:
    """The query that finds the periods with their values: `is_of_many` datastreams is at least one series."""
    value, level = ("value_corrected", "level_corrected") if grouping.of_corrected else ("value", _LEVEL)
    by = ("s_began", *(["level_corrected"] if grouping.of_corrected else ()))
    by += _PLACE if grouping.by_position else ()
    places = [] if grouping.by_position else [f"avg({each}) AS {each}" for each in _PLACE]
    series, resolution, covered = "datastream", _RESOLUTION, "s_count * s_resolution"
    if is_of_many:
        series, resolution = _SERIES, "argMaxIf(s_each, time, kept_here)"
        covered = "sumIf(s_each, kept_here)"
    return f"""
        SELECT any(device) AS device, s_series AS datastream, {", ".join([*by, *places])},
            {level} AS level_shown,
            transform(s_began, arrayPopBack({_BOUNDS}), arrayPopFront({_BOUNDS}), toInt64(0)) AS s_ended,
            groupArrayIf(assumeNotNull(s_value), kept_here) AS s_kept,
            toUInt64(length(s_kept)) AS s_count, countIf(NOT kept_here) AS s_left_out,
            max(bitAnd(qc, 1)) != 0 AS s_checked, {resolution} AS s_resolution,
            {covered} * 1000000 / (s_ended - s_began) AS s_share
        FROM (
            SELECT device, {series} AS s_series, {_RESOLUTION} AS s_each, time, {value} AS s_value, qc,
                roundDown(toUnixTimestamp64Micro(time), {_BOUNDS}) AS s_began,
                level_corrected, longitude, latitude, altitude,
                bitAnd(qc, {{leave_out:UInt16}}) = 0 AS kept_here
            FROM observations FINAL
            WHERE {OF_STREAMS} AND isNotNull({value})
                AND {_WITHIN}{condition}
        )
        GROUP BY s_series, {", ".join(by)}
    """  # noqa: S608 - constants of this file

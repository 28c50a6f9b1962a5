"""The queries for statistics: the engine sorts the values of a period once and makes all measures of them."""

from collections.abc import Mapping, Sequence

from sensorium.model.device import Datastream
from sensorium.model.statistics import Grouping, Period, StatisticsShape
from sensorium.plans.aggregation import aggregation_of
from sensorium.storage.observations.measures import IDS, made_of, periods, shown
from sensorium.storage.observations.select import Query, array, bound_streams, ranked

# by dates: where summer time begins at midnight, a day begins at one o'clock and the next at midnight
_STEPS = {
    Period.HOURLY: "addSeconds(s_began, 3600 - (toUnixTimestamp(s_began) + timezoneOffset(s_began)) % 3600)",
    Period.DAILY: "addDays(toDate(s_began), 1)",
    Period.WEEKLY: "addWeeks(toDate(s_began), 1)",
    Period.MONTHLY: "addMonths(toDate(s_began), 1)",
}
_PLACE = ("longitude", "latitude", "altitude")


_RAW = ("value", f"transform({IDS}, {{levels:Array(Int16)}}, toInt16(0))")
_CORRECTED = ("value_corrected", "level_corrected")


def statistics(
    streams: Sequence[Datastream], grouping: Grouping, shape: StatisticsShape, begin: int, end: int
) -> Query:
    """The rows of the periods in [`begin`, `end`), by time, component name, datastream and place."""
    within = """time >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND time < fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
    return _query(streams, grouping, shape, within, {"begin": str(begin), "end": str(end)})


def last_statistics(
    streams: Sequence[Datastream], grouping: Grouping, shape: StatisticsShape, newest: Mapping[int, int]
) -> Query:
    """The row of each datastream's last period: the one that its newest time is in."""
    newest_time = f"fromUnixTimestamp64Micro(transform({IDS}, {{newest:Array(Int64)}}, toInt64(0)), 'UTC')"
    within = f"""time >= addDays(fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC'), -33)
        AND {_begin(grouping.period, "time")} = {_begin(grouping.period, newest_time)}"""
    there = [stream for stream in streams if stream.id in newest]
    times = [newest[stream.id] for stream in ranked(there)]
    bounds = {"begin": str(min(times)), "newest": f"[{','.join(map(str, times))}]"}
    return _query(there, grouping, shape, within, bounds)


def _begin(period: Period, time: str) -> str:
    """When the period began that a time is in.

    An hour begins when the clocks show one, and when they are put by half an hour, as on Lord Howe Island.
    The engine's own toStartOfHour is half an hour off for all of such a day.
    """
    match period:
        case Period.HOURLY:
            local = f"toDateTime({time}, {{zone:String}})"
            ahead = f"timezoneOffset({local})"
            hour = f"(toUnixTimestamp({local}) - (toUnixTimestamp({local}) + {ahead}) % 3600)"
            put = f"abs({ahead} - timezoneOffset(toDateTime({hour}, {{zone:String}}))) % 3600"
            return f"toDateTime({hour} + {put}, {{zone:String}})"
        case Period.DAILY:
            return f"toStartOfDay({time}, {{zone:String}})"
        case Period.WEEKLY:
            return f"toStartOfWeek({time}, 1, {{zone:String}})"
        case Period.MONTHLY:
            return f"toStartOfMonth({time}, {{zone:String}})"


def _query(
    streams: Sequence[Datastream],
    grouping: Grouping,
    shape: StatisticsShape,
    within: str,
    bounds: Mapping[str, str],
) -> Query:
    aggregations = [aggregation_of(each, of_corrected=grouping.of_corrected) for each in ranked(streams)]
    value, level = _CORRECTED if grouping.of_corrected else _RAW
    by_place = ", longitude, latitude, altitude" if grouping.by_position else ""
    places = "" if grouping.by_position else "".join(f", avg({each}) AS {each}" for each in _PLACE)
    grouped = f"""
        SELECT any(device) AS device, datastream,
            toDateTime({_begin(grouping.period, "time")}, {{zone:String}}) AS s_began,
            toDateTime({_STEPS[grouping.period]}, {{zone:String}}) AS s_ended{by_place}{places},
            groupArrayIf(assumeNotNull(s_value), kept_here) AS s_kept,
            toUInt64(length(s_kept)) AS s_count, countIf(NOT kept_here) AS s_left_out,
            any(s_level) AS level_shown, max(bitAnd(qc, 1)) != 0 AS s_checked,
            transform({IDS}, {{resolutions:Array(UInt32)}}, toUInt32(1)) AS s_resolution,
            (toUnixTimestamp(s_ended) - toUnixTimestamp(s_began)) / s_resolution AS s_expected
        FROM (
            SELECT device, datastream, time, {value} AS s_value, {level} AS s_level, qc,
                longitude, latitude, altitude,
                bitAnd(qc, {{leave_out:UInt16}}) = 0 AS kept_here
            FROM observations FINAL
            WHERE device IN {{devices:Array(UInt32)}} AND datastream IN {{ids:Array(UInt32)}}
                AND isNotNull({value}) AND {within}
        )
        GROUP BY datastream, s_began{by_place}
    """  # noqa: S608 - constants of this file
    sql = f"""
        WITH {made_of(aggregations)}
        SELECT {shown(shape)}
        FROM ({periods(grouped, aggregations)})
        WHERE s_count > 0 AND s_count >= {{coverage:Float64}} * s_expected
        ORDER BY s_began, transform({IDS}, {{ranks:Array(UInt32)}}, toUInt32(0)),
            longitude, latitude, altitude
        FORMAT JSONEachRow
    """  # noqa: S608 - constants of this file and of measures
    return Query(
        sql,
        {
            **bound_streams(streams),
            **bounds,
            "aggregations": array(aggregations),
            "zone": grouping.zone,
            "leave_out": str(grouping.leave_out),
            "coverage": repr(grouping.coverage),
        },
    )

"""The queries for statistics: the engine sorts the values of each period once and makes all measures of them.

Quartiles are median-unbiased (R8 of Hyndman and Fan): of n sorted values x the p-quantile stands at place
(n + 1/3) p + 1/3, between two values linearly, and no further than the first and the last. Sums are
compensated, so that the order of the values hardly matters.
"""

from collections.abc import Mapping, Sequence

from sensorium.model.device import Datastream
from sensorium.model.statistics import Grouping, Measure, Period, StatisticsShape
from sensorium.storage.observations.select import Query, bound_streams, quoted

# by dates: where summer time begins at midnight, a day begins at one o'clock and the next at midnight
_STEPS = {
    Period.HOURLY: "addSeconds(s_began, 3600 - (toUnixTimestamp(s_began) + timezoneOffset(s_began)) % 3600)",
    Period.DAILY: "addDays(toDate(s_began), 1)",
    Period.WEEKLY: "addWeeks(toDate(s_began), 1)",
    Period.MONTHLY: "addMonths(toDate(s_began), 1)",
}
_IDS = "datastream, {ids:Array(UInt32)}"
_MANY = "s_count > 1"
_MEASURES = {
    Measure.DEVICE: "device",
    Measure.COMPONENT: f"transform({_IDS}, {{components:Array(String)}}, '')",
    Measure.UNIT: f"transform({_IDS}, {{units:Array(String)}}, '')",
    Measure.LEVEL: "level_shown",
    Measure.EPSG: f"transform({_IDS}, {{epsgs:Array(UInt32)}}, toUInt32(0))",
    Measure.RESOLUTION: "s_resolution",
    Measure.BEGIN: "toUnixTimestamp(s_began)",
    Measure.END: "toUnixTimestamp(s_ended)",
    Measure.IS_CHECKED: "s_checked",
    Measure.COUNT: "s_count",
    Measure.SHARE_LEFT_OUT: "if(s_checked, s_left_out / (s_count + s_left_out), -1)",
    Measure.MEAN: "s_mean",
    Measure.MEDIAN: "round(s_middle, 2)",
    Measure.MINIMUM: "round(s_sorted[1], 2)",
    Measure.MAXIMUM: "round(s_sorted[s_count], 2)",
    Measure.DEVIATION: f"if({_MANY}, s_deviation, NULL)",
    Measure.VARIANCE: f"if({_MANY}, s_variance, NULL)",
    Measure.ERROR_OF_MEAN: f"if({_MANY}, round(sqrt(s_spread) / sqrt(s_count), 3), NULL)",
    Measure.SQUARED_ERROR: f"if({_MANY}, s_variance / s_count, NULL)",
    Measure.VARIATION: f"if({_MANY} AND s_mean != 0, s_deviation / s_mean, NULL)",
    Measure.LOWER_QUARTILE: "s_lower",
    Measure.UPPER_QUARTILE: "s_upper",
    Measure.QUARTILE_RANGE: "s_upper - s_lower",
    Measure.LONGITUDE: "longitude",
    Measure.LATITUDE: "latitude",
    Measure.ALTITUDE: "altitude",
    Measure.COVERAGE: "least(s_count / s_expected, 1)",
}
_PLACE = ("longitude", "latitude", "altitude")


_RAW = ("value", f"transform({_IDS}, {{levels:Array(Int16)}}, toInt16(0))")
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
    newest_time = f"fromUnixTimestamp64Micro(transform({_IDS}, {{newest:Array(Int64)}}, toInt64(0)), 'UTC')"
    within = f"""time >= addDays(fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC'), -33)
        AND {_begin(grouping.period, "time")} = {_begin(grouping.period, newest_time)}"""
    there = [stream for stream in streams if stream.id in newest]
    times = [newest[stream.id] for stream in sorted(there, key=lambda each: (each.component.name, each.id))]
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
    shown = ", ".join(f"{_MEASURES[what]} AS {quoted(name)}" for name, what in shape.items())
    value, level = _CORRECTED if grouping.of_corrected else _RAW
    by_place = ", longitude, latitude, altitude" if grouping.by_position else ""
    places = "" if grouping.by_position else "".join(f", avg({each}) AS {each}" for each in _PLACE)
    sql = f"""
        WITH arraySort(s_kept) AS s_sorted,
            p -> least(greatest((s_count + 1/3) * p + 1/3, 1.), toFloat64(s_count)) AS s_place,
            p -> s_sorted[toUInt64(floor(s_place(p)))] AS s_low,
            p -> s_sorted[toUInt64(ceil(s_place(p)))] AS s_high,
            p -> s_low(p) + (s_place(p) - floor(s_place(p))) * (s_high(p) - s_low(p)) AS s_quantile,
            s_quantile(0.5) AS s_middle,
            round(s_quantile(0.25), 2) AS s_lower,
            round(s_quantile(0.75), 2) AS s_upper,
            round(arrayReduce('sumKahan', s_sorted) / s_count, 2) AS s_mean,
            arrayReduce('varSampStable', s_sorted) AS s_spread,
            round(s_spread, 3) AS s_variance,
            round(sqrt(s_spread), 2) AS s_deviation
        SELECT {shown}
        FROM (
            SELECT any(device) AS device, datastream,
                toDateTime({_begin(grouping.period, "time")}, {{zone:String}}) AS s_began,
                toDateTime({_STEPS[grouping.period]}, {{zone:String}}) AS s_ended{by_place}{places},
                groupArrayIf(assumeNotNull(s_value), kept_here) AS s_kept,
                toUInt64(length(s_kept)) AS s_count, countIf(NOT kept_here) AS s_left_out,
                any(s_level) AS level_shown, max(bitAnd(qc, 1)) != 0 AS s_checked,
                transform({_IDS}, {{resolutions:Array(UInt32)}}, toUInt32(1)) AS s_resolution,
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
        )
        WHERE s_count > 0 AND s_count >= {{coverage:Float64}} * s_expected
        ORDER BY s_began, transform({_IDS}, {{ranks:Array(UInt32)}}, toUInt32(0)),
            longitude, latitude, altitude
        FORMAT JSONEachRow
    """  # noqa: S608 - constants of this file
    return Query(
        sql,
        {
            **bound_streams(streams),
            **bounds,
            "zone": grouping.zone,
            "leave_out": str(grouping.leave_out),
            "coverage": repr(grouping.coverage),
        },
    )

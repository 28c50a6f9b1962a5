"""The rows around certain times of some datastreams, as a table of numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from clickhouse_connect.driver.client import Client
from numpy.typing import NDArray

from sensorium.storage.observations.rows import NO_LEVEL

Samples = NDArray[Any]
"""Rows of `SAMPLE`. A number that is not known is NaN; times are in microseconds since 1970 UTC.

`state` is for those who work on samples; it is 0 of those that are stored.
"""

_AT_ONCE = 10_000  # devices and times in one query
_COUNTED = 1000  # datastreams of which the times are in memory

_SENT = {
    "device": ("device", np.uint32),
    "series": ("datastream", np.uint32),
    "time": ("toUnixTimestamp64Micro(time)", np.int64),
    "value": ("assumeNotNull(value)", np.float64),
    "longitude": ("ifNull(longitude, nan)", np.float64),
    "latitude": ("ifNull(latitude, nan)", np.float64),
    "altitude": ("ifNull(altitude, nan)", np.float64),
    "packet": ("toInt64(packet)", np.int64),
    "version": ("toInt64(version)", np.int64),
    "qc": ("qc", np.uint16),
    "qcs": ("qcs", np.uint16),
    "qa": ("qa", np.uint16),
    "qas": ("qas", np.uint16),
    "value_corrected": ("ifNull(value_corrected, nan)", np.float64),
    "uncertainty_corrected": ("ifNull(uncertainty_corrected, nan)", np.float64),
    "level_corrected": (f"toInt32(ifNull(level_corrected, {NO_LEVEL}))", np.int32),
    "state": ("toInt32(0)", np.int32),
}
SAMPLE = np.dtype([(name, kind) for name, (_, kind) in _SENT.items()])


class Near(NamedTuple):
    """What is wanted of a datastream: all rows with times in [`first`, `last`], and the `most` that are next
    to these on each side; but none before `begin` or after `end`. In microseconds since 1970 UTC.
    """

    device: int
    datastream: int
    begin: int
    first: int
    last: int
    end: int
    most: int


class Extent(NamedTuple):
    """How many rows there are, and the times of the first and the last: 0 without any."""

    rows: int
    first: int
    last: int


_SHOWN = ", ".join(f"{expression} AS c_{name}" for name, (expression, _) in _SENT.items())
_KEYS = "device IN {devices:Array(UInt32)} AND datastream IN {datastreams:Array(UInt32)}"
_NEAR = f"""
    WITH toUnixTimestamp64Micro(time) AS at
    SELECT {_SHOWN} FROM (
        SELECT * FROM observations FINAL
        WHERE {_KEYS} AND isNotNull(value) AND time BETWEEN fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
            AND fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
    ) AS rows ASOF JOIN (
        SELECT each.1 AS stream, each.2 AS begin, each.3 AS first, each.4 AS last, each.5 AS end FROM (
            SELECT arrayJoin(arrayZip({{streams:Array(UInt32)}}, {{begins:Array(Int64)}},
                {{firsts:Array(Int64)}}, {{lasts:Array(Int64)}}, {{ends:Array(Int64)}})) AS each)
    ) AS wanted ON rows.datastream = wanted.stream AND toUnixTimestamp64Micro(rows.time) >= wanted.begin
    WHERE at <= end
    ORDER BY datastream, wanted.begin, multiIf(at < first, first - at, at > last, at - last, 0)
    LIMIT {{most:UInt64}} BY datastream, wanted.begin, multiIf(at < first, -1, at > last, -2, at)
    FORMAT RowBinary
"""  # noqa: S608 - constants of this file
_AT = f"""
    SELECT {_SHOWN} FROM observations FINAL
    WHERE isNotNull(value) AND (device, time) IN (
        SELECT each.1, fromUnixTimestamp64Micro(each.2, 'UTC')
        FROM (SELECT arrayJoin(arrayZip({{devices:Array(UInt32)}}, {{times:Array(Int64)}})) AS each))
    FORMAT RowBinary
"""  # noqa: S608 - constants of this file
_SERIES = f"""
    SELECT {_SHOWN} FROM observations FINAL
    WHERE device = {{device:UInt32}} AND datastream = {{datastream:UInt32}} AND isNotNull(value)
        AND time BETWEEN fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
            AND fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
    ORDER BY time DESC LIMIT {{most:UInt64}}
    FORMAT RowBinary
"""  # noqa: S608 - constants of this file
_WITHIN = """device = {device:UInt32} AND isNotNull(value)
        AND time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
            AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
_BETWEEN = f"""
    SELECT {_SHOWN} FROM observations FINAL WHERE {_WITHIN} LIMIT {{most:UInt64}} FORMAT RowBinary
"""  # noqa: S608 - constants of this file
_EXTENT = f"""
    SELECT count(), toUnixTimestamp64Micro(min(time)), toUnixTimestamp64Micro(max(time))
    FROM observations FINAL WHERE {_WITHIN}
"""  # noqa: S608 - constants of this file
_LATER = f"""
    SELECT DISTINCT datastream FROM observations
    WHERE {_KEYS} AND time > fromUnixTimestamp64Micro({{sooner:Int64}}, 'UTC')
        AND toUnixTimestamp64Micro(time) > transform(datastream, {{datastreams:Array(UInt32)}},
            {{latest:Array(Int64)}}, toInt64(0))
"""  # noqa: S608 - constants of this file


def read(client: Client, near: Sequence[Near]) -> tuple[Samples, set[int]]:
    """The rows in force by datastream and time, and the datastreams that have rows after the last `end`.

    What is wanted of one datastream must not overlap.
    """
    latest: dict[int, int] = {}
    for each in near:
        latest[each.datastream] = max(each.end, latest.get(each.datastream, 0))
    bounds: dict[str, Any] = {
        "devices": sorted({each.device for each in near}),
        "datastreams": list(latest),
        "latest": list(latest.values()),
        "sooner": min(latest.values()),
        "streams": [each.datastream for each in near],
        "begins": [each.begin for each in near],
        "firsts": [each.first for each in near],
        "lasts": [each.last for each in near],
        "ends": [each.end for each in near],
        "begin": max(min(each.begin for each in near), 0),
        "end": max(each.end for each in near),
        "most": max(each.most for each in near),
    }
    samples = np.frombuffer(client.raw_query(_NEAR, parameters=bounds), SAMPLE)
    later = client.query(_LATER, parameters=bounds)
    samples = samples[np.lexsort((samples["time"], samples["series"]))]
    return samples, {datastream for (datastream,) in later.result_rows}


def read_counts(client: Client, streams: Sequence[tuple[int, int]], most: int) -> dict[int, int]:
    """At how many times some devices' datastreams have rows, `most` at most: of each that has any."""
    found: dict[int, int] = {}
    for begin in range(0, len(streams), _COUNTED):
        devices, datastreams = (
            sorted(set(column)) for column in zip(*streams[begin : begin + _COUNTED], strict=True)
        )
        count = f"length(groupUniqArray({most:d})(time))"
        query = f"SELECT datastream, {count} FROM observations WHERE {_KEYS} GROUP BY datastream"  # noqa: S608
        answer = client.query(query, parameters={"devices": devices, "datastreams": datastreams})
        found |= {int(datastream): int(times) for datastream, times in answer.result_rows}
    return found


def read_at(client: Client, places: Sequence[tuple[int, int]]) -> Samples:
    """The rows in force of some devices, each at a time in microseconds since 1970 UTC."""
    parts = [places[begin : begin + _AT_ONCE] for begin in range(0, len(places), _AT_ONCE)]
    return np.concatenate([np.empty(0, SAMPLE), *(_read_at(client, part) for part in parts)])


def _read_at(client: Client, places: Sequence[tuple[int, int]]) -> Samples:
    devices, times = (list(column) for column in zip(*places, strict=True))
    return np.frombuffer(client.raw_query(_AT, parameters={"devices": devices, "times": times}), SAMPLE)


def read_series(client: Client, datastream: tuple[int, int], begin: int, end: int, most: int) -> Samples:
    """The newest rows in force of a device and its datastream within these times, by time."""
    bounds = {"device": datastream[0], "datastream": datastream[1], "begin": begin, "end": end, "most": most}
    return np.frombuffer(client.raw_query(_SERIES, parameters=bounds), SAMPLE)[::-1]


def read_between(client: Client, device: int, begin: int, end: int, most: int) -> Samples:
    """The rows in force of a device within these times by datastream and time; any `most` of them."""
    bounds = {"device": device, "begin": begin, "end": end, "most": most}
    samples = np.frombuffer(client.raw_query(_BETWEEN, parameters=bounds), SAMPLE)
    return samples.take(np.lexsort((samples["time"], samples["series"])))


def read_extent(client: Client, device: int, begin: int, end: int) -> Extent:
    """How many rows in force of a device there are within these times."""
    answer = client.query(_EXTENT, parameters={"device": device, "begin": begin, "end": end})
    return Extent(*answer.result_rows[0])

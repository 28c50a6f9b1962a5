"""The rows around certain times of some datastreams."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client


class Near(NamedTuple):
    """What is wanted of a datastream: the `most` newest rows with times in [`begin`, `first`), and all in
    [`first`, `end`], in microseconds since 1970 UTC.
    """

    device: int
    datastream: int
    begin: int
    first: int
    end: int
    most: int


_COLUMNS = {
    "device": "device",
    "series": "datastream",
    "time": "toUnixTimestamp64Micro(time)",
    "value": "value",
    "longitude": "longitude",
    "latitude": "latitude",
    "altitude": "altitude",
    "packet": "packet",
    "version": "version",
    "qc": "qc",
    "qcs": "qcs",
    "qa": "qa",
    "qas": "qas",
}
_SHOWN = ", ".join(f"{expression} AS c_{name}" for name, expression in _COLUMNS.items())
_KEYS = "device IN {devices:Array(UInt32)} AND datastream IN {datastreams:Array(UInt32)}"
_MICRO = "toUnixTimestamp64Micro(time)"
_FIRST = "transform(datastream, {datastreams:Array(UInt32)}, {firsts:Array(Int64)}, toInt64(0))"
_WITHIN = """time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
_BEFORE = f"""
    SELECT {_SHOWN} FROM observations FINAL
    WHERE {_KEYS} AND isNotNull(value) AND {_WITHIN} AND {_MICRO} < {_FIRST}
    ORDER BY datastream, time DESC LIMIT {{most:UInt64}} BY datastream
"""  # noqa: S608 - constants of this file
_SINCE = f"""
    SELECT {_SHOWN} FROM observations FINAL
    WHERE {_KEYS} AND isNotNull(value) AND {_WITHIN} AND {_MICRO} >= {_FIRST}
"""  # noqa: S608 - constants of this file
_LATER = f"""
    SELECT DISTINCT datastream FROM observations
    WHERE {_KEYS} AND time > fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
"""  # noqa: S608 - constants of this file


def read(client: Client, near: Sequence[Near]) -> tuple[dict[str, list[Any]], set[int]]:
    """The rows in force as columns, and the datastreams that have rows after the last of these.

    More than what is wanted of one datastream may come, when others need it.
    """
    bounds = {
        "devices": sorted({each.device for each in near}),
        "datastreams": [each.datastream for each in near],
        "firsts": [each.first for each in near],
        "begin": max(min(each.begin for each in near), 0),
        "end": max(each.end for each in near),
        "most": max(each.most for each in near),
    }
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for query in (_BEFORE, _SINCE):
        answer = client.query(query, parameters=bounds, column_oriented=True)
        for name, column in zip(_COLUMNS, answer.result_columns, strict=False):  # none when there are no rows
            columns[name] += column
    later = client.query(_LATER, parameters=bounds)
    return columns, {datastream for (datastream,) in later.result_rows}

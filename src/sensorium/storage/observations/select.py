"""The queries for observations: a shape becomes a list of columns, datastreams become bound parameters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sensorium.model.device import Datastream
from sensorium.model.moments import from_microseconds
from sensorium.model.series import Column, Flags, Shape
from sensorium.model.statistics import Grouping

_BEGIN = "intDiv(toUnixTimestamp64Micro(time), 1000000)"
_COLUMNS = {
    Column.DEVICE: "device",
    Column.DATASTREAM: "datastream",
    Column.PACKET: "packet",
    Column.COMPONENT: "transform(datastream, {ids:Array(UInt32)}, {components:Array(String)}, '')",
    Column.UNIT: "transform(datastream, {ids:Array(UInt32)}, {units:Array(String)}, '')",
    Column.LEVEL: "transform(datastream, {ids:Array(UInt32)}, {levels:Array(Int16)}, toInt16(0))",
    Column.EPSG: "transform(datastream, {ids:Array(UInt32)}, {epsgs:Array(UInt32)}, toUInt32(0))",
    Column.TIME: "toUnixTimestamp64Micro(time)",
    Column.BEGIN: _BEGIN,
    Column.END: (
        f"{_BEGIN} + transform(datastream, {{ids:Array(UInt32)}}, {{resolutions:Array(UInt32)}}, toUInt32(0))"
    ),
    Column.VALUE: "value",
    Column.VALUE_CORRECTED: "value_corrected",
    Column.LEVEL_CORRECTED: "level_corrected",
    Column.UNCERTAINTY_CORRECTED: "uncertainty_corrected",
    Column.LONGITUDE: "longitude",
    Column.LATITUDE: "latitude",
    Column.ALTITUDE: "altitude",
}
OF_STREAMS = "device IN {devices:Array(UInt32)} AND datastream IN {ids:Array(UInt32)}"
WITHIN = """time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
    AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
# the moments as such are for the index, which does not see through a conversion
_AT = """time IN {moments:Array(DateTime64(6, 'UTC'))} AND toUnixTimestamp64Micro(time)
    = transform(datastream, {ids:Array(UInt32)}, {times:Array(Int64)}, toInt64(-1))"""
_EXTENT = """count() AS count, toUnixTimestamp64Micro(min(time)) AS first,
    toUnixTimestamp64Micro(max(time)) AS last"""
_ORDER = "time, transform(datastream, {ids:Array(UInt32)}, {ranks:Array(UInt32)}, toUInt32(0))"

_BYTE = 8
# looked up, since making them digit by digit takes a third of the time of a large answer
_DIGITS = "[" + ",".join(f"'{byte:08b}'" for byte in range(1 << _BYTE)) + "]"

MONTHS = """
    SELECT DISTINCT toUInt32(partition) AS month FROM system.parts
    WHERE active AND database = currentDatabase() AND table = 'observations' FORMAT JSONEachRow
"""


@dataclass(frozen=True, slots=True)
class Untold:
    """The text that is asked instead when none of these devices has an origin at `begin` or later.

    `begin` is in microseconds since 1970 UTC. Where there is no origin the answers are the same.
    """

    sql: str
    devices: Sequence[int]
    begin: int


@dataclass(frozen=True, slots=True)
class Query:
    """A query's text and its bound values, in the notation of ClickHouse's HTTP interface.

    Whether much of what it reads is likely to be asked for `again`: that is kept in memory for a while.
    """

    sql: str
    parameters: Mapping[str, str]
    untold: Untold | None = None
    again: bool = False


def rows(streams: Sequence[Datastream], shape: Shape, begin: int, end: int) -> Query:
    """The rows of the datastreams with times in [`begin`, `end`], by time, component name and datastream."""
    return Query(
        _select(_shown(shape), "observations FINAL", f"{OF_STREAMS} AND {WITHIN} ORDER BY {_ORDER}"),
        {**bound_streams(streams), "begin": str(begin), "end": str(end)},
    )


def rows_at(streams: Sequence[Datastream], shape: Shape, times: Mapping[int, int]) -> Query:
    """The row of each datastream at its own time, in the order of `rows`."""
    there = [stream for stream in streams if stream.id in times]
    moments = sorted({from_microseconds(time) for time in times.values()})
    return Query(
        _select(_shown(shape), "observations FINAL", f"{OF_STREAMS} AND {_AT} ORDER BY {_ORDER}"),
        {
            **bound_streams(there),
            "times": array(times[each.id] for each in ranked(there)),
            "moments": array(f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in moments),
        },
    )


def extent(streams: Sequence[Datastream], begin: int, end: int) -> Query:
    """How many rows there are at most in [`begin`, `end`], and the first and last time among them."""
    return Query(
        _select(_EXTENT, "observations", f"{OF_STREAMS} AND {WITHIN}"),
        {**keys(streams), "begin": str(begin), "end": str(end)},
    )


def edges(
    streams: Sequence[Datastream], begin: int, end: int, *, newest: bool, counted: Grouping | None = None
) -> Query:
    """The newest or oldest time within [`begin`, `end`] of each datastream that has a row there.

    Of rows with values that are `counted` in such statistics, if that is said.
    """
    at = f"toUnixTimestamp64Micro({'max' if newest else 'min'}(time)) AS at"
    condition, bound = f"{OF_STREAMS} AND {WITHIN}", {"begin": str(begin), "end": str(end)}
    if counted is not None:
        value = "value_corrected" if counted.of_corrected else "value"
        condition += f" AND isNotNull({value}) AND bitAnd(qc, {{leave_out:UInt16}}) = 0"
        bound["leave_out"] = str(counted.leave_out)
    return Query(
        _select(f"datastream, {at}", "observations FINAL", f"{condition} GROUP BY datastream"),
        {**keys(streams), **bound},
    )


def _select(shown: str, table: str, condition: str) -> str:
    return f"WITH {_DIGITS} AS digits SELECT {shown} FROM {table} WHERE {condition} FORMAT JSONEachRow"  # noqa: S608 - constants of this file


def _shown(shape: Shape) -> str:
    return ", ".join(f"{_expression(what)} AS {quoted(name)}" for name, what in shape.items())


def _expression(what: Column | Flags) -> str:
    if isinstance(what, Flags):
        return f"CAST(({what.word}, {_digits(what)}), 'Tuple(flags UInt16, bitflags String)')"
    return _COLUMNS[what]


def _digits(what: Flags) -> str:
    low, high = (f"digits[bitAnd({each}, 255) + 1]" for each in (what.word, f"bitShiftRight({what.word}, 8)"))
    digits = low if what.width <= _BYTE else f"concat({high}, {low})"
    return f"right({digits}, {what.width:d})" if what.width % _BYTE else digits


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def ranked(streams: Sequence[Datastream]) -> list[Datastream]:
    """Datastreams in the order in which rows of the same time stand."""
    return sorted(streams, key=lambda stream: (stream.component.name, stream.id))


def keys(streams: Sequence[Datastream]) -> dict[str, str]:
    """Which datastreams are meant, as bound values."""
    return {
        "devices": array(sorted({stream.device for stream in streams})),
        "ids": array(stream.id for stream in ranked(streams)),
    }


def bound_streams(streams: Sequence[Datastream]) -> dict[str, str]:
    """What the columns of datastreams are made of, as bound values, in the order of their ranks."""
    there = ranked(streams)
    return {
        **keys(streams),
        "components": array(stream.component.name for stream in there),
        "units": array(stream.unit.name for stream in there),
        "levels": array(stream.level for stream in there),
        "epsgs": array(stream.epsg for stream in there),
        "resolutions": array(stream.resolution for stream in there),
        "ranks": array(range(len(there))),
    }


def array(values: Iterable[int | str | None]) -> str:
    """Values as a bound array."""
    return "[" + ",".join(_literal(value) for value in values) + "]"


def _literal(value: int | str | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

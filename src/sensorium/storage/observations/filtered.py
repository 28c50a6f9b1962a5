"""The queries for selected observations: conditions on values are bound, spans of time are the index's.

The key of the observations is (device, datastream, time): whatever is asked for, only those parts of the
wanted datastreams are read that lie within the wanted time. Since ids of datastreams are never used twice,
devices are a hint for the index alone. What came with a value besides stands in `origins`, and is looked up
for the rows that are shown.

The text of a query does not grow with what is asked for: links, conditions and kinds are bound as arrays of
arrays, and each datastream has its place in them. The engine takes seconds to read a chain of a thousand
comparisons, and no time to look a value up in a thousand intervals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sensorium.model.selection import ANYTHING, Item, Selection, SelectionShape, Span, Wanted
from sensorium.storage.observations.intervals import passed
from sensorium.storage.observations.select import Query, Untold, array, quoted

Value = TypeVar("Value")
_LARGEST = 1 << 63
_SECOND = 1_000_000
_MARGIN = 1.25
_SIEVED = 8
_FEW = 16_384  # rows: a longer answer would take memory and come no sooner


_WITHIN = """time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
_KEYS = "indexHint(device IN {devices:Array(UInt32)}) AND datastream IN {ids:Array(UInt32)}"
_ROWS = f"observations FINAL PREWHERE {_KEYS} AND {_WITHIN}"
# of the datastreams of one line, at one time, the value of the latest packet, whether it passes or not
_LATEST = f"""(
                SELECT datastream, time, value, packet FROM {_ROWS}
                ORDER BY packet DESC LIMIT 1 BY
                    time, transform(datastream, {{ids:Array(UInt32)}}, {{firsts:Array(UInt32)}}, toUInt32(0))
            )"""  # noqa: S608 - constants of this file
_AT = "toUnixTimestamp64Micro(time)"
# each of these is worked out once for a row: to name a long array again makes the engine read it again
_RANK = "transform(datastream, {ids:Array(UInt32)}, arrayEnumerate({ids:Array(UInt32)}), toUInt32(0)) AS rank"
_PLACE = "{places:Array(UInt32)}[rank] AS place"
_TIMELINE = "{timelines:Array(UInt32)}[rank] AS timeline"
_CONDITION = "{conditions:Array(UInt32)}[rank] AS condition"
_IN_A_SPAN = f"""(since, until) -> {_AT} BETWEEN since AND until,
    {{begins:Array(Array(Int64))}}[place], {{ends:Array(Array(Int64))}}[place]"""
_PASSES = """if(isNull(value), {texts:Array(UInt8)}[condition], arrayExists(
    (low, high) -> assumeNotNull(value) BETWEEN low AND high,
    {lows:Array(Array(Float64))}[condition], {highs:Array(Array(Float64))}[condition]))"""
_SHORTEST = "if(isNull(value), '', toString(assumeNotNull(value)))"
_ALWAYS = {
    Item.MOMENT: "formatDateTime(time, '%Y-%m-%d %H:%i:%S', 'UTC')",
    Item.DEFINITION: "{definitions:Array(UInt64)}[rank]",
}
_TOLD = {
    Item.DATA: "if(first = 0, packet, first)",
    Item.AGENT: "agent",
    Item.TEXT: f"if(has(datastreams, datastream), texts[indexOf(datastreams, datastream)], {_SHORTEST})",
}
_UNTOLD = {Item.DATA: "packet", Item.AGENT: "''", Item.TEXT: _SHORTEST}
"""What rows show that have no origin; the same as without one in the join."""
_BY_TIME = {
    Item.ASSET: f"{{assets:Array(Array(UInt64))}}[place][arrayFirstIndex({_IN_A_SPAN})]",
    Item.KIND: f"""{{kinds:Array(Array(UInt32))}}[timeline][
        1 + arrayCount(since -> since <= {_AT}, {{sinces:Array(Array(Int64))}}[timeline])]""",
}
_AT_ANY_TIME = {Item.ASSET: "{assets:Array(UInt64)}[rank]", Item.KIND: "{kinds:Array(UInt32)}[rank]"}

EDGES = """
    SELECT toUnixTimestamp64Micro(min(time)) AS first, toUnixTimestamp64Micro(max(time)) AS last
    FROM observations FORMAT JSONEachRow
"""
"""Between which times anything is stored; both in 1970 when nothing is. No row is read for it."""


def rows(selection: Selection, shape: SelectionShape, begin: int, end: int, limit: int) -> Query | None:
    """The `limit` newest or oldest rows of a selection with times in [`begin`, `end`], in their order.

    Rows of one time are ordered by device and sensor definition. None when there cannot be any. No name of
    the shape may be that of a column.
    """
    within = _Within.of(selection, begin, end)
    if within is None:
        return None
    looked_up = within.looked_up(begin, end)
    columns, conditions, bound = [_RANK, *looked_up.columns], list[str](), within.keys() | looked_up.bound
    if selection.data is not None:
        conditions.append("packet IN {packets:Array(UInt64)}")
        bound["packets"] = array(sorted(selection.data))
    if not within.is_covered(begin, end):
        conditions.append(f"arrayExists({_IN_A_SPAN})")
    if any(each.condition != ANYTHING for each in selection.wanted):
        columns.append(_CONDITION)
        conditions.append(_PASSES)
        bound |= _passing(within.wanted)
    found = f"""FROM {within.source()}
            WHERE {" AND ".join(conditions) or "1"}"""
    order = f"time {'DESC' if selection.newest_first else 'ASC'}, rank"

    def shown(items: Mapping[Item, str]) -> str:
        return ", ".join(f"{items[what]} AS {quoted(name)}" for name, what in shape.items())

    kept = f"""SELECT datastream, time, value, packet, {", ".join(columns)} {found}
            ORDER BY {order} LIMIT {{limit:UInt64}}"""
    sql = f"""
        SELECT {shown(looked_up.items | _TOLD)} FROM (
            SELECT packet AS of_packet, first, agent, datastreams, texts FROM origins FINAL
            WHERE device IN {{devices:Array(UInt32)}} AND {_WITHIN}
        ) AS origin RIGHT ANY JOIN ({kept}) AS kept ON of_packet = packet
        ORDER BY {order} FORMAT JSONEachRow
    """  # noqa: S608 - constants of this file
    items = shown(looked_up.items | _UNTOLD)
    untold = f"SELECT {items} FROM ({kept}) ORDER BY {order} FORMAT JSONEachRow"  # noqa: S608 - the same
    if not looked_up.columns:  # else the engine may sort lambdas of the items along, which it cannot
        untold = f"""WITH {", ".join(columns)} SELECT {items} {found}
            ORDER BY {order} LIMIT {{limit:UInt64}} FORMAT JSONEachRow"""
    bounds = {"begin": str(begin), "end": str(end), "limit": str(min(limit, _LARGEST))}
    return Query(
        sql, bound | bounds, Untold(untold, tuple(within.spans), begin), again=selection.limit <= _FEW
    )


def extent(selection: Selection, begin: int, end: int) -> Query | None:
    """How many rows of the wanted datastreams there are at most in [`begin`, `end`], whatever their values.

    None when there cannot be any.
    """
    within = _Within.of(selection, begin, end)
    if within is None:
        return None
    sql = f"SELECT count() AS count FROM observations PREWHERE {_KEYS} AND {_WITHIN} FORMAT JSONEachRow"  # noqa: S608 - constants of this file
    return Query(sql, within.keys() | {"begin": str(begin), "end": str(end)})


def packets_by_id(devices: Iterable[int], ids: Iterable[int]) -> Query:
    """The device and the time of each of these packets that is of one of these devices."""
    sql = """
        SELECT id, device, toUnixTimestamp64Micro(coalesce(time, received)) AS at FROM packets
        WHERE device IN {devices:Array(UInt32)} AND id IN {ids:Array(UInt64)} FORMAT JSONEachRow
    """
    return Query(sql, {"devices": array(sorted(devices)), "ids": array(sorted(ids))})


def packets_by_first(devices: Iterable[int], begin: int, end: int, ids: Iterable[int]) -> Query:
    """The packets of the instants whose first packets or own ids these are; `first` of each."""
    sql = f"""
        SELECT packet, first FROM origins FINAL
        WHERE device IN {{devices:Array(UInt32)}} AND {_WITHIN}
            AND (first IN {{ids:Array(UInt64)}} OR packet IN {{ids:Array(UInt64)}}) FORMAT JSONEachRow
    """  # noqa: S608 - constants of this file
    bounds = {"begin": str(begin), "end": str(end)}
    return Query(sql, {"devices": array(sorted(devices)), "ids": array(sorted(ids)), **bounds})


def first_span(selection: Selection, most: int) -> int:
    """For how long the datastreams make some more rows than are asked for, or `most`, in microseconds.

    Of rows with a condition eight times as many are taken: a query more is dearer than some rows more.
    """
    resolutions = {(each.device, each.definition): each.resolution for each in selection.wanted}
    pace = sum(1 / each for each in resolutions.values()) or 1
    sieved = any(each.condition != ANYTHING for each in selection.wanted)
    enough = selection.limit * (_SIEVED if sieved else 1)
    return int(min(enough, most) / pace * _MARGIN * _SECOND) + _SECOND


def next_to(
    selection: Selection, begin: int, end: int, span: int, stored: tuple[int, int]
) -> tuple[int, int]:
    """The part of [`begin`, `end`] with which a selection begins, and that has `span` of what is stored.

    `stored` are the times between which that was a moment ago: beyond them all is taken at once.
    """
    first, last = stored
    if selection.newest_first:
        since = max(begin, min(end, last) - span + 1)
        return begin if since <= first else since, end
    until = min(end, max(begin, first) + span - 1)
    return begin, end if until >= last else until


@dataclass(frozen=True, slots=True)
class _Within:
    """What of a selection lies in a time: the datastreams in their order, and the spans of their devices."""

    wanted: Sequence[Wanted]
    spans: Mapping[int, Sequence[Span]]

    @classmethod
    def of(cls, selection: Selection, begin: int, end: int) -> "_Within | None":
        """The part of the selection with times in [`begin`, `end`], None when there is none."""
        spans: defaultdict[int, list[Span]] = defaultdict(list)
        for span in selection.spans:
            if span.begin <= end and span.end >= begin:
                spans[span.device].append(span)
        wanted = [each for each in selection.wanted if each.device in spans]
        if not wanted:
            return None
        wanted.sort(key=lambda each: (each.device, each.definition, each.datastream))
        return cls(wanted, {each.device: spans[each.device] for each in wanted})

    def is_covered(self, begin: int, end: int) -> bool:
        """Whether one span of each device has all of [`begin`, `end`]."""
        return all(
            any(span.begin <= begin and span.end >= end for span in spans) for spans in self.spans.values()
        )

    def source(self) -> str:
        """Where rows are read, those of one definition and device once for each time."""
        return _LATEST if self._has_lines() else _ROWS

    def _firsts(self) -> list[int]:
        """For each datastream the first one of its device and definition."""
        first: dict[tuple[int, int], int] = {}
        return [first.setdefault((each.device, each.definition), each.datastream) for each in self.wanted]

    def _has_lines(self) -> bool:
        return len(set(self._firsts())) < len(self.wanted)

    def keys(self) -> dict[str, str]:
        """What the index is asked for."""
        found = {"devices": array(self.spans), "ids": array(each.datastream for each in self.wanted)}
        return found | ({"firsts": array(self._firsts())} if self._has_lines() else {})

    def looked_up(self, begin: int, end: int) -> "_LookedUp":
        """What the datastreams are by their order, and what there is of their devices and kinds.

        Which asset a row shows and which kind depends on its time only if they change in [`begin`, `end`].
        """
        items, columns = _ALWAYS | _AT_ANY_TIME, list[str]()
        bound = {
            "definitions": array(each.definition for each in self.wanted),
            "assets": array(self.spans[each.device][0].asset for each in self.wanted),
            "kinds": array(each.kind for each in self.wanted),
        }
        if not all(spans[0].begin <= begin and spans[0].end >= end for spans in self.spans.values()):
            places = {device: place for place, device in enumerate(self.spans, 1)}
            items[Item.ASSET] = _BY_TIME[Item.ASSET]
            columns.append(_PLACE)
            bound |= {
                "places": array(places[each.device] for each in self.wanted),
                "assets": _arrays((span.asset for span in spans) for spans in self.spans.values()),
                "begins": _arrays((span.begin for span in spans) for spans in self.spans.values()),
                "ends": _arrays((span.end for span in spans) for spans in self.spans.values()),
            }
        if any(each.later for each in self.wanted):
            timelines = _numbered(_timeline(each) for each in self.wanted)
            items[Item.KIND] = _BY_TIME[Item.KIND]
            columns.append(_TIMELINE)
            bound |= {
                "timelines": array(timelines[_timeline(each)] for each in self.wanted),
                "kinds": _arrays(kinds for kinds, _ in timelines),
                "sinces": _arrays(since for _, since in timelines),
            }
        return _LookedUp(items, columns, bound)


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """What is looked up for a row: the items that show it, the columns of these, and what they need bound."""

    items: dict[Item, str]
    columns: Sequence[str]
    bound: dict[str, str]


def _timeline(wanted: Wanted) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The kinds of a datastream's rows, and since when each but the first is theirs."""
    return (wanted.kind, *(kind for _, kind in wanted.later)), tuple(since for since, _ in wanted.later)


def _passing(wanted: Sequence[Wanted]) -> dict[str, str]:
    """What the values of each datastream must be like."""
    numbers = _numbered(each.condition for each in wanted)
    found = [passed(condition) for condition in numbers]
    return {
        "conditions": array(numbers[each.condition] for each in wanted),
        "texts": array(int(each.texts) for each in found),
        "lows": _arrays((low for low, _ in each.intervals) for each in found),
        "highs": _arrays((high for _, high in each.intervals) for each in found),
    }


def _numbered(values: Iterable[Value]) -> dict[Value, int]:
    """Different values, each with its place among them, from 1 on."""
    return {value: place for place, value in enumerate(dict.fromkeys(values), 1)}


def _arrays(values: Iterable[Iterable[float]]) -> str:
    return "[" + ",".join("[" + ",".join(map(repr, each)) + "]" for each in values) + "]"

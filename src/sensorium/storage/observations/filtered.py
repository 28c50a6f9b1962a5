"""The queries for selected observations: conditions on values are bound, spans of time are the index's.

The key of the observations is (device, datastream, time): whatever is asked for, only those parts of the
wanted datastreams are read that lie within the wanted time. Since ids of datastreams are never used twice,
devices are a hint for the index alone. What came with a value besides stands in `origins`, and is looked up
for the rows that are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sensorium.model.selection import (
    ANYTHING,
    Comparator,
    Comparison,
    Condition,
    Item,
    Selection,
    SelectionShape,
    Span,
    Told,
    Wanted,
)
from sensorium.storage.observations.select import Query, array, quoted

_COMPARED = {
    Comparator.EQUAL: "ifNull(value = {0}, 0)",
    Comparator.UNEQUAL: "ifNull(value != {0}, 1)",
    Comparator.BELOW: "ifNull(value < {0}, 0)",
    Comparator.ABOVE: "ifNull(value > {0}, 0)",
    Comparator.AT_MOST: "ifNull(value <= {0}, 0)",
    Comparator.AT_LEAST: "ifNull(value >= {0}, 0)",
}
_LARGEST = 1 << 63
_SECOND = 1_000_000
_MARGIN = 1.25
_WITHIN = """time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')"""
_KEYS = "indexHint(device IN {devices:Array(UInt32)}) AND datastream IN {ids:Array(UInt32)}"
_RANK = "transform(datastream, {ids:Array(UInt32)}, {ranks:Array(UInt32)}, toUInt32(0))"
_KIND = "transform(datastream, {ids:Array(UInt32)}, {kinds:Array(UInt32)}, toUInt32(0))"
_ITEMS = {
    Item.DATA: "if(first = 0, packet, first)",
    Item.MOMENT: "formatDateTime(time, '%Y-%m-%d %H:%i:%S', 'UTC')",
    Item.DEFINITION: "transform(datastream, {ids:Array(UInt32)}, {definitions:Array(UInt64)}, toUInt64(0))",
    Item.AGENT: "agent",
    Item.TEXT: """multiIf(has(datastreams, datastream), texts[indexOf(datastreams, datastream)],
        isNull(value), '', toString(assumeNotNull(value)))""",
}

EDGES = """
    SELECT toInt64(toUnixTimestamp(min(min_time))) * 1000000 AS first,
        (toInt64(toUnixTimestamp(max(max_time))) + 1) * 1000000 - 1 AS last
    FROM system.parts WHERE active AND rows > 0 AND database = currentDatabase() AND table = 'observations'
    FORMAT JSONEachRow
"""
"""Between which times anything is stored; both in 1970 when nothing is."""


def rows(selection: Selection, shape: SelectionShape, begin: int, end: int, limit: int) -> Query | None:
    """The `limit` newest or oldest rows of a selection with times in [`begin`, `end`], in their order.

    Rows of one time are ordered by device and sensor definition. None when there cannot be any.
    """
    within = _Within.of(selection, begin, end)
    if within is None:
        return None
    bound = _Bound()
    conditions = [_KEYS, _WITHIN]
    if selection.data is not None:
        conditions.append(f"packet IN {bound.add(array(sorted(selection.data)), 'Array(UInt64)')}")
    layers = [_layer(within.wanted, each, begin, end, bound) for each in within.layers]
    conditions += _in_a_span(layers)
    conditions += _values(within.wanted, bound)
    order = f"time {'DESC' if selection.newest_first else 'ASC'}, {_RANK}"
    shown = ", ".join(
        f"{_shown(what, within, layers, bound)} AS {quoted(name)}" for name, what in shape.items()
    )
    sql = f"""
        SELECT {shown} FROM (
            SELECT packet AS of_packet, first, agent, datastreams, texts FROM origins FINAL
            WHERE device IN {{devices:Array(UInt32)}} AND {_WITHIN}
        ) AS origin RIGHT ANY JOIN (
            SELECT datastream, time, value, packet, {_KIND} AS kind FROM observations FINAL
            PREWHERE {" AND ".join(conditions[:2])}
            WHERE {" AND ".join(conditions[2:]) or "1"}
            ORDER BY {order} LIMIT {{limit:UInt64}}
        ) AS kept ON of_packet = packet
        ORDER BY {order} FORMAT JSONEachRow
    """  # noqa: S608 - constants of this file
    return Query(
        sql,
        {
            **within.parameters(),
            **bound.values,
            "begin": str(begin),
            "end": str(end),
            "limit": str(min(limit, _LARGEST)),
        },
    )


def extent(selection: Selection, begin: int, end: int) -> Query | None:
    """How many rows of the wanted datastreams there are at most in [`begin`, `end`], whatever their values.

    None when there cannot be any.
    """
    within = _Within.of(selection, begin, end)
    if within is None:
        return None
    sql = f"SELECT count() AS count FROM observations PREWHERE {_KEYS} AND {_WITHIN} FORMAT JSONEachRow"  # noqa: S608 - constants of this file
    keys = {name: value for name, value in within.parameters().items() if name in ("devices", "ids")}
    return Query(sql, {**keys, "begin": str(begin), "end": str(end)})


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
    """For how long the datastreams make some more rows than are asked for, or `most`, in microseconds."""
    pace = sum(1 / each.resolution for each in selection.wanted) or 1
    return int(min(selection.limit, most) / pace * _MARGIN * _SECOND) + _SECOND


def next_to(selection: Selection, begin: int, end: int, span: int) -> tuple[int, int]:
    """The part of [`begin`, `end`] that is `span` long at the end with which a selection begins."""
    if selection.newest_first:
        return max(begin, end - span + 1), end
    return begin, min(end, begin + span - 1)


@dataclass(frozen=True, slots=True)
class _Within:
    """What of a selection lies in a time: layers have at most one span of each device."""

    wanted: Sequence[Wanted]
    layers: Sequence[Mapping[int, Span]]
    kinds: Sequence[int]

    @classmethod
    def of(cls, selection: Selection, begin: int, end: int) -> "_Within | None":
        """The part of the selection with times in [`begin`, `end`], None when there is none."""
        layers: list[dict[int, Span]] = []
        for span in selection.spans:
            if span.begin <= end and span.end >= begin:
                free = next((layer for layer in layers if span.device not in layer), None)
                if free is None:
                    layers.append({span.device: span})
                else:
                    free[span.device] = span
        there = {device for layer in layers for device in layer}
        wanted = [each for each in selection.wanted if each.device in there]
        wanted.sort(key=lambda each: (each.device, each.definition, each.datastream))
        return cls(wanted, layers, sorted({each.kind for each in wanted})) if wanted else None

    def parameters(self) -> dict[str, str]:
        """What is bound in every query."""
        places = {kind: place for place, kind in enumerate(self.kinds, 1)}
        return {
            "devices": array(sorted({each.device for each in self.wanted})),
            "ids": array(each.datastream for each in self.wanted),
            "ranks": array(range(1, len(self.wanted) + 1)),
            "kinds": array(places[each.kind] for each in self.wanted),
            "definitions": array(each.definition for each in self.wanted),
        }


@dataclass(slots=True)
class _Bound:
    """Values that are bound under names of their own."""

    values: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, value: str, kind: str) -> str:
        """The placeholder of a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"


@dataclass(frozen=True, slots=True)
class _Layer:
    """One span of each of some devices: when a row lies in one (None: always), and its asset then."""

    condition: str | None
    asset: str


def _layer(
    wanted: Sequence[Wanted], spans: Mapping[int, Span], begin: int, end: int, bound: _Bound
) -> _Layer:
    there = [(each, spans[each.device]) for each in wanted if each.device in spans]
    ids = bound.add(array(each.datastream for each, _ in there), "Array(UInt32)")
    assets = bound.add(array(span.asset for _, span in there), "Array(UInt64)")
    asset = f"transform(datastream, {ids}, {assets}, toUInt64(0))"
    if all(span.begin <= begin and span.end >= end for _, span in there):
        return _Layer(None if len(there) == len(wanted) else f"datastream IN {ids}", asset)
    begins = bound.add(array(max(span.begin, begin) for _, span in there), "Array(Int64)")
    ends = bound.add(array(min(span.end, end) for _, span in there), "Array(Int64)")
    condition = f"""(datastream IN {ids} AND toUnixTimestamp64Micro(time)
        BETWEEN transform(datastream, {ids}, {begins}, toInt64(1))
        AND transform(datastream, {ids}, {ends}, toInt64(0)))"""
    return _Layer(condition, asset)


def _in_a_span(layers: Sequence[_Layer]) -> list[str]:
    conditions = [layer.condition for layer in layers if layer.condition is not None]
    return [f"({' OR '.join(conditions)})"] if len(conditions) == len(layers) else []


def _asset(layers: Sequence[_Layer]) -> str:
    *some, last = layers
    choices = "".join(f"{layer.condition or 1}, {layer.asset}, " for layer in some)
    return f"multiIf({choices}{last.asset})" if some else last.asset


def _values(wanted: Sequence[Wanted], bound: _Bound) -> list[str]:
    """What the values must be like; nothing when any will do."""
    by_condition: defaultdict[Condition, list[int]] = defaultdict(list)
    for each in wanted:
        by_condition[each.condition].append(each.datastream)
    if by_condition.keys() == {ANYTHING}:
        return []
    choices: list[str] = []
    for condition, datastreams in by_condition.items():
        ids = bound.add(array(datastreams), "Array(UInt32)")
        groups = [" AND ".join(_compared(each, bound) for each in group) or "1" for group in condition]
        choices.append(f"(datastream IN {ids} AND ({' OR '.join(groups)}))")
    return [f"({' OR '.join(choices)})"]


def _compared(comparison: Comparison, bound: _Bound) -> str:
    number = comparison.number
    if abs(number) < _LARGEST:
        return _COMPARED[comparison.comparator].format(bound.add(str(number), "Int64"))
    try:
        nearest = repr(float(number))
    except OverflowError:
        nearest = "inf" if number > 0 else "-inf"
    return _COMPARED[comparison.comparator].format(bound.add(nearest, "Float64"))


def _shown(what: Item | Told, within: _Within, layers: Sequence[_Layer], bound: _Bound) -> str:
    if not isinstance(what, Item):
        told = bound.add(array(what[each] for each in within.kinds), "Array(Nullable(String))")
        return f"{told}[kind]"
    return _asset(layers) if what is Item.ASSET else _ITEMS[what]

"""From the bytes of a packet's Avro record to the values of its components."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from fastavro import parse_schema
from fastavro import schemaless_reader as read_record  # pyright: ignore[reportUnknownVariableType]

from sensorium.plans.path import Fold, Key, fold_once, lookup
from sensorium.plans.slots import Array, Map, Record, Slot

Values = Callable[[bytes], list[float | None]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a component's value stands in a decoded record, as so many times its value."""

    keys: tuple[Key, ...]
    scale: int


def read_values(avro: dict[str, Any], sources: Sequence[Source]) -> Values:
    """The function from a record to one value for each source, None where it is missing.

    What follows the last bound parameter is not read.
    """
    bound = {source.keys[0] for source in sources}
    last = max((n for n, field in enumerate(avro["fields"], 1) if field["name"] in bound), default=0)
    schema = parse_schema(_without_logical_types(avro | {"fields": avro["fields"][:last]}))

    def read(record: bytes) -> dict[str, Any]:
        return cast("dict[str, Any]", read_record(BytesIO(record), schema, None))

    if all(len(source.keys) == 1 and source.scale == 1 for source in sources):
        names = [cast("str", source.keys[0]) for source in sources]

        def flat(record: bytes) -> list[float | None]:
            found = read(record)
            return [None if (value := found[name]) is None else float(value) for name in names]

        return flat

    def deep(record: bytes) -> list[float | None]:
        found, folded = read(record), fold_once()
        return [_value(found, source, folded) for source in sources]

    return deep


def _value(found: Any, source: Source, folded: Fold) -> float | None:
    for key in source.keys:
        if found is None:
            return None
        found = lookup(found, key, folded=folded) if isinstance(key, str) else found[key]
    return None if found is None else found / source.scale


def decoded_keys(record: Record, keys: Sequence[Key]) -> tuple[Key, ...]:
    """The steps through a decoded record that are these steps through a packet."""
    member = next(member for member in record.fields if member.name == keys[0])
    return (member.avro, *_decoded(member.slot, keys[1:]))


def _decoded(slot: Slot, keys: Sequence[Key]) -> tuple[Key, ...]:
    if not keys:
        return ()
    for branch in slot.types:
        if isinstance(branch, Record):
            return decoded_keys(branch, keys)
        if isinstance(branch, Array):
            return (keys[0], *_decoded(branch.items, keys[1:]))
        if isinstance(branch, Map):
            return (keys[0], *_decoded(branch.values, keys[1:]))
    raise AssertionError("a resolved path leads through records, arrays and maps")


def _without_logical_types(schema: Any) -> Any:
    """The schema without its logical types: a decoded time is then a number."""
    if isinstance(schema, list):
        return [_without_logical_types(branch) for branch in cast("list[Any]", schema)]
    if isinstance(schema, dict):
        members = cast("dict[str, Any]", schema)
        return {
            name: _without_logical_types(value) for name, value in members.items() if name != "logicalType"
        }
    return schema

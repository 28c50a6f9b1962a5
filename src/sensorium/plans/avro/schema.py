"""The completed Avro schema of a device's packets, which every Avro reader takes.

Each name that Avro does not allow is replaced by one that is alike, legal and unlike its siblings, and the
same each time; the name as declared is kept beside it, of fields in "parameter", of types in "declared".
Types are named Record1, Enum2 ... in the order in which they stand. Every field, element and member may be
null.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from sensorium.plans.slots import Array, Enum, Field, Fixed, Map, Record, Scalar, Slot, Type

AVRO_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]")


def complete(packet: Record) -> dict[str, Any]:
    """The Avro schema of a packet's record, as JSON."""
    counter = count(1)
    return {
        "type": "record",
        "name": "Packet",
        "namespace": "sensorium",
        "fields": [_completed_field(member, counter) for member in packet.fields],
    }


def legal_names(names: Sequence[str]) -> list[str]:
    """A legal Avro name for each of some distinct names; no two are the same, and legal ones stay."""
    taken = {name for name in names if AVRO_NAME.fullmatch(name)}
    tried: dict[str, int] = {}
    return [name if name in taken else _legal_name(name, taken, tried) for name in names]


def _legal_name(name: str, taken: set[str], tried: dict[str, int]) -> str:
    stem = _NOT_IN_NAMES.sub("_", name)
    stem = f"_{stem}" if stem[0].isdigit() else stem
    legal = stem
    number = tried.get(stem, 1)
    while legal in taken:
        number += 1
        legal = f"{stem}_{number}"
    tried[stem] = number
    taken.add(legal)
    return legal


def _completed_field(member: Field, counter: Iterator[int]) -> dict[str, Any]:
    completed: dict[str, Any] = {
        "name": member.avro,
        "type": _completed_slot(member.slot, counter),
        "default": None,
        "parameter": member.name,
    }
    return completed if member.doc is None else completed | {"doc": member.doc}


def _completed_slot(slot: Slot, counter: Iterator[int]) -> Any:
    return ["null", *(_completed_type(branch, counter) for branch in slot.types)]


def _completed_type(declared: Type, counter: Iterator[int]) -> Any:
    match declared:
        case Scalar(kind, logical):
            return {"type": kind, "logicalType": logical} if logical else kind
        case Array(items):
            return {"type": "array", "items": _completed_slot(items, counter)}
        case Map(values):
            return {"type": "map", "values": _completed_slot(values, counter)}
        case Enum(symbols, name):
            return _named("enum", name, counter) | {"symbols": list(symbols)}
        case Fixed(size, name):
            return _named("fixed", name, counter) | {"size": size}
        case Record(fields, name):
            head = _named("record", name, counter)
            return head | {"fields": [_completed_field(member, counter) for member in fields]}


def _named(kind: str, declared: str, counter: Iterator[int]) -> dict[str, Any]:
    name = {"type": kind, "name": f"{kind.title()}{next(counter)}"}
    return name | {"declared": declared} if declared else name

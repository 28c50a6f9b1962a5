"""Where a path leads among the declared parameters, and what the converters make of the types there.

The first name of a path is a declared parameter; the rest goes down its type: the fields of a record, the
elements of an array, the members of a map. A path that leads to nothing declared is refused: a parameter
"no2" that is a double has no "no2.value", and a path never ends at a parameter by its last name alone.

Of a packet that is an array, the parameters are members of its elements: `[0].no2` is the parameter "no2" in
the first one. A parameter may also be named `[0]`: it is that element itself.

A parameter under a converter is declared either with the type that its converter makes or with the one it
reads; the record holds what the converter makes. Elements of an array and members of a map have one type:
where only some of them are converted, it takes both what was sent and what was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sensorium.model.errors import InvalidPath, Misbound
from sensorium.plans.converters import Conversion
from sensorium.plans.path import Key, Step, parse, readings
from sensorium.plans.slots import NUMERIC, TIMESTAMP, Array, Field, Map, Record, Scalar, Slot, Type

_PREFERRED = {
    "int": ("int", "long", "double", "float"),
    "long": ("long", "int", "double", "float"),
    "double": ("double", "float", "long", "int"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: into `elements` of a root array, and down `steps` from the parameter's name."""

    path: str
    elements: tuple[int, ...]
    steps: tuple[Step, ...]
    slot: Slot

    @property
    def parameter(self) -> str:
        """The name of the parameter it leads to or into."""
        return str(self.steps[0][0])


@dataclass(frozen=True, slots=True)
class Want:
    """What a packet must have at the end of some steps, and how it is converted."""

    steps: tuple[Step, ...]
    path: str
    conversion: Conversion | None


def resolve(path: str, packet: Record) -> Place:
    """Where a path leads, exact names before those in another case. Raises InvalidPath (NI-142)."""
    candidates = readings(path)
    for loose in (False, True):
        for keys in candidates:
            place = _place(path, keys, packet, loose=loose)
            if place is not None:
                return place
    parse(path)
    raise InvalidPath("the path leads to no declared parameter", path)


def _place(path: str, keys: Sequence[Key], packet: Record, *, loose: bool) -> Place | None:
    elements: list[int] = []
    at = 0
    for key in keys:
        if isinstance(key, str):
            break
        elements.append(key)
        at += 1
    if elements:
        itself = _member(packet, f"[{keys[0]}]", loose=False)
        if itself is not None:
            return _down(path, (elements[0],), itself, keys[1:], loose=loose)
    first = keys[at] if at < len(keys) else None
    member = _member(packet, first, loose=loose) if isinstance(first, str) else None
    return _down(path, tuple(elements), member, keys[at + 1 :], loose=loose) if member else None


def _down(
    path: str, elements: tuple[int, ...], parameter: Field, keys: Sequence[Key], *, loose: bool
) -> Place | None:
    steps: list[Step] = [(parameter.name, parameter.loose)]
    slot = parameter.slot
    for key in keys:
        further = _step(slot, key, loose=loose)
        if further is None:
            return None
        step, slot = further
        steps.append(step)
    return Place(path, elements, tuple(steps), slot)


def _step(slot: Slot, key: Key, *, loose: bool) -> tuple[Step, Slot] | None:
    for branch in slot.accepted:
        match branch, key:
            case Array(items), int():
                return (key, False), items
            case Map(values), str():
                return (key, True), values
            case Record(), str():
                member = _member(branch, key, loose=loose)
                return None if member is None else ((member.name, member.loose), member.slot)
            case _:
                continue
    return None


def _member(record: Record, name: str, *, loose: bool) -> Field | None:
    for member in record.fields:
        if member.name == name:
            return member
    folded = name.casefold()
    alike = [member for member in record.fields if member.name.casefold() == folded] if loose else []
    return alike[0] if len(alike) == 1 else None


def check_numeric(want: Want, slot: Slot) -> None:
    """Raise Misbound unless the place yields a number, by its converter if it has one (NI-141)."""
    reads = NUMERIC | want.conversion.reads if want.conversion else NUMERIC
    if not slot.accepted or not all(isinstance(b, Scalar) and b.kind in reads for b in slot.accepted):
        why = "is not what its converter reads or makes" if want.conversion else "is not numeric"
        raise Misbound(f"the declared type {why}", want.path)


def by_key(wants: Sequence[Want]) -> dict[Key, list[Want]]:
    """The wants below each member or element, seen from there."""
    found: dict[Key, list[Want]] = {}
    for want in wants:
        if want.steps:
            found.setdefault(want.steps[0][0], []).append(replace(want, steps=want.steps[1:]))
    return found


def settle(record: Record, wants: Sequence[Want], *, shared: bool = False) -> Record:
    """The same record with the types that the converters make.

    A `shared` one stands in an array or map, where a converter reaches only some of the values of a type.
    Raises Misbound when two types that must share a place cannot.
    """
    below = by_key(wants)
    fields = (
        replace(member, slot=_settled(member.slot, below.get(member.name, ()), shared=shared))
        for member in record.fields
    )
    return replace(record, fields=tuple(fields))


def made_type(slot: Slot, conversion: Conversion) -> Scalar:
    """The type that a converter makes: the declared one when that is numeric, else the converter's own."""
    if conversion.output.logical == TIMESTAMP:
        return conversion.output
    declared = {branch.kind: branch for branch in slot.accepted if isinstance(branch, Scalar)}
    return next(
        (declared[kind] for kind in _PREFERRED[conversion.output.kind] if kind in declared), conversion.output
    )


def made_index(slot: Slot, conversion: Conversion) -> int:
    """Which of a settled slot's types a converter makes there."""
    return slot.types.index(made_type(slot, conversion)) if slot.plain else 0


def _settled(slot: Slot, wants: Sequence[Want], *, shared: bool) -> Slot:
    converted = [want for want in wants if not want.steps and want.conversion]
    if not converted:
        return Slot(tuple(_settled_type(branch, wants, shared=shared) for branch in slot.types), slot.plain)
    types = list(slot.accepted) if shared else []
    for want in converted:
        assert want.conversion is not None
        made = made_type(slot, want.conversion)
        if made not in types:
            if any(isinstance(branch, Scalar) and branch.kind == made.kind for branch in types):
                raise Misbound(f"two meanings of {made.kind} cannot stand in one array or map", want.path)
            types.append(made)
    return Slot(tuple(types), len(slot.accepted) if shared else 0)


def _settled_type(branch: Type, wants: Sequence[Want], *, shared: bool) -> Type:
    match branch:
        case Record():
            return settle(branch, wants, shared=shared)
        case Array(items):
            return Array(_settled(items, _inside(wants), shared=True))
        case Map(values):
            return Map(_settled(values, _inside(wants), shared=True))
        case _:
            return branch


def _inside(wants: Sequence[Want]) -> list[Want]:
    return [replace(want, steps=want.steps[1:]) for want in wants if want.steps]

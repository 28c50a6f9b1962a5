"""From a packet's values to the bytes of its Avro record: checked, converted and written in one pass.

A declared type is compiled to a function from a value to the bytes of the union that stands there, which is
null and then the types of its slot. Avro libraries search the branch anew for each value and check little;
these functions know the branch, and refuse what does not fit:

    double, float   a finite number; an integer will do; a float within 32 bits
    int, long       an integer of 32 or 64 bits; 15.0 is one, 1.5 is not
    boolean         true or false
    string          text; a uuid in its usual form
    enum            one of the symbols
    bytes, fixed    text of the characters U+0000 to U+00FF, one for each byte, as Avro writes bytes in JSON
    date and times  an integer in the range of the logical type
    array, map      every element and member fits; those that a path names are there
    record          every declared member is there

A missing value (null, NaN) fits everywhere; so does "NaN", except where it is text.
A refusal's `where` is the path below the value at hand; whoever passes it on puts the way to it in front.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from struct import Struct
from struct import error as packing_error
from typing import Any, NoReturn, cast

from sensorium.model.errors import InvalidPacket, Refusal
from sensorium.plans.bind import Want, by_key, made_index
from sensorium.plans.found import describe, is_missing
from sensorium.plans.path import ABSENT, Fold, below, fold
from sensorium.plans.slots import RANGES, Array, Enum, Fixed, Map, Record, Scalar, Slot, Type

Write = Callable[[Any], bytes]

NULL = b"\x00"
_END = b"\x00"
_TEXTS = frozenset({"enum", "fixed", "string", "bytes"})

# Two bytes of a longer integer at once, for a timestamp has eight.
_PAIRS = [bytes((pair & 0x7F | 0x80, pair >> 7 | 0x80)) for pair in range(0x4000)]
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Where a value may have several types, they are tried in this order.
_CANDIDATES: dict[type, tuple[str, ...]] = {
    bool: ("boolean",),
    int: ("int", "long", "double", "float"),
    float: ("double", "float", "long", "int"),
    str: ("enum", "fixed", "string", "bytes"),
    list: ("array",),
    dict: ("record", "map"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """How one member of a record is found in an object and written."""

    name: str
    write: Write
    optional: bool
    loose: bool


def members_of(record: Record, wants: Sequence[Want]) -> tuple[Member, ...]:
    """How each member of a record is written, in their order."""
    within = by_key(wants)
    return tuple(
        Member(
            member.name, write_slot(member.slot, within.get(member.name, ())), member.optional, member.loose
        )
        for member in record.fields
    )


def write_members(members: Sequence[Member], fold_names: Fold = fold) -> Write:
    """The function from an object to the bytes of a record (not of a union).

    It raises InvalidPacket (NI-200, NI-201) and ConversionFailed (NI-202).
    """
    compiled = [(member.name, member.write, member) for member in members]

    def write(value: Any) -> bytes:
        parts: list[bytes] = []
        folded: dict[str, str] | None = None
        for name, write_found, member in compiled:
            found = value.get(name, ABSENT)
            if found is ABSENT:
                folded = fold_names(value) if folded is None else folded
                found = _find(value, folded, member)
            try:
                parts.append(write_found(found))
            except Refusal as refusal:
                refusal.where = below(name, refusal.where)
                raise
        return b"".join(parts)

    return write


def _find(members: dict[str, Any], folded: dict[str, str], member: Member) -> Any:
    """The member by a name in another case, None when it may be left out."""
    spelled = folded.get(member.name.casefold()) if member.loose else None
    if spelled is not None:
        return members[spelled]
    if not member.optional:
        raise InvalidPacket("a declared parameter is missing", below(member.name, ""))
    return None


def write_slot(slot: Slot, wants: Sequence[Want]) -> Write:
    """The function from a value to the bytes of a slot's union."""
    conversion = next((want.conversion for want in wants if not want.steps and want.conversion), None)
    if conversion is not None:
        index = made_index(slot, conversion)
        return _converted(conversion.convert, _write_type(slot.types[index], index, ()))
    writers = [_write_type(branch, index, wants) for index, branch in enumerate(slot.accepted)]
    if len(writers) == 1:
        return writers[0]
    return _write_union(slot.accepted, writers)


def _converted(convert: Callable[[Any], int | float], write_made: Write) -> Write:
    def write(value: Any) -> bytes:
        return NULL if is_missing(value) else write_made(convert(value))

    return write


def _write_union(branches: Sequence[Type], writers: Sequence[Write]) -> Write:
    """Of none or several types: the first that takes the value."""
    kinds = [
        branch.kind if isinstance(branch, Scalar) else type(branch).__name__.lower() for branch in branches
    ]
    candidates = {
        python: [write for kind in order for at, write in zip(kinds, writers, strict=True) if at == kind]
        for python, order in _CANDIDATES.items()
    }
    is_text = _TEXTS.issuperset(kinds) and bool(kinds)

    def write(value: Any) -> bytes:
        if is_missing(value) and not (is_text and value == "NaN"):
            return NULL
        refusal = InvalidPacket(f"{describe(value)} has none of the declared types")
        for write_branch in candidates.get(cast("type", type(value)), ()):
            try:
                return write_branch(value)
            except InvalidPacket as error:
                refusal = error
        raise refusal

    return write


def _write_type(branch: Type, index: int, wants: Sequence[Want]) -> Write:
    """The function from a value to the bytes of the union of null and others, in which the branch is next."""
    mark = bytes((2 * (index + 1),))
    match branch:
        case Record():
            return _write_object(mark, write_members(members_of(branch, wants)))
        case Array(items):
            return _write_array(mark, items, wants)
        case Map(values):
            return _write_map(mark, values, wants)
        case Enum(symbols):
            return _write_enum(mark, symbols)
        case Fixed(size):
            return _write_bytes(mark, size)
        case Scalar():
            return _write_scalar(mark, branch)


def _write_scalar(mark: bytes, scalar: Scalar) -> Write:
    match scalar.kind:
        case "double":
            return _write_float(mark, "<Bd", "a number")
        case "float":
            return _write_float(mark, "<Bf", "a number within 32 bits")
        case "int" | "long":
            return _write_integer(mark, scalar.logical or scalar.kind)
        case "boolean":
            return _write_boolean(mark)
        case "bytes":
            return _write_bytes(mark, None)
        case _:
            return _write_text(mark, is_uuid=scalar.logical == "uuid")


def _write_float(mark: bytes, form: str, expected: str) -> Write:
    pack, code = Struct(form).pack, mark[0]

    def write(value: Any) -> bytes:
        if (type(value) is float and isfinite(value)) or type(value) is int:
            try:
                return pack(code, value)
            except (OverflowError, packing_error):  # the second for integers past a double
                _refuse(value, expected)
        return _missing(value, expected)

    return write


def _write_integer(mark: bytes, kind: str) -> Write:
    least, most = RANGES[kind]
    expected = f"an integer ({kind})"

    def write(value: Any) -> bytes:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            return _missing(value, expected)
        if not least <= value <= most:
            _refuse(value, expected)
        return mark + zigzag(value)

    return write


def _write_boolean(mark: bytes) -> Write:
    written = {True: mark + b"\x01", False: mark + b"\x00"}

    def write(value: Any) -> bytes:
        return written[value] if type(value) is bool else _missing(value, "true or false")

    return write


def _write_text(mark: bytes, *, is_uuid: bool) -> Write:
    def write(value: Any) -> bytes:
        if type(value) is not str:
            return _missing(value, "text")
        if is_uuid and not _UUID.fullmatch(value):
            return _missing(value, "a uuid")
        return mark + sized(value)

    return write


def _write_enum(mark: bytes, symbols: Sequence[str]) -> Write:
    written = {symbol: mark + zigzag(number) for number, symbol in enumerate(symbols)}

    def write(value: Any) -> bytes:
        known = written.get(value) if type(value) is str else None
        return _missing(value, "one of the declared symbols") if known is None else known

    return write


def _write_bytes(mark: bytes, size: int | None) -> Write:
    expected = "bytes as text" if size is None else f"{size} bytes as text"

    def write(value: Any) -> bytes:
        if type(value) is not str:
            return _missing(value, expected)
        try:
            written = value.encode("latin-1")
        except UnicodeEncodeError:
            _refuse(value, expected)
        if size is None:
            return mark + zigzag(len(written)) + written
        return mark + written if len(written) == size else _missing(value, expected)

    return write


def _write_object(mark: bytes, write_members: Write) -> Write:
    def write(value: Any) -> bytes:
        return mark + write_members(value) if type(value) is dict else _missing(value, "an object")

    return write


def _write_array(mark: bytes, items: Slot, wants: Sequence[Want]) -> Write:
    special = {
        key: write_slot(items, within) for key, within in by_key(wants).items() if isinstance(key, int)
    }
    last = max(special, default=-1)
    write_item = write_slot(items, ())

    def write(value: Any) -> bytes:
        if type(value) is not list:
            return _missing(value, "an array")
        elements = cast("list[Any]", value)
        if len(elements) <= last:
            raise InvalidPacket("the array has no such element", below(last, ""))
        parts = [mark, zigzag(len(elements))] if elements else [mark]
        for index, found in enumerate(elements):
            try:
                parts.append(special.get(index, write_item)(found))
            except Refusal as refusal:
                refusal.where = below(index, refusal.where)
                raise
        return b"".join(parts) + _END

    return write


def _write_map(mark: bytes, values: Slot, wants: Sequence[Want]) -> Write:
    special = {
        key: write_slot(values, within) for key, within in by_key(wants).items() if isinstance(key, str)
    }
    write_value = write_slot(values, ())

    def write(value: Any) -> bytes:
        if type(value) is not dict:
            return _missing(value, "an object")
        members = cast("dict[str, Any]", value)
        writers = _special_writers(members, special) if special else {}
        parts = [mark, zigzag(len(members))] if members else [mark]
        for name, found in members.items():
            try:
                parts += (sized(name), writers.get(name, write_value)(found))
            except Refusal as refusal:
                refusal.where = below(name, refusal.where)
                raise
        return b"".join(parts) + _END

    return write


def _special_writers(members: dict[str, Any], special: dict[str, Write]) -> dict[str, Write]:
    """The writers of the members that paths name, by those members' own names."""
    writers: dict[str, Write] = {}
    folded = fold(members)
    for name, write in special.items():
        spelled = name if name in members else folded.get(name.casefold())
        if spelled is None:
            raise InvalidPacket("the object has no such member", below(name, ""))
        writers[spelled] = write
    return writers


def zigzag(number: int) -> bytes:
    """An integer of 64 bits as Avro writes it."""
    rest = number << 1 if number >= 0 else ~(number << 1)
    written = b""
    while rest > 0x3FFF:
        written += _PAIRS[rest & 0x3FFF]
        rest >>= 14
    return written + (bytes((rest,)) if rest < 0x80 else bytes((rest & 0x7F | 0x80, rest >> 7)))


def sized(text: str) -> bytes:
    """A text as Avro writes it. Raises InvalidPacket for text that is not Unicode."""
    try:
        written = text.encode()
    except UnicodeEncodeError:
        _refuse(text, "text in Unicode")
    return zigzag(len(written)) + written


def _missing(value: Any, expected: str) -> bytes:
    return NULL if is_missing(value) else _refuse(value, expected)


def _refuse(value: Any, expected: str) -> NoReturn:
    raise InvalidPacket(f"{describe(value)} is not {expected}")

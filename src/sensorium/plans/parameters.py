"""Declared parameters: a partial Avro schema is read and checked.

A parameter's type is any Avro type: a primitive, a record (types nest as deep as 64), array, map, enum or
fixed, a union, or the name of a record, enum or fixed that was declared before it. A nested record, enum or
fixed may go without a name. What cannot be told from a packet is refused: a record inside itself, and two
branches of a union that both are objects, or both arrays. The logical types are uuid, date, and those of
times; decimal and duration have no form in a packet. A member of a nested record whose `default` is null may
be left out of a packet; no other default is taken, because a value that was not measured may not become a
number.

Any text of 1 to 255 characters without control characters can name a parameter.

The completed schema holds a type anew wherever its name refers to it. Types and texts are counted as they
stand there, so that a short description cannot become a schema of hundreds of megabytes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sensorium.model.device import Parameter
from sensorium.model.errors import InvalidSchema
from sensorium.plans.avro.schema import AVRO_NAME, legal_names
from sensorium.plans.path import LONGEST_NAME, is_name
from sensorium.plans.slots import Array, Enum, Field, Fixed, Map, Record, Scalar, Slot, Type

DEEPEST = 64
MOST_TYPES = 1000
MOST_TEXT = 1 << 20  # characters of names, descriptions and symbols
MOST_BRANCHES = 32
MOST_SYMBOLS = 1000
LARGEST_FIXED = 65536

_SCALARS = {"boolean", "int", "long", "float", "double", "bytes", "string"}
_COMPLEX = {"record", "enum", "array", "map", "fixed"}
_LOGICAL = {
    "uuid": "string",
    "date": "int",
    "time-millis": "int",
    "time-micros": "long",
    "timestamp-millis": "long",
    "timestamp-micros": "long",
    "local-timestamp-millis": "long",
    "local-timestamp-micros": "long",
}

Json = Mapping[str, Any]


@dataclass(slots=True)
class _Reading:
    """What is known while a schema is read: the types by full name, each with the namespace it stands in."""

    named: dict[str, tuple[Json, str]] = field(default_factory=dict[str, tuple[Json, str]])
    unfinished: list[str] = field(default_factory=list[str])
    namespace: str = ""
    count: int = 0
    text: int = 0

    def full(self, name: str) -> str:
        """The full name of a name as it is written here."""
        return name if "." in name or not self.namespace else f"{self.namespace}.{name}"

    def take(self, texts: Iterable[str], where: str) -> None:
        """Count texts of the completed schema. Raises InvalidSchema beyond MOST_TEXT."""
        self.text += sum(map(len, texts))
        if self.text > MOST_TEXT:
            raise InvalidSchema(f"names, descriptions and symbols have over {MOST_TEXT} characters", where)


def read_parameters(parameters: Sequence[Parameter]) -> Record:
    """The declared parameters as the fields of one record. Raises InvalidSchema (NI-140)."""
    if not parameters:
        raise InvalidSchema("no parameter is declared", "parameters")
    reading = _Reading()
    members: list[tuple[str, Slot, str | None, bool]] = []
    for number, parameter in enumerate(parameters):
        where = f"parameters[{number}]"
        _check_name(parameter.name, f"{where}.name")
        reading.take((parameter.name, parameter.doc or ""), where)
        members.append(
            (parameter.name, _slot(parameter.type, f"{where}.type", 1, reading), parameter.doc, False)
        )
    return Record(_fields(members, "parameters"), "")


def _slot(declared: Any, where: str, depth: int, reading: _Reading) -> Slot:
    """What a declared type accepts. Raises InvalidSchema."""
    if not isinstance(declared, list):
        read = _type(declared, where, depth, reading)
        return Slot((), 0) if read is None else Slot((read,), 1)
    branches = cast("list[Any]", declared)
    if not 0 < len(branches) <= MOST_BRANCHES:
        raise InvalidSchema(f"a union has 1 to {MOST_BRANCHES} branches", where)
    if any(isinstance(branch, list) for branch in branches):
        raise InvalidSchema("a union holds no union", where)
    types = [_type(branch, f"{where}[{number}]", depth, reading) for number, branch in enumerate(branches)]
    _check_union(types, where)
    accepted = tuple(branch for branch in types if branch is not None)
    return Slot(accepted, len(accepted))


def _check_union(types: Sequence[Type | None], where: str) -> None:
    kinds = [_union_kind(branch) for branch in types]
    doubled = {kind for kind in kinds if kinds.count(kind) > 1}
    if doubled:
        raise InvalidSchema(f"a union has two branches that are {' and '.join(sorted(doubled))}", where)


def _union_kind(branch: Type | None) -> str:
    match branch:
        case None:
            return "null"
        case Scalar():
            return branch.kind
        case Enum() | Fixed():
            return f"named {branch.name!r}"
        case Array():
            return "arrays"
        case Map() | Record():
            return "objects"


def _type(declared: Any, where: str, depth: int, reading: _Reading) -> Type | None:
    """One type that is no union; None is the type null."""
    reading.count += 1
    if depth > DEEPEST:
        raise InvalidSchema(f"types are nested deeper than {DEEPEST}", where)
    if reading.count > MOST_TYPES:
        raise InvalidSchema(f"there are more than {MOST_TYPES} types", where)
    if isinstance(declared, str):
        return _named_type(declared, {}, where, depth, reading)
    if isinstance(declared, dict):
        schema = cast("dict[str, Any]", declared)
        if isinstance(schema.get("type"), str):
            return _named_type(schema["type"], schema, where, depth, reading)
    raise InvalidSchema("a type is a name, an object with the name of a type, or an array of types", where)


def _named_type(name: str, schema: Json, where: str, depth: int, reading: _Reading) -> Type | None:
    if name == "null":
        return None
    if name in _SCALARS:
        return Scalar(name, _logical(name, schema, where))
    if name in _COMPLEX and schema:
        return _complex_type(name, schema, where, depth, reading)
    known = reading.named.get(reading.full(name))
    if known is None:
        raise InvalidSchema(f"there is no type {name[:LONGEST_NAME]!r}", where)
    here, reading.namespace = reading.namespace, known[1]
    again = _complex_type(known[0]["type"], known[0], where, depth, reading)
    reading.namespace = here
    return again


def _logical(kind: str, schema: Json, where: str) -> str | None:
    logical = schema.get("logicalType")
    if logical is not None and (not isinstance(logical, str) or _LOGICAL.get(logical) != kind):
        raise InvalidSchema(f"{logical!r} is no logical type of {kind} that a packet can hold", where)
    return logical


def _complex_type(kind: str, schema: Json, where: str, depth: int, reading: _Reading) -> Type:
    if kind == "array":
        return Array(_slot(schema.get("items"), f"{where}.items", depth + 1, reading))
    if kind == "map":
        return Map(_slot(schema.get("values"), f"{where}.values", depth + 1, reading))
    name = _declare(schema, where, reading)
    if kind == "enum":
        return _enum(schema, name, where, reading)
    if kind == "fixed":
        return _fixed(schema, name, where)
    here, reading.namespace = reading.namespace, name.rpartition(".")[0]
    reading.unfinished.append(name)
    record = _record(schema, name, where, depth, reading)
    reading.unfinished.pop()
    reading.namespace = here
    return record


def _declare(schema: Json, where: str, reading: _Reading) -> str:
    """Note a type, so that later types can refer to it, and give its full name; "" when it has no name."""
    name, namespace = schema.get("name", ""), schema.get("namespace", reading.namespace)
    if name == "":
        return name
    _check_name(name, f"{where}.name")
    if name in _SCALARS | _COMPLEX | {"null"}:
        raise InvalidSchema(f"{name!r} is the name of a type of Avro's own", f"{where}.name")
    if not isinstance(namespace, str):
        raise InvalidSchema("a namespace is text", f"{where}.namespace")
    full = name if "." in name or not namespace else f"{namespace}.{name}"
    reading.take((full,), where)
    if reading.named.setdefault(full, (schema, reading.namespace))[0] is not schema:
        raise InvalidSchema(f"two types are named {full!r}", f"{where}.name")
    if full in reading.unfinished:
        raise InvalidSchema(f"the record {full!r} holds itself", where)
    return full


def _record(schema: Json, name: str, where: str, depth: int, reading: _Reading) -> Record:
    declared = schema.get("fields")
    if not isinstance(declared, list) or not declared:
        raise InvalidSchema("a record has an array of fields", f"{where}.fields")
    members: list[tuple[str, Slot, str | None, bool]] = []
    for number, member in enumerate(cast("list[Any]", declared)):
        at = f"{where}.fields[{number}]"
        if not isinstance(member, dict):
            raise InvalidSchema("a field is an object with a name and a type", at)
        given = cast("dict[str, Any]", member)
        _check_name(given.get("name"), f"{at}.name")
        if given.get("default") is not None:
            raise InvalidSchema("the only default is null", f"{at}.default")
        doc = _doc(given, at)
        reading.take((given["name"], doc or ""), at)
        slot = _slot(given.get("type"), f"{at}.type", depth + 1, reading)
        members.append((given["name"], slot, doc, "default" in given))
    return Record(_fields(members, f"{where}.fields"), name)


def _fields(members: Sequence[tuple[str, Slot, str | None, bool]], where: str) -> tuple[Field, ...]:
    names = [name for name, *_ in members]
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidSchema(f"two parameters are named {name!r}", where)
        seen.add(name)
    alike = Counter(name.casefold() for name in names)
    return tuple(
        Field(name, avro, slot, doc, optional, alike[name.casefold()] == 1)
        for (name, slot, doc, optional), avro in zip(members, legal_names(names), strict=True)
    )


def _enum(schema: Json, name: str, where: str, reading: _Reading) -> Enum:
    symbols = schema.get("symbols")
    if not isinstance(symbols, list) or not 0 < len(cast("list[Any]", symbols)) <= MOST_SYMBOLS:
        raise InvalidSchema(f"an enum has an array of 1 to {MOST_SYMBOLS} symbols", f"{where}.symbols")
    texts = cast("list[Any]", symbols)
    for symbol in texts:
        if not isinstance(symbol, str) or len(symbol) > LONGEST_NAME or not AVRO_NAME.fullmatch(symbol):
            raise InvalidSchema(
                "a symbol is made of letters, digits and _, and begins with no digit", f"{where}.symbols"
            )
    if len(set(texts)) < len(texts):
        raise InvalidSchema("two symbols are the same", f"{where}.symbols")
    reading.take(texts, f"{where}.symbols")
    return Enum(tuple(texts), name)


def _fixed(schema: Json, name: str, where: str) -> Fixed:
    size = schema.get("size")
    if type(size) is not int or not 0 < size <= LARGEST_FIXED:
        raise InvalidSchema(f"a fixed has a size of 1 to {LARGEST_FIXED} bytes", f"{where}.size")
    return Fixed(size, name)


def _doc(schema: Json, where: str) -> str | None:
    doc = schema.get("doc")
    if doc is not None and not isinstance(doc, str):
        raise InvalidSchema("a description is text", f"{where}.doc")
    return doc


def _check_name(name: Any, where: str) -> None:
    if not isinstance(name, str) or not is_name(name):
        raise InvalidSchema(
            f"a name is text of 1 to {LONGEST_NAME} characters, none a control character", where
        )

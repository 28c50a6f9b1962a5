"""The types that a packet's declared parameters can have.

Whatever the type, a value may be missing (null, NaN), so every `Slot` also takes null.
"""

from dataclasses import dataclass

NUMERIC = frozenset({"int", "long", "float", "double"})

TIMESTAMP = "timestamp-micros"
"""The logical type of a time in microseconds since 1970 UTC."""

RANGES = {
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "date": (-719162, 2932896),
    "time-millis": (0, 86_399_999),
    "time-micros": (0, 86_399_999_999),
    "timestamp-millis": (-62_135_596_800_000, 253_402_300_799_999),
    "timestamp-micros": (-62_135_596_800_000_000, 253_402_300_799_999_999),
    "local-timestamp-millis": (-62_135_596_800_000, 253_402_300_799_999),
    "local-timestamp-micros": (-62_135_596_800_000_000, 253_402_300_799_999_999),
}
"""The least and the most that an integer of a kind or logical type can be; dates are of years 1 to 9999."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """boolean, int, long, float, double, bytes or string, perhaps of a logical type."""

    kind: str
    logical: str | None = None


@dataclass(frozen=True, slots=True)
class Enum:
    """One of some texts. `name` is as declared."""

    symbols: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """So many bytes. `name` is as declared."""

    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Array:
    """Elements of one type."""

    items: "Slot"


@dataclass(frozen=True, slots=True)
class Map:
    """Members of any name and one type."""

    values: "Slot"


@dataclass(frozen=True, slots=True)
class Field:
    """A named member of a record.

    `avro` is the legal Avro name that stands for `name`. An `optional` member may be left out. A `loose`
    one is also found by a name that differs in case alone, which needs a name unlike its siblings' in that.
    """

    name: str
    avro: str
    slot: "Slot"
    doc: str | None
    optional: bool
    loose: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Named members. `name` is as declared, "" for the packet itself."""

    fields: tuple[Field, ...]
    name: str


Type = Scalar | Enum | Fixed | Array | Map | Record


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand at one place of a packet.

    `types` are the types that are written there; the first `plain` of them are those that a packet's own
    value may have, the others come from converters. None at all: only a missing value.
    """

    types: tuple[Type, ...]
    plain: int

    @property
    def accepted(self) -> tuple[Type, ...]:
        """The types that a packet's own value may have here."""
        return self.types[: self.plain]

"""Which observations of an account are selected: by whose they are, when they are, and what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Comparator(StrEnum):
    """How a value is compared with another."""

    EQUAL = "="
    UNEQUAL = "!="
    BELOW = "<"
    ABOVE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value stands so to a number. What is no number is unlike every number, and nothing else."""

    comparator: Comparator
    number: int


Condition = tuple[tuple[Comparison, ...], ...]
"""Any of some, each of which is all of some comparisons; `ANYTHING` is met by every value, text or number."""

ANYTHING: Condition = ((),)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A datastream of which values are selected, by the sensor definition that it stands for.

    `resolution` is in seconds. `kind` is the number by which rows of it are told what else they show;
    `later` are the kinds of rows from a moment on (microseconds since 1970 UTC), in the order of time.
    """

    device: int
    datastream: int
    definition: int
    condition: Condition = ANYTHING
    resolution: int = 60
    kind: int = 0
    later: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A time for which a device is attached to an asset, in microseconds since 1970 UTC, both included."""

    device: int
    asset: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Observations of some datastreams within some spans and within [`begin`, `end`] (microseconds).

    `data` are the ids of the packets that the observations must be of (None: any). At most `limit` rows,
    the newest of them first, or the oldest.
    """

    wanted: tuple[Wanted, ...]
    spans: tuple[Span, ...]
    begin: int
    end: int
    limit: int
    newest_first: bool = True
    data: frozenset[int] | None = None


class Item(StrEnum):
    """What a row of selected observations can show."""

    DATA = "data"  # id of the packet, or of the first one for its device and instant
    MOMENT = "moment"  # 2021-07-06 01:19:21, in UTC
    ASSET = "asset"
    DEFINITION = "definition"
    AGENT = "agent"  # what has sent it, in its own words
    TEXT = "text"  # the value as it was sent, else in the shortest form
    KIND = "kind"  # the number of what else the row shows, as it was wanted


SelectionShape = Mapping[str, Item]
"""The members of a row's JSON object, in order, by the name under which each is shown."""

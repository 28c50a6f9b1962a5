"""From many records at once to the values of their components.

Records of one device mostly have the same bytes in the same places: what tells of null, and of the lengths of
numbers and texts. So the first of them is gone through, and those that are like it are read side by side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sensorium.plans.alike import places_of_equals
from sensorium.plans.avro.read import Source, Values

Columns = Callable[[Sequence[bytes]], NDArray[np.float64]]

FEWEST = 8  # records worth the arrays that they take
_MOST_LAYOUTS = 16
_EXACT = 1 << 53  # integers below it are exact as floats
_SAME, _CONTINUED = 0xFF, 0x80  # the bits of a byte that records alike have in common
_WIDTHS = {"boolean": 1, "float": 4, "double": 8}
_DTYPES = {"boolean": np.dtype("u1"), "float": np.dtype("<f4"), "double": np.dtype("<f8")}
_INTEGERS = ("int", "long")
_LENGTHS = ("string", "bytes")


class _Unlike(Exception):
    """A record cannot be read side by side with others."""


class _Place(NamedTuple):
    """Where a value stands in a record, and as what."""

    kind: str
    begin: int
    end: int


class _Layout(NamedTuple):
    """Where the values of a record stand, None where one is null, and the bits that records alike share."""

    mask: NDArray[np.uint8]
    places: dict[str, _Place | None]


def read_columns(avro: dict[str, Any], sources: Sequence[Source], values: Values) -> Columns | None:
    """The function from records to an array with a row for each and a column for each source; NaN is missing.

    `values` reads a record that no others are like. None when a source is not a parameter itself but a part
    of one.
    """
    if any(len(source.keys) != 1 for source in sources):
        return None
    names = [cast("str", source.keys[0]) for source in sources]
    last = max((n for n, field in enumerate(avro["fields"], 1) if field["name"] in names), default=0)
    fields = [(field["name"], [_kind(branch) for branch in field["type"]]) for field in avro["fields"][:last]]
    return _Reader(fields, names, [source.scale for source in sources], values).read


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads records. `fields` are their parameters with the kinds of each, up to the last that is wanted."""

    fields: Sequence[tuple[str, Sequence[str]]]
    names: Sequence[str]
    scales: Sequence[int]
    values: Values

    def read(self, records: Sequence[bytes]) -> NDArray[np.float64]:
        """A row for each record, a column for each source."""
        found = np.full((len(records), len(self.names)), np.nan)
        for some in places_of_equals(np.fromiter(map(len, records), np.int64, len(records))):
            left = some
            for _ in range(_MOST_LAYOUTS):
                if len(left) < FEWEST:
                    break
                left = self._read_alike(records, left, found)
            for at in left:
                found[at] = self._read_alone(records[at])
        return found

    def _read_alike(self, records: Sequence[bytes], some: list[int], found: NDArray[np.float64]) -> list[int]:
        """Read those that are like the first of some records of one length; the others."""
        first = records[some[0]]
        block = np.frombuffer(b"".join([records[at] for at in some]), np.uint8)
        block = block.reshape(len(some), len(first))
        try:
            layout = _lay_out(first, self.fields)
            is_like = ((block ^ block[0]) & layout.mask == 0).all(axis=1)
            columns = [_column(block[is_like], layout.places[name]) for name in self.names]
        except _Unlike:
            found[some[0]] = self._read_alone(first)
            return some[1:]
        places = np.asarray(some)
        found[places[is_like]] = np.column_stack(columns) / self.scales
        return places[~is_like].tolist()

    def _read_alone(self, record: bytes) -> list[float]:
        return [np.nan if value is None else value for value in self.values(record)]


def _kind(branch: Any) -> str:
    """The kind of a type by which it is passed over; "" for one that is not."""
    kind = cast("dict[str, Any]", branch)["type"] if isinstance(branch, dict) else branch
    return kind if kind in {*_WIDTHS, *_INTEGERS, *_LENGTHS, "null", "enum"} else ""


def _lay_out(record: bytes, fields: Sequence[tuple[str, Sequence[str]]]) -> _Layout:
    """Raises _Unlike for a record with other types, or one that ends too early."""
    mask = np.zeros(len(record), np.uint8)
    places: dict[str, _Place | None] = {}
    at = 0
    for name, kinds in fields:
        branch, begin = _number(record, at)
        mask[at:begin] = _SAME
        kind = kinds[branch] if 0 <= branch < len(kinds) else ""
        at = _end(record, begin, kind, mask)
        places[name] = None if kind == "null" else _Place(kind, begin, at)
    return _Layout(mask, places)


def _end(record: bytes, begin: int, kind: str, mask: NDArray[np.uint8]) -> int:
    """Where a value ends that begins there; the mask then tells what of it others must have too."""
    if kind == "null":
        return begin
    if kind in _WIDTHS:
        end = begin + _WIDTHS[kind]
    elif kind in {*_INTEGERS, "enum"}:
        _, end = _number(record, begin)
        mask[begin:end] = _CONTINUED
    elif kind in _LENGTHS:
        length, after = _number(record, begin)
        mask[begin:after] = _SAME
        end = after + length
    else:
        raise _Unlike
    if not begin <= end <= len(record):
        raise _Unlike
    return end


def _number(record: bytes, at: int) -> tuple[int, int]:
    """The number that begins there (zigzag, seven bits in a byte, the lowest first), and where it ends."""
    number = shift = 0
    for end in range(at, min(at + 10, len(record))):
        number |= (record[end] & 0x7F) << shift
        shift += 7
        if record[end] < _CONTINUED:
            return (number >> 1) ^ -(number & 1), end + 1
    raise _Unlike


def _column(block: NDArray[np.uint8], place: _Place | None) -> NDArray[np.float64]:
    """The values at one place of records alike. Raises _Unlike for what is no number, or no exact one."""
    if place is None:
        return np.full(len(block), np.nan)
    pieces = block[:, place.begin : place.end]
    if place.kind in _DTYPES:
        return np.ascontiguousarray(pieces).view(_DTYPES[place.kind])[:, 0].astype(np.float64)
    if place.kind not in _INTEGERS:
        raise _Unlike
    found = np.zeros(len(block), np.uint64)
    for number in range(place.end - place.begin):
        found |= (pieces[:, number] & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * number)
    whole = (found >> np.uint64(1)).astype(np.int64) ^ -(found & np.uint64(1)).astype(np.int64)
    if ((whole >= _EXACT) | (whole <= -_EXACT)).any():
        raise _Unlike
    return whole.astype(np.float64)

"""Cutting files into packets: the lines of a CSV or NDJSON file, the elements of a JSON array."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from math import isfinite
from typing import TYPE_CHECKING, Any, TextIO, cast

from sensorium.model.device import Position
from sensorium.model.errors import Refusal

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

DELIMITERS = ",;\t|"
LONGEST_LINE = 1 << 20  # characters
BATCH_ROWS = 1000
BATCH_SIZE = 1 << 20  # bytes

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPED_BYTES = 0xDC80  # and the 127 after it: what PEP 383 puts in place of the bytes from 0x80

Find = Callable[[Any], Any]
"""Finds a value in a decoded packet, or raises Refusal when it is not there."""


class Unreadable(Exception):
    """The file as a whole cannot be cut into packets."""


@dataclass(frozen=True, slots=True)
class Record:
    """One packet of a file. `number` is its line in the file, or its place in the array, from 1."""

    number: int
    packet: bytes
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line or element that was not taken, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a packet of a moving device says its position; without `altitude` it is 0 m."""

    longitude: Find
    latitude: Find
    altitude: Find | None = None

    def position(self, packet: Any) -> Position:
        """Read the position. Raises Refusal when it is not there, ValueError when it is no number."""
        altitude = 0.0 if self.altitude is None else _coordinate(self.altitude(packet))
        return Position(_coordinate(self.longitude(packet)), _coordinate(self.latitude(packet)), altitude)


@dataclass(frozen=True, slots=True)
class Batch:
    """Packets that go into one request: neighbours in the file that share a position."""

    records: tuple[Record, ...]

    @property
    def position(self) -> Position | None:
        """Where all of its packets were measured; None for a fixed device."""
        return self.records[0].position

    @property
    def body(self) -> bytes:
        """The packets, one on each line."""
        return b"\n".join(record.packet for record in self.records)

    @property
    def key(self) -> str:
        """The same for the same packets at the same place of a file: a re-run is recognised by it."""
        return sha256(f"{self.records[0].number} {self.position}\n".encode() + self.body).hexdigest()[:32]


def read_lines(file: TextIO, longest: int = LONGEST_LINE) -> Iterator[str]:
    """The lines of a text file. Raises Unreadable for a line that is too long.

    Bytes that are not in the file's encoding are expected as surrogates (PEP 383), for which one line is then
    rejected. Raises Unreadable where the encoding has no place for these, as UTF-16.
    """
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(longest + 1)
        except UnicodeError as error:
            raise Unreadable(
                f"line {number} or one soon after it is not {file.encoding} text: {error}"
            ) from None
        if not line:
            return
        if len(line) > longest:
            raise Unreadable(f"line {number} is longer than {longest} characters")
        yield line


def read_text(file: TextIO, longest: int) -> str:
    """The whole text of a file. Raises Unreadable when it is too long or no text."""
    try:
        text = file.read(longest + 1)
    except UnicodeError as error:
        raise Unreadable(f"this is not {file.encoding} text: {error}") from None
    if len(text) > longest:
        raise Unreadable(f"a JSON document is held in memory, and this one has over {longest} characters")
    return text


def column(name: str) -> Find:
    """Finds the cell of a CSV column by the column's name."""

    def find(packet: dict[str, str | None]) -> str | None:
        if name not in packet:
            raise Refusal(f"there is no column {name!r}")
        return packet[name]

    return find


def read_csv(
    lines: Iterator[str], *, delimiter: str | None = None, skip: int = 0, place: Place | None = None
) -> Iterator[Record | Rejected]:
    """Cut each line under the header into a packet {column: text}; an empty cell becomes null: missing.

    `skip` lines and any blank ones stand before the header. Without `delimiter` it is the one of comma,
    semicolon, tab and bar that cuts the header into the most columns. Raises Unreadable.
    """
    numbered = islice(enumerate(lines), skip, None)
    before, header = next(((count, line) for count, line in numbered if line.strip()), (0, ""))
    if not header:
        raise Unreadable("there is no header line")
    delimiter = delimiter or max(DELIMITERS, key=lambda sign: len(_cells(header, sign)))
    rows = csv.reader(chain([header], lines), delimiter=delimiter, strict=True)
    columns = _columns(rows)
    for number, row in _rows(rows, before):
        if isinstance(row, str):
            yield Rejected(number, row)
        elif row:
            yield _csv_record(number, columns, row, place)


def _rows(rows: "CsvReader", before: int) -> Iterator[tuple[int, list[str] | str]]:
    """Each row, or why it is none, with the number of the line where it begins.

    A quote that is not closed goes on to the next quote, the end of the file, or the longest cell there is.
    """
    while True:
        number = before + rows.line_num + 1
        try:
            yield number, next(rows)
        except csv.Error as error:
            last = before + rows.line_num
            yield number, str(error) if last == number else _unclosed(number, last, error)
        except StopIteration:
            return


def _unclosed(first: int, last: int, error: csv.Error) -> str:
    return (
        f"a quote that is opened in line {first} is not closed where it should be: "
        f"lines {first} to {last} are left out ({error})"
    )


def _cells(header: str, delimiter: str) -> list[str]:
    """What a header line would hold with this delimiter; nothing when it cannot be read so."""
    try:
        return next(csv.reader([header], delimiter=delimiter))
    except csv.Error:
        return []


def _columns(rows: "CsvReader") -> list[str]:
    """The names of the columns. One without a name is called by its place, such as `column 3`."""
    try:
        cells = next(rows)
    except csv.Error as error:
        raise Unreadable(f"the header cannot be read: {error}") from None
    if (wrong := _not_text("".join(cells))) is not None:
        raise Unreadable(f"the header {wrong}: which one is it (--encoding)?")
    names = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, 1)]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise Unreadable(f"the header has more than one column {doubled[0]!r}")
    return names


def _csv_record(number: int, columns: list[str], cells: list[str], place: Place | None) -> Record | Rejected:
    if len(cells) != len(columns):
        return Rejected(number, f"{len(cells)} cells under a header of {len(columns)}")
    return _record(number, {name: cell or None for name, cell in zip(columns, cells, strict=True)}, place)


def read_ndjson(lines: Iterable[str], *, place: Place | None = None) -> Iterator[Record | Rejected]:
    """Cut a file with one JSON packet on each line; blank lines are left out. Packets stay as written."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            packet = line.strip().encode()
            yield Record(number, packet, None if place is None else place.position(json.loads(line)))
        except (Refusal, ValueError, RecursionError) as error:
            yield Rejected(number, _reason(error))


def read_document(
    text: str, *, records: Find | None = None, place: Place | None = None
) -> Iterator[Record | Rejected]:
    """Cut a JSON document: each element of the array that `records` finds is a packet.

    Without `records` the document itself is that array, or the one packet. Raises Unreadable.
    """
    wrong = frozenset(_SURROGATE.findall(text))
    try:
        found = json.loads(text)
        if records is not None:
            found = records(found)
    except Refusal as refusal:
        raise Unreadable(refusal.why) from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"this is not a JSON document: {error}") from None
    if records is not None and not isinstance(found, list):
        raise Unreadable("there is no array of packets at that path")
    elements = cast("list[Any]", found) if isinstance(found, list) else [found]
    for number, element in enumerate(elements, 1):
        yield _record(number, element, place, wrong)


def _record(
    number: int, packet: Any, place: Place | None, wrong: frozenset[str] | None = None
) -> Record | Rejected:
    """A packet. `wrong` are the surrogates of its text, all others were escapes; None: all are the text's."""
    try:
        body = json.dumps(packet, ensure_ascii=False, separators=(",", ":")).encode()
        return Record(number, body, None if place is None else place.position(packet))
    except (Refusal, ValueError) as error:
        return Rejected(number, _reason(error, wrong))


def _coordinate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"the position holds {value!r}, which is not a number")
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"the position holds {value!r}, which is not a finite number")
    return number


def _reason(error: Exception, wrong: frozenset[str] | None = None) -> str:
    if isinstance(error, UnicodeEncodeError) and (why := _not_text(error.object, wrong)) is not None:
        return f"it {why}"
    return error.why if isinstance(error, Refusal) else str(error)


def _not_text(text: str, wrong: frozenset[str] | None = None) -> str | None:
    """What is wrong with a text that has no UTF-8: a byte that could not be decoded, or half of a pair.

    Only the surrogates in `wrong` can stand for bytes (None: all).
    """
    found = _SURROGATE.search(text)
    if found is None:
        return None
    code = ord(found[0])
    if _ESCAPED_BYTES <= code < _ESCAPED_BYTES + 0x80 and (wrong is None or found[0] in wrong):
        return f"holds the byte 0x{code & 0xFF:02x}, which is no text in the file's encoding"
    return f"holds \\u{code:04x}, which is half of a pair, and no character"


def batches(
    records: Iterable[Record | Rejected], *, rows: int = BATCH_ROWS, size: int = BATCH_SIZE
) -> Iterator[Batch | Rejected]:
    """Put neighbours with the same position together, at most `rows` packets and `size` bytes, in order.

    What was rejected already comes out between the batches. A packet larger than `size` goes alone.
    """
    held: list[Record] = []
    weight = 0
    for record in records:
        if isinstance(record, Rejected):
            yield record
            continue
        full = len(held) == rows or weight + len(record.packet) > size
        if held and (full or record.position != held[0].position):
            yield Batch(tuple(held))
            held, weight = [], 0
        held.append(record)
        weight += len(record.packet) + 1
    if held:
        yield Batch(tuple(held))

"""Calibration tables in XML files: read by the structure of the file, and written in a form of our own.

Omnicomm's LLS Monitor writes such files and nobody has published their form, so names are hints only:

- A row is an element that carries two numbers: as attributes, as its text, or as children without children
  of their own. A table is an element with two such rows or more, all of one name. The names in `Names` tell
  which number is the raw value and which the result; where they do not, the first is the raw value.
- A sensor is the nearest element around a table, or the table itself, that has a number of its own or others
  of its name beside it. Its number is the one it carries; where not every sensor has one, or two have the
  same, all are numbered in the order of the file, from 1.

Our own form, which `write_tables` writes, is `<calibration><sensor number="1"><point in="0.0" out="0.0"/>`.
There a table may have any number of points.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from sensorium.model.errors import EmptyFile, InvalidFile, Missing, NoTable
from sensorium.plans.xml import FEW, NotXml, etree, parse

MOST_SENSORS = 1000  # in a file
DEPTH = 64

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,32}(?:[.,][0-9]{0,32})?|[.,][0-9]{1,32})(?:[eE][+-]?[0-9]{1,3})?")
_COUNT = re.compile("[0-9]{1,9}")

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What raw values, results and the numbers of sensors are called, in lower case; the first goes first."""

    raw: tuple[str, ...] = ("in", "x", "n", "level", "code", "value", "raw", "adc", "lls")
    result: tuple[str, ...] = ("out", "y", "v", "volume", "fuel", "litres", "liters", "l", "quantity")
    number: tuple[str, ...] = ("number", "num", "no", "id", "index", "address", "addr")

    @classmethod
    def with_more(cls, raw: str = "", result: str = "", number: str = "") -> "Names":
        """The usual names after others, which are given with commas between them."""
        return cls(_split(raw) + cls().raw, _split(result) + cls().result, _split(number) + cls().number)


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip().casefold() for name in names.split(",") if name.strip())


USUAL = Names()


@dataclass(frozen=True, slots=True)
class SensorTable:
    """The table of one sensor of a file, in the order of the file; it may be empty."""

    number: int
    points: Points


@dataclass(slots=True, eq=False)
class _Element:
    """An element with names in lower case and without name spaces.

    `cells` are its attributes, and its text under "". `alike` says how many of its parent's children have
    its name.
    """

    name: str
    cells: dict[str, str]
    parent: "_Element | None"
    alike: int = 1
    children: "list[_Element]" = field(default_factory=list["_Element"])

    def walk(self) -> "Iterator[_Element]":
        """This element and all within, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_tables(body: bytes, names: Names = USUAL) -> tuple[SensorTable, ...]:
    """The tables of a file, in its order. Raises EmptyFile and InvalidFile."""
    if not body:
        raise EmptyFile("The file is empty.", "file")
    root = _read(body)
    sensors = [child for child in root.children if child.name == "sensor"]
    if root.name == "calibration" and sensors and all(_is_ours(each) for each in sensors):
        return _numbered([(each, _points(each, each.children, names)) for each in sensors], names)
    found = _of_sensors(root, names)
    if not found:
        raise InvalidFile("The file has no table: no two rows with two numbers each.", "file")
    return _numbered(found, names)


def choose(tables: Sequence[SensorTable], number: int | None) -> Points:
    """The table of a sensor; without a number, of the only one.

    Raises Missing when there are several and no number, and NoTable when there is none or it is empty.
    """
    if number is None and len(tables) > 1:
        raise Missing("must not be null", "sensor_number")
    found = next((each.points for each in tables if number in (None, each.number)), ())
    if not found:
        raise NoTable("The file has no calibration data for this sensor.", "sensor_number")
    return found


def write_tables(tables: Iterable[SensorTable]) -> bytes:
    """A file with these tables in our own form, in UTF-8."""
    root = etree.Element("calibration")
    for table in tables:
        sensor = etree.SubElement(root, "sensor", number=str(table.number))
        for raw, result in table.points:
            etree.SubElement(sensor, "point", {"in": repr(raw), "out": repr(result)})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _read(body: bytes) -> _Element:
    try:
        return _element(parse(body), None, 1)
    except NotXml as error:
        raise InvalidFile(f"The file is {error}.", "file") from None


def _is_ours(sensor: _Element) -> bool:
    return all(child.name == "point" for child in sensor.children)


def _element(found: Any, parent: _Element | None, depth: int) -> _Element:
    if depth > DEPTH:
        raise InvalidFile(f"The file is nested deeper than {DEPTH} elements.", "file")
    if len(found.attrib) > FEW:
        raise InvalidFile(f"An element has more than {FEW} attributes.", "file")
    cells = {_local(name): value for name, value in found.attrib.items()}
    if found.text and not found.text.isspace():
        cells[""] = found.text
    element = _Element(_local(found.tag), cells, parent)
    element.children = [_element(child, element, depth + 1) for child in found]
    alike = Counter(child.name for child in element.children)
    for child in element.children:
        child.alike = alike[child.name]
    return element


def _local(name: str) -> str:
    return name.rpartition("}")[2].casefold()


def _of_sensors(root: _Element, names: Names) -> list[tuple[_Element, Points]]:
    """Each sensor with its table: those around the tables, and those of their name beside them."""
    points: dict[_Element, Points] = {}
    around: set[_Element] = set()
    for table, rows in _tables(root, names):
        sensor = _sensor(table, names)
        if sensor in points:
            raise InvalidFile(f"There is more than one table in <{sensor.name}>.", "file")
        if len(points) == MOST_SENSORS:
            raise InvalidFile(f"The file has more than {MOST_SENSORS} sensors.", "file")
        points[sensor] = _points(table, rows, names)
        around.update(_ancestors(sensor))
    kinds = {(sensor.parent, sensor.name) for sensor in points if sensor.parent is not None}
    return [
        (each, points.get(each, ()))
        for each in root.walk()
        if each in points or ((each.parent, each.name) in kinds and each not in around)
    ]


def _tables(root: _Element, names: Names) -> Iterator[tuple[_Element, list[_Element]]]:
    """Every element that has rows, with them."""
    for element in root.walk():
        groups: dict[str, list[_Element]] = {}
        for child in element.children:
            if child.alike > 1:
                groups.setdefault(child.name, []).append(child)
        found = [rows for rows in groups.values() if _columns(rows[0], names) is not None]
        if len(found) > 1:
            raise InvalidFile(f"There is more than one table in <{element.name}>.", "file")
        if found:
            yield element, found[0]


def _sensor(table: _Element, names: Names) -> _Element:
    if table.alike > 1:
        return table
    around = (each for each in _ancestors(table) if each.alike > 1 or _own_number(each, names) is not None)
    return next(around, table)


def _ancestors(element: _Element) -> Iterator[_Element]:
    while element.parent is not None:
        element = element.parent
        yield element


def _points(table: _Element, rows: Sequence[_Element], names: Names) -> Points:
    """The points of the rows of a table. Raises InvalidFile."""
    columns = _columns(rows[0], names) if rows else None
    found: list[tuple[float, float]] = []
    for at, row in enumerate(rows, 1):
        cells = _cells(row) or {}
        raw, result = (_number(cells.get(name, "")) for name in columns or ("", ""))
        if raw is None or result is None:
            raise InvalidFile(f"Row {at} of <{table.name}> has not two numbers.", "file")
        found.append((raw, result))
    if len({raw for raw, _ in found}) < len(found):
        raise InvalidFile(f"A raw value comes twice in <{table.name}>.", "file")
    return tuple(found)


def _columns(row: _Element, names: Names) -> tuple[str, str] | None:
    """Under which names a row has the raw value and the result, None when it is no row."""
    cells = _cells(row) or {}
    numbers = [name for name, text in cells.items() if _number(text) is not None]
    raw = next((name for name in names.raw if name in numbers), None)
    result = next((name for name in names.result if name in numbers), None)
    if raw is not None and result is not None:
        return raw, result
    others = [name for name in cells if name not in names.number]
    if len(others) != 2 or not set(others) <= set(numbers):
        return None
    first, second = others
    return (second, first) if first in names.result or second in names.raw else (first, second)


def _cells(row: _Element) -> dict[str, str] | None:
    """What a row carries, by name; None when it is no row: it is nested deeper, or a name comes twice."""
    cells = dict(row.cells)
    for child in row.children:
        if child.children or child.cells.keys() - {""} or child.name in cells:
            return None
        cells[child.name] = child.cells.get("", "")
    return cells


def _numbered(sensors: Sequence[tuple[_Element, Points]], names: Names) -> tuple[SensorTable, ...]:
    own = [_own_number(sensor, names) for sensor, _ in sensors]
    if None in own or len(set(own)) < len(own):
        own = list(range(1, len(own) + 1))
    return tuple(
        SensorTable(number, points)
        for number, (_, points) in zip(own, sensors, strict=True)
        if number is not None
    )


def _own_number(sensor: _Element, names: Names) -> int | None:
    """The number that an element carries as an attribute or a child, from 1."""
    texts = {child.name: child.cells.get("", "") for child in sensor.children} | sensor.cells
    for name in names.number:
        text = texts.get(name, "").strip()
        if _COUNT.fullmatch(text) and int(text) > 0:
            return int(text)
    return None


def _number(text: str) -> float | None:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if isfinite(number) else None

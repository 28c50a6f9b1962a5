"""The catalogue that sensorium ships (the tables in `catalogue/`), and how a catalog takes it up."""

from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from sensorium.model.catalogue import Aggregation
from sensorium.storage.catalog.tables import components, definitions, levels, quality, revision, units

STANDARD = "Standard"  # what NILU's document calls a component of the common catalogue

Row = dict[str, Any]


@cache
def default_units() -> tuple[Row, ...]:
    """The units: id and name."""
    return tuple({"id": int(number), "name": name, "account": None} for number, name in _read("units.tsv"))


@cache
def default_components() -> tuple[Row, ...]:
    """The components: id, name, kind, the unit in which they are judged, description, aggregation."""
    return tuple(_component(*line) for line in _read("components.tsv"))


def _component(number: str, name: str, unit: str, description: str = "", aggregation: str = "") -> Row:
    return {
        "id": int(number),
        "name": name,
        "kind": STANDARD,
        "qc_unit": int(unit),
        "account": None,
        "description": description or None,
        "aggregation": Aggregation(aggregation or Aggregation.ARITHMETIC).value,
    }


@cache
def default_levels() -> tuple[Row, ...]:
    """The data levels: value and description."""
    return tuple({"value": int(value), "description": text} for value, text in _read("levels.tsv"))


@cache
def default_quality() -> tuple[Row, ...]:
    """How the values of each component are checked unless somebody says otherwise; the id is negative."""
    return tuple(
        {
            "id": -int(number),
            "account": None,
            "component": int(number),
            "datastream": None,
            "valid_from": 0,
            "document": document,
            "note": None,
            "created": 0,
        }
        for number, document in _read("quality.tsv")
    )


@cache
def default_definitions() -> tuple[Row, ...]:
    """The sensor definitions of a position, which every account has."""
    return tuple(
        {
            "id": int(number),
            "account": None,
            "name": name,
            "sensor": 1,
            "component": int(component),
            "unit": int(unit),
            "unit_label": label,
            "equation": None,
            "data_min": least,
            "data_max": most,
            "graph_min": None,
            "graph_max": None,
            "deactivated": None,
            "chart": chart == "1",
            "data_type": "Numeric",
            "color": "#000000",
            "chart_label": chart_label,
            "active": True,
            "created": 0,
        }
        for number, name, component, unit, label, least, most, chart, chart_label in _read("definitions.tsv")
    )


def write_defaults(connection: Connection) -> None:
    """Bring the shipped rows of the catalogue up to date; what people have added stays."""
    changed = [
        _write(connection, table, key, rows)
        for table, key, rows in (
            (units, "id", default_units()),
            (components, "id", default_components()),
            (levels, "value", default_levels()),
            (quality, "id", default_quality()),
            (definitions, "id", default_definitions()),
        )
    ]
    if any(changed):
        connection.execute(update(revision).values(n=revision.c.n + 1))


def _write(connection: Connection, table: Table, key: str, rows: tuple[Row, ...]) -> bool:
    there = {row[key]: dict(row) for row in connection.execute(select(table)).mappings()}
    missing = [row for row in rows if row[key] not in there]
    if missing:
        connection.execute(insert(table), missing)
    other = [row for row in rows if row[key] in there and there[row[key]] != row]
    for row in other:
        connection.execute(update(table).where(table.c[key] == row[key]).values(row))
    return bool(missing or other)


def _read(name: str) -> list[list[str]]:
    text = files("sensorium.storage.catalog").joinpath("catalogue", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]

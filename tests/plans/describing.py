"""Descriptions of packets in few words, for tests of plans."""

from collections.abc import Mapping, Sequence
from typing import Any

from sensorium.model.device import Binding, Converter, FieldMapping, Parameter, Schema

Converting = tuple[str, str] | tuple[str, str, Mapping[str, Any]]

NILU_DATE = {"input-format": "yyyy/MM/dd HH:mm:ss", "timezone": "Europe/Stockholm"}


def record(**members: Any) -> dict[str, Any]:
    """The Avro type of an object with these members."""
    return {"type": "record", "fields": [{"name": name, "type": each} for name, each in members.items()]}


def array(items: Any) -> dict[str, Any]:
    """The Avro type of an array."""
    return {"type": "array", "items": items}


def mapping(values: Any) -> dict[str, Any]:
    """The Avro type of an object with any members of one type."""
    return {"type": "map", "values": values}


def convert(output_type: str, path: str, arguments: Mapping[str, Any] | None = None) -> Converter:
    """A converter with the input type that its name says."""
    return Converter("boolean" if output_type == "BooleanInteger" else "string", output_type, path, arguments)


def describe(
    parameters: Mapping[str, Any] | Sequence[Parameter],
    *bound: str,
    converters: Sequence[Converting] = (),
    time: str | None = None,
) -> Schema:
    """A schema: parameter types by name, bound paths, converters (type, path, arguments), the mapped path."""
    declared = parameters
    if isinstance(parameters, Mapping):
        declared = [Parameter(name, each) for name, each in parameters.items()]
    return Schema(
        parameters=tuple(declared),
        bindings=tuple(Binding(8, 3, 1, path) for path in bound),
        converters=tuple(convert(*each) for each in converters),
        mappings=(FieldMapping("Timestamp", time),) if time is not None else (),
    )


def documented() -> Schema:
    """The sensor of the document's inbound example: NO2 and a date, both sent as text."""
    return describe(
        [Parameter("no2", "double", "Predicted NO2 in microgram"), Parameter("date", "long")],
        "/no2",
        converters=[("StringEpochTime", "/date", NILU_DATE), ("StringDouble", "/no2")],
        time="/date",
    )

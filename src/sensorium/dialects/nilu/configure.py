"""The body that configures a sensor: its shape. What it means is checked by the register."""

from typing import Any

from sensorium.dialects.nilu.fields import (
    Body,
    as_list,
    as_object,
    flag,
    number,
    optional_text,
    required,
    text,
    whole,
)
from sensorium.model.device import Binding, Converter, FieldMapping, NewDevice, Parameter, Position, Schema
from sensorium.model.errors import InvalidArguments, InvalidSchema, Malformed, Missing

WGS84 = 4326


def new_device(tree: Any) -> NewDevice:
    """The device that the body describes. Raises Missing, Malformed, InvalidSchema and InvalidArguments."""
    body = as_object(tree)
    name = text(required(body, "name", "Sensor name"), "Sensor name", "name")
    resolution = whole(required(body, "resolution", "Sensor resolution"), "Sensor resolution", "resolution")
    return NewDevice(
        name=name,
        description=optional_text(body, "description", "Sensor description"),
        resolution=resolution,
        epsg=_epsg(body),
        enabled=flag(body, "enabled", "The member enabled"),
        public=flag(body, "public", "The member public"),
        location=_location(body),
        schema=_schema(body),
    )


def _epsg(body: Body) -> int:
    if not body.get("srs"):
        return WGS84
    epsg = as_object(body["srs"], "The member srs", "srs").get("epsg")
    return WGS84 if epsg is None else whole(epsg, "The EPSG code", "srs.epsg")


def _location(body: Body) -> Position | None:
    """No location, null and {} mean a moving sensor (N10)."""
    if body.get("location") is None:
        return None
    location = as_object(body["location"], "The location", "location")
    if not location:
        return None
    longitude, latitude, altitude = (
        number(location.get(name), f"The {name}", f"location.{name}")
        for name in ("longitude", "latitude", "altitude")
    )
    return Position(longitude, latitude, altitude)


def _schema(body: Body) -> Schema:
    parameters = as_list(required(body, "parameters", "Sensor parameters"), "Sensor parameters", "parameters")
    components = as_list(required(body, "components", "Sensor components"), "Sensor components", "components")
    if not components:
        raise Missing("Sensor components must be defined.", "components")
    return Schema(
        parameters=tuple(_parameter(each, f"parameters[{at}]") for at, each in enumerate(parameters)),
        bindings=tuple(_binding(each, f"components[{at}]") for at, each in enumerate(components)),
        converters=tuple(
            _converter(each, f"converters[{at}]") for at, each in enumerate(_listed(body, "converters"))
        ),
        mappings=tuple(_mapping(each, f"mapping[{at}]") for at, each in enumerate(_listed(body, "mapping"))),
    )


def _listed(body: Body, key: str) -> list[Any]:
    return [] if body.get(key) is None else as_list(body[key], f"The member {key}", key)


def _parameter(tree: Any, where: str) -> Parameter:
    body = as_object(tree, "A parameter", where)
    name, doc = body.get("name"), body.get("doc")
    kind = required(body, "type", "Parameter type", f"{where}.type")
    if not isinstance(name, str):
        raise InvalidSchema("A parameter needs a name.", f"{where}.name")
    if doc is not None and not isinstance(doc, str):
        raise InvalidSchema("A parameter's doc must be a text.", f"{where}.doc")
    return Parameter(name, kind, doc)


def _binding(tree: Any, where: str) -> Binding:
    body = as_object(tree, "A component", where)
    component = required(body, "componentid", "Component identifier", f"{where}.componentid")
    unit = required(body, "unitid", "Component unit", f"{where}.unitid")
    path = required(body, "binding-path", "Component binding path", f"{where}.binding-path")
    level = required(body, "level", "Component level", f"{where}.level")
    return Binding(
        component=whole(component, "The component identifier", f"{where}.componentid"),
        unit=whole(unit, "The unit identifier", f"{where}.unitid"),
        level=whole(level, "The component level", f"{where}.level"),
        path=text(path, "The binding path", f"{where}.binding-path"),
    )


def _converter(tree: Any, where: str) -> Converter:
    body = as_object(tree, "A converter", where)
    arguments = body.get("input-args")
    if arguments is not None and not isinstance(arguments, dict):
        raise InvalidArguments("The arguments of a converter must be a JSON object.", f"{where}.input-args")
    return Converter(
        input_type=_text_of(body, "input-type", "Converter input type", where),
        output_type=_text_of(body, "output-type", "Converter output type", where),
        path=_text_of(body, "target-path", "Converter target path", where),
        arguments=arguments,  # pyright: ignore[reportUnknownArgumentType]
    )


def _mapping(tree: Any, where: str) -> FieldMapping:
    body = as_object(tree, "A field mapper", where)
    name = _text_of(body, "name", "Field mapper name", where)
    if name != "Timestamp":
        raise Malformed("The only field mapper is Timestamp.", f"{where}.name")
    return FieldMapping(name, _text_of(body, "target-path", "Field mapper target path", where))


def _text_of(body: Body, key: str, what: str, where: str) -> str:
    return text(required(body, key, what, f"{where}.{key}"), what, f"{where}.{key}")

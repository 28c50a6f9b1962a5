"""The body that configures a sensor: its shape. What it means is checked by the register."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sensorium.dialects.nilu.decode import (
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
from sensorium.model.device import (
    WGS84,
    Binding,
    Converter,
    Device,
    FieldMapping,
    NewDevice,
    Parameter,
    Position,
    Schema,
)
from sensorium.model.errors import InvalidArguments, InvalidSchema, Malformed, Missing


def new_device(tree: Any) -> NewDevice:
    """The device that the body describes. Raises Missing, Malformed, InvalidSchema and InvalidArguments."""
    body = as_object(tree)
    return NewDevice(
        name=_name(body),
        resolution=_resolution(body),
        description=_description(body),
        epsg=_epsg(body),
        enabled=_enabled(body),
        public=_public(body),
        location=_location(body),
        schema=Schema(_parameters(body), _bindings(body), _converters(body), _mappings(body)),
    )


def changed_device(tree: Any, device: Device) -> NewDevice:
    """The device with what the body describes anew; members that are absent stay as they are (NI-163).

    A null takes a description, converters or mapping away, and makes the sensor moving as {} does. Raises
    as `new_device`.
    """
    body = as_object(tree)
    present = NewDevice(
        name=device.name,
        description=device.description,
        resolution=device.resolution,
        epsg=device.epsg,
        enabled=device.enabled,
        public=device.public,
        location=device.location,
        schema=_changed_schema(body, device.schema),
    )
    return replace(
        present,
        **{name: read(body) for member, (name, read) in _CHANGES.items() if _is_given(body, member)},
    )


def _is_given(body: Body, member: str) -> bool:
    return member in body and (body[member] is not None or member not in _NULL_IS_ABSENT)


_NULL_IS_ABSENT = {"srs", "enabled", "public"}


def _changed_schema(body: Body, schema: Schema) -> Schema:
    return Schema(
        parameters=_parameters(body) if "parameters" in body else schema.parameters,
        bindings=_bindings(body) if "components" in body else schema.bindings,
        converters=_converters(body) if "converters" in body else schema.converters,
        mappings=_mappings(body) if "mapping" in body else schema.mappings,
    )


def _name(body: Body) -> str:
    return text(required(body, "name", "Sensor name"), "Sensor name", "name")


def _resolution(body: Body) -> int:
    return whole(required(body, "resolution", "Sensor resolution"), "Sensor resolution", "resolution")


def _description(body: Body) -> str | None:
    return optional_text(body, "description", "Sensor description")


def _enabled(body: Body) -> bool:
    return flag(body, "enabled", "The member enabled")


def _public(body: Body) -> bool:
    return flag(body, "public", "The member public")


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


def _parameters(body: Body) -> tuple[Parameter, ...]:
    parameters = as_list(required(body, "parameters", "Sensor parameters"), "Sensor parameters", "parameters")
    return tuple(_parameter(each, f"parameters[{at}]") for at, each in enumerate(parameters))


def _bindings(body: Body) -> tuple[Binding, ...]:
    components = as_list(required(body, "components", "Sensor components"), "Sensor components", "components")
    if not components:
        raise Missing("Sensor components must be defined.", "components")
    return tuple(_binding(each, f"components[{at}]") for at, each in enumerate(components))


def _converters(body: Body) -> tuple[Converter, ...]:
    return tuple(_converter(each, f"converters[{at}]") for at, each in enumerate(_listed(body, "converters")))


def _mappings(body: Body) -> tuple[FieldMapping, ...]:
    return tuple(_mapping(each, f"mapping[{at}]") for at, each in enumerate(_listed(body, "mapping")))


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


_CHANGES: dict[str, tuple[str, Callable[[Body], Any]]] = {
    "name": ("name", _name),
    "description": ("description", _description),
    "resolution": ("resolution", _resolution),
    "srs": ("epsg", _epsg),
    "enabled": ("enabled", _enabled),
    "public": ("public", _public),
    "location": ("location", _location),
}
"""What each member of the body changes besides the schema, and how it is read."""

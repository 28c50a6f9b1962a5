"""From the words of the platform to bodies about devices, their datastreams, schemas and logs; pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import UNSET, UnsetType

from sensorium.dialects.manage.devices import shapes
from sensorium.dialects.manage.encode import moment, named, optional_moment
from sensorium.dialects.manage.shapes import Place
from sensorium.dialects.manage.values.encode import correction_from, quality_from
from sensorium.model.device import Converter, Datastream, Device, Schema, SchemaVersion
from sensorium.model.log_entry import LogEntry
from sensorium.model.rules import Rules
from sensorium.plans.units import conversion_factor


def device(
    each: Device, streams: tuple[shapes.ManagedDatastream, ...] | UnsetType = UNSET
) -> shapes.ManagedDevice:
    """A device, with datastreams when they are given."""
    place = each.location
    return shapes.ManagedDevice(
        id=each.id,
        name=each.name,
        description=each.description,
        enabled=each.enabled,
        public=each.public,
        resolution=each.resolution,
        epsg=each.epsg,
        location=None if place is None else Place(place.longitude, place.latitude, place.altitude),
        schema_version=each.schema_version,
        serial=each.serial,
        model=each.model,
        blocked=each.blocked,
        created=moment(each.created),
        updated=optional_moment(each.updated),
        datastreams=streams,
    )


def datastreams(
    streams: Sequence[Datastream], current: Iterable[int], rules: Mapping[int, Rules]
) -> tuple[shapes.ManagedDatastream, ...]:
    """Datastreams with the rules that hold for each; `current` are the ids of those that are still fed."""
    fed = set(current)
    return tuple(_datastream(each, rules[each.id], is_fed=each.id in fed) for each in streams)


def _datastream(each: Datastream, rules: Rules, *, is_fed: bool) -> shapes.ManagedDatastream:
    return shapes.ManagedDatastream(
        id=each.id,
        device=each.device,
        component=named(each.component),
        unit=named(each.unit),
        qc_unit=None if each.component.qc_unit is None else named(each.component.qc_unit),
        conv_factor=conversion_factor(each.component, each.unit),
        level=each.level,
        path=each.path,
        resolution=each.resolution,
        epsg=each.epsg,
        current=is_fed,
        quality=quality_from(rules.quality),
        correction=None if rules.correction is None else correction_from(rules.correction),
    )


def schema_version(each: SchemaVersion) -> shapes.SchemaVersion:
    """A version of a schema as it stands in a list."""
    return shapes.SchemaVersion(each.number, moment(each.created), each.current)


def schema(version: SchemaVersion, said: Schema, streams: Sequence[Datastream]) -> shapes.ManagedSchema:
    """A version with all that its owner said of it; `streams` are fed by its bindings, in their order."""
    return shapes.ManagedSchema(
        version=version.number,
        created=moment(version.created),
        current=version.current,
        parameters=tuple(shapes.SchemaParameter(each.name, each.type, each.doc) for each in said.parameters),
        mapping=tuple(shapes.SchemaMapping(each.name, each.path) for each in said.mappings),
        converters=tuple(_converter(each) for each in said.converters),
        bindings=tuple(_binding(each) for each in streams),
    )


def _converter(each: Converter) -> shapes.SchemaConverter:
    arguments = None if each.arguments is None else dict(each.arguments)
    return shapes.SchemaConverter(each.input_type, each.output_type, each.path, arguments)


def _binding(each: Datastream) -> shapes.SchemaBinding:
    """A datastream has all that its binding has."""
    return shapes.SchemaBinding(
        component=named(each.component),
        unit=named(each.unit),
        level=each.level,
        path=each.path,
        resolution=each.resolution,
        epsg=each.epsg,
        datastream=each.id,
    )


def log_entry(each: LogEntry) -> shapes.ManagedLogEntry:
    """What was done to a device."""
    measured = each.calibration
    return shapes.ManagedLogEntry(
        id=each.id,
        time=moment(each.time),
        user=each.user,
        message=each.message,
        status=None if measured is None else measured.status,
        level=None if measured is None else measured.level,
        offset=None if measured is None else measured.offset,
    )

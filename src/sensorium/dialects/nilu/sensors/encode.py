"""From the words of the platform to the objects about sensors; pure. `base` is the public address."""

from collections.abc import Iterable, Mapping

from msgspec import UNSET

from sensorium.dialects.nilu.addresses import endpoint, provider_atom, sensor_atom
from sensorium.dialects.nilu.catalogue import encode as catalogue_encode
from sensorium.dialects.nilu.sensors import shapes
from sensorium.model.catalogue import Level, ReferenceSystem
from sensorium.model.device import Converter, Datastream, Device, FieldMapping, Parameter
from sensorium.model.flags import Pipeline, PipelineStatus
from sensorium.model.moments import format_iso
from sensorium.plans.units import conversion_factor

PIPELINE_TEXTS = {
    Pipeline.NO_DATA: "Raw data processed [NO DATA]",
    Pipeline.STORED: "Raw data processed and stored",
    Pipeline.STORED_WITH_ERRORS: "Raw data processed with errors",
    Pipeline.QUALITY_EXECUTED: "QA/QC executed",
    Pipeline.QUALITY_FAILED: "QA/QC failed",
}


def sensor(
    device: Device, status: PipelineStatus, levels: Mapping[int, Level], system: ReferenceSystem, base: str
) -> shapes.Sensor:
    """A device as its viewer may see it; nulls where nothing is configured (N9, N14)."""
    return shapes.Sensor(
        id=device.id,
        name=device.name,
        provider=shapes.Owner(device.account, device.account_name, provider_atom(base, device.account)),
        description=device.description,
        resolution=device.resolution,
        srs=catalogue_encode.reference_system(system, base),
        enabled=device.enabled,
        parameters=parameters(device.schema.parameters),
        location=location(device),
        components=bound_components(device.streams, levels, base, with_type=False),
        converters=converters(device.schema.converters, base) or None,
        mapping=mappings(device.schema.mappings, base) or None,
        pipeline=pipeline(device.id, status, base),
        created=format_iso(device.created),
        updated=None if device.updated is None else format_iso(device.updated),
        atom=sensor_atom(base, device.id),
        endpoint=endpoint(base, device),
        public=UNSET if device.public else False,
    )


def parameters(declared: Iterable[Parameter]) -> tuple[shapes.Parameter, ...]:
    """The parameters as configured (NI-104)."""
    return tuple(
        shapes.Parameter(each.name, each.type, UNSET if each.doc is None else each.doc) for each in declared
    )


def location(device: Device) -> shapes.Location | None:
    """Where a fixed device stands; None for a moving one."""
    place = device.location
    return None if place is None else shapes.Location(place.longitude, place.latitude, place.altitude)


def bound_components(
    streams: Iterable[Datastream], levels: Mapping[int, Level], base: str, *, with_type: bool
) -> tuple[shapes.BoundComponent, ...]:
    """The components of a device, with the path as it was configured (NI-105, NI-106)."""
    return tuple(
        shapes.BoundComponent(
            id=each.component.id,
            name=each.component.name,
            type=each.component.kind if with_type else UNSET,
            path=each.path,
            factor=conversion_factor(each.component, each.unit),
            atom=f"{base}/api/components/{each.component.id}",
            unit=catalogue_encode.unit(each.unit, base),
            level=catalogue_encode.level(levels[each.level], base),
        )
        for each in streams
    )


def converters(configured: Iterable[Converter], base: str) -> tuple[shapes.Converter, ...]:
    """The converters as configured (NI-108)."""
    return tuple(
        shapes.Converter(
            input_type=each.input_type,
            output_type=each.output_type,
            path=each.path,
            arguments=UNSET if each.arguments is None else dict(each.arguments),
            atom=f"{base}/api/doc/converters#{each.output_type}",
        )
        for each in configured
    )


def mappings(configured: Iterable[FieldMapping], base: str) -> tuple[shapes.FieldMapping, ...]:
    """The field mappers as configured (NI-109)."""
    return tuple(
        shapes.FieldMapping(each.name, each.path, f"{base}/api/doc/fieldmapping#{each.name}")
        for each in configured
    )


def pipeline(device: int, status: PipelineStatus, base: str) -> shapes.Pipeline:
    """What became of a device's last packet."""
    return shapes.Pipeline(
        flags=int(status.flags),
        bitflags=f"{int(status.flags):08b}",
        status=pipeline_text(status.flags),
        atom=f"{sensor_atom(base, device)}/pipeline",
        processed=None if status.processed is None else format_iso(status.processed),
    )


def pipeline_text(flags: Pipeline) -> str:
    """The flags in the document's words, joined by full stops (N31)."""
    texts = [text for flag, text in PIPELINE_TEXTS.items() if flag in flags]
    return f"{'. '.join(texts)}." if texts else "Never processed"

"""From the words of the platform to the objects of NILU's document. `base` is the public address."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType

import msgspec
from msgspec import UNSET

from sensorium.dialects.nilu import shapes
from sensorium.model.account import Account
from sensorium.model.catalogue import Component, Level, ReferenceSystem, Timezone, Unit
from sensorium.model.device import Converter, Datastream, Device, FieldMapping, Parameter
from sensorium.model.flags import Pipeline, PipelineStatus
from sensorium.model.moments import format_iso, from_microseconds
from sensorium.model.packet import Original
from sensorium.model.series import Column, Flags, FlagWord, Shape
from sensorium.model.statistics import Measure, StatisticsShape
from sensorium.plans.units import conversion_factor

DISCLAIMER = (
    "NILU makes no warranty of any kind, express or implied, concerning the provided data and information, "
    "including but not limited to any warranties of merchantability or fitness for any particular purpose. "
    "NILU assumes no responsibility or legal liability concerning the data's accuracy, reliability, "
    "completeness, timeliness, or usefulness."
)

ROW: Shape = MappingProxyType(
    {
        "id": Column.DEVICE,
        "component": Column.COMPONENT,
        "unit": Column.UNIT,
        "value": Column.VALUE,
        "value_corr": Column.VALUE_CORRECTED,
        "level": Column.LEVEL,
        "level_corr": Column.LEVEL_CORRECTED,
        "epsg": Column.EPSG,
        "timestamp_from_epoch": Column.BEGIN,
        "timestamp_to_epoch": Column.END,
        "longitude": Column.LONGITUDE,
        "latitude": Column.LATITUDE,
        "altitude": Column.ALTITUDE,
        "qc_flags": Flags(FlagWord.QC, 8),
        "qcs_flags": Flags(FlagWord.QCS, 16),
    }
)
"""A row of data, in the order in which the document lists its members (NI-048)."""

EXTENDED_ROW: Shape = MappingProxyType(
    {
        **ROW,
        "uncertainty_corr": Column.UNCERTAINTY_CORRECTED,
        "qa_flags": Flags(FlagWord.QA, 8),
        "qas_flags": Flags(FlagWord.QAS, 16),
    }
)
"""A row of data with all four words of flags, and the uncertainty of the corrected value (extensions)."""

STATS: StatisticsShape = MappingProxyType(
    {
        "id": Measure.DEVICE,
        "timestamp_from_epoch": Measure.BEGIN,
        "timestamp_to_epoch": Measure.END,
        "component": Measure.COMPONENT,
        "level": Measure.LEVEL,
        "unit": Measure.UNIT,
        "qc": Measure.IS_CHECKED,
        "n": Measure.COUNT,
        "of": Measure.SHARE_LEFT_OUT,
        "res": Measure.RESOLUTION,
        "avg": Measure.MEAN,
        "median": Measure.MEDIAN,
        "min": Measure.MINIMUM,
        "max": Measure.MAXIMUM,
        "std_dev": Measure.DEVIATION,
        "var": Measure.VARIANCE,
        "sem": Measure.ERROR_OF_MEAN,
        "mse": Measure.SQUARED_ERROR,
        "cv": Measure.VARIATION,
        "q1": Measure.LOWER_QUARTILE,
        "q3": Measure.UPPER_QUARTILE,
        "iqr": Measure.QUARTILE_RANGE,
        "epsg": Measure.EPSG,
        "longitude": Measure.LONGITUDE,
        "latitude": Measure.LATITUDE,
        "altitude": Measure.ALTITUDE,
    }
)
"""A row of statistics, in the order of the document's example (NI-076)."""

PIPELINE_TEXTS = {
    Pipeline.NO_DATA: "Raw data processed [NO DATA]",
    Pipeline.STORED: "Raw data processed and stored",
    Pipeline.STORED_WITH_ERRORS: "Raw data processed with errors",
    Pipeline.QUALITY_EXECUTED: "QA/QC executed",
    Pipeline.QUALITY_FAILED: "QA/QC failed",
}

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


def phrase(status: int) -> str:
    """The text of an HTTP status, as `message` shows it."""
    return HTTPStatus(status).phrase


# Addresses of things


def provider_atom(base: str, account: int) -> str:
    """Where a provider is described."""
    return f"{base}/api/providers/{account}"


def sensor_atom(base: str, device: int) -> str:
    """Where a sensor is described."""
    return f"{base}/api/sensors/{device}"


def endpoint(base: str, device: Device) -> str:
    """Where a sensor pushes its packets; a moving one puts its position into the address (NI-111)."""
    place = "" if device.location is not None else "/{longitude}/{latitude}/{altitude}"
    return f"{sensor_atom(base, device.id)}{place}/inbound"


# Providers and the catalogue


def provider(account: Account, base: str) -> shapes.Provider:
    """An account as everyone may see it."""
    return shapes.Provider(
        id=account.id,
        name=account.name,
        acronym=account.acronym,
        description=account.description,
        atom=provider_atom(base, account.id),
        created=format_iso(account.created),
    )


def component(each: Component, base: str) -> shapes.Component:
    """An observed property."""
    return shapes.Component(
        id=each.id,
        name=each.name,
        type=each.kind,
        description=UNSET if each.description is None else each.description,
        atom=f"{base}/api/components/{each.id}",
    )


def unit(each: Unit, base: str) -> shapes.Unit:
    """A unit of measurement."""
    return shapes.Unit(id=each.id, name=each.name, atom=f"{base}/api/units/{each.id}")


def level(each: Level, base: str) -> shapes.Level:
    """A data level."""
    return shapes.Level(
        value=each.value, description=each.description, atom=f"{base}/api/datalevels/{each.value}"
    )


def timezone(each: Timezone) -> shapes.Timezone:
    """A time zone."""
    return shapes.Timezone(timezone=each.name, has_daylight_saving=each.has_daylight_saving)


def reference_system(each: ReferenceSystem, base: str) -> shapes.ReferenceSystem:
    """A spatial reference system."""
    return shapes.ReferenceSystem(
        epsg=each.epsg, srtext=each.srtext, proj4=each.proj4, atom=f"{base}/api/srs/{each.epsg}"
    )


# Sensors


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
        srs=reference_system(system, base),
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
            unit=unit(each.unit, base),
            level=level(levels[each.level], base),
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


# Answers to packets


def pushed(atom: str) -> bytes:
    """The answer to one accepted packet."""
    return to_json(shapes.Pushed(atom, "OK", 200))


def batch_pushed(atom: str, results: Iterable[bytes]) -> bytes:
    """The answer to a batch of which something was accepted: `results` answer for each packet, in order."""
    return b'%b,"results":[%b]}' % (pushed(atom)[:-1], b",".join(results))


ACCEPTED = to_json(shapes.Answer("OK", 200))
"""The result of an accepted packet among a batch's."""


# Packets as they were sent


def raw_packet(sensor: int, packet: Original) -> shapes.RawPacket:
    """A packet as it was sent, and what became of it."""
    observed = packet.received if packet.time is None else packet.time
    encoding, text = packet.written()
    place, rejected = packet.position, packet.rejected
    return shapes.RawPacket(
        id=sensor,
        packetid=packet.id,
        received=format_iso(from_microseconds(packet.received)),
        observed=format_iso(from_microseconds(observed)),
        schema_version=packet.version,
        content_type=packet.format.media_type,
        encoding=encoding,
        packet=text,
        longitude=None if place is None else place.longitude,
        latitude=None if place is None else place.latitude,
        altitude=None if place is None else place.altitude,
        status="accepted" if rejected is None else "rejected",
        observations=packet.observations,
        reason=None if rejected is None else rejected.reason,
        path=None if rejected is None else rejected.path or None,
    )

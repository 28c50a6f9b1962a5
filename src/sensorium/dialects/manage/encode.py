"""From the words of the platform to the bodies of the management API; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from sensorium.dialects.manage import (
    account_shapes,
    asset_shapes,
    correction_shapes,
    packet_shapes,
    shapes,
    tracker_shapes,
)
from sensorium.model.account import Account, Key, User
from sensorium.model.asset import Asset, Link
from sensorium.model.calibration import SaidCalibration
from sensorium.model.catalogue import Component, Unit
from sensorium.model.correction import CorrectionHistory, DatedCorrection, SaidCorrection
from sensorium.model.definition import Definition, Provision
from sensorium.model.device import Datastream, Device
from sensorium.model.job import Job
from sensorium.model.log_entry import LogEntry
from sensorium.model.moments import from_microseconds
from sensorium.model.packet import Original, Rejected
from sensorium.model.quality import DatedQuality, QualityHistory
from sensorium.model.rules import Rules
from sensorium.model.tracker import Tracker
from sensorium.plans.calibration import is_monotone
from sensorium.plans.tracking import Profile
from sensorium.plans.units import conversion_factor

PREFIX = "/manage/v1"

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


def moment(value: datetime | int) -> str:
    """A moment as RFC 3339 in UTC; a number is in microseconds since 1970."""
    found = from_microseconds(value) if isinstance(value, int) else value.astimezone(UTC)
    return f"{found.replace(tzinfo=None).isoformat()}Z"


def optional_moment(value: datetime | int | None) -> str | None:
    """A moment, or None."""
    return None if value is None else moment(value)


# The catalogue


def named(each: Component | Unit) -> shapes.Named:
    """Something of the catalogue by its id and name."""
    return shapes.Named(each.id, each.name)


def component(each: Component) -> shapes.ManagedComponent:
    """A component with the unit in which its values are judged."""
    unit = None if each.qc_unit is None else named(each.qc_unit)
    return shapes.ManagedComponent(each.id, each.name, each.kind, each.description, unit)


# Devices and datastreams


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
        location=None if place is None else shapes.Place(place.longitude, place.latitude, place.altitude),
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


# Quality and corrections


def quality_from(each: DatedQuality) -> shapes.QualityFrom:
    """How values are checked from a time on."""
    return shapes.QualityFrom(moment(each.valid_from), each.source, each.quality)


def correction_from(each: DatedCorrection) -> shapes.CorrectionFrom:
    """How values are corrected from a time on."""
    said = each.correction
    return shapes.CorrectionFrom(
        valid_from=moment(each.valid_from),
        expression=None if said is None else said.expression,
        level=None if said is None else said.level,
    )


def quality(history: QualityHistory, message: str | UnsetType = UNSET) -> shapes.ManagedQuality:
    """What is said about quality, and what holds."""
    return shapes.ManagedQuality(
        said=tuple(
            shapes.QualitySaid(moment(each.valid_from), each.quality, each.note, moment(each.created))
            for each in history.said
        ),
        in_force=tuple(quality_from(each) for each in history.in_force),
        message=message,
    )


def correction(
    history: CorrectionHistory, message: str | UnsetType = UNSET
) -> correction_shapes.ManagedCorrection:
    """What is said about a correction, and the names that an expression may have."""
    return correction_shapes.ManagedCorrection(
        said=tuple(_said(each) for each in history.said),
        names=tuple(
            correction_shapes.NameInExpression(name, stream) for name, stream in history.names.items()
        ),
        message=message,
    )


def _said(each: SaidCorrection) -> correction_shapes.CorrectionSaid:
    said = each.correction
    return correction_shapes.CorrectionSaid(
        valid_from=moment(each.valid_from),
        expression=None if said is None else said.expression,
        level=None if said is None else said.level,
        note=each.note,
        created=moment(each.created),
    )


# Calibrations


def calibration(
    held: Iterable[SaidCalibration], message: str | UnsetType = UNSET
) -> shapes.ManagedCalibration:
    """What holds, in the order of time."""
    return shapes.ManagedCalibration(tuple(calibration_said(each) for each in held), message)


def calibration_said(each: SaidCalibration) -> shapes.CalibrationSaid:
    """One calibration with who said it."""
    said = each.calibration
    turns = not is_monotone(said)
    return shapes.CalibrationSaid(
        id=each.id,
        valid_from=moment(each.valid_from),
        points=tuple(shapes.CalibrationPoint(point.raw, point.value) for point in said.points),
        equation=said.equation,
        divider=said.divider,
        multiplier=said.multiplier,
        level=said.level,
        uncertainty=said.uncertainty,
        certificate=each.certificate,
        author=each.author,
        note=each.note,
        created=moment(each.created),
        replaced=optional_moment(each.replaced),
        warnings=("The values of the table rise and fall: a value has several raw ones.",) if turns else (),
    )


# The log, users and keys


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


def account(each: Account) -> account_shapes.ManagedAccount:
    """An account, for itself; nothing of the password."""
    return account_shapes.ManagedAccount(
        id=each.id,
        name=each.name,
        acronym=each.acronym,
        description=each.description,
        email=each.email,
        username=each.username,
        calibrate_from_now=each.calibrate_from_now,
        created=moment(each.created),
    )


def user(each: User) -> account_shapes.ManagedUser:
    """A user; nothing of the password."""
    return account_shapes.ManagedUser(
        id=each.id,
        username=each.username,
        label=each.label,
        rights=tuple(sorted(each.rights)),
        trackers=None if each.trackers is None else tuple(sorted(each.trackers)),
        created=moment(each.created),
    )


def key(each: Key, shown: str | UnsetType = UNSET) -> account_shapes.ManagedKey:
    """A key, with what programs show where it was made just now."""
    scopes = None if each.scopes is None else tuple(sorted(each.scopes))
    return account_shapes.ManagedKey(each.id, each.title, each.last4, scopes, moment(each.created), shown)


# Trackers and models


def tracker(each: Tracker) -> tracker_shapes.ManagedTracker:
    """A device as an account sees it."""
    return tracker_shapes.ManagedTracker(
        id=each.id,
        device=each.device,
        account=each.account,
        owner=each.owner,
        label=each.label,
        clone=each.clone,
        serial=each.serial,
        model=each.model,
        blocked=each.blocked,
        created=moment(each.created),
    )


def profile(each: Profile) -> tracker_shapes.TrackingProfile:
    """The settings of a profile."""
    settings = (
        tracker_shapes.ProfileSetting(
            name=one.name,
            kind=one.kind,
            unit=one.unit,
            low=one.low,
            high=one.high,
            values=one.values,
            form=one.form,
            needed=one.needed,
            needed_with=one.needed_with,
            example=one.example,
        )
        for one in each.settings.values()
    )
    return tracker_shapes.TrackingProfile(each.name, tuple(settings))


# Replays


def replay(job: Job) -> shapes.ManagedReplay:
    """A replay and how far it is."""
    assert job.asked.device is not None  # those of an account are of one device
    return shapes.ManagedReplay(
        id=job.id,
        device=job.asked.device,
        from_=optional_moment(job.asked.begin),
        to=optional_moment(job.asked.end),
        only_rejected=job.asked.only_rejected,
        state=job.state,
        total=job.progress.total,
        processed=job.progress.processed,
        rejected=job.progress.rejected,
        message=job.message,
        created=moment(job.created),
        started=optional_moment(job.started),
        ended=optional_moment(job.ended),
    )


# Packets


def packet(each: Original) -> packet_shapes.ManagedPacket:
    """A packet as it was sent, and what became of it."""
    encoding, text = each.written()
    place, why = each.position, each.rejected
    return packet_shapes.ManagedPacket(
        id=each.id,
        received=moment(each.received),
        observed=moment(each.received if each.time is None else each.time),
        schema_version=each.version,
        content_type=each.format.media_type,
        encoding=encoding,
        packet=text,
        location=None if place is None else shapes.Place(place.longitude, place.latitude, place.altitude),
        status="accepted" if why is None else "rejected",
        observations=each.observations,
        reason=None if why is None else why.reason,
        path=None if why is None else why.path or None,
    )


def rejected(each: Rejected) -> packet_shapes.RejectedPacket:
    """A packet that could not be processed."""
    return packet_shapes.RejectedPacket(each.packet, moment(each.at), each.reason, each.path or None)


# Assets and sensor definitions


def asset(each: Asset) -> asset_shapes.ManagedAsset:
    """An asset."""
    return asset_shapes.ManagedAsset(each.id, each.name, moment(each.created))


def link(each: Link) -> asset_shapes.ManagedLink:
    """From when to when a device is fixed to an asset."""
    return asset_shapes.ManagedLink(
        each.id, each.device, each.asset, moment(each.begin), optional_moment(each.end), each.task
    )


def definition(each: Definition) -> asset_shapes.ManagedDefinition:
    """A sensor definition."""
    said = each.said
    return asset_shapes.ManagedDefinition(
        id=each.id,
        name=said.name,
        sensor=said.sensor,
        component=said.component,
        unit=said.unit,
        unit_label=said.unit_label,
        equation=said.equation,
        data_min=said.data_min,
        data_max=said.data_max,
        graph_min=said.graph_min,
        graph_max=said.graph_max,
        deactivated=said.deactivated,
        chart=said.chart,
        data_type=said.data_type,
        color=said.color,
        chart_label=said.chart_label,
        active=said.active,
        shipped=each.account is None,
        created=moment(each.created),
    )


def provision(each: Provision) -> asset_shapes.ManagedProvision:
    """A definition that a device has."""
    return asset_shapes.ManagedProvision(definition(each.definition), each.datastream)


def page(items: Sequence[Any], limit: int, address: str) -> str | None:
    """Where the next page is, None when there is none: `items` has one more than a page, if there is one."""
    return f"{address}?limit={limit}&after={items[limit - 1].id}" if len(items) > limit else None

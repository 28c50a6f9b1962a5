"""From the words of the platform to bodies about packets and replays; pure."""

from sensorium.dialects.manage.encode import moment, optional_moment
from sensorium.dialects.manage.packets import shapes
from sensorium.dialects.manage.shapes import Place
from sensorium.model.job import Job
from sensorium.model.packet import Original, Rejected


def packet(each: Original) -> shapes.ManagedPacket:
    """A packet as it was sent, and what became of it."""
    encoding, text = each.written()
    place, why = each.position, each.rejected
    return shapes.ManagedPacket(
        id=each.id,
        received=moment(each.received),
        observed=moment(each.received if each.time is None else each.time),
        schema_version=each.version,
        content_type=each.format.media_type,
        encoding=encoding,
        packet=text,
        location=None if place is None else Place(place.longitude, place.latitude, place.altitude),
        status="accepted" if why is None else "rejected",
        observations=each.observations,
        reason=None if why is None else why.reason,
        path=None if why is None else why.path or None,
    )


def rejected(each: Rejected) -> shapes.RejectedPacket:
    """A packet that could not be processed."""
    return shapes.RejectedPacket(each.packet, moment(each.at), each.reason, each.path or None)


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

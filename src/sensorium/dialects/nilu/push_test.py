"""Push tests: packets followed through a sensor's schema, and told in the document's words."""

from collections.abc import Callable
from typing import Any

import msgspec

from sensorium.dialects.nilu import decode, traced
from sensorium.dialects.nilu.errors import failure
from sensorium.model import errors
from sensorium.model.errors import Refusal
from sensorium.model.moments import format_iso, from_microseconds
from sensorium.plans.plan import Plan
from sensorium.plans.trace import ConverterTrace, Trace

MOST_PACKETS = 100  # of a batch that are traced
MOST_VALUES = 10_000  # of parameters, converters and components that the traces of a batch hold


def traces(
    body: bytes, media: decode.Media, plan: Plan, check_time: Callable[[int | None], None]
) -> list[traced.TracedPacket]:
    """Each packet of the body, of a batch the first ones. Raises what `decode.split` raises."""
    batch = decode.is_batch(body, media, takes_array=plan.takes_array)
    raws = decode.split(body, media)[:MOST_PACKETS] if batch else [body]
    found: list[traced.TracedPacket] = []
    values = 0
    for raw in raws:
        found.append(_packet(raw, media, plan, check_time))
        values += len(found[-1].parameters) + len(found[-1].converters) + len(found[-1].components)
        if values >= MOST_VALUES:
            break
    return found


def unreadable(refusal: Refusal) -> traced.TracedPacket:
    """What there is to tell of a body that could not be read."""
    return traced.TracedPacket(None, (), (), (), (_error(refusal),))


def record(packets: list[traced.TracedPacket]) -> dict[str, Any]:
    """The traces as they are kept."""
    return {"packets": msgspec.to_builtins(packets)}


def recall(device: int, at: int, kept: dict[str, Any]) -> traced.PushTest:
    """The kept traces as they are shown."""
    packets = msgspec.convert(kept["packets"], tuple[traced.TracedPacket, ...])
    return traced.PushTest(device, format_iso(from_microseconds(at)), packets)


def _packet(
    raw: bytes, media: decode.Media, plan: Plan, check_time: Callable[[int | None], None]
) -> traced.TracedPacket:
    try:
        found = plan.trace(decode.read(raw, media))
    except errors.Malformed as refusal:
        return unreadable(refusal)
    refusals = [getattr(errors, each.reason)(each.why, each.where) for each in found.errors]
    if not refusals:
        try:
            check_time(found.time)
        except errors.InvalidPacket as refusal:
            refusals.append(refusal)
    return traced.TracedPacket(
        timestamp=_timestamp(found),
        parameters=tuple(
            traced.TracedParameter(each.name, each.found, each.value, each.error) for each in found.parameters
        ),
        converters=tuple(_converter(each) for each in found.converters),
        components=tuple(
            traced.TracedComponent(
                each.component, each.unit, each.level, each.path, each.found, each.value, each.error
            )
            for each in found.components
        ),
        errors=tuple(_error(each) for each in refusals),
    )


def _timestamp(found: Trace) -> traced.TracedTimestamp | None:
    mapped = found.timestamp
    if mapped is None:
        return None
    time = None if mapped.time is None else format_iso(from_microseconds(mapped.time))
    return traced.TracedTimestamp(mapped.path, mapped.found, mapped.value, time, mapped.error)


def _converter(each: ConverterTrace) -> traced.TracedConverter:
    result = each.result
    if result is not None and each.output_type == "StringEpochTime":
        seconds, rest = divmod(int(result), 1_000_000)
        result = seconds + rest / 1_000_000 if rest else seconds
    return traced.TracedConverter(each.output_type, each.path, each.found, each.value, result, each.error)


def _error(refusal: Refusal) -> traced.TracedError:
    failed = failure(refusal)
    return traced.TracedError(failed.code, failed.why, refusal.where)

"""Push tests: packets followed through a sensor's schema, and told in the document's words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.answers import json_response
from sensorium.dialects.nilu.decode import Media
from sensorium.dialects.nilu.errors import failure
from sensorium.dialects.nilu.inbound import decode, shapes
from sensorium.dialects.services import Services
from sensorium.model import errors
from sensorium.model.errors import Refusal
from sensorium.model.moments import format_iso, from_microseconds
from sensorium.plans.plan import Plan
from sensorium.plans.trace import ConverterTrace, Trace

MOST_PACKETS = 100  # of a batch that are traced
MOST_VALUES = 10_000  # of parameters, converters and components that the traces of a batch hold


def traces(
    body: bytes, media: Media, plan: Plan, check_time: Callable[[int | None], None]
) -> list[shapes.TracedPacket]:
    """Each packet of the body, of a batch the first ones. Raises what `decode.split` raises."""
    batch = decode.is_batch(body, media, takes_array=plan.takes_array)
    raws = decode.split(body, media)[:MOST_PACKETS] if batch else [body]
    found: list[shapes.TracedPacket] = []
    values = 0
    for raw in raws:
        found.append(_packet(raw, media, plan, check_time))
        values += len(found[-1].parameters) + len(found[-1].converters) + len(found[-1].components)
        if values >= MOST_VALUES:
            break
    return found


def unreadable(refusal: Refusal) -> shapes.TracedPacket:
    """What there is to tell of a body that could not be read."""
    return shapes.TracedPacket(None, (), (), (), (_error(refusal),))


def record(packets: list[shapes.TracedPacket]) -> dict[str, Any]:
    """The traces as they are kept."""
    return {"packets": msgspec.to_builtins(packets)}


def recall(device: int, at: int, kept: dict[str, Any]) -> shapes.PushTest:
    """The kept traces as they are shown."""
    packets = msgspec.convert(kept["packets"], tuple[shapes.TracedPacket, ...])
    return shapes.PushTest(device, format_iso(from_microseconds(at)), packets)


def _packet(
    raw: bytes, media: Media, plan: Plan, check_time: Callable[[int | None], None]
) -> shapes.TracedPacket:
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
    return shapes.TracedPacket(
        timestamp=_timestamp(found),
        parameters=tuple(
            shapes.TracedParameter(each.name, each.found, each.value, each.error) for each in found.parameters
        ),
        converters=tuple(_converter(each) for each in found.converters),
        components=tuple(
            shapes.TracedComponent(
                each.component, each.unit, each.level, each.path, each.found, each.value, each.error
            )
            for each in found.components
        ),
        errors=tuple(_error(each) for each in refusals),
    )


def _timestamp(found: Trace) -> shapes.TracedTimestamp | None:
    mapped = found.timestamp
    if mapped is None:
        return None
    time = None if mapped.time is None else format_iso(from_microseconds(mapped.time))
    return shapes.TracedTimestamp(mapped.path, mapped.found, mapped.value, time, mapped.error)


def _converter(each: ConverterTrace) -> shapes.TracedConverter:
    result = each.result
    if result is not None and each.output_type == "StringEpochTime":
        seconds, rest = divmod(int(result), 1_000_000)
        result = seconds + rest / 1_000_000 if rest else seconds
    return shapes.TracedConverter(each.output_type, each.path, each.found, each.value, result, each.error)


def _error(refusal: Refusal) -> shapes.TracedError:
    failed = failure(refusal)
    return shapes.TracedError(failed.code, failed.why, refusal.where)


@dataclass(frozen=True, slots=True)
class PushTests:
    """The operation on push tests that were made."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /api/sensors/{id}/pipeline/test: the trace of the last push test (N30)."""
        device = await self.access.owned(request)
        found = await run_in_threadpool(self.services.devices.push_test, device.id)
        if found is None:
            raise errors.NotFound("No push test was made with this sensor.")
        return json_response(recall(device.id, *found))

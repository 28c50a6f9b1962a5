"""Values of sensors as their calibration has them now: of a range of time, and the newest."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from operator import itemgetter

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sensorium.dialects.navixy import encode, shapes
from sensorium.dialects.navixy.access import Access, Call, json_response
from sensorium.dialects.navixy.decode import read, read_moment
from sensorium.dialects.services import Services
from sensorium.model.calibration import Calibration
from sensorium.model.errors import Invalid, TooLarge, Unsupported
from sensorium.model.rights import Deed
from sensorium.model.series import TimedValue
from sensorium.query.calibrated import Lens
from sensorium.register.measured import Measured

LONGEST_SPAN = 120  # days (the vendor's maxReportTimeSpan)
_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Values:
    """The operations on values."""

    services: Services
    access: Access

    async def data(self, request: Request) -> Response:
        """/tracker/sensor/data/read: with `raw_data` without divider, curve and limits."""
        call = await self.access.call(request)
        wanted = read(call.parameters, shapes.DataWanted)
        begin, end = read_moment(wanted.begin, "from"), read_moment(wanted.end, "to")
        measured = await run_in_threadpool(self._sensor, call, wanted)
        if end < begin:
            raise Invalid([("to", "must not lie before from")])
        if end - begin > LONGEST_SPAN * _DAY:
            raise TooLarge(f"A range has at most {LONGEST_SPAN} days.", "to")
        lens = Lens() if wanted.raw_data else _lens(measured)
        pieces = await self.services.calibrated.between(
            call.caller.account, measured.streams, begin, end, lens
        )
        first = await anext(pieces, None)
        iso = wanted.iso_datetime or _asks_for_iso(request)
        return StreamingResponse(_listed(first, pieces, iso=iso), media_type="application/json")

    async def newest(self, request: Request) -> Response:
        """/tracker/readings/list: the newest value of every sensor that measures."""
        call = await self.access.call(request)
        wanted = read(call.parameters, shapes.ReadingsWanted)
        measured = await run_in_threadpool(self._sensors, call, wanted)
        latest = await self.services.calibrated.latest(
            call.caller.account, [stream for each in measured for stream in each.streams]
        )
        iso, now = wanted.iso_datetime or _asks_for_iso(request), self.services.clock()
        inputs = tuple(
            encode.reading(each.sensor, _seen(each, latest), _in_force(each, now), iso=iso)
            for each in measured
        )
        return json_response(shapes.NewestReadings(success=True, inputs=inputs))

    def _sensor(self, call: Call, wanted: shapes.DataWanted) -> Measured:
        tracker, sensor = self.access.sensor(call, wanted.tracker_id, wanted.sensor_id, Deed.READ_DATA)
        for each in self.services.measured_by.device(tracker.device):
            if each.sensor.id == sensor.id:
                return each
        raise Unsupported("Only a metering sensor has values.", "sensor_id")

    def _sensors(self, call: Call, wanted: shapes.ReadingsWanted) -> list[Measured]:
        tracker = self.access.tracker(call, wanted.tracker_id, Deed.READ_DATA)
        return [
            each
            for each in self.services.measured_by.device(tracker.device)
            if wanted.sensor_type in (None, each.sensor.described.sensor_type)
        ]


async def _listed(
    first: list[TimedValue] | None, rest: AsyncGenerator[list[TimedValue]], *, iso: bool
) -> AsyncGenerator[bytes]:
    yield b'{"success":true,"list":['
    separator, piece = b"", first
    while piece is not None:
        if piece:
            yield separator + encode.values(piece, iso=iso)
            separator = b","
        piece = await anext(rest, None)
    yield b"]}"


def _lens(measured: Measured) -> Lens:
    return Lens(measured.calibrations, measured.low, measured.high)


def _seen(measured: Measured, latest: dict[int, TimedValue]) -> TimedValue | None:
    """The newest value, unless its raw value lies beyond the limits."""
    raws = [latest[each.id] for each in (measured.stream, *measured.streams) if each.id in latest]
    raw = max(raws, key=itemgetter(0), default=None)  # of equally new ones that of what is fed now
    return None if raw is None else _lens(measured).look_at(raw)


def _in_force(measured: Measured, now: int) -> Calibration | None:
    holding = [each.calibration for each in measured.calibrations if each.valid_from <= now]
    return holding[-1] if holding else None


def _asks_for_iso(request: Request) -> bool:
    return request.headers.get("nvx-iso-datetime", "false").lower() not in ("false", "0")

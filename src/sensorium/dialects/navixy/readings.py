"""Values of sensors as their calibration has them now: of a range of time, and the newest."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from math import inf

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sensorium.dialects.navixy import encode, shapes
from sensorium.dialects.navixy.access import Access, Call, json_response
from sensorium.dialects.navixy.decode import read, read_moment
from sensorium.dialects.services import Services
from sensorium.model.calibration import Calibration
from sensorium.model.device import Datastream
from sensorium.model.errors import Invalid, TooLarge
from sensorium.model.rights import Deed
from sensorium.model.series import Reading
from sensorium.model.tracker import Sensor, SensorType
from sensorium.query.readings import Lens

LONGEST_SPAN = 120  # days (the vendor's maxReportTimeSpan)
_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Shown:
    """A sensor that measures, its datastream, and how its raw values are looked at."""

    sensor: Sensor
    stream: Datastream
    lens: Lens


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
        shown = await run_in_threadpool(self._sensor, call, wanted)
        if end < begin:
            raise Invalid([("to", "must not lie before from")])
        if end - begin > LONGEST_SPAN * _DAY:
            raise TooLarge(f"A range has at most {LONGEST_SPAN} days.", "to")
        lens = Lens() if wanted.raw_data else shown.lens
        pieces = await self.services.readings.between(shown.stream, begin, end, lens)
        first = await anext(pieces, None)
        iso = wanted.iso_datetime or _asks_for_iso(request)
        return StreamingResponse(_listed(first, pieces, iso=iso), media_type="application/json")

    async def newest(self, request: Request) -> Response:
        """/tracker/readings/list: the newest value of every sensor that measures."""
        call = await self.access.call(request)
        wanted = read(call.parameters, shapes.ReadingsWanted)
        shown = await run_in_threadpool(self._sensors, call, wanted)
        latest = await self.services.readings.latest([each.stream for each in shown])
        iso, now = wanted.iso_datetime or _asks_for_iso(request), self.services.clock()
        inputs = tuple(
            encode.reading(each.sensor, _seen(each, latest), _in_force(each.lens, now), iso=iso)
            for each in shown
        )
        return json_response(shapes.NewestReadings(success=True, inputs=inputs))

    def _sensor(self, call: Call, wanted: shapes.DataWanted) -> Shown:
        _, sensor = self.access.sensor(call, wanted.tracker_id, wanted.sensor_id, Deed.READ_DATA)
        self.services.sensors.stream(sensor)
        [shown] = self._shown([sensor])
        return shown

    def _sensors(self, call: Call, wanted: shapes.ReadingsWanted) -> list[Shown]:
        tracker = self.access.tracker(call, wanted.tracker_id, Deed.READ_DATA)
        found = self.services.sensors.list([tracker])[tracker.id]
        return self._shown(
            [each for each in found if wanted.sensor_type in (None, each.described.sensor_type)]
        )

    def _shown(self, sensors: list[Sensor]) -> list[Shown]:
        measuring = [each for each in sensors if each.described.type is SensorType.METERING]
        streams = self.services.sensors.streams(measuring)
        curves = self.services.sensors.curves(streams.values())
        found: list[Shown] = []
        for each in measuring:
            stream, limits = streams[each.id], each.described.parameters or {}
            low, high = (float(limits.get(name, other)) for name, other in (("min", -inf), ("max", inf)))
            found.append(Shown(each, stream, Lens(curves[stream.id], low, high)))
        return found


async def _listed(
    first: list[Reading] | None, rest: AsyncGenerator[list[Reading]], *, iso: bool
) -> AsyncGenerator[bytes]:
    yield b'{"success":true,"list":['
    separator, piece = b"", first
    while piece is not None:
        if piece:
            yield separator + encode.values(piece, iso=iso)
            separator = b","
        piece = await anext(rest, None)
    yield b"]}"


def _seen(shown: Shown, latest: dict[int, Reading]) -> Reading | None:
    """The newest value, unless its raw value lies beyond the limits."""
    raw = latest.get(shown.stream.id)
    seen = [] if raw is None else shown.lens.look([raw])
    return seen[0] if seen else None


def _in_force(lens: Lens, now: int) -> Calibration | None:
    holding = [each.calibration for each in lens.calibrations if each.valid_from <= now]
    return holding[-1] if holding else None


def _asks_for_iso(request: Request) -> bool:
    return request.headers.get("nvx-iso-datetime", "false").lower() not in ("false", "0")

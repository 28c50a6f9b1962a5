"""The calibration data of a sensor: a curve that is read, replaced, and taken from a file."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.navixy import encode, shapes
from sensorium.dialects.navixy.access import FILE_LIMIT, Access, Call, json_response
from sensorium.dialects.navixy.decode import read, read_points
from sensorium.dialects.services import Services
from sensorium.model.calibration import Point
from sensorium.model.errors import Missing, TooLarge
from sensorium.model.rights import Deed
from sensorium.plans.calibration_xml import choose, read_tables


@dataclass(frozen=True, slots=True)
class CalibrationData:
    """The operations on calibration data."""

    services: Services
    access: Access

    async def read(self, request: Request) -> Response:
        """/tracker/sensor/calibration_data/read."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._read, call, read(call.parameters, shapes.SensorChosen))

    async def update(self, request: Request) -> Response:
        """/tracker/sensor/calibration_data/update: no data is no curve (V15)."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._update, call, read(call.parameters, shapes.CurveGiven))

    async def upload_omnicomm(self, request: Request) -> Response:
        """/tracker/sensor/calibration_data/upload_omnicomm: a curve from an XML file."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._upload, call, read(call.parameters, shapes.CurveInFile))

    def _read(self, call: Call, chosen: shapes.SensorChosen) -> Response:
        _, sensor = self.access.sensor(call, chosen.tracker_id, chosen.sensor_id, Deed.LOOK)
        stream = self.services.sensors.stream(sensor)
        return json_response(encode.curve(self.services.calibrations.in_force(stream, self.services.clock())))

    def _update(self, call: Call, given: shapes.CurveGiven) -> Response:
        tracker, sensor = self.access.sensor(call, given.tracker_id, given.sensor_id, Deed.CHANGE)
        services = self.services
        services.sensors.stream(sensor)
        points, author = read_points(given.data), services.users.name_of(call.caller)
        services.sensors.calibrate(tracker, sensor, points, author=author, now=services.clock())
        return json_response(shapes.Done())

    def _upload(self, call: Call, given: shapes.CurveInFile) -> Response:
        tracker, sensor = self.access.sensor(call, given.tracker_id, given.sensor_id, Deed.CHANGE)
        services = self.services
        services.sensors.stream(sensor)
        if call.file is None:
            raise Missing("There is no part named file in a multipart body.", "file")
        if len(call.file) > FILE_LIMIT:
            raise TooLarge(f"A file has at most {FILE_LIMIT} bytes.", "file")
        found = choose(read_tables(call.file, services.calibration_names), given.sensor_number)
        points, author = [Point(*each) for each in found], services.users.name_of(call.caller)
        services.sensors.calibrate(tracker, sensor, points, author=author, now=services.clock())
        return json_response(shapes.Done())

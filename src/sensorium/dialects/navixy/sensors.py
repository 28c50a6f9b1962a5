"""The sensors of trackers."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.navixy import encode, shapes
from sensorium.dialects.navixy.access import Access, Call, json_response
from sensorium.dialects.navixy.decode import read, read_sensor
from sensorium.dialects.services import Services
from sensorium.model.errors import Invalid, TooLarge
from sensorium.model.rights import Deed
from sensorium.model.tracker import NewSensor, SensorType
from sensorium.register.trackers import require

MOST_TRACKERS = 500  # in one call


@dataclass(frozen=True, slots=True)
class Sensors:
    """The operations on sensors."""

    services: Services
    access: Access

    async def list(self, request: Request) -> Response:
        """/tracker/sensor/list."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._list, call, read(call.parameters, shapes.TrackerChosen))

    async def batch_list(self, request: Request) -> Response:
        """/tracker/sensor/batch_list: of several trackers, all of which must be there."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._batch_list, call, read(call.parameters, shapes.TrackersChosen))

    async def create(self, request: Request) -> Response:
        """/tracker/sensor/create."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._create, call, read(call.parameters, shapes.SensorGiven))

    async def update(self, request: Request) -> Response:
        """/tracker/sensor/update: the whole sensor with its id."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._update, call, read(call.parameters, shapes.SensorGiven))

    async def delete(self, request: Request) -> Response:
        """/tracker/sensor/delete."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._delete, call, read(call.parameters, shapes.SensorChosen))

    def _list(self, call: Call, chosen: shapes.TrackerChosen) -> Response:
        tracker = self.access.tracker(call, chosen.tracker_id, Deed.LOOK)
        found = self.services.sensors.list([tracker])[tracker.id]
        shown = tuple(encode.sensor(each) for each in found)
        return json_response(shapes.TrackerSensors(success=True, list=shown))

    def _batch_list(self, call: Call, chosen: shapes.TrackersChosen) -> Response:
        if len(chosen.trackers) > MOST_TRACKERS:
            raise TooLarge(f"At most {MOST_TRACKERS} trackers can be asked for at once.", "trackers")
        trackers = [self.services.trackers.get(call.caller, each) for each in dict.fromkeys(chosen.trackers)]
        for each in trackers:
            require(call.caller, each, Deed.LOOK)
        found = self.services.sensors.list(trackers)
        result = {str(tracker): tuple(encode.sensor(each) for each in of) for tracker, of in found.items()}
        return json_response(shapes.SensorsOfTrackers(success=True, result=result))

    def _create(self, call: Call, given: shapes.SensorGiven) -> Response:
        services = self.services
        tracker = self.access.tracker(call, given.tracker_id, Deed.CHANGE)
        new, author = _new_sensor(given), services.users.name_of(call.caller)
        number = services.sensors.create(tracker, new, author=author, now=services.clock())
        return json_response(shapes.Made(success=True, id=number))

    def _update(self, call: Call, given: shapes.SensorGiven) -> Response:
        services = self.services
        number = read_sensor(given.sensor).id
        if number is None:
            raise Invalid([("sensor.id", "must not be null")])
        tracker, _ = self.access.sensor(call, given.tracker_id, number, Deed.CHANGE)
        new, author = _new_sensor(given), services.users.name_of(call.caller)
        services.sensors.change(tracker, number, new, author=author, now=services.clock())
        return json_response(shapes.Done())

    def _delete(self, call: Call, chosen: shapes.SensorChosen) -> Response:
        tracker, sensor = self.access.sensor(call, chosen.tracker_id, chosen.sensor_id, Deed.CHANGE)
        self.services.sensors.delete(tracker, sensor.id)
        return json_response(shapes.Done())


def _new_sensor(given: shapes.SensorGiven) -> NewSensor:
    """The sensor that is described. Raises Invalid."""
    said = read_sensor(given.sensor)
    kinds = {each.value: each for each in SensorType}
    if said.type not in kinds:
        raise Invalid([("sensor.type", f"must be one of {', '.join(kinds)}")])
    return NewSensor(
        type=kinds[said.type],
        sensor_type=said.sensor_type,
        name=said.name,
        input_name=said.input_name,
        input_number=said.input_number,
        divider=said.divider,
        accuracy=said.accuracy,
        units=said.units,
        units_type=said.units_type,
        group_type=said.group_type,
        parameters=said.parameters,
    )

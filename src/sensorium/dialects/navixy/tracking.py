"""How devices are told to track."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.navixy import shapes
from sensorium.dialects.navixy.access import Access, Call, json_response
from sensorium.dialects.navixy.decode import read
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class TrackingMode:
    """The operations on tracking settings."""

    services: Services
    access: Access

    async def read(self, request: Request) -> Response:
        """/tracker/settings/tracking/read."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._read, call, read(call.parameters, shapes.TrackerChosen))

    async def update(self, request: Request) -> Response:
        """/tracker/settings/tracking/update."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._update, call, read(call.parameters, shapes.SettingsGiven))

    def _read(self, call: Call, chosen: shapes.TrackerChosen) -> Response:
        tracker = self.access.tracker(call, chosen.tracker_id, Deed.LOOK)
        settings = dict(self.services.tracking.settings(tracker))
        return json_response(shapes.TrackingSettings(success=True, value=settings))

    def _update(self, call: Call, given: shapes.SettingsGiven) -> Response:
        tracker = self.access.tracker(call, given.tracker_id, Deed.CONFIGURE)
        self.services.tracking.tell(tracker, given.tracking_settings, now=self.services.clock())
        return json_response(shapes.Done())

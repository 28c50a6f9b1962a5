"""The trackers of an account, and clones of them for others."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.navixy import encode, shapes
from sensorium.dialects.navixy.access import Access, Call, json_response
from sensorium.dialects.navixy.decode import read
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed


@dataclass(frozen=True, slots=True)
class Trackers:
    """The operations on trackers."""

    services: Services
    access: Access

    async def list(self, request: Request) -> Response:
        """/tracker/list."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._list, call, read(call.parameters, shapes.TrackersWanted))

    async def read(self, request: Request) -> Response:
        """/tracker/read: also one that is blocked."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._read, call, read(call.parameters, shapes.TrackerChosen))

    async def list_models(self, request: Request) -> Response:
        """/tracker/list_models: the name of a model, or of a profile, is its code."""
        call = await self.access.call(request)
        call.caller.require(Deed.LOOK)
        return json_response(encode.models())

    async def clone(self, request: Request) -> Response:
        """/panel/tracker/clone: show a tracker's device to another account too."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._clone, call, read(call.parameters, shapes.CloneWanted))

    async def delete(self, request: Request) -> Response:
        """/tracker/delete: a clone, by the account that has it."""
        call = await self.access.call(request)
        return await run_in_threadpool(self._delete, call, read(call.parameters, shapes.TrackerChosen))

    def _list(self, call: Call, wanted: shapes.TrackersWanted) -> Response:
        call.caller.require(Deed.LOOK)
        texts = None if wanted.labels is None else [each.casefold() for each in wanted.labels]
        found = [
            encode.tracker(each)
            for each in self.services.trackers.list(call.caller)
            if texts is None or any(text in each.label.casefold() for text in texts)
        ]
        return json_response(shapes.TrackerList(success=True, list=tuple(found)))

    def _read(self, call: Call, chosen: shapes.TrackerChosen) -> Response:
        found = self.services.trackers.get(call.caller, chosen.tracker_id)
        call.caller.require(Deed.LOOK)
        return json_response(shapes.TrackerShown(success=True, value=encode.tracker(found)))

    def _clone(self, call: Call, wanted: shapes.CloneWanted) -> Response:
        trackers = self.services.trackers
        tracker = trackers.get(call.caller, wanted.tracker_id)
        now = self.services.clock()
        number = trackers.clone(call.caller, tracker, wanted.user_id, wanted.label, now=now)
        return json_response(shapes.Made(success=True, id=number))

    def _delete(self, call: Call, chosen: shapes.TrackerChosen) -> Response:
        trackers = self.services.trackers
        trackers.remove_clone(call.caller, trackers.get(call.caller, chosen.tracker_id))
        return json_response(shapes.Done())

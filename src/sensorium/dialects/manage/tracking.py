"""What a device is told about tracking: fetched by the device, reported back by it, looked at by people."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage import encode, tracker_shapes
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.answers import json_body, json_response
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed
from sensorium.model.tracker import ToldSettings


@dataclass(frozen=True, slots=True)
class Told:
    """The operations on tracking settings. How a device is told is Navixy's `tracking/update`."""

    services: Services
    access: Access

    async def fetch(self, request: Request) -> Response:
        """GET /devices/{id}/settings: for the device itself, which has been sent them then."""
        device = await self.access.device(request, Deed.PUSH)
        send = partial(self.services.tracking.send, device.id, now=self.services.clock())
        return json_response(_to_run(await run_in_threadpool(send)))

    async def report(self, request: Request) -> Response:
        """PUT /devices/{id}/settings/reported: what the device does; as it was told is an acknowledgement."""
        device = await self.access.device(request, Deed.PUSH)
        body, now = await json_body(request), self.services.clock()
        told = await run_in_threadpool(self.services.tracking.report, device.id, body, now=now)
        return json_response(_told(told))

    async def show(self, request: Request) -> Response:
        """GET /devices/{id}/settings/state: what is told and how far that is."""
        device = await self.access.device(request)
        return json_response(_told(await run_in_threadpool(self.services.tracking.told, device.id)))


def _to_run(told: ToldSettings | None) -> tracker_shapes.SettingsToRun:
    """How a device is to track."""
    if told is None:
        return tracker_shapes.SettingsToRun(None, None)
    return tracker_shapes.SettingsToRun(dict(told.settings), encode.moment(told.stored))


def _told(each: ToldSettings | None) -> tracker_shapes.ManagedSettings:
    """How a device is told to track and how far that is."""
    if each is None:
        return tracker_shapes.ManagedSettings(None, None, None, None, None, None, ())
    return tracker_shapes.ManagedSettings(
        settings=dict(each.settings),
        stored=encode.moment(each.stored),
        sent=encode.optional_moment(each.sent),
        acknowledged=encode.optional_moment(each.acknowledged),
        reported=None if each.reported is None else dict(each.reported),
        reported_at=encode.optional_moment(each.reported_at),
        differing=each.differing,
    )

"""What a device is told about tracking: fetched by the device, reported back by it, looked at by people."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.answers import json_body, json_response
from sensorium.dialects.manage.encode import moment, optional_moment
from sensorium.dialects.manage.trackers import shapes
from sensorium.dialects.services import Services
from sensorium.model.rights import Deed
from sensorium.model.tracker import ToldSettings


@dataclass(frozen=True, slots=True)
class Tracking:
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


def _to_run(told: ToldSettings | None) -> shapes.SettingsToRun:
    """How a device is to track."""
    if told is None:
        return shapes.SettingsToRun(None, None)
    return shapes.SettingsToRun(dict(told.settings), moment(told.stored))


def _told(each: ToldSettings | None) -> shapes.ManagedSettings:
    """How a device is told to track and how far that is."""
    if each is None:
        return shapes.ManagedSettings(None, None, None, None, None, None, ())
    return shapes.ManagedSettings(
        settings=dict(each.settings),
        stored=moment(each.stored),
        sent=optional_moment(each.sent),
        acknowledged=optional_moment(each.acknowledged),
        reported=None if each.reported is None else dict(each.reported),
        reported_at=optional_moment(each.reported_at),
        differing=each.differing,
    )

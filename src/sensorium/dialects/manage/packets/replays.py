"""Replays: stored packets of a device are processed once more, by the settings of today."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_body, json_response, page_of
from sensorium.dialects.manage.encode import next_page
from sensorium.dialects.manage.packets import encode, shapes
from sensorium.dialects.manage.packets.decode import replay_range
from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.errors import NotFound
from sensorium.model.job import Job


@dataclass(frozen=True, slots=True)
class Replays:
    """The operations on replays."""

    services: Services
    access: Access

    async def start(self, request: Request) -> Response:
        """POST /devices/{id}/replays: asked for now, done by the engine process beside new packets."""
        account, device = await self.access.device_with_data(request)
        begin, end, rejected = replay_range(await json_body(request))
        jobs = self.services.jobs
        ask = jobs.replay_rejected if rejected else jobs.replay
        job = await run_in_threadpool(ask, account, device, begin, end, now=self.services.clock())
        return json_response(encode.replay(job), 202, {"Location": f"{self._address}/{job.id}"})

    async def show_all(self, request: Request) -> Response:
        """GET /replays: the caller's, page by page."""
        caller = await self.access.caller(request)
        limit, after = page_of(request)
        read = partial(self.services.jobs.list, caller.account, after=after, most=limit + 1)
        found = await run_in_threadpool(read)
        items = tuple(encode.replay(each) for each in found[:limit] if _is_seen(each, caller))
        return json_response(shapes.Replays(items, next_page(found, limit, self._address)))

    async def show(self, request: Request) -> Response:
        """GET /replays/{id}."""
        caller = await self.access.caller(request)
        return json_response(encode.replay(await run_in_threadpool(self._job, caller, request)))

    async def cancel(self, request: Request) -> Response:
        """DELETE /replays/{id}: it ends after the part that it is at; what it has done stays."""
        caller = await self.access.caller(request)
        job = await run_in_threadpool(self._job, caller, request)
        cancel = partial(self.services.jobs.cancel, caller.account, job.id, now=self.services.clock())
        return json_response(encode.replay(await run_in_threadpool(cancel)))

    def _job(self, caller: Credential, request: Request) -> Job:
        """The replay in the path, of a device that the caller sees. Raises NotFound."""
        job = self.services.jobs.get(caller.account, number_in_path(request))
        if not _is_seen(job, caller):
            raise NotFound("There is no such replay.")
        return job

    @property
    def _address(self) -> str:
        return f"{self.services.public_url}{PREFIX}/replays"


def _is_seen(job: Job, caller: Credential) -> bool:
    """Whether the caller sees the device of a job; those of an account are of one device."""
    return job.asked.device is not None and caller.sees(job.asked.device)

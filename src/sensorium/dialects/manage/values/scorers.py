"""Scorers: what values of a datastream are usual is learned from those that are stored."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access, number_in_path
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.answers import json_body, json_response
from sensorium.dialects.manage.values import encode, shapes
from sensorium.dialects.manage.values.decode import training_range
from sensorium.dialects.services import Services
from sensorium.model.account import Credential
from sensorium.model.errors import NotFound
from sensorium.model.job import Job


@dataclass(frozen=True, slots=True)
class Scorers:
    """The operations on scorers."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /datastreams/{id}/scorers."""
        stream = await self.access.datastream(request)
        found = await run_in_threadpool(self.services.scorers.of_stream, stream)
        return json_response(shapes.Scorers(tuple(encode.scorer_version(each) for each in found)))

    async def forget(self, request: Request) -> Response:
        """DELETE /datastreams/{id}/scorers."""
        stream = await self.access.datastream(request)
        await run_in_threadpool(self.services.scorers.forget, stream)
        return json_response(shapes.Scorers(()))

    async def train(self, request: Request) -> Response:
        """POST /datastreams/{id}/scorers: asked for now, done by the engine process beside new packets."""
        account, stream = await self.access.account_and_datastream(request)
        begin, end = training_range(await json_body(request))
        now = self.services.clock()
        ask = partial(self.services.scorers.train, account, stream, begin, end, now=now)
        job = await run_in_threadpool(ask)
        address = f"{self.services.public_url}{PREFIX}/trainings/{job.id}"
        return json_response(encode.training(job), 202, {"Location": address})

    async def show_training(self, request: Request) -> Response:
        """GET /trainings/{id}."""
        caller = await self.access.caller(request)
        return json_response(encode.training(await run_in_threadpool(self._job, caller, request)))

    async def cancel_training(self, request: Request) -> Response:
        """DELETE /trainings/{id}: the program that learns is ended, and nothing is kept."""
        caller = await self.access.caller(request)
        job = await run_in_threadpool(self._job, caller, request)
        cancel = partial(self.services.scorers.cancel, caller.account, job.id, now=self.services.clock())
        return json_response(encode.training(await run_in_threadpool(cancel)))

    def _job(self, caller: Credential, request: Request) -> Job:
        """The training in the path, of a device that the caller sees. Raises NotFound."""
        job = self.services.scorers.training(caller.account, number_in_path(request))
        if job.asked.device is None or not caller.sees(job.asked.device):
            raise NotFound("There is no such training.")
        return job

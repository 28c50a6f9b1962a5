"""Sensors: their descriptions, how they are configured and switched off, and their pipelines."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import Access, number_in_path
from sensorium.dialects.nilu.addresses import sensor_atom
from sensorium.dialects.nilu.answers import json_body, json_response
from sensorium.dialects.nilu.decode import as_object
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.nilu.sensors import encode, shapes
from sensorium.dialects.nilu.sensors.decode import changed_device, new_device
from sensorium.dialects.services import Services
from sensorium.dialects.streamed import streamed
from sensorium.model.account import Credential
from sensorium.model.catalogue import Level
from sensorium.model.device import Device
from sensorium.model.flags import PipelineStatus

PAGE = 50  # sensors of a list that are in memory at once


@dataclass(frozen=True, slots=True)
class Sensors:
    """The operations on sensors, but for their packets and data."""

    services: Services
    access: Access

    async def show_all(self, request: Request) -> Response:
        """GET /api/sensors: the public ones and the viewer's own."""
        return await self._shown(request, await self.access.viewer(request), None)

    async def show_provider(self, request: Request) -> Response:
        """GET /api/sensors/providers/{id} (NI-044)."""
        viewer = await self.access.viewer(request)
        account = await run_in_threadpool(self.services.accounts.get, number_in_path(request, "id"))
        return await self._shown(request, viewer, account.id)

    async def _shown(self, request: Request, viewer: Credential | None, owner: int | None) -> Response:
        """The sensors, page by page."""
        return await streamed(request, self._pages(viewer, owner))

    async def _pages(self, viewer: Credential | None, owner: int | None) -> AsyncGenerator[bytes]:
        mark, after = b"[", 0
        account = None if viewer is None else viewer.account
        while True:
            page = partial(self.services.devices.list, account, owner, after=after, most=PAGE)
            found = await run_in_threadpool(page)
            if not found:
                break
            after = found[-1].id
            devices = [each for each in found if each.public or viewer is None or viewer.sees(each.id)]
            if not devices:
                continue
            statuses = await self.services.pipelines.statuses([each.id for each in devices])
            shown = await run_in_threadpool(self._described, devices, statuses)
            yield mark + (await run_in_threadpool(to_json, shown))[1:-1]
            mark = b","
        yield b"[]" if mark == b"[" else b"]"

    def _described(
        self, devices: Sequence[Device], statuses: Mapping[int, PipelineStatus]
    ) -> list[shapes.Sensor]:
        services, levels = self.services, self._levels()
        systems = {epsg: services.catalogue.system(epsg) for epsg in {each.epsg for each in devices}}
        return [
            encode.sensor(each, statuses[each.id], levels, systems[each.epsg], services.public_url)
            for each in devices
        ]

    def _levels(self) -> dict[int, Level]:
        return {each.value: each for each in self.services.catalogue.levels()}

    async def show(self, request: Request) -> Response:
        """GET /api/sensors/{id}."""
        device = await self.access.visible(request)
        statuses = await self.services.pipelines.statuses([device.id])
        [shown] = await run_in_threadpool(self._described, [device], statuses)
        return json_response(shown)

    async def components(self, request: Request) -> Response:
        """GET /api/sensors/{id}/components (NI-116)."""
        device = await self.access.visible(request)
        levels = await run_in_threadpool(self._levels)
        return json_response(
            encode.bound_components(device.streams, levels, self.services.public_url, with_type=True)
        )

    async def converters(self, request: Request) -> Response:
        """GET /api/sensors/{id}/converters: [] when there are none (N9)."""
        device = await self.access.visible(request)
        return json_response(encode.converters(device.schema.converters, self.services.public_url))

    async def mapping(self, request: Request) -> Response:
        """GET /api/sensors/{id}/mapping: [] when there is none (N9)."""
        device = await self.access.visible(request)
        return json_response(encode.mappings(device.schema.mappings, self.services.public_url))

    async def location(self, request: Request) -> Response:
        """GET /api/sensors/{id}/location: {} for a moving sensor (NI-119)."""
        empty: dict[str, Any] = {}
        return json_response(encode.location(await self.access.visible(request)) or empty)

    async def parameters(self, request: Request) -> Response:
        """GET /api/sensors/{id}/parameters (NI-120)."""
        return json_response(encode.parameters((await self.access.visible(request)).schema.parameters))

    async def schema(self, request: Request) -> Response:
        """GET /api/sensors/{id}/schema: its packets as Avro, in the log (an extension)."""
        device = await self.access.visible(request)
        return json_response(await run_in_threadpool(self.services.devices.avro, device.id))

    async def schema_version(self, request: Request) -> Response:
        """GET /api/sensors/{id}/schema/{version}: that of an earlier description, counted from 1."""
        device = await self.access.visible(request)
        version = number_in_path(request, "version")
        return json_response(await run_in_threadpool(self.services.devices.avro, device.id, version))

    async def pipeline(self, request: Request) -> Response:
        """GET /api/sensors/{id}/pipeline: the flags (N30)."""
        device = await self.access.visible(request)
        status = await self.services.pipelines.status(device.id)
        return json_response(encode.pipeline(device.id, status, self.services.public_url))

    async def configure(self, request: Request) -> Response:
        """POST /api/sensors/configure (NI-123)."""
        account = await self.access.account(request)
        device = new_device(await json_body(request, self.services))
        configure = partial(self.services.devices.configure, account, device, now=self.services.clock())
        identifier = await run_in_threadpool(configure)
        atom = sensor_atom(self.services.public_url, identifier)
        return json_response(shapes.CreatedSensor(identifier, "Created", 201, atom), 201)

    async def reconfigure(self, request: Request) -> Response:
        """PUT /api/sensors/{id}/reconfigure: what the body has is changed, the rest stays (NI-161)."""
        account, number = await self.access.changing(request)
        await run_in_threadpool(self.services.devices.changeable, account, number)
        body = as_object(await json_body(request, self.services))
        describe = partial(changed_device, body)
        change = partial(self.services.devices.reconfigure, account, number, describe)
        await run_in_threadpool(change, now=self.services.clock())
        atom = sensor_atom(self.services.public_url, number)
        return json_response(shapes.CreatedSensor(number, "OK", 200, atom))

    async def delete(self, request: Request) -> Response:
        """DELETE /api/sensors/{id}/delete: its data stay readable by its id (NI-174, NI-180)."""
        account, number = await self.access.changing(request)
        delete = partial(self.services.devices.delete, account, number, now=self.services.clock())
        await run_in_threadpool(delete)
        return json_response(shapes.ChangedSensor(number, "OK", 200))

    async def disable(self, request: Request) -> Response:
        """POST /api/sensors/{id}/disable; once more does no harm (NI-173)."""
        account, device = await self.access.changing(request)
        await run_in_threadpool(self.services.devices.disable, account, device)
        return json_response(shapes.ChangedSensor(device, "OK", 200))

"""How one value came about."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.answers import json_response
from sensorium.dialects.manage.decode import read_moment
from sensorium.dialects.manage.encode import moment
from sensorium.dialects.manage.values import shapes
from sensorium.dialects.services import Services
from sensorium.model.device import Datastream
from sensorium.model.errors import Missing
from sensorium.model.rights import Deed
from sensorium.query.chain import Chain


@dataclass(frozen=True, slots=True)
class Chains:
    """The operation that tells it."""

    services: Services
    access: Access

    async def show(self, request: Request) -> Response:
        """GET /datastreams/{id}/chain?time=: each step to the value of that moment, with what did it."""
        account, stream = await self.access.account_and_datastream(request, Deed.READ_DATA)
        text = request.query_params.get("time")
        if text is None:
            raise Missing("Say the time of the value.", "time")
        at = read_moment(text, "time")
        chain = await self.services.chains.of(account, stream, at)
        hidden_by = await run_in_threadpool(self._hidden_by, stream, chain)
        stored = chain.stored
        return json_response(
            shapes.ManagedChain(
                stream.id,
                moment(at),
                tuple(_steps(chain)),
                shapes.StoredValue(stored.corrected, stored.level, stored.uncertainty),
                hidden_by,
            )
        )

    def _hidden_by(self, stream: Datastream, chain: Chain) -> int | None:
        """The sensor of Navixy's API that leaves the value out: its limits are looked at before all else."""
        raw = chain.stored.raw
        for each in self.services.measured_by.device(stream.device):
            if each.stream.id == stream.id and raw is not None and not each.low <= raw <= each.high:
                return each.sensor.id
        return None


def _steps(chain: Chain) -> list[shapes.StepOfChain]:
    steps = [shapes.StepOfChain("raw", chain.stored.raw)]
    if chain.calibration is not None:
        since, number, said = chain.calibration
        valid_from = moment(since)
        if said.divider is not None or said.multiplier is not None:
            scaling = _scaling(said.divider, said.multiplier)
            steps.append(shapes.StepOfChain("scaled", chain.scaled, number, scaling, valid_from))
        if said.points or said.equation is not None:
            steps.append(
                shapes.StepOfChain("calibrated", chain.calibrated, number, said.equation, valid_from)
            )
    if chain.correction is not None:
        since, correction = chain.correction
        valid_from, text = moment(since), None if correction is None else correction.expression
        steps.append(shapes.StepOfChain("corrected", chain.stored.corrected, None, text, valid_from))
    return steps


def _scaling(divider: float | None, multiplier: float | None) -> str:
    text = "$value" if divider is None else f"$value / {divider}"
    return text if multiplier is None else f"{text} * {multiplier}"

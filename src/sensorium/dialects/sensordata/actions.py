"""What is asked of the one address: the newest values, a select or an insert."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.sensordata.access import Access, token_of
from sensorium.dialects.sensordata.decode import Action, Select, read_action, read_select
from sensorium.dialects.sensordata.inserts import Inserts
from sensorium.dialects.sensordata.selects import Selects
from sensorium.dialects.sensordata.tree import read_object
from sensorium.dialects.services import Services
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.register.tokens import digest


@dataclass(frozen=True, slots=True)
class Actions:
    """The two ways to call the one address."""

    services: Services
    access: Access
    selects: Selects
    inserts: Inserts

    async def newest(self, request: Request) -> Response:
        """GET /v1/SensorData/: the newest values; a body or a query is not looked at (SD-007)."""
        caller = await self.access.caller(request)
        if request.method == "HEAD":
            return self.selects.head(caller)
        return await self.selects.answer(caller, Select())

    async def act(self, request: Request) -> Response:
        """POST /v1/SensorData/: a select or an insert."""
        caller = await self.access.caller(request)
        raw = await read_body(request, self.services.body_limit)
        body = read_object(raw)
        match read_action(body):
            case Action.SELECT:
                return await self.selects.answer(caller, read_select(body))
            case Action.INSERT:
                return await self.inserts.answer(caller, body, raw)

    def begin(self, request: Request) -> ShortWay:
        """An insert of which all is known."""
        return ShortWay(partial(self._begin_insert, digest(token_of(request))))

    def _begin_insert(self, token: bytes, raw: bytes) -> Begun | None:
        caller = self.services.credentials.by_digest(token, self.services.clock())
        if caller is None or len(raw) > self.services.body_limit:
            return None
        body = read_object(raw)
        return self.inserts.begin(caller, body, raw) if read_action(body) is Action.INSERT else None

"""Every address of SensorData."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Dialect, Operation
from sensorium.dialects.sensordata import errors, shapes
from sensorium.dialects.sensordata.access import Access, token_of
from sensorium.dialects.sensordata.decode import Action, Select, read_action, read_select
from sensorium.dialects.sensordata.decode import read_body as read_json
from sensorium.dialects.sensordata.inserts import Inserts
from sensorium.dialects.sensordata.login import Login
from sensorium.dialects.sensordata.selects import Selects
from sensorium.dialects.services import Services
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.register.tokens import digest

PREFIX = "/v1/SensorData"
LOGIN = "/v1/Login"
REFUSALS = (413, 500, 503)


@dataclass(frozen=True, slots=True)
class SensorData:
    """The two ways to call the one address."""

    services: Services
    access: Access
    selects: Selects
    inserts: Inserts

    async def newest(self, request: Request) -> Response:
        """GET /v1/SensorData/: the newest values; a body or a query is not looked at (SD-007)."""
        return await self.selects.answer(await self.access.caller(request), Select())

    def begin(self, request: Request) -> ShortWay:
        """An insert of which all is known."""
        return ShortWay(partial(self._begin_insert, digest(token_of(request))))

    def _begin_insert(self, token: bytes, raw: bytes) -> Begun | None:
        caller = self.services.credentials.by_digest(token, self.services.clock())
        if caller is None or len(raw) > self.services.body_limit:
            return None
        body = read_json(raw)
        return self.inserts.begin(caller, body, raw) if read_action(body) is Action.INSERT else None

    async def act(self, request: Request) -> Response:
        """POST /v1/SensorData/: a select or an insert."""
        caller = await self.access.caller(request)
        raw = await read_body(request, self.services.body_limit)
        body = read_json(raw)
        match read_action(body):
            case Action.SELECT:
                return await self.selects.answer(caller, read_select(body))
            case Action.INSERT:
                return await self.inserts.answer(caller, body, raw)


def dialect(services: Services) -> Dialect:
    """SensorData over the given use-cases."""
    data = SensorData(services, Access(services), Selects(services), Inserts(services))
    section, answer = "SensorData", shapes.SensorDataAnswer
    return Dialect(
        name="sensordata",
        title="SensorData",
        prefix=PREFIX,
        operations=(
            Operation("GET", PREFIX, data.newest, Who.ACCOUNT,
                      "The newest 1000 values", section, None, answer, 200, REFUSALS),
            Operation("POST", PREFIX, data.act, Who.ACCOUNT,
                      "Select values by a filter, or insert some", section, shapes.SensorDataRequest, answer,
                      200, REFUSALS, begin=data.begin),
            Operation("POST", LOGIN, Login(services).answer, Who.PASSWORD,
                      "Log in for a token, or out (a form)", section, None, shapes.SensorDataLogin, 200,
                      (409, *REFUSALS)),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.SensorDataFailure,
        also=(LOGIN,),
    )  # fmt: skip

"""Who calls and how often: checked before anything else of a request but that it can be read."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.callers import credential_of
from sensorium.dialects.navixy.decode import Asked, Parameters, find_hash, read_request
from sensorium.dialects.navixy.encode import to_json
from sensorium.dialects.services import Services
from sensorium.model.account import Credential, Kind
from sensorium.model.errors import Unauthorized
from sensorium.model.rights import Deed
from sensorium.model.tracker import Sensor, Tracker
from sensorium.register.trackers import require

FILE_LIMIT = 1 << 20  # bytes
BODY_LIMIT = FILE_LIMIT + (64 << 10)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of somebody: the hash that was shown, whose it is, and what came with it."""

    shown: str
    caller: Credential
    parameters: Parameters
    file: bytes | None


@dataclass(frozen=True, slots=True)
class Access:
    """The checks of who, how often and whose, in the order that V8 fixes."""

    services: Services

    async def asked(self, request: Request) -> Asked:
        """What a request carries. Raises TooLarge, Malformed and UnsupportedMedia."""
        body = await read_body(request, BODY_LIMIT)
        return read_request(request.headers.get("content-type", ""), body, request.scope["query_string"])

    async def call(self, request: Request) -> Call:
        """A call with a good hash. Raises as `asked` does, then Unauthorized, then TooMany."""
        asked = await self.asked(request)
        shown = find_hash(asked.parameters, request.headers.get("authorization", ""))
        if not shown:
            raise Unauthorized("A hash is needed.", "" if shown is None else "hash")
        caller = await credential_of(self.services, shown.encode())
        counted = f"{_counted_as(caller, shown)} {address_of(request)}".encode()
        self.services.user_limit.take(counted, self.services.clock())
        return Call(shown, caller, asked.parameters, asked.file)

    def tracker(self, call: Call, number: int, deed: Deed) -> Tracker:
        """A tracker for something. Raises NotFound, NotPermitted, Blocked and Cloned, in this order."""
        found = self.services.trackers.get(call.caller, number)
        require(call.caller, found, deed)
        return found

    def sensor(self, call: Call, tracker: int, number: int, deed: Deed) -> tuple[Tracker, Sensor]:
        """A sensor for something, and its tracker. Raises as `tracker` does."""
        found = self.services.trackers.get(call.caller, tracker)
        sensor = self.services.sensors.get(found, number)
        require(call.caller, found, deed)
        return found, sensor


def address_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client is not None else ""


def _counted_as(caller: Credential, shown: str) -> str:
    """As whom a call counts: as its user, or as its key."""
    return shown if caller.kind is Kind.KEY else f"{caller.account}/{caller.user}"


def json_response(value: object) -> Response:
    """The value as a JSON body."""
    return Response(to_json(value), media_type="application/json")

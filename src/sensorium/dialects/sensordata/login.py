"""Login and logout, as clients of the original do them: sessions that last while they are used."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.callers import log_in
from sensorium.dialects.dialect import FORM
from sensorium.dialects.sensordata import shapes
from sensorium.dialects.sensordata.encode import to_json
from sensorium.dialects.services import Services
from sensorium.model.errors import Malformed, NotFound, Unauthorized

LONGEST_BODY = 8192  # bytes
LIFE = 3600 * 60 * 1_000_000  # of a session after its last use: 3600 minutes


@dataclass(frozen=True, slots=True)
class Login:
    """The one operation on sessions."""

    services: Services

    async def answer(self, request: Request) -> Response:
        """POST /v1/Login/: a session for `username` and `password`, or the end of that of `token`."""
        media = request.headers.get("content-type", "")
        if media.partition(";")[0].strip().lower() != FORM:
            code = "INVALID_CONTENT_TYPE_HEADER" if media else "MISSING_CONTENT_TYPE_HEADER"
            return _failed(code, "", media)
        form = _form(await read_body(request, LONGEST_BODY))
        if form.get("token"):
            return await self._close(form["token"])
        return await self._open(request, form.get("username", ""), form.get("password", ""), media)

    async def _open(self, request: Request, username: str, password: str, media: str) -> Response:
        """A name that nobody has is answered as a wrong password is, so that nobody learns names here."""
        if not username or username != username.strip():
            return _failed("ACCOUNT_DOES_NOT_EXIST", username, media)
        services, now = self.services, self.services.clock()
        try:
            enter = partial(services.sessions.open, username, password, now=now, life=LIFE)
            token = await log_in(services, request, username, enter)
        except Unauthorized:
            return _failed("ACCOUNT_PASSWORD_INCORRECT", username, media)
        caller = await run_in_threadpool(services.credentials.load, token.encode(), now)
        number, role = (caller.account, "master") if caller.user is None else (caller.user, "user")
        shown = shapes.SensorDataLogin(token, number, role, "SUCCESS", "NO_ERROR", username, media)
        return Response(to_json(shown), media_type="application/json")

    async def _close(self, token: str) -> Response:
        """Raises Unauthorized for a token that is none, and Unsupported for one that is no session's."""
        services = self.services
        shown = token.encode(errors="replace")
        caller = await run_in_threadpool(services.credentials.load, shown, services.clock())
        try:
            await run_in_threadpool(services.sessions.close, caller, token)
        except NotFound:
            raise Unauthorized("The session has ended.") from None
        return Response(
            to_json(shapes.SensorDataLogout("LOGGED_OUT", "NO_ERROR")), media_type="application/json"
        )


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise Malformed("The body is no form.") from None
    return {name: values[-1] for name, values in fields.items()}


def _failed(code: str, username: str, media: str) -> Response:
    shown = shapes.SensorDataLogin("ERROR", None, None, "FAILURE", code, username, media)
    return Response(to_json(shown), media_type="application/json")

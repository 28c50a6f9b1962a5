"""How each refusal looks in Navixy's words: a code of the vendor's table, with its description and status."""

from collections.abc import Callable, Collection
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.navixy import shapes
from sensorium.dialects.navixy.encode import to_json
from sensorium.dialects.prepared import Prepared
from sensorium.model import errors
from sensorium.model.errors import Refusal

VERSION = "/v2"

WRONG_HASH, NO_USER, WRONG_FORMAT, UNEXPECTED, WRONG_PARAMETERS, TOO_LARGE = 3, 4, 5, 6, 7, 9
WRONG_LOGIN, WRONG_HANDLER, WRONG_METHOD = 102, 111, 112


def _codes() -> dict[int, tuple[int, str]]:
    text = files("sensorium.dialects.navixy").joinpath("codes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {int(code): (int(status), description) for code, status, description in rows}


CODES = _codes()
"""HTTP status and description of every code of the vendor's table (facts 1.3)."""

ANSWERS: dict[type[Refusal], int] = {
    errors.Unauthorized: NO_USER,
    errors.Forbidden: 201,
    errors.NotPermitted: 13,
    errors.TooMany: 15,
    errors.NotFound: 201,
    errors.WrongMethod: WRONG_METHOD,
    errors.DeviceDisabled: 266,
    errors.DeviceEnabled: 266,
    errors.WrongDoor: 266,
    errors.Blocked: 208,
    errors.Cloned: 219,
    errors.Unsupported: 228,
    errors.Invalid: WRONG_PARAMETERS,
    errors.Missing: WRONG_PARAMETERS,
    errors.Malformed: WRONG_PARAMETERS,
    errors.UnsupportedMedia: WRONG_FORMAT,
    errors.TooLarge: TOO_LARGE,
    errors.Conflict: 247,
    errors.AlreadyStored: 247,
    errors.Outdated: 7,
    errors.Unconditional: 7,
    errors.KeyReused: 247,
    errors.PoolFull: 268,
    errors.UnknownParameter: 7,
    errors.UnknownComponent: 7,
    errors.UnknownUnit: 7,
    errors.UnknownLevel: 7,
    errors.UnknownReferenceSystem: 7,
    errors.InvalidSchema: 7,
    errors.Misbound: 7,
    errors.InvalidPath: 7,
    errors.InvalidArguments: 7,
    errors.InvalidTimezone: 7,
    errors.InvalidExpression: 7,
    errors.EmptyFile: 274,
    errors.InvalidFile: 234,
    errors.NoTable: 235,
    errors.InvalidPacket: 7,
    errors.ConversionFailed: 7,
    errors.Unavailable: 8,
    errors.Unreachable: 14,
    errors.NotKept: 1,
}
"""The code of every refusal, where nothing below says otherwise."""

AT_PLACE: dict[tuple[type[Refusal], str], int] = {
    (errors.Unauthorized, "hash"): WRONG_HASH,
    (errors.Malformed, ""): WRONG_FORMAT,
    (errors.Missing, "file"): 233,
    (errors.TooLarge, "file"): 271,
    (errors.TooLarge, "to"): 211,
    (errors.TooLarge, "trackers"): 221,
    (errors.Unsupported, "tracker_id"): 214,
    (errors.Unsupported, "hash"): 276,
    (errors.Conflict, "input_name"): 232,
}
"""The code of a refusal that is about something special."""

AT_CALL: dict[tuple[type[Refusal], str], int] = {
    (errors.Unauthorized, "/user/auth"): WRONG_LOGIN,
    (errors.TooMany, "/user/auth"): 105,
    (errors.PoolFull, "/user/auth"): 104,
    (errors.PoolFull, "/tracker/sensor/create"): 270,
    (errors.NotFound, "/tracker/sensor/batch_list"): 217,
    (errors.NotFound, "/tracker/readings/list"): 204,
    (errors.Unsupported, "/tracker/delete"): 249,
    (errors.TooLarge, "/tracker/sensor/calibration_data/upload_omnicomm"): 271,
}
"""The code of a refusal by a call that has its own."""


WITHIN = {"/tracker/sensor/create": "sensor", "/tracker/sensor/update": "sensor"}
"""The parameter that is an object whose members a call is about."""

CALLED = {"points": "data"}
"""What the API calls something that the platform has another word for."""


def refusing(calls: Collection[str]) -> Callable[[Refusal, Request], Response]:
    """How refusals are answered; `calls` are the paths of all calls, without the version."""
    resources = {path.rpartition("/")[0] for path in calls}

    def refuse(refusal: Refusal, request: Request) -> Response:
        path = request.url.path.removeprefix(VERSION).rstrip("/")
        if path in calls:
            return _answer(_code(refusal, path), refusal, path)
        return _answer(WRONG_METHOD if path.rpartition("/")[0] in resources else WRONG_HANDLER, refusal)

    return refuse


def unexpected() -> Prepared:
    """The answer when the fault is the server's."""
    status, description = CODES[UNEXPECTED]
    failure = shapes.NavixyFailure(False, shapes.NavixyStatus(UNEXPECTED, description))  # noqa: FBT003
    return Prepared(to_json(failure), status, media_type="application/json")


def _code(refusal: Refusal, path: str) -> int:
    kind = type(refusal)
    code = AT_CALL.get((kind, path)) or AT_PLACE.get((kind, refusal.where))
    return ANSWERS[kind] if code is None else code


def _answer(code: int, refusal: Refusal, path: str = "") -> Response:
    status, description = CODES[code]
    faults = _faults(refusal, path) if code == WRONG_PARAMETERS else None
    failure = shapes.NavixyFailure(False, shapes.NavixyStatus(code, description), faults)  # noqa: FBT003
    return Response(to_json(failure), status, _headers(refusal), media_type="application/json")


def _faults(refusal: Refusal, path: str) -> tuple[shapes.NavixyFault, ...]:
    """What is wrong with which parameter; of what stands in an object also in which one."""
    found = refusal.faults if isinstance(refusal, errors.Invalid) else ((refusal.where, refusal.why),)
    within = WITHIN.get(path, "")
    known = ("tracker_id", within)
    return tuple(
        shapes.NavixyFault(
            f"{within}.{name}" if within and name.partition(".")[0] not in known else CALLED.get(name, name),
            why,
        )
        for name, why in found
    )


def _headers(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, errors.Unavailable | errors.TooMany):
        return {"Retry-After": str(refusal.retry_after)}
    return {}

"""How each refusal looks in NILU's words: an HTTP status and an application error code (N2 to N7)."""

import re

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu import shapes
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.prepared import Prepared
from sensorium.model import errors
from sensorium.model.errors import Refusal

# Numbers of our own, where the document has none
MISSING = 1000
MALFORMED = 1001
UNKNOWN = 1002
TOO_LARGE = 1003
OTHER_ADDRESS = 1004
UNREADABLE_MEDIA = 1005
KEY_REUSED = 1006
UNEXPECTED = 1008
WRONG_METHOD = 1009
TOO_MANY = 1010
BLOCKED = 1011
UNSUPPORTED = 1012

ANSWERS: dict[type[Refusal], tuple[int, int]] = {
    errors.Unauthorized: (401, 500),
    errors.Forbidden: (500, 510),
    errors.NotPermitted: (500, 510),
    errors.TooMany: (429, TOO_MANY),
    errors.NotFound: (404, UNKNOWN),
    errors.WrongMethod: (405, WRONG_METHOD),
    errors.DeviceDisabled: (500, 400),
    errors.DeviceEnabled: (500, 401),
    errors.WrongDoor: (400, OTHER_ADDRESS),
    errors.Blocked: (403, BLOCKED),
    errors.Cloned: (500, 510),
    errors.Unsupported: (409, UNSUPPORTED),
    errors.Invalid: (422, MALFORMED),
    errors.Missing: (422, MISSING),
    errors.Malformed: (400, MALFORMED),
    errors.UnknownParameter: (400, MALFORMED),
    errors.UnsupportedMedia: (415, UNREADABLE_MEDIA),
    errors.TooLarge: (413, TOO_LARGE),
    errors.Conflict: (500, 410),
    errors.Outdated: (412, MALFORMED),
    errors.Unconditional: (428, MISSING),
    errors.KeyReused: (409, KEY_REUSED),
    errors.AlreadyStored: (409, KEY_REUSED),
    errors.PoolFull: (500, 100),
    errors.UnknownComponent: (500, 220),
    errors.UnknownUnit: (500, 230),
    errors.UnknownLevel: (500, 225),
    errors.UnknownReferenceSystem: (500, 226),
    errors.InvalidSchema: (500, 115),
    errors.Misbound: (500, 124),
    errors.InvalidPath: (500, 129),
    errors.InvalidArguments: (500, 130),
    errors.InvalidTimezone: (500, 132),
    errors.InvalidExpression: (422, MALFORMED),
    errors.EmptyFile: (422, MISSING),
    errors.InvalidFile: (422, MALFORMED),
    errors.NoTable: (422, MISSING),
    errors.InvalidPacket: (500, 110),
    errors.ConversionFailed: (500, 131),
    errors.Unavailable: (500, 305),
    errors.Unreachable: (500, 300),
    errors.NotKept: (500, 305),
}
"""HTTP status and error code of every refusal."""


NOT_PUBLISHED, SCHEMA_SERVER = 112, 120
_NOT_KEPT = {"configure": NOT_PUBLISHED, "reconfigure": NOT_PUBLISHED, "delete": SCHEMA_SERVER}
"""What a change that was not kept is called, by the last part of its address (NI-148, NI-166, NI-179)."""


def refuse(refusal: Refusal, request: Request) -> Response:
    """The refusal as an answer."""
    failed = failure(refusal)
    if isinstance(refusal, errors.NotKept):
        code = _NOT_KEPT.get(request.url.path.rpartition("/")[2], failed.code)
        failed = shapes.Failure(code, failed.why, failed.status)
    headers = _headers(refusal, request)
    return Response(to_json(failed), failed.status, headers, media_type="application/json")


def failure(refusal: Refusal) -> shapes.Failure:
    """The refusal in the standard format, naming the field or path at fault."""
    status, code = ANSWERS[type(refusal)]
    if isinstance(refusal, errors.WrongDoor) and refusal.fixed:
        status = 300
    return shapes.Failure(code, _sentence(refusal), status)


def _sentence(refusal: Refusal) -> str:
    why = refusal.why.removesuffix(".")
    place = f" ({refusal.where})" if refusal.where and not _names(why, refusal.where) else ""
    return f"{why[:1].upper()}{why[1:]}{place}."


def _names(why: str, where: str) -> bool:
    """Whether the sentence names the place already: as a word, and one that is longer than most."""
    return len(where) > 3 and re.search(rf"(?<!\w){re.escape(where)}(?!\w)", why) is not None


def unexpected() -> Prepared:
    """The answer when the fault is the server's."""
    failed = shapes.Failure(
        UNEXPECTED, "Something went wrong on the server; the request may not have been carried out.", 500
    )
    return Prepared(to_json(failed), 500, media_type="application/json")


def _headers(refusal: Refusal, request: Request) -> dict[str, str]:
    match refusal:
        case errors.WrongDoor():
            return {"endpoint": refusal.endpoint}
        case errors.Unavailable() | errors.TooMany():
            return {"Retry-After": str(refusal.retry_after)}
        case errors.Unauthorized() if "/tokens/" in request.url.path:
            return {"WWW-Authenticate": 'Basic realm="sensorium", charset="UTF-8"'}
        case errors.Unauthorized():
            return {"WWW-Authenticate": 'Bearer realm="sensorium"'}
        case _:
            return {}

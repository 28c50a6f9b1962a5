"""How each refusal looks in the management API: problem details of RFC 9457."""

import re

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage import shapes
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.encode import to_json
from sensorium.dialects.prepared import Prepared
from sensorium.model import errors
from sensorium.model.errors import Refusal

MEDIA = "application/problem+json"
PROBLEMS = f"{PREFIX}/problems"

ANSWERS: dict[type[Refusal], tuple[int, str]] = {
    errors.Unauthorized: (401, "A good token is needed"),
    errors.Forbidden: (403, "It belongs to another account"),
    errors.NotPermitted: (403, "The right or the scope is missing"),
    errors.TooMany: (429, "There are too many"),
    errors.NotFound: (404, "There is no such thing"),
    errors.WrongMethod: (405, "Not with this method"),
    errors.DeviceDisabled: (409, "The device is disabled"),
    errors.DeviceEnabled: (409, "The device is enabled"),
    errors.WrongDoor: (400, "The device has another address"),
    errors.Blocked: (403, "The device is blocked"),
    errors.Cloned: (403, "The tracker is a clone"),
    errors.Unsupported: (409, "It cannot do that"),
    errors.Invalid: (422, "Some fields are wrong"),
    errors.Missing: (422, "Something is missing"),
    errors.Malformed: (400, "Something cannot be read or is out of its bounds"),
    errors.UnknownParameter: (400, "There is no such parameter"),
    errors.UnsupportedMedia: (415, "The content type is not read here"),
    errors.TooLarge: (413, "The body is too large"),
    errors.Conflict: (409, "It contradicts what is there"),
    errors.Outdated: (412, "It was changed meanwhile"),
    errors.Unconditional: (428, "If-Match is missing"),
    errors.KeyReused: (409, "The idempotency key came with another body"),
    errors.AlreadyStored: (409, "It is stored already"),
    errors.PoolFull: (409, "There are as many as there may be"),
    errors.UnknownComponent: (422, "There is no such component"),
    errors.UnknownUnit: (422, "There is no such unit"),
    errors.UnknownLevel: (422, "There is no such data level"),
    errors.UnknownReferenceSystem: (422, "There is no such reference system"),
    errors.InvalidSchema: (422, "The parameters are no schema"),
    errors.Misbound: (422, "A component is bound to what is no number"),
    errors.InvalidPath: (422, "A path leads nowhere"),
    errors.InvalidArguments: (422, "A converter cannot work with its arguments"),
    errors.InvalidTimezone: (422, "There is no such time zone"),
    errors.InvalidExpression: (422, "An expression cannot be read"),
    errors.EmptyFile: (422, "The file is empty"),
    errors.InvalidFile: (422, "The file cannot be read"),
    errors.NoTable: (422, "The file has no such table"),
    errors.InvalidPacket: (422, "The packet does not fit its schema"),
    errors.ConversionFailed: (422, "A value cannot be converted"),
    errors.Unavailable: (503, "It cannot be answered now"),
    errors.Unreachable: (503, "A store is away"),
    errors.NotKept: (503, "The change could not be kept"),
}
"""HTTP status and title of every refusal."""

UNEXPECTED = ("Unexpected", 500, "An error of the server")


def slug(name: str) -> str:
    """The name of a kind of problem as it stands in addresses: `too-large` of `TooLarge`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def refuse(refusal: Refusal, request: Request) -> Response:  # noqa: ARG001 - every dialect's has this form
    """The refusal as an answer."""
    status, title = ANSWERS[type(refusal)]
    problem = shapes.Problem(
        type=f"{PROBLEMS}#{slug(type(refusal).__name__)}",
        title=title,
        status=status,
        detail=f"{refusal.why[:1].upper()}{refusal.why[1:]}",
    )
    if refusal.where:
        problem = shapes.Problem(problem.type, title, status, problem.detail, refusal.where)
    return Response(to_json(problem), status, _headers(refusal), media_type=MEDIA)


def unexpected() -> Prepared:
    """The answer when the fault is the server's."""
    name, status, title = UNEXPECTED
    detail = "Something went wrong on the server; the request may not have been carried out."
    problem = shapes.Problem(f"{PROBLEMS}#{slug(name)}", title, status, detail)
    return Prepared(to_json(problem), status, media_type=MEDIA)


def _headers(refusal: Refusal) -> dict[str, str]:
    match refusal:
        case errors.Unavailable() | errors.TooMany():
            return {"Retry-After": str(refusal.retry_after)}
        case errors.Unauthorized():
            return {"WWW-Authenticate": 'Bearer realm="sensorium"'}
        case _:
            return {}

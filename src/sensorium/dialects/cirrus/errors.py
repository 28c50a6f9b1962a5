"""How each refusal looks in Cirrus's words: a name and a sentence (CI-033 to CI-035, C2, C3)."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.cirrus import shapes
from sensorium.dialects.cirrus.encode import to_json
from sensorium.dialects.prepared import Prepared
from sensorium.model import errors
from sensorium.model.errors import Refusal


class Answer(NamedTuple):
    """The status, the name, and the document's sentence ("": the refusal has its own)."""

    status: int
    name: str
    sentence: str = ""


EXPIRED = Answer(
    401,
    "TokenExpired",
    "Your access token is invalid or has expired. Try refreshing the token.",
)
DENIED = Answer(403, "AccessDenied", "You do not have permission to access this data.")
TOO_MANY = Answer(
    429,
    "TooManyRequests",
    "You have made too many requests in a short time. Please wait before trying again.",
)
UNAVAILABLE = Answer(503, "Unavailable", "The service cannot answer now. Please try again.")

ANSWERS: dict[type[Refusal], Answer] = {
    errors.Unauthorized: EXPIRED,
    errors.Forbidden: DENIED,
    errors.NotPermitted: DENIED,
    errors.TooMany: TOO_MANY,
    errors.Missing: Answer(400, "MissingParam"),
    errors.Malformed: Answer(400, "InvalidParam"),
    errors.NotFound: Answer(404, "NotFound"),
    errors.WrongMethod: Answer(405, "MethodNotAllowed"),
    errors.Unavailable: UNAVAILABLE,
    errors.Unreachable: UNAVAILABLE,
    errors.NotKept: UNAVAILABLE,
}
"""Every refusal that a call which only reads can meet."""

UNEXPECTED = Answer(500, "UnexpectedError", "Something went wrong on the server.")


def refuse(refusal: Refusal, request: Request) -> Response:  # noqa: ARG001 - every dialect's has this form
    """The refusal as an answer. Raises KeyError for one that only changes of things can meet."""
    answer = ANSWERS[type(refusal)]
    return _response(answer, answer.sentence or refusal.why, _headers(refusal))


def unexpected() -> Prepared:
    """The answer when the fault is the server's."""
    body = to_json(shapes.CirrusFailure(UNEXPECTED.name, UNEXPECTED.sentence))
    return Prepared(body, UNEXPECTED.status, media_type="application/json")


def _response(answer: Answer, sentence: str, headers: dict[str, str]) -> Response:
    body = to_json(shapes.CirrusFailure(answer.name, sentence))
    return Response(body, answer.status, headers, media_type="application/json")


def _headers(refusal: Refusal) -> dict[str, str]:
    match refusal:
        case errors.TooMany() | errors.Unavailable():
            return {"Retry-After": str(refusal.retry_after)}
        case errors.Unauthorized():
            return {"WWW-Authenticate": 'ApiKey realm="sensorium"'}
        case _:
            return {}

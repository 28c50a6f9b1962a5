"""How each refusal looks in SensorData's words. What its document lists comes with HTTP 200 (D18)."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.prepared import Prepared
from sensorium.dialects.sensordata import shapes
from sensorium.dialects.sensordata.encode import to_json
from sensorium.model import errors
from sensorium.model.errors import Refusal

LONGEST_DETAIL = 100  # characters of a parameter's name that are told

MALFORMED = {
    "": "INVALID_REQUEST_PRAM",
    "action": "INVALID_ACTION_PRAM",
    "asset_id": "INVALID_ASSET_ID_PRAM",
    "device_id": "INVALID_DEVICE_ID_PRAM",
    "data_id": "INVALID_DATA_ID_PRAM",
    "timestamp_from": "INVALID_TIMESTAMP_FROM_PRAM",
    "timestamp_to": "INVALID_TIMESTAMP_TO_PRAM",
    "limit": "INVALID_LIMIT_PRAM",
    "order": "INVALID_ORDER_PRAM",
    "sd_id": "INVALID_SD_ID_PRAM",
    "filter": "INVALID_FILTER_PRAM",
    "filter.sd_id": "INVALID_SD_ID_PRAM",
    "filter.comp": "INVALID_MATH_COMPARISON_PRAM",
    "filter.val": "INVALID_SENSOR_VALUE_PRAM",
    "filter.op": "INVALID_OPERATOR_PRAM",
    "timestamp": "INVALID_TIMESTAMP_PRAM",
    "user_agent": "INVALID_USER_AGENT_PRAM",
    "sensor_data": "INVALID_SENSOR_DATA_PRAM",
    "sensor_data.sd_id": "INVALID_SENSOR_DATA_SENSOR_ID_PRAM",
    "sensor_data.value": "INVALID_SENSOR_DATA_VALUE_PRAM",
}
"""The code of a parameter that cannot be read, by where it stands."""

MISSING = {
    "action": "INVALID_REQUEST_PRAM",
    "user_agent": "MISSING_USER_AGENT_PRAM",
    "asset_id": "MISSING_ASSET_ID_OR_DEVICE_ID_PRAM",
    "sensor_data": "MISSING_SENSOR_DATA_PRAM",
}


class Answer(NamedTuple):
    """HTTP status and code."""

    status: int
    code: str


UNKNOWN_PARAMETER = "INVALID_INPUT_PRAM"
UNAVAILABLE = Answer(503, "SERVICE_UNAVAILABLE")
NO_DATA = Answer(200, "NO_DATA")
NOT_LINKED = Answer(200, "INVALID_ASSET_ID_OR_DEVICE_ID_PRAM")
NO_TOKEN = Answer(200, "INVALID_TOKEN")

ANSWERS: dict[type[Refusal], Answer] = {
    errors.Unauthorized: NO_TOKEN,
    errors.NotPermitted: NO_TOKEN,
    errors.Unsupported: NO_TOKEN,
    errors.UnknownParameter: Answer(200, UNKNOWN_PARAMETER),
    errors.Forbidden: NOT_LINKED,
    errors.DeviceDisabled: NOT_LINKED,
    errors.Conflict: Answer(200, "INVALID_DUPLICATE_SD_ID_PRAM"),
    errors.InvalidPacket: Answer(200, "INVALID_TIMESTAMP_PRAM"),
    errors.AlreadyStored: Answer(200, "NO_UNIQUE_SENSOR_DATA"),
    errors.NotFound: Answer(404, "NOT_FOUND"),
    errors.WrongMethod: Answer(405, "METHOD_NOT_ALLOWED"),
    errors.UnsupportedMedia: Answer(415, "INVALID_REQUEST_PRAM"),
    errors.TooLarge: Answer(413, "INVALID_REQUEST_PRAM"),
    errors.TooMany: Answer(429, "TOO_MANY_REQUESTS"),
    errors.PoolFull: Answer(409, "TOO_MANY_SESSIONS"),
    errors.Unavailable: UNAVAILABLE,
    errors.Unreachable: UNAVAILABLE,
    errors.NotKept: UNAVAILABLE,
}
"""Every refusal that a request here can meet, but for those whose code depends on where the fault is."""

UNEXPECTED = Answer(500, "UNEXPECTED_ERROR")


def answer(refusal: Refusal) -> Answer:
    """Status and code of a refusal. Raises KeyError for one that only other doors meet."""
    match refusal:
        case errors.Malformed():
            return Answer(200, MALFORMED[refusal.where])
        case errors.Missing():
            return Answer(200, MISSING[refusal.where])
        case errors.NotFound() if refusal.where == "data":
            return NO_DATA
        case _:
            return ANSWERS[type(refusal)]


def refuse(refusal: Refusal, request: Request) -> Response:  # noqa: ARG001 - every dialect's has this form
    """The refusal as an answer."""
    status, code = answer(refusal)
    failure = shapes.SensorDataFailure(code)
    if isinstance(refusal, errors.UnknownParameter):
        failure = shapes.SensorDataFailure(code, f"INVALID_PRAM_{refusal.where[:LONGEST_DETAIL].upper()}")
    headers: dict[str, str] = {}
    if isinstance(refusal, errors.Unavailable | errors.TooMany):
        headers["Retry-After"] = str(refusal.retry_after)
    return Response(to_json(failure), status, headers, media_type="application/json")


def unexpected() -> Prepared:
    """The answer when the fault is the server's."""
    return Prepared(
        to_json(shapes.SensorDataFailure(UNEXPECTED.code)), UNEXPECTED.status, media_type="application/json"
    )

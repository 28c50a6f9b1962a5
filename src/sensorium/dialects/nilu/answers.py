"""Answers as HTTP responses."""

from starlette.responses import Response

from sensorium.dialects.nilu.encode import to_json


def json_response(value: object, status: int = 200) -> Response:
    """The value as a JSON body."""
    return json_bytes(to_json(value), status)


def json_bytes(body: bytes, status: int = 200) -> Response:
    """A JSON body that is there already."""
    return Response(body, status, media_type="application/json")

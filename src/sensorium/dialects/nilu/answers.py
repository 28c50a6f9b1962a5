"""JSON bodies over HTTP: what is read of a request, and what is sent back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.nilu.decode import Media, media_of
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.services import Services
from sensorium.model.errors import UnsupportedMedia
from sensorium.plans.trees import read_json


async def json_body(request: Request, services: Services) -> Any:
    """The body as one JSON document. Raises UnsupportedMedia, TooLarge and Malformed."""
    if media_of(request.headers.get("content-type", "").encode("latin-1")) is not Media.JSON:
        raise UnsupportedMedia("This body is read as application/json.")
    return read_json(await read_body(request, services.body_limit))


def json_response(value: object, status: int = 200) -> Response:
    """The value as a JSON body."""
    return json_bytes(to_json(value), status)


def json_bytes(body: bytes, status: int = 200) -> Response:
    """A JSON body that is there already."""
    return Response(body, status, media_type="application/json")

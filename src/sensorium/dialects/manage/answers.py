"""Bodies and pages of the management API over HTTP: what is read of a request, and what is sent back."""

from collections.abc import Collection
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.body import read_body
from sensorium.dialects.manage.decode import Body, read_moment, read_object, read_written
from sensorium.dialects.manage.encode import to_json
from sensorium.model.errors import Malformed, Outdated, Unconditional, UnsupportedMedia
from sensorium.model.packet import By

BODY_LIMIT = 64 << 10  # bytes
LARGEST_PAGE = 500
USUAL_PAGE = 100


def json_response(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The value as a JSON body."""
    return Response(to_json(value), status, headers, media_type="application/json")


async def json_body(request: Request, limit: int = BODY_LIMIT) -> Body:
    """The JSON object of a body of at most `limit` bytes. Raises UnsupportedMedia, TooLarge and Malformed."""
    return read_object(await _json_bytes(request, limit))


async def written_body(request: Request, numbers: Collection[str]) -> Body:
    """The JSON object of a body, the numbers under these keys as Written. Raises as `json_body` does."""
    return read_written(await _json_bytes(request, BODY_LIMIT), numbers)


async def _json_bytes(request: Request, limit: int) -> bytes:
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media != "application/json":
        raise UnsupportedMedia("Bodies are read as application/json.")
    return await read_body(request, limit)


def page_of(request: Request) -> tuple[int, int]:
    """The query values `limit` and `after`: how many things, and behind which id. Raises Malformed."""
    return _limit(request), _whole(request, "after", 0)


def page_before(request: Request) -> tuple[int, int | None]:
    """The query values `limit` and `before`, of a list with the newest first. Raises Malformed."""
    return _limit(request), _whole(request, "before", 0) or None


def _limit(request: Request) -> int:
    limit = _whole(request, "limit", USUAL_PAGE)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Malformed(f"A page has 1 to {LARGEST_PAGE} things.", "limit")
    return limit


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Malformed("It must be a whole number.", name)
    return int(text)


def valid_from_of(request: Request) -> int | None:
    """The query value `valid_from` in microseconds since 1970 UTC: which entry is meant (None: all).

    Raises Malformed.
    """
    return _moment(request, "valid_from")


def span_of(request: Request) -> tuple[int | None, int | None, By]:
    """The query values `from`, `to` and `by`: a range of the packets' times (None: no bound).

    In microseconds since 1970 UTC. Raises Malformed.
    """
    begin, end = _moment(request, "from"), _moment(request, "to")
    if begin is not None and end is not None and end < begin:
        raise Malformed("The end lies before the beginning.", "to")
    by = request.query_params.get("by", By.ARRIVAL)
    if by not in list(By):
        raise Malformed("It is arrival or observation.", "by")
    return begin, end, By(by)


def _moment(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    return None if text is None else read_moment(text, name)


def etag(version: str | None) -> dict[str, str]:
    """The header that names the version of what is answered; none when there is nothing yet."""
    return {} if version is None else {"ETag": _tag(version)}


def _tag(version: str) -> str:
    return f'"{sha256(version.encode()).hexdigest()[:32]}"'


class Precondition:
    """What a request says of the version that it changes: its headers If-Match and If-None-Match.

    It is called with the version that is there (None: nothing is). Raises Outdated, and Unconditional when
    something is there and a change (not a deletion) says nothing of it.
    """

    def __init__(self, request: Request) -> None:
        self._is_deletion = request.method == "DELETE"
        self._match = _tags(request, "if-match")
        self._none_match = _tags(request, "if-none-match")

    def __call__(self, version: str | None) -> None:
        """Refuse what contradicts the request."""
        tag = None if version is None else _tag(version)
        if self._match is not None and (tag is None or not self._match & {tag, "*"}):
            raise Outdated("It is another version than If-Match names; read it again.", "If-Match")
        if self._none_match is not None and tag is not None and self._none_match & {tag, "*"}:
            raise Outdated("There is something already.", "If-None-Match")
        if self._match is None and tag is not None and not self._is_deletion:
            raise Unconditional("Send the ETag of what you have read as If-Match.", "If-Match")


def _tags(request: Request, name: str) -> set[str] | None:
    value = request.headers.get(name)
    return None if value is None else {each.strip() for each in value.split(",")}

"""How bodies are written, and their members one by one, so that an error names the one at fault."""

from collections.abc import Mapping
from enum import Enum
from math import isfinite
from typing import Any

from sensorium.model.errors import Malformed, Missing, UnsupportedMedia

LONGEST_TEXT = 4096
LARGEST_WHOLE = 2**31 - 1

Body = Mapping[str, Any]


class Media(Enum):
    """How a body is written, from its content type."""

    JSON = "JSON"
    JSON_LINES = "JSON, one packet a line"
    XML = "XML"


_MEDIA: dict[bytes, Media] = {
    b"": Media.JSON,
    b"application/json": Media.JSON,
    b"text/json": Media.JSON,
    b"application/x-ndjson": Media.JSON_LINES,
    b"application/jsonl": Media.JSON_LINES,
    b"application/xml": Media.XML,
    b"text/xml": Media.XML,
}


def media_of(content_type: bytes) -> Media:
    """What the content type says; none at all means JSON. Raises UnsupportedMedia (NI-208)."""
    media = _MEDIA.get(content_type)
    if media is None:
        media = _MEDIA.get(content_type.partition(b";")[0].strip().lower())
    if media is None:
        raise UnsupportedMedia(
            "Packets are read as application/json, application/x-ndjson or application/xml."
        )
    return media


def as_object(tree: Any, what: str = "The body", where: str = "") -> Body:
    """`tree` as an object. Raises Malformed."""
    if not isinstance(tree, dict):
        raise Malformed(f"{what} must be a JSON object.", where)
    return tree  # pyright: ignore[reportUnknownVariableType]


def as_list(tree: Any, what: str, where: str) -> list[Any]:
    """`tree` as an array. Raises Malformed."""
    if not isinstance(tree, list):
        raise Malformed(f"{what} must be a JSON array.", where)
    return tree  # pyright: ignore[reportUnknownVariableType]


def required(body: Body, key: str, what: str, where: str | None = None) -> Any:
    """The member `key`, which must be there and not be null or blank. Raises Missing."""
    value = body.get(key)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Missing(f"{what} must be defined.", key if where is None else where)
    return value


def text(value: Any, what: str, where: str) -> str:
    """A text of at most LONGEST_TEXT characters. Raises Malformed."""
    if not isinstance(value, str):
        raise Malformed(f"{what} must be a text.", where)
    if len(value) > LONGEST_TEXT:
        raise Malformed(f"{what} must have at most {LONGEST_TEXT} characters.", where)
    return value


def optional_text(body: Body, key: str, what: str) -> str | None:
    """The text under `key`, or None when it is absent or null. Raises Malformed."""
    value = body.get(key)
    return None if value is None else text(value, what, key)


def whole(value: Any, what: str, where: str) -> int:
    """A whole number, 3.0 being one. Raises Malformed."""
    number = value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) > LARGEST_WHOLE:
        raise Malformed(f"{what} must be a whole number.", where)
    return number


def number(value: Any, what: str, where: str) -> float:
    """A finite number. Raises Malformed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{what} must be a number.", where)
    try:
        finite = isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise Malformed(f"{what} must be a finite number.", where)
    return float(value)


def flag(body: Body, key: str, what: str) -> bool:
    """The boolean under `key`, true when it is absent or null. Raises Malformed."""
    value = body.get(key)
    if value is None:
        return True
    if not isinstance(value, bool):
        raise Malformed(f"{what} must be true or false.", key)
    return value

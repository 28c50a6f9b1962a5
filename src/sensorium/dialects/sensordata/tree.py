"""A JSON body as a tree, in which numbers with a fraction or an exponent, and minus zeros, are as written."""

import re
from typing import Any, cast

import msgspec

from sensorium.model.errors import Malformed

Body = dict[str, Any]


class _Number(str):
    """A number with a fraction or an exponent, as it is written."""

    __slots__ = ()


_json = msgspec.json.Decoder(float_hook=_Number)
_STRING_OR_WORD = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"?|-?(?:NaN|Infinity)\b|-0(?![0-9.eE])', re.DOTALL
)  # and a minus zero, which as a whole number would have no sign
_HAS_MINUS_ZERO = re.compile(rb"-0\s*[,}\]]")
_BEYOND = b"1e999"  # a number that is none
_SIGNED_ZERO = "-0e00000000"  # a number that keeps its sign; nobody writes it so


def read_object(body: bytes) -> Body:
    """The object of a JSON body, whatever its content type. Raises Malformed (SD-009)."""
    if _HAS_MINUS_ZERO.search(body) is not None:
        body = _STRING_OR_WORD.sub(_as_json, body)
    try:
        tree = _json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        tree = _read_leniently(body)
    if type(tree) is not dict:
        raise Malformed("The body is no JSON object.")
    return cast("Body", tree)


def _read_leniently(body: bytes) -> Any:
    """The tree of a body that may have NaN and the like as numbers, which no parameter takes (SD-093)."""
    text = _STRING_OR_WORD.sub(_as_json, body)
    try:
        return _json.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("The body is not JSON.") from None


def _as_json(found: re.Match[bytes]) -> bytes:
    """What is put in the place of a string, of a minus zero and of a word that is no JSON."""
    if found[0][:1] == b'"':
        return found[0]
    return _SIGNED_ZERO.encode() if found[0] == b"-0" else _BEYOND


def unsigned(value: Any) -> Any:
    """What is meant where a whole number is asked for: a minus zero is 0 there."""
    return 0 if type(value) is _Number and value == _SIGNED_ZERO else value


def as_written(value: str) -> str:
    """The text of a text, or of a number that is no whole one."""
    return "-0" if value == _SIGNED_ZERO else str(value)

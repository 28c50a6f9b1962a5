"""What the bodies of the management API have in common, read into the words of the platform; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from sensorium.model.errors import Malformed, Missing
from sensorium.model.moments import parse_iso, to_microseconds

_json = msgspec.json.Decoder()
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written in a body."""

    text: str


def read_object(body: bytes) -> Body:
    """A JSON object. Raises Malformed, also for one that is nested too deep to be read."""
    try:
        tree = _json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = str(error).removeprefix("JSON is malformed: ")
        raise Malformed(f"The body is not JSON: {why}.") from None
    if not isinstance(tree, dict):
        raise Malformed("The body must be a JSON object.")
    return tree  # pyright: ignore[reportUnknownVariableType]


def read_written(body: bytes, numbers: Collection[str]) -> Body:
    """A JSON object in which the numbers under these keys are Written. Raises as `read_object` does."""
    tree = read_object(body)
    if not any(type(tree.get(key)) in (int, float) for key in numbers):
        return tree
    written = _members.decode(body)
    return tree | {
        key: Written(bytes(written[key]).decode()) for key in numbers if type(tree.get(key)) in (int, float)
    }


def refuse_others(body: Body, known: set[str]) -> None:
    """Refuse a body that has other members than these. Raises Malformed."""
    for key in body.keys() - known:
        raise Malformed("There is no such member.", key)


def moment_of(body: Body, key: str) -> int | None:
    """The moment under `key` in microseconds since 1970 UTC, None without one. Raises Malformed."""
    text = text_of(body, key)
    return None if text is None else read_moment(text, key)


def read_moment(text: str, where: str) -> int:
    """An ISO-8601 moment, not before 1970, in microseconds since then. Raises Malformed."""
    try:
        found = to_microseconds(parse_iso(text))
    except (ValueError, OverflowError):
        raise Malformed("It must be an ISO-8601 date and time.", where) from None
    if found < 0:
        raise Malformed("It must not lie before 1970.", where)
    return found


def text_of(body: Body, key: str) -> str | None:
    """The text under `key`, None without one. Raises Malformed."""
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise Malformed("It must be a text.", key)
    return value


def required_text(body: Body, key: str) -> str:
    """The text under `key`. Raises Malformed and Missing."""
    text = text_of(body, key)
    if text is None:
        raise Missing("It must be defined.", key)
    return text


def whole_of(body: Body, key: str, what: str) -> int | None:
    """The whole number under `key`, which is `what`; None without one. Raises Malformed."""
    value = body.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise Malformed(f"It must be {what}.", key)
    return value


def required_whole(body: Body, key: str, what: str) -> int:
    """The whole number under `key`, which is `what`. Raises Malformed and Missing."""
    whole = whole_of(body, key, what)
    if whole is None:
        raise Missing("It must be defined.", key)
    return whole


def true_or_false(value: object, where: str) -> bool:
    """A value that is true or false. Raises Malformed."""
    if not isinstance(value, bool):
        raise Malformed("It must be true or false.", where)
    return value


def number_or_none(value: object, where: str) -> float | None:
    """A value that is a number or null. Raises Malformed."""
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Malformed("It must be a number.", where)
    try:
        return float(value)
    except OverflowError:
        raise Malformed("The number is too large.", where) from None

"""The bytes of a packet as trees of dicts, lists, texts, numbers, booleans and None."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from sensorium.model.errors import Malformed
from sensorium.model.packet import Format
from sensorium.plans.xml import FEW, NotXml, etree, parse

DEPTH = 64  # levels of objects and arrays in one packet
BOM = b"\xef\xbb\xbf"
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are not JSON as it is meant here."""

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
"""An escape in a string; one that is half of a surrogate pair, and so no character, is its group."""
_STRING_OR_NAN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|NaN', re.DOTALL)
_json = msgspec.json.Decoder()
_every_attribute = etree.XPath("@*")


def read_tree(raw: bytes, form: Format) -> Any:
    """The tree of one packet. Raises Malformed."""
    return read_xml(raw) if form is Format.XML else read_json(raw)


def read_json(body: bytes) -> Any:
    """The tree of a JSON document: of duplicate keys the last wins, a bare NaN is a missing value (None).

    Raises Malformed for everything else that is not JSON in UTF-8, for numbers past the range of a double,
    and beyond DEPTH levels.
    """
    try:
        tree = _json.decode(body)
    except UNREADABLE as error:
        tree = _read_leniently(body, error)
    if body.count(b"[") + body.count(b"{") > DEPTH:
        _check_depth(tree)
    return tree


def _read_leniently(body: bytes, error: Exception) -> Any:
    text = body.removeprefix(BOM)
    if b"NaN" in text:
        text = replace_nan(text, b"null")
    if text == body:
        raise not_json(error, body) from None
    try:
        return _json.decode(text)
    except UNREADABLE as second:
        raise not_json(second, text) from None


def replace_nan(text: bytes, value: bytes) -> bytes:
    """`text` with `value` in place of each NaN that stands outside strings; in linear time."""
    return _STRING_OR_NAN.sub(lambda found: value if found[0] == b"NaN" else found[0], text)


def replace_halves(text: bytes, value: bytes) -> bytes:
    """`text` with `value` in place of each escape that is half of a surrogate pair; in linear time."""
    return text if _half_in(text) is None else _ESCAPE.sub(lambda each: value if each[1] else each[0], text)


def _half_in(text: bytes) -> bytes | None:
    if b"\\ud" not in text and b"\\uD" not in text:
        return None
    return next((found[1] for found in _ESCAPE.finditer(text) if found[1]), None)


def not_json(error: Exception, text: bytes) -> Malformed:
    """The refusal of a text that msgspec cannot read."""
    if isinstance(error, RecursionError):
        return _too_deep()
    if isinstance(error, UnicodeDecodeError):
        return Malformed("The body is not JSON: a text is not in UTF-8.")
    if (half := _half_in(text)) is not None:
        return Malformed(f"The body is not JSON: {half.decode()} is half of a pair, and no character.")
    return Malformed(f"The body is not JSON: {str(error).removeprefix('JSON is malformed: ')}.")


def _too_deep() -> Malformed:
    return Malformed(f"The body is nested more than {DEPTH} levels deep.")


def _check_depth(tree: Any) -> None:
    level: list[Any] = [tree]
    for _ in range(DEPTH + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return
        level = [child for node in level for child in _members(node)]
    raise _too_deep()


def _members(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def read_xml(body: bytes) -> Any:
    """The tree of an XML document (N33): the root is dropped, attributes count as children.

    An element that comes more than once becomes a list; one without children its text; the text of an
    element that has children stands under "#text"; name spaces are left out. Raises Malformed, also for a
    document type and for entities other than XML's own.
    """
    try:
        return _children(parse(body), 1)
    except NotXml as error:
        raise Malformed(f"The body is {error}.") from None


def _children(element: Any, depth: int) -> Any:
    if depth > DEPTH:
        raise _too_deep()
    children: dict[str, Any] = {}
    texts: list[str] = [element.text or ""]
    for name, value in _attributes(element):
        _add(children, name, value)
    for child in element:
        _add(children, child.tag, _children(child, depth + 1))
        texts.append(child.tail or "")
    text = "".join(texts).strip()
    if not children:
        return text
    if text:
        _add(children, "#text", text)
    return children


def _attributes(element: Any) -> Iterable[tuple[str, str]]:
    attributes = element.attrib
    if len(attributes) <= FEW:
        return attributes.items()
    return [(value.attrname, str(value)) for value in _every_attribute(element)]


def _add(children: dict[str, Any], name: str, value: Any) -> None:
    name = name.rpartition("}")[2]
    if name not in children:
        children[name] = value
        return
    first = children[name]
    if isinstance(first, list):
        first.append(value)
    else:
        children[name] = [first, value]

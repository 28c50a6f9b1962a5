"""What a device sends, read into trees of dicts, lists, texts, numbers, booleans and None."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, cast

import msgspec
from lxml import etree as untyped_etree  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]

from sensorium.model.errors import Malformed, TooLarge, UnsupportedMedia

etree = cast("Any", untyped_etree)

DEPTH = 64  # levels of objects and arrays in one packet
BATCH_OBJECTS = 1_000_000  # objects or lines in one batch, so that splitting it cannot fill the memory

FEW = 64  # attributes; lxml looks for each of them from the first one on, 20 s for 400 kB of them

BOM = b"\xef\xbb\xbf"
_BLANK = BOM + b" \t\r\n"
_STRING_OR_NAN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|NaN', re.DOTALL)


class _Object(msgspec.Struct):
    """Any JSON object: decoding to it checks that there is one and skips its members."""


_every_attribute = etree.XPath("@*")
_json = msgspec.json.Decoder()
_raws = msgspec.json.Decoder(list[msgspec.Raw])
_objects = msgspec.json.Decoder(list[_Object])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


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


def is_batch(start: bytes, media: Media, *, takes_array: bool) -> bool:
    """Whether a body that begins with `start` holds many packets.

    A JSON array is a batch unless the device's own packets are arrays (`takes_array`).
    """
    if media is not Media.JSON:
        return media is Media.JSON_LINES
    return not takes_array and start[:1] != b"{" and start.lstrip(_BLANK)[:1] == b"["


def read(body: bytes, media: Media) -> Any:
    """The tree of one packet. Raises Malformed."""
    return read_xml(body) if media is Media.XML else read_json(body)


def read_json(body: bytes) -> Any:
    """The tree of a JSON document: of duplicate keys the last wins, a bare NaN is a missing value (None).

    Raises Malformed for everything else that is not JSON in UTF-8, for numbers past the range of a double,
    and beyond DEPTH levels.
    """
    try:
        tree = _json.decode(body)
    except _UNREADABLE as error:
        tree = _read_leniently(body, error)
    if body.count(b"[") + body.count(b"{") > DEPTH:
        _check_depth(tree)
    return tree


def _read_leniently(body: bytes, error: Exception) -> Any:
    text = body.removeprefix(BOM)
    if b"NaN" in text:
        text = _replace_nan(text, b"null")
    if text == body:
        raise _not_json(error) from None
    try:
        return _json.decode(text)
    except _UNREADABLE as second:
        raise _not_json(second) from None


def _replace_nan(text: bytes, value: bytes) -> bytes:
    """`text` with `value` in place of each NaN that stands outside strings; in linear time."""
    return _STRING_OR_NAN.sub(lambda found: value if found[0] == b"NaN" else found[0], text)


def _not_json(error: Exception) -> Malformed:
    if isinstance(error, RecursionError):
        return _too_deep()
    if isinstance(error, UnicodeDecodeError):
        return Malformed("The body is not JSON: a text is not in UTF-8.")
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


def split(body: bytes, media: Media) -> list[bytes]:
    """The packets of a batch, each with its own bytes as they were sent.

    An array must hold nothing but objects; the lines of a JSON_LINES body may hold anything, and blank ones
    are left out. Raises Malformed, also for a batch without a packet, and TooLarge beyond BATCH_OBJECTS.
    """
    packets = _lines(body) if media is Media.JSON_LINES else _elements(body.removeprefix(BOM))
    if not packets:
        raise Malformed("The batch holds no packet.")
    return packets


def _lines(body: bytes) -> list[bytes]:
    if body.count(b"\n") >= BATCH_OBJECTS:
        raise TooLarge(f"A batch holds at most {BATCH_OBJECTS} lines.")
    return [line for each in body.split(b"\n") if (line := each.strip(b" \t\r"))]


def _elements(text: bytes) -> list[bytes]:
    if text.count(b"{") > BATCH_OBJECTS:
        raise TooLarge(f"A batch holds at most {BATCH_OBJECTS} objects.")
    try:
        return _split_array(text)
    except _UNREADABLE as error:
        if b"NaN" not in text:
            raise _not_json(error) from None
    masked = _replace_nan(text, b"1e9")  # of the same length, so that places in both texts agree
    try:
        elements = _split_array(masked)
    except _UNREADABLE as error:
        raise _not_json(error) from None
    return _same_places(elements, masked, text)


def _split_array(text: bytes) -> list[bytes]:
    _objects.decode(text)
    return [bytes(element) for element in _raws.decode(text)]


def _same_places(elements: list[bytes], masked: bytes, text: bytes) -> list[bytes]:
    found: list[bytes] = []
    end = 0
    for element in elements:
        begin = masked.index(element, end)
        end = begin + len(element)
        found.append(text[begin:end])
    return found


def read_xml(body: bytes) -> Any:
    """The tree of an XML document (N33): the root is dropped, attributes count as children.

    An element that comes more than once becomes a list; one without children its text; the text of an
    element that has children stands under "#text"; name spaces are left out. Raises Malformed, also for a
    document type and for entities other than XML's own.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Any = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(f"The body is not XML: {error.msg}.") from None
    if root.getroottree().docinfo.doctype:
        raise Malformed("The body is XML with a document type (DOCTYPE), which is not read.")
    return _children(root, 1)


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

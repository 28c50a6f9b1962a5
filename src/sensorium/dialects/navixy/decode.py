"""The parameters of a call, wherever they stand, read into the words of the platform; pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec

from sensorium.dialects.navixy import shapes
from sensorium.model.calibration import Point
from sensorium.model.errors import Invalid, Malformed, UnsupportedMedia
from sensorium.model.moments import parse_iso, to_microseconds

MOST_PARTS = 100  # of a multipart body
MOST_FIELDS = 1000  # of a form or a query
LONGEST_HEAD = 8192  # bytes of the headers of a part

Parameters = dict[str, Any]

_json = msgspec.json.Decoder()
_HASH = re.compile("[0-9a-f]{32}")
_WRONG = re.compile(r"(?P<why>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_REQUIRED = re.compile(r"Object missing required field `(?P<name>.*)`")
_DISPOSITION = re.compile(r"^content-disposition:(.*)$", re.IGNORECASE | re.MULTILINE)
_PARAMETER = re.compile(r';[ \t]*([^\s;="]+)=(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]*))')
_ESCAPED = re.compile(r"\\(.)")
_QUOTES = str.maketrans("“”", '""')

Shape = TypeVar("Shape", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request carries: its parameters by name, and the file of a multipart body."""

    parameters: Parameters
    file: bytes | None = None


def read_request(content_type: str, body: bytes, query: bytes) -> Asked:
    """The parameters of body and query; those of the body win. Raises Malformed and UnsupportedMedia."""
    in_query = _fields(query)
    media = content_type.partition(";")[0].strip().lower()
    if not body:
        return Asked(in_query)
    if media == "multipart/form-data":
        asked = _multipart(content_type, body)
        return Asked({**in_query, **asked.parameters}, asked.file)
    if media == "application/x-www-form-urlencoded":
        return Asked({**in_query, **_fields(body)})
    if media in ("application/json", ""):
        return Asked({**in_query, **_object(body)})
    raise UnsupportedMedia("Bodies are read as JSON, as a form, and as a form of several parts.")


def find_hash(parameters: Parameters, authorization: str) -> str | None:
    """The hash of a request: of its body or query, or else of the header; None without one.

    One that is not of 32 hexadecimal digits is "".
    """
    found = parameters.get("hash")
    if found is None and authorization[:4].upper() == "NVX ":
        found = authorization[4:].strip()
    if found is None:
        return None
    text = found.lower() if isinstance(found, str) else ""
    return text if _HASH.fullmatch(text) else ""


def read(parameters: Parameters, shape: type[Shape]) -> Shape:
    """The parameters that a call knows; others are left alone. Raises Invalid.

    Numbers may come as text (V1), and arrays and objects as JSON text: in a form or a query they do.
    """
    given = {
        each.encode_name: _parsed(value) if _is_structured(each.type) else value
        for each in msgspec.structs.fields(shape)
        if (value := parameters.get(each.encode_name)) is not None
    }
    try:
        return msgspec.convert(given, type=shape, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid([_fault(str(error))]) from None


def read_points(data: list[Any]) -> tuple[Point, ...]:
    """The points of a curve in the order they came in. Raises Invalid."""
    try:
        points = msgspec.convert(data, type=list[shapes.CurvePoint], strict=False)
    except msgspec.ValidationError as error:
        where, why = _fault(str(error))
        raise Invalid([(f"data{where}", why)]) from None
    for at, each in enumerate(points):
        for name, number in (("in", each.raw), ("out", each.value)):
            if not isfinite(number):
                raise Invalid([(f"data[{at}].{name}", "must be a finite number")])
    return tuple(Point(each.raw, each.value) for each in points)


def read_sensor(given: Mapping[str, Any]) -> shapes.TrackerSensor:
    """A sensor as a caller describes it. Raises Invalid."""
    try:
        return msgspec.convert(given, type=shapes.TrackerSensor, strict=False)
    except msgspec.ValidationError as error:
        where, why = _fault(str(error))
        raise Invalid([(".".join(filter(None, ["sensor", where])), why)]) from None


def read_moment(text: str, where: str) -> int:
    """A date and time in microseconds since 1970 UTC: `yyyy-MM-dd HH:mm:ss` in UTC, or ISO 8601.

    Raises Invalid.
    """
    try:
        found = to_microseconds(parse_iso(text.replace(" ", "T", 1)))
    except (ValueError, OverflowError):
        raise Invalid([(where, "must be a date and time as 2020-09-16 03:17:26")]) from None
    if found < 0:
        raise Invalid([(where, "must not lie before 1970")])
    return found


def _object(body: bytes) -> Parameters:
    try:
        found = _any_json(body.decode("utf-8-sig"))
    except ValueError as error:
        raise Malformed(f"The body is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise Malformed("The body must be a JSON object.")
    return found  # pyright: ignore[reportUnknownVariableType]


def _any_json(text: str) -> Any:
    """JSON as it should be, or else with NaN and with the quotes that the document prints (V2).

    Raises ValueError.
    """
    try:
        return _json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return _loosely(text)
    except ValueError:
        return _loosely(text.translate(_QUOTES))


def _loosely(text: str) -> Any:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # halves of characters are no text
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return found


def _fields(text: bytes) -> Parameters:
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Malformed("The form or the query cannot be read.") from None
    return dict(pairs)


def _multipart(content_type: str, body: bytes) -> Asked:
    """The fields of a multipart body, and its part `file`. Raises Malformed."""
    boundary = _parameter(content_type, "boundary")
    if not boundary or len(boundary) > 70 or not boundary.isascii():
        raise Malformed("The boundary of the parts is missing.")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(), MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 2:
        raise Malformed(f"There are more than {MOST_PARTS} parts.")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Malformed("The last part does not end.")
    parameters: Parameters = {}
    file: bytes | None = None
    for piece in pieces[1:-1]:
        name, content = _part(piece)
        if name == "file":
            file = content
        else:
            parameters[name] = _text(content)
    return Asked(parameters, file)


def _part(piece: bytes) -> tuple[str, bytes]:
    blank, begins, rest = piece.partition(b"\r\n")
    head, ends, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if len(head) > LONGEST_HEAD:
        raise Malformed(f"The headers of a part have more than {LONGEST_HEAD} bytes.")
    disposition = _DISPOSITION.search(head.decode(errors="replace"))
    name = None if disposition is None else _parameter(disposition[1], "name")
    if blank.strip(b" \t") or not (begins and ends) or name is None:
        raise Malformed("A part has no name, or no end of its headers.")
    return name, content


def _parameter(header: str, wanted: str) -> str | None:
    """A parameter behind the value of a header: as it is, or in quotes (RFC 9110, 5.6.6)."""
    for name, quoted, plain in _PARAMETER.findall(header):
        if name.lower() == wanted:
            return plain or _ESCAPED.sub(r"\1", quoted)
    return None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Malformed("A field is not in UTF-8.") from None


def _is_structured(kind: Any) -> bool:
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    return not {get_origin(each) or each for each in kinds if each is not NoneType} <= {str, int, float, bool}


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _any_json(value)
    except ValueError:
        return value  # a text, which is of the wrong type then


def _fault(message: str) -> tuple[str, str]:
    """Which parameter is meant by a message of msgspec, and what is wrong."""
    found = _WRONG.fullmatch(message)
    assert found is not None  # it matches anything
    why, path = found["why"], (found["path"] or "").removeprefix(".")
    if missing := _REQUIRED.fullmatch(why):
        return ".".join(filter(None, [path, missing["name"]])), "must not be null"
    return path, f"{why[:1].lower()}{why[1:]}".replace("`", "")

"""Parameters out of whatever a request carries."""

import json
from math import isfinite
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from sensorium.dialects.navixy import shapes
from sensorium.dialects.navixy.decode import (
    MOST_FIELDS,
    MOST_PARTS,
    find_hash,
    read,
    read_moment,
    read_points,
    read_request,
    read_sensor,
)
from sensorium.model.errors import Invalid, Malformed, Refusal, UnsupportedMedia
from tests.speed import at_most

HASH = "22eac1c27af4be7b9d04da2ce1af111b"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SHAPES: list[type[Struct]] = [
    each
    for each in vars(shapes).values()
    if isinstance(each, type) and issubclass(each, Struct) and each is not Struct
]


def parts(*contents: tuple[str, bytes], boundary: str = "x-y") -> tuple[str, bytes]:
    """The content type and the bytes of a multipart body."""
    body = b"".join(
        f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in contents
    )
    return f'multipart/form-data; boundary="{boundary}"', body + f"--{boundary}--\r\n".encode()


def part(name: str, content: bytes, more: str = "") -> tuple[str, bytes]:
    """One part, as browsers and curl write it."""
    return f'Content-Disposition: form-data; name="{name}"{more}', content


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (JSON, b'{"a": "1", "b": ""}'),
        ("Application/JSON; charset=utf-8", b'\xef\xbb\xbf{"a": "1", "b": ""}'),
        ("", b'{"a": "1", "b": ""}'),
        (FORM, b"a=1&b="),
        parts(part("a", b"1"), part("b", b"")),
        (JSON, '{“a”: “1”, "b": ""}'.encode()),
    ],
)
def test_parameters_of_a_body_go_before_those_of_the_query(media: str, body: bytes):
    """Those that only the query has are there too."""
    asked = read_request(media, body, b"a=9&c=%C3%A5+x")
    assert (asked.parameters, asked.file) == ({"a": "1", "b": "", "c": "å x"}, None)
    assert read_request(media, b"", b"a=9").parameters == {"a": "9"}


def test_file_is_the_part_of_that_name():
    """Its bytes as they are, whatever they hold; the other parts are texts."""
    file = b"\x00\xff\r\n--x-\r\n\r\nx-y\r\n--x\r"
    file_part = (f'{part("file", b"")[0]}; filename="a.xml"\r\nContent-Type: text/xml', file)
    asked = read_request(*parts(part("tracker_id", b"5"), file_part), b"")
    assert asked.file == file
    assert asked.parameters == {"tracker_id": "5"}


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=x", b'--xContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'),
        parts(part("a", b"\xff")),
        parts(*[part("a", b"1")] * (MOST_PARTS + 1)),
        (FORM, b"\xff=1"),
        (FORM, b"&".join([b"a=1"] * (MOST_FIELDS + 1))),
        (JSON, b"[" * 100_000),
        (JSON, b'{"a":' * 100_000),
        (JSON, b"[1]"),
    ],
    ids=repr,
)
def test_body_that_cannot_be_read(media: str, body: bytes):
    """Malformed, and nothing is made of half of it."""
    with pytest.raises(Malformed):
        read_request(media[:200], body, b"")


def test_as_many_parts_as_there_may_be():
    """The last of a name counts."""
    found = read_request(*parts(*[part("a", str(at).encode()) for at in range(MOST_PARTS)]), b"")
    assert found.parameters == {"a": str(MOST_PARTS - 1)}


@pytest.mark.parametrize("filler", ["(", ";", "=?utf-8?q?a?= ", 'a="\\', "x=y;", " ", "name*0*="])
@pytest.mark.parametrize("start", ["", '"', "; name=", "form-data;"])
def test_headers_of_a_part_are_read_at_once(start: str, filler: str):
    """However they are written: who is not known yet must not keep the server busy."""
    body = f"--x\r\ncontent-disposition: {start}{filler * (1_000_000 // len(filler))}\r\n\r\n1\r\n--x--"
    media = f"multipart/form-data; {start}{filler * (30_000 // len(filler))}"
    with at_most(0.5):
        for content_type in (media, "multipart/form-data; boundary=x"):
            with pytest.raises(Malformed):
                read_request(content_type, body.encode(), b"")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="a b"', "a b"),
        ("form-data; name=a", "a"),
        ('form-data;NAME="a"; filename="; name=x"', "a"),
        ('form-data; filename="x\\"; name=y"; name="q\\"\\\\"', 'q"\\'),
        ('form-data; name=""', ""),
        ('form-data; name="å"', "å"),
    ],
)
def test_name_of_a_part(disposition: str, name: str):
    """With or without quotes, wherever it stands in its header."""
    assert read_request(*parts((f"X: y\r\nContent-Disposition: {disposition}", b"1")), b"").parameters == {
        name: "1"
    }


def test_other_media():
    """Are not read."""
    with pytest.raises(UnsupportedMedia):
        read_request("text/xml", b"<x/>", b"")


@pytest.mark.parametrize(
    ("parameters", "header", "expected"),
    [
        ({}, "", None),
        ({}, f"NVX {HASH}", HASH),
        ({}, f"nvx  {HASH.upper()} ", HASH),
        ({}, f"NVX{HASH}", None),
        ({}, f"Bearer {HASH}", None),
        ({}, "NVX ", ""),
        ({"hash": HASH}, "NVX 0", HASH),
        ({"hash": "x"}, f"NVX {HASH}", ""),
        ({"hash": None}, f"NVX {HASH}", HASH),
        ({"hash": 5}, f"NVX {HASH}", ""),
    ],
)
def test_where_the_hash_is_looked_for(parameters: dict[str, Any], header: str, expected: str | None):
    """First in the parameters, then in the header."""
    assert find_hash(parameters, header) == expected


def test_moment():
    """In the vendor's form or as ISO 8601, from 1970 on."""
    for text in ("2020-09-16 03:17:26", "2020-09-16T03:17:26Z", "2020-09-16 05:17:26+02:00"):
        assert read_moment(text, "from") == 1600226246_000_000
    for text in ("", "x", "2020-13-01 00:00:00", "1969-12-31 23:59:59", "0001-01-01 00:00:00+14:00"):
        with pytest.raises(Invalid):
            read_moment(text, "from")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    media=st.sampled_from([JSON, FORM, "", "multipart/form-data; boundary=x"]),
    body=st.binary(),
    query=st.binary(),
)
def test_any_bytes_are_read_or_refused(media: str, body: bytes, query: bytes):
    """Only with refusals of the list."""
    try:
        read_request(media, body, query)
    except Refusal as refusal:
        assert type(refusal) is Malformed


@given(content=st.binary(), boundary=st.from_regex("[A-Za-z0-9'()+_,./:=?-]{1,70}", fullmatch=True))
def test_any_file_comes_out_as_it_went_in(content: bytes, boundary: str):
    """Unless its own boundary is in it."""
    if f"\r\n--{boundary}".encode() in b"\r\n" + content:
        return
    media, body = parts(part("file", content, '; filename="x"'), part("a", b"1"), boundary=boundary)
    asked = read_request(media, body, b"")
    assert (asked.file, asked.parameters) == (content, {"a": "1"})


@given(data=st.data())
def test_any_parameters_fit_a_call_or_are_named(data: st.DataObject):
    """Whatever stands in them, as a value or as JSON text."""
    shape = data.draw(st.sampled_from(SHAPES))
    names = st.sampled_from([*shape.__struct_encode_fields__, "more"])
    values = ANYTHING | ANYTHING.map(json.dumps)
    try:
        read(data.draw(st.dictionaries(names, values, max_size=4)), shape)
    except Invalid as refusal:
        assert all(why for _, why in refusal.faults)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["in", "out", "more"]), ANYTHING, max_size=3) | ANYTHING, max_size=4
    )
)
def test_any_points_are_finite_or_named(data: list[Any]):
    """Each number of each point."""
    try:
        points = read_points(data)
    except Invalid as refusal:
        assert all(where.startswith("data[") for where, _ in refusal.faults)
        return
    assert all(isfinite(number) for point in points for number in point)


@given(st.dictionaries(st.sampled_from([*shapes.TrackerSensor.__struct_encode_fields__, "more"]), ANYTHING))
def test_any_sensor_is_read_or_its_member_named(given_sensor: dict[str, Any]):
    """As a member of `sensor`."""
    try:
        read_sensor(given_sensor)
    except Invalid as refusal:
        assert all(where.startswith("sensor") for where, _ in refusal.faults)

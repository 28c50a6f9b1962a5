"""Bodies as devices send them become trees, and nothing else does."""

import json
from math import isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.dialects.nilu.decode import Media, media_of
from sensorium.dialects.nilu.inbound.decode import BATCH_OBJECTS, is_batch, read, split
from sensorium.model.errors import Malformed, Refusal, TooLarge, UnsupportedMedia
from sensorium.plans.trees import DEPTH, read_json, read_xml
from tests.speed import at_most

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("content_type", "media"),
    [
        (b"", Media.JSON),
        (b"application/json", Media.JSON),
        (b"Application/JSON; charset=utf-8", Media.JSON),
        (b"application/x-ndjson", Media.JSON_LINES),
        (b"application/jsonl", Media.JSON_LINES),
        (b"application/xml", Media.XML),
        (b"text/xml; charset=UTF-8", Media.XML),
    ],
)
def test_content_type_says_how_a_body_is_written(content_type: bytes, media: Media):
    """Parameters and case do not matter; no content type means JSON."""
    assert media_of(content_type) is media


@pytest.mark.check("NI-208")
@pytest.mark.parametrize(
    "content_type", [b"text/plain", b"application/x-www-form-urlencoded", b"json", b"\xff"]
)
def test_other_content_types_are_refused(content_type: bytes):
    """Nothing is guessed from the body."""
    with pytest.raises(UnsupportedMedia):
        media_of(content_type)


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        (b'{"no2":"132.5657676765"}', {"no2": "132.5657676765"}),
        (BOM + b'{"no2":1}', {"no2": 1}),
        (BOM + b'{"no2":NaN}', {"no2": None}),
        (
            b'{"no2": NaN, "text": "NaN and \\"NaN", "last": [NaN]}',
            {"no2": None, "text": 'NaN and "NaN', "last": [None]},
        ),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'{"a":1,"a":NaN}', {"a": None}),
        (b' \r\n\t{"a":1}\n', {"a": 1}),
        ('{"µ":"Ærøskøbing"}'.encode(), {"µ": "Ærøskøbing"}),
        (b"[" * DEPTH + b"]" * DEPTH, json.loads("[" * DEPTH + "]" * DEPTH)),
        (b'["' + b"[{" * 100 + b'"]', ["[{" * 100]),
    ],
)
def test_json_becomes_a_tree(body: bytes, tree: Any):
    """A byte order mark is stripped, a bare NaN is a missing value, and of duplicate keys the last wins."""
    assert read_json(body) == tree


@pytest.mark.check("NI-007")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        BOM,
        b"{",
        b"no2=1",
        b'{"a":1}}',
        b'{"a":1}x',
        b'{"a":1} {"a":2}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":-NaN}',
        b'{"a":NaN1}',
        b'{"a":1NaN}',
        b'{"a":nan}',
        b'{"a":1e400}',
        b'{"a":NaN,"b":1e400}',
        b'{"a":01}',
        b"{'a':1}",
        b'{"a":1,}',
        b"{NaN:1}",
        b'{"a":"\xff"}',
        b'{"\xff":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"\x01"}',
        b'{"a":"unfinished',
        '{"a":1}'.encode("utf-16"),
        b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
        b'{"a":' * 100_000,
        b"[" * 1_000_000,
        b"[" * 1_000_000 + b"NaN",
        b'"' + b'\\"' * 500_000 + b"NaN",
        b'{"a":NaN' + b'"\\' * 500_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_everything_else_is_refused_at_once(body: bytes):
    """Infinity, numbers past a double, bad UTF-8, trailing bytes, deep nests: malformed, at once."""
    with at_most(1), pytest.raises(Malformed):
        read_json(body)


def test_deep_nest_is_found_among_many_objects():
    """Brackets are counted by depth, not by number."""
    flat = b"[" + b",".join([b"{}"] * 1000) + b"]"
    assert read_json(flat) == [{}] * 1000
    with pytest.raises(Malformed, match="64 levels"):
        read_json(b'{"a":[' + flat + b"," + b"[" * (DEPTH - 1) + b"]" * (DEPTH - 1) + b"]}")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes):
    """No body makes anything but a tree or a refusal, whatever it says it is."""
    for media in (Media.JSON, Media.XML):
        try:
            read(body, media)
        except Refusal as refusal:
            assert isinstance(refusal, Malformed)
    try:
        assert b"".join(split(body, Media.JSON_LINES)) != b""
    except Refusal as refusal:
        assert isinstance(refusal, Malformed)


def trees(numbers: st.SearchStrategy[Any], leaves_at_most: int) -> st.SearchStrategy[Any]:
    """Any JSON values over these numbers; some texts look like what stands outside texts."""
    texts = st.text() | st.sampled_from(["NaN", '"NaN', "\\", '\\"', "[{", "1e9"])
    leaves = st.none() | st.booleans() | numbers | texts
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=leaves_at_most
    )


NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_infinity=False)
PACKETS = st.dictionaries(st.text(max_size=5), trees(NUMBERS, 5), max_size=3)


@settings(deadline=None)
@given(trees(NUMBERS, 20), st.booleans(), st.booleans())
def test_what_python_writes_is_read_back(tree: Any, ascii_only: bool, indented: bool):
    """json.dumps writes NaN bare; everything else comes back as it was."""

    def expected(node: Any) -> Any:
        if isinstance(node, list):
            return [expected(each) for each in node]
        if isinstance(node, dict):
            return {key: expected(each) for key, each in node.items()}
        return None if isinstance(node, float) and not isfinite(node) else node

    text = json.dumps(tree, ensure_ascii=ascii_only, indent=1 if indented else None)
    assert read_json(text.encode()) == expected(tree)


@settings(deadline=None)
@given(st.lists(PACKETS, min_size=1, max_size=4), st.booleans())
def test_batch_is_cut_where_its_packets_end(packets: list[dict[str, Any]], marked: bool):
    """Each packet keeps its own bytes, bare NaN and all, in an array and in lines."""
    raws = [json.dumps(packet).encode() for packet in packets]
    mark = BOM if marked else b""
    assert split(mark + b"[" + b" ,\n".join(raws) + b" ]", Media.JSON) == raws
    assert split(b"\n\n".join(raws) + b"\r\n", Media.JSON_LINES) == raws
    assert [read_json(raw) for raw in raws] == [
        read_json(raw) for raw in split(b"\r\n".join(raws), Media.JSON_LINES)
    ]


@pytest.mark.parametrize(
    ("start", "media", "takes_array", "batch"),
    [
        (b'[{"a":1}', Media.JSON, False, True),
        (b" \n[", Media.JSON, False, True),
        (BOM + b" [", Media.JSON, False, True),
        (b'[{"a":1}', Media.JSON, True, False),
        (b'{"a":[1]}', Media.JSON, False, False),
        (b"", Media.JSON, False, False),
        (b'{"a":1}', Media.JSON_LINES, False, True),
        (b"[1]", Media.JSON_LINES, True, True),
        (b"[", Media.XML, False, False),
    ],
)
def test_array_is_a_batch_unless_packets_are_arrays(
    start: bytes, media: Media, takes_array: bool, batch: bool
):
    """Lines are always a batch."""
    assert is_batch(start, media, takes_array=takes_array) is batch


@pytest.mark.parametrize(
    "body", [b"[]", b"[ ]", b'[{"a":1}', b'[{"a":1}]x', b'[{"a":NaN}', b'[{"a":"\\ud800"},tru]', b"[1,]"]
)
def test_array_that_is_no_batch_is_refused(body: bytes):
    """What is no JSON cannot be cut, and a batch of nothing would be acknowledged for nothing."""
    with pytest.raises(Malformed):
        split(body, Media.JSON)


@pytest.mark.parametrize(
    "element",
    [b"5", b"null", b'"a, b"', b"[1,[2]]", b"NaN", b'{"a":"\\ud800"}', b'{"\\uDC00":NaN}', b'"\\\\\\udbff"'],
)
def test_element_that_is_no_packet_is_cut_alone(element: bytes):
    """Its neighbours keep their bytes: pairs of surrogates, and backslashes that stand for themselves."""
    good = rb'{"a":"\ud83d\ude00 \\ud800 \\\\"}'
    assert split(b"[%b, %b,%b]" % (good, element, good), Media.JSON) == [good, element, good]


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFF", r"\uD83D\u0041", r"\ude00\ud83d", r"\\\ud800"])
def test_half_of_a_surrogate_pair_is_named(half: str):
    """It is no character, whatever stands beside it."""
    with pytest.raises(Malformed, match=r"JSON: \\u[dD][0-9a-fA-F]{3} is half of a pair, and no character"):
        read_json(b'{"a":"%b"}' % half.encode())


def test_lines_without_a_packet_are_refused():
    """A batch of nothing would be acknowledged for nothing."""
    with pytest.raises(Malformed):
        split(b"\n \r\n", Media.JSON_LINES)


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"[" + b"{}," * BATCH_OBJECTS + b"{}]", Media.JSON),
        (b"[" + b"0," * BATCH_OBJECTS + b"0]", Media.JSON),
        (b"1\n" * BATCH_OBJECTS, Media.JSON_LINES),
    ],
    ids=["array", "numbers", "lines"],
)
def test_batch_of_countless_packets_is_refused_before_it_is_split(body: bytes, media: Media):
    """Small packets cannot fill the memory."""
    with pytest.raises(TooLarge):
        split(body, media)


SAMPLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<packet id="innosense-6" xmlns:g="urn:gas">
  <!-- from the roof -->
  <date>2010/10/20 15:00:00</date>
  <g:no2 unit="ppb"> 132.56 </g:no2>
  <position>0.000000</position><position>1.5</position>
  <empty/>
  <nested><deep>1</deep><deep kind="x"/></nested>
</packet>"""


@pytest.mark.check("NI-207")
def test_xml_becomes_the_same_kind_of_tree():
    """The root is dropped, attributes count as children, repeated elements are a list (N33)."""
    assert read_xml(SAMPLE) == {
        "id": "innosense-6",
        "date": "2010/10/20 15:00:00",
        "no2": {"unit": "ppb", "#text": "132.56"},
        "position": ["0.000000", "1.5"],
        "empty": "",
        "nested": {"deep": ["1", {"kind": "x"}]},
    }
    assert read_xml(BOM + b"<r><a>1</a></r>") == {"a": "1"}
    assert read_xml("<r><a>µ</a></r>".encode("utf-16")) == {"a": "µ"}


BILLION_LAUGHS = (
    b"<!DOCTYPE l [<!ENTITY a '"
    + b"ha" * 99
    + b"'>%b]><l>&i;</l>"
    % b"".join(b"<!ENTITY %c '%b'>" % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefghi")
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<r>",
        b"<r></s>",
        b"<r/><r/>",
        b"<r>\xff</r>",
        b"<r>\x00</r>",
        b"<r>&nbsp;</r>",
        b"<!DOCTYPE r><r/>",
        b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>",
        b"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><r/>",
        b"<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;]><r/>",
        BILLION_LAUGHS,
        b"<!DOCTYPE q [<!ENTITY a '" + b"a" * 50_000 + b"'>]><q>" + b"&a;" * 20_000 + b"</q>",
        b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1),
        b"<a>" * 200_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_xml_that_is_broken_or_hostile_is_refused_at_once(body: bytes):
    """Document types, entities and deep nests: malformed, in under a second."""
    with at_most(1), pytest.raises(Malformed):
        read_xml(body)


def test_xml_may_be_as_deep_as_json():
    """64 levels of elements are read."""
    assert read_xml(b"<a>" * DEPTH + b"</a>" * DEPTH) is not None

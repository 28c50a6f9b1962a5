"""Calibration tables in XML files of forms that nobody has published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.errors import EmptyFile, InvalidFile, Missing, NoTable, Refusal
from sensorium.plans.calibration_xml import (
    DEPTH,
    MOST_SENSORS,
    Names,
    SensorTable,
    choose,
    read_tables,
    write_tables,
)
from tests.speed import at_most

FIRST, SECOND = ((0.0, 0.0), (0.7, 60.0)), ((1.0, 10.0), (4095.0, 480.0))

ONE_SENSOR = {
    "attributes": '<t><p in="0" out="0"/><p in="0.7" out="60"/></t>',
    "children": "<t><p><In>0</In><Out>0</Out></p><p><In>0.7</In><Out>60</Out></p></t>",
    "attribute and text": '<t><p level="0">0</p><p level="0.7">60</p></t>',
    "the other way round": '<t><p volume="0" level="0"/><p volume="60" level="0.7"/></t>',
    "half a name": '<t><p volume="0" a="0"/><p volume="60" a="0.7"/></t>',
    "no names": '<t><row a="0" b="0"/><row a="0.7" b="60"/></t>',
    "numbered rows": '<t><row no="1" a="0" b="0"/><row no="2" a="0.7" b="60"/></t>',
    "more columns": '<t><r t="20.5" code="0" volume="0"/><r t="20.5" code="0.7" volume="60"/></t>',
    "decimal comma": '<t><p in="0,0" out="0"/><p in="0,7" out="60,0"/></t>',
    "blanks and signs": '<t><p in=" +0 " out="-0"/><p in="7e-1" out="6.E1"/></t>',
    "a name space": '<t xmlns="urn:x" xmlns:y="urn:y"><y:p in="0" out="0"/><y:p in=".7" out="60"/></t>',
    "comments": '<?x y?><!-- a --><t><!-- <p/> --><p in="0" out="0"/><p in="0.7" out="60"/></t>',
    "within": '<LLSMonitor><Port>1</Port><Sensor><Table><p in="0" out="0"/><p in="0.7" out="60"/>'
    "</Table></Sensor></LLSMonitor>",
    "ours": '<calibration><sensor number="1"><point in="0.0" out="0.0"/><point in="0.7" out="60.0"/></sensor>'
    "</calibration>",
}


@pytest.mark.parametrize("text", ONE_SENSOR.values(), ids=ONE_SENSOR.keys())
def test_table_is_found_by_its_structure(text: str):
    """Two numbers a row, under whichever names."""
    [table] = read_tables(text.encode())
    assert table == SensorTable(1, FIRST)
    assert choose([table], None) == choose([table], 1) == FIRST


ROWS_1, ROWS_2 = (
    "".join(f'<p in="{raw}" out="{result}"/>' for raw, result in points) for points in (FIRST, SECOND)
)
SEVERAL = {
    "by attributes": (f'<f><s number="1">{ROWS_1}</s><s number="2">{ROWS_2}</s></f>', (1, 2)),
    "by children": (f"<f><s><Id>7</Id><t>{ROWS_1}</t></s><s><Id>9</Id><t>{ROWS_2}</t></s></f>", (7, 9)),
    "by the order": (f"<f><s>{ROWS_1}</s><s>{ROWS_2}</s></f>", (1, 2)),
    "by the order, since 0 is none": (f'<f><s id="0">{ROWS_1}</s><s id="1">{ROWS_2}</s></f>', (1, 2)),
    "by the order, since a number comes twice": (
        f'<f><s id="5">{ROWS_1}</s><s id="5">{ROWS_2}</s></f>',
        (1, 2),
    ),
    "in the order of the file": (f'<f><s number="2">{ROWS_1}</s><s number="1">{ROWS_2}</s></f>', (2, 1)),
    "with tables deeper": (
        f'<f><s addr="3"><c><t id="17">{ROWS_1}</t></c></s>'
        f'<s addr="4"><c><t id="18">{ROWS_2}</t></c></s></f>',
        (3, 4),
    ),
    "of other names": (f'<f><a number="1">{ROWS_1}</a><b number="2">{ROWS_2}</b></f>', (1, 2)),
}


@pytest.mark.parametrize(("text", "numbers"), SEVERAL.values(), ids=SEVERAL.keys())
def test_sensors_have_their_own_numbers_or_those_of_their_order(text: str, numbers: tuple[int, int]):
    """Each can be chosen; without a number none is, and one that is not there has no table."""
    tables = read_tables(text.encode())
    assert tables == (SensorTable(numbers[0], FIRST), SensorTable(numbers[1], SECOND))
    assert [choose(tables, number) for number in numbers] == [FIRST, SECOND]
    with pytest.raises(Missing) as missing:
        choose(tables, None)
    assert (missing.value.where, missing.value.why) == ("sensor_number", "must not be null")
    with pytest.raises(NoTable):
        choose(tables, 99)


@pytest.mark.parametrize(
    "text",
    [
        f'<f><s number="1">{ROWS_1}</s><s number="2"/></f>',
        f'<f><s number="1"><t>{ROWS_1}</t></s><s number="2"><t/></s></f>',
        f'<calibration><sensor number="1">{ROWS_1.replace("<p ", "<point ")}</sensor>'
        '<sensor number="2"/></calibration>',
    ],
)
def test_sensor_without_a_table_is_one_of_the_file(text: str):
    """It is empty, and there is nothing to choose."""
    tables = read_tables(text.encode())
    assert tables == (SensorTable(1, FIRST), SensorTable(2, ()))
    with pytest.raises(NoTable):
        choose(tables, 2)


def test_only_sensor_of_our_own_form_may_be_empty():
    """Its table is, then; a single point is a table there."""
    assert read_tables(b'<calibration><sensor number="4"/></calibration>') == (SensorTable(4, ()),)
    one = b'<calibration><sensor number="4"><point in="1" out="2"/></sensor></calibration>'
    assert read_tables(one) == (SensorTable(4, ((1.0, 2.0),)),)
    with pytest.raises(NoTable):
        choose(read_tables(b'<calibration><sensor number="4"/></calibration>'), None)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-8-sig", '<?xml version="1.0" encoding="utf-8"?>'),
        ("utf-16", ""),
        ("utf-16", '<?xml version="1.0" encoding="utf-16"?>'),
        ("windows-1251", '<?xml version="1.0" encoding="windows-1251"?>'),
        ("koi8-r", '<?xml version="1.0" encoding="koi8-r"?>'),
    ],
)
def test_encodings(encoding: str, declared: str):
    """By declaration or by its first bytes; names in Cyrillic letters are names like others."""
    text = f'{declared}<датчик имя="бак"><точка код="0" объём="0"/><точка код="0,7" объём="60"/></датчик>'
    if encoding == "koi8-r":
        text = text.replace("ё", "е")
    assert read_tables(text.encode(encoding)) == (SensorTable(1, FIRST),)


def test_names_can_be_added():
    """So that a file of another form is read without a change of the program."""
    text = '<t><p объём="0" код="0" t="3"/><p объём="60" код="0.7" t="3"/></t>'.encode()
    with pytest.raises(InvalidFile):
        read_tables(text)
    names = Names.with_more(raw=" Код, ", result="объём,volume")
    assert read_tables(text, names) == (SensorTable(1, FIRST),)
    assert (names.raw[:2], names.result[:3], names.number) == (
        ("код", "in"),
        ("объём", "volume", "out"),
        Names().number,
    )


BOMB = b"<!DOCTYPE l [<!ENTITY a 'haha'>%b]><l>&i;</l>" % b"".join(
    b"<!ENTITY %c '%b'>" % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefghi"
)


@pytest.mark.parametrize(
    "body",
    [
        b"x",
        b"{}",
        b"<r>",
        b"<r></s>",
        b"<r/><r/>",
        b"<r>\xff</r>",
        b"<r/>",
        b"<r><a>1</a><b>2</b></r>",
        b'<r><p in="1" out="2"/></r>',  # one row is no table
        b'<r><p in="1"/><p in="2"/></r>',
        b'<r><p in="a" out="b"/><p in="c" out="d"/></r>',
        b'<r><p in="NaN" out="0"/><p in="inf" out="0"/></r>',
        b'<r><p in="1" out="2"/><p in="x" out="2"/></r>',
        b'<r><p in="1" out="2"/><p in="1e999" out="2"/></r>',
        b'<r><p in="1" out="2"/><p in="1.0" out="3"/></r>',  # the same raw value
        b'<r><p in="1" out="2"/><p in="2"/></r>',
        b'<r><p in="1" out="2"/><p in="2" out="3"/><q in="1" out="2"/><q in="2" out="3"/></r>',
        b"<!DOCTYPE r><r/>",
        b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r><p in='1' out='&x;'/></r>",
        b"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><r/>",
        BOMB,
        b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1),
        b"<a>" * 100_000,
        b"<a " + b" ".join(b"a%d='1'" % number for number in range(60_000)) + b"/>",
        b"<f>" + b"<s><p in='1' out='2'/><p in='2' out='3'/></s>" * (MOST_SENSORS + 1) + b"</f>",
        b"<f>" + b"".join(b"<a%d/><a%d/>" % (number, number) for number in range(40_000)) + b"</f>",
    ],
    ids=lambda body: repr(body[:50]),
)
def test_file_that_is_broken_or_hostile_or_of_another_kind_is_refused_at_once(body: bytes):
    """As one that is not of a form that is read; nothing is expanded or fetched."""
    with at_most(2), pytest.raises(InvalidFile) as refused:
        read_tables(body)
    assert refused.value.where == "file"


def test_empty_file():
    """It is told from one that is broken."""
    with pytest.raises(EmptyFile):
        read_tables(b"")


FINITE = st.floats(allow_nan=False, allow_infinity=False)
POINTS = st.lists(st.tuples(FINITE, FINITE), unique_by=lambda point: point[0], max_size=20).map(tuple)
TABLES = st.dictionaries(st.integers(1, 999_999), POINTS, min_size=1, max_size=5)


@given(TABLES)
def test_what_is_written_is_read_again(tables: dict[int, tuple[tuple[float, float], ...]]):
    """In our own form: every number to the last digit, and empty tables too."""
    expected = tuple(SensorTable(number, points) for number, points in tables.items())
    assert read_tables(write_tables(expected)) == expected


NAMES = st.sampled_from(["p", "in", "out", "number", "x", "sensor", "calibration", "point", "Ё"])
TEXTS = st.sampled_from(["", "0", "1", "1,5", "-2e3", "1e999", "NaN", "x", " ", "&lt;"])


def element(name: str, attributes: dict[str, str], children: list[str]) -> str:
    """An element as XML writes it."""
    cells = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{cells}>{''.join(children)}</{name}>"


ELEMENTS = st.recursive(
    st.builds(element, NAMES, st.just({}), st.lists(TEXTS, max_size=1)),
    lambda inner: st.builds(
        element, NAMES, st.dictionaries(NAMES, TEXTS, max_size=3), st.lists(inner, max_size=4)
    ),
    max_leaves=30,
)


@given(ELEMENTS | st.binary())
def test_anything_is_read_or_refused(text: str | bytes):
    """Only with the refusals that are documented; what is read has finite numbers, each raw value once."""
    body = text if isinstance(text, bytes) else text.encode()
    try:
        tables = read_tables(body)
    except Refusal as refusal:
        assert type(refusal) in (InvalidFile, EmptyFile)
        return
    assert len({table.number for table in tables}) == len(tables) > 0
    assert read_tables(write_tables(tables)) == tables

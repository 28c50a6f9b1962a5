"""Cutting files into packets."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.cli.records import (
    Batch,
    Place,
    Record,
    Rejected,
    Unreadable,
    batches,
    column,
    read_csv,
    read_document,
    read_lines,
    read_ndjson,
)
from sensorium.model.device import Position
from sensorium.model.errors import InvalidPacket

HERE = Place(column("lon"), column("lat"))


def cut(text: str, **options) -> list[Record | Rejected]:
    return list(read_csv(read_lines(io.StringIO(text, newline="")), **options))


def packets(text: str, **options) -> list[dict]:
    return [json.loads(record.packet) for record in cut(text, **options)]


def test_each_line_is_a_packet_of_texts():
    """Cells stay the texts that they are, so that the sensor's converters read them."""
    assert packets("time,no2\n8/1/2019 7:11,5.50\n") == [{"time": "8/1/2019 7:11", "no2": "5.50"}]


def test_empty_cell_is_a_missing_value():
    """An empty cell becomes null."""
    assert packets("a,b,c\n1,,\n") == [{"a": "1", "b": None, "c": None}]


def test_preamble_is_left_out_and_lines_keep_their_numbers():
    """`skip` lines and blank lines stand before the header; numbers count from the top of the file."""
    text = "Serial ID: 1\nInstrument Data Export\n\na,b\n1,2\n\n3,4\n"
    assert [(record.number, record.packet) for record in cut(text, skip=2)] == [
        (5, b'{"a":"1","b":"2"}'),
        (7, b'{"a":"3","b":"4"}'),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_in_the_header(delimiter: str):
    """The sign that cuts the header into the most columns; signs between quotes do not count."""
    text = f'a{delimiter}"b,;|x"{delimiter}c\n1{delimiter}2{delimiter}3\n'
    assert packets(text) == [{"a": "1", "b,;|x": "2", "c": "3"}]


def test_delimiter_can_be_given():
    """A file of one column whose name holds a comma."""
    assert packets("LEQ, dB\n1\n", delimiter=";") == [{"LEQ, dB": "1"}]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends():
    """A record that spans lines is numbered by its first one."""
    records = cut('a,b\r\n"1,5","x ""y""\r\nz"\r\n2,3\r\n')
    assert [record.number for record in records] == [2, 4]
    assert json.loads(records[0].packet) == {"a": "1,5", "b": 'x "y"\r\nz'}


def test_column_without_a_name_is_called_by_its_place():
    """Nothing of a line is lost."""
    assert packets("a,,b,\n1,2,3,4\n") == [{"a": "1", "column 2": "2", "b": "3", "column 4": "4"}]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1", "1 cells under a header of 2"),
        ("1,2,3", "3 cells under a header of 2"),
        ('"1"x,2', "',' expected after '\"'"),
        ('1,"2', "unexpected end of data"),
        ("1,\udcff", "it holds the byte 0xff, which is no text in the file's encoding"),
        (
            '1,"2\n3,4\n5,6',
            "a quote that is opened in line 3 is not closed where it should be: lines 3 to 5 are left out"
            " (unexpected end of data)",
        ),
    ],
)
def test_line_that_does_not_fit_the_header_is_rejected_alone(line: str, why: str):
    """The lines before it are read, and those after it where it has an end."""
    assert cut(f"a,b\n1,2\n{line}")[0] == Record(2, b'{"a":"1","b":"2"}')
    assert cut(f"a,b\n1,2\n{line}")[1:] == [Rejected(3, why)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no header"),
        ("\n \n", "no header"),
        ("a,b\n", "no header"),
        ("\na,b,a\n1,2,3\n", "more than one column 'a'"),
        ('\n"a,b\n1,2\n', "the header cannot be read"),
    ],
)
def test_file_without_a_usable_header_is_unreadable(text: str, why: str):
    """It is refused as a whole, before anything is sent."""
    with pytest.raises(Unreadable, match=why):
        cut(text, skip=1)


def test_endless_line_is_refused():
    """A line over the bound ends the reading instead of filling the memory."""
    lines = read_lines(io.StringIO("a,b\n" + "1" * 100), longest=50)
    assert next(lines) == "a,b\n"
    with pytest.raises(Unreadable, match="line 2 is longer than 50 characters"):
        next(lines)


def test_wrong_encoding_of_the_header_is_named():
    """Latin-1 bytes are no UTF-8: nothing is sent under names that are none."""
    file = io.TextIOWrapper(io.BytesIO("a;µg\n1;2\n".encode("latin-1")), "utf-8", "surrogateescape")
    with pytest.raises(Unreadable, match=r"the header holds the byte 0xb5.*--encoding"):
        list(read_csv(read_lines(file)))


def test_text_that_cannot_be_cut_into_lines_is_unreadable():
    """UTF-16 has no place for a byte too many."""
    file = io.TextIOWrapper(io.BytesIO("a;b\n1;2\n".encode("utf-16") + b"x"), "utf-16", "surrogateescape")
    with pytest.raises(Unreadable, match="utf-16 text"):
        list(read_lines(file))


def test_only_the_line_with_a_wrong_byte_is_rejected():
    """Wherever it stands in a long file, with its own number."""
    lines = [b"a,b"] + [b"%d,2" % number for number in range(2, 9001)]
    lines[5001] = b"5002,\xff"
    file = io.TextIOWrapper(io.BytesIO(b"\n".join(lines)), "utf-8-sig", "surrogateescape", newline="")
    records = list(read_csv(read_lines(file)))
    assert [each.number for each in records] == list(range(2, 9001))
    assert [each for each in records if isinstance(each, Rejected)] == [
        Rejected(5002, "it holds the byte 0xff, which is no text in the file's encoding")
    ]


def test_quote_that_is_not_closed_ends_with_the_longest_cell():
    """So not all the lines after it are left out, and the reason says which are."""
    text = 'a,b\n1,"2\n' + "3,4\n" * 100_000
    rejected, *rest = cut(text)
    assert isinstance(rejected, Rejected)
    assert "opened in line 2" in rejected.why
    assert len(rest) > 50_000


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(
    header=st.lists(CELLS.map(str.strip).filter(bool), min_size=2, max_size=5, unique=True),
    rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=5),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_a_csv_writer_wrote_is_read_back(header: list[str], rows: list[list[str]], delimiter: str):
    """Any table that Python's csv module writes comes back cell for cell."""
    table = [row[: len(header)] for row in rows]
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *table])
    expected = [dict(zip(header, (cell or None for cell in row), strict=True)) for row in table]
    assert packets(file.getvalue(), delimiter=delimiter) == expected


def test_moving_record_has_its_position():
    """The named columns say where; without an altitude it is 0 m."""
    place = Place(column("lon"), column("lat"), column("height"))
    text = "lon,lat,height\n9.2169,53.0984,57\n"
    assert [record.position for record in cut(text, place=place)] == [Position(9.2169, 53.0984, 57.0)]
    assert [record.position for record in cut(text, place=HERE)] == [Position(9.2169, 53.0984, 0.0)]


@pytest.mark.parametrize("cell", ["", "north", "nan", "inf"])
def test_record_without_a_position_is_rejected(cell: str):
    """A moving sensor's packet must say where."""
    (rejected,) = cut(f"lon,lat\n{cell},53\n", place=HERE)
    assert isinstance(rejected, Rejected)
    assert rejected.number == 2


def test_missing_position_column_is_named():
    """A misspelt option is seen on the first line."""
    assert cut("lon\n1\n", place=HERE) == [Rejected(2, "there is no column 'lat'")]


def test_ndjson_lines_stay_as_written():
    """Each line is a packet with its own bytes; blank lines are left out."""
    text = '{"a": 1.10}\n\n{"a": NaN} \n'
    assert list(read_ndjson(io.StringIO(text))) == [Record(1, b'{"a": 1.10}'), Record(3, b'{"a": NaN}')]


def test_ndjson_line_with_a_wrong_byte_is_rejected():
    """The one before and the one after it are not."""
    first, bad, last = read_ndjson(io.StringIO('{"a": 1}\n{"a": "\udcff"}\n{"a": 2}\n'))
    assert (first, last) == (Record(1, b'{"a": 1}'), Record(3, b'{"a": 2}'))
    assert bad == Rejected(2, "it holds the byte 0xff, which is no text in the file's encoding")


def test_ndjson_line_without_a_position_is_rejected():
    """A line that is no JSON has no position either."""
    place = Place(lambda packet: packet["x"], lambda packet: packet["y"])
    good, bad = read_ndjson(io.StringIO('{"x": 1, "y": 2}\n{"x"\n'), place=place)
    assert good == Record(1, b'{"x": 1, "y": 2}', Position(1, 2, 0))
    assert isinstance(bad, Rejected)


def test_document_is_cut_at_the_array_that_a_path_finds():
    """Each element is a packet, numbered from 1."""
    text = '{"value": {"series": [{"t": "x", "v": [1, 2.5, NaN]}, {"t": "ü"}]}}'
    records = list(read_document(text, records=lambda tree: tree["value"]["series"]))
    assert records == [Record(1, b'{"t":"x","v":[1,2.5,NaN]}'), Record(2, '{"t":"ü"}'.encode())]


def test_document_without_a_path_is_an_array_of_packets_or_one():
    """`--records` is not needed for the plain forms."""
    assert [record.packet for record in read_document('[{"a": 1}, 2]')] == [b'{"a":1}', b"2"]
    assert [record.packet for record in read_document('{"a": 1}')] == [b'{"a":1}']


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": 1} x'])
def test_text_that_is_no_json_is_unreadable(text: str):
    """The reason says so."""
    with pytest.raises(Unreadable, match="not a JSON document"):
        list(read_document(text))


def test_path_that_finds_no_array_is_unreadable():
    """An object is not silently taken for one packet."""
    with pytest.raises(Unreadable, match="no array"):
        list(read_document('{"a": {}}', records=lambda tree: tree["a"]))


def test_path_that_finds_nothing_is_unreadable():
    """The path's own reason is passed on."""

    def nowhere(_tree: object) -> object:
        raise InvalidPacket("there is no 'b'")

    with pytest.raises(Unreadable, match="there is no 'b'"):
        list(read_document('{"a": {}}', records=nowhere))


def test_element_that_cannot_be_written_as_utf8_is_rejected():
    """A lone surrogate has no bytes; one that the file writes as an escape stands for no byte of it."""
    text = '["\\ud800", {"a": "\\udc80"}, "\udcff"]'
    assert list(read_document(text)) == [
        Rejected(1, "it holds \\ud800, which is half of a pair, and no character"),
        Rejected(2, "it holds \\udc80, which is half of a pair, and no character"),
        Rejected(3, "it holds the byte 0xff, which is no text in the file's encoding"),
    ]


def test_batches_hold_neighbours_with_one_position_in_order():
    """A batch ends where the position changes, at its rows and at its size."""
    here, there = Position(1, 2, 3), Position(4, 5, 6)
    records = [Record(n, b"x" * 10, here if n < 4 else there) for n in range(1, 8)]
    cuts = batches([*records[:2], Rejected(9, "bad"), *records[2:]], rows=2)
    assert [[r.number for r in each.records] if isinstance(each, Batch) else each for each in cuts] == [
        Rejected(9, "bad"),
        [1, 2],
        [3],
        [4, 5],
        [6, 7],
    ]
    assert [len(each.records) for each in batches(records, size=35)] == [3, 3, 1]
    assert [len(each.records) for each in batches(records, size=1)] == [1] * 7


def test_key_of_a_batch_depends_on_what_and_where():
    """The same packets at the same place: the same key. Anything else: another one."""
    base = Batch((Record(2, b"{}"),))
    assert base.key == Batch((Record(2, b"{}"),)).key
    others = [
        Batch((Record(3, b"{}"),)),
        Batch((Record(2, b"[]"),)),
        Batch((Record(2, b"{}", Position(0, 0, 0)),)),
    ]
    assert len({base.key, *(each.key for each in others)}) == 4

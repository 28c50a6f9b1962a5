"""The query of a request: serial numbers and a range in UTC, or what is wrong with it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.dialects.cirrus.decode import MOST_INSTRUMENTS, read_query
from sensorium.model.errors import Malformed, Missing
from sensorium.model.moments import to_microseconds

START, END = ("start", "2023-01-01T00:00:00Z"), ("end", "2023-01-31T00:00:00Z")
INSTRUMENT = ("instruments", "QT123456")


def moment(*when: int) -> int:
    return to_microseconds(datetime(*when, tzinfo=UTC))  # type: ignore[misc]


def range_of(start: str, end: str) -> tuple[int, int]:
    asked = read_query([INSTRUMENT, ("start", start), ("end", end)])
    return asked.begin, asked.end


def test_query_of_the_document_is_read():
    """Two instruments, one after another, and the month of January."""
    asked = read_query([INSTRUMENT, ("instruments", "QT234567"), START, END])
    assert asked.instruments == ("QT123456", "QT234567")
    assert (asked.begin, asked.end) == (moment(2023, 1, 1), moment(2023, 1, 31))


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["A,B"], ("A", "B")),
        (["A", "B"], ("A", "B")),
        (["B,A", "C"], ("B", "A", "C")),
        ([" A , B ", "\tC"], ("A", "B", "C")),
        (["A,A", "B", "A"], ("A", "B")),
        (["A,,B", "", ","], ("A", "B")),
        (["A B"], ("A B",)),
    ],
)
def test_instruments_are_repeated_or_joined_by_commas(values: list[str], found: tuple[str, ...]):
    """In any mixture; blanks around them and repetitions mean nothing."""
    pairs = [("instruments", value) for value in values]
    assert read_query([*pairs, START, END]).instruments == found


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([START, END], "instruments"),
        ([("instruments", ""), START, END], "instruments"),
        ([("instruments", " , "), START, END], "instruments"),
        ([INSTRUMENT, END], "start"),
        ([INSTRUMENT, START], "end"),
        ([INSTRUMENT, ("start", ""), END], "start"),
        ([], "instruments"),
        ([INSTRUMENT], "start"),
        ([("start", "abc")], "instruments"),
        ([INSTRUMENT, ("start", "abc")], "end"),
        ([("Instruments", "A"), START, END], "instruments"),
    ],
)
def test_first_missing_parameter_is_named(pairs: list[tuple[str, str]], name: str):
    """In the order of the document, and before anything that is wrong; an empty one is missing."""
    with pytest.raises(Missing) as refusal:
        read_query(pairs)
    assert refusal.value.where == name
    assert refusal.value.why == f"The required parameter {name} was missing from the request."


@pytest.mark.parametrize(
    "text",
    [
        "2023-01-01T00:00:00Z",
        "2023-01-01T00:00:00.000Z",
        "2023-01-01T00:00:00.000000000Z",
        "2023-01-01T00:00:00+00:00",
        "2023-01-01T00:00:00+0000",
        "2023-01-01T00:00:00 00:00",
        "2023-01-01t00:00:00z",
        "2023-01-01T00:00Z",
        " 2023-01-01T00:00:00Z ",
    ],
)
def test_moments_in_utc_are_read(text: str):
    """Also where the plus of `+00:00` was not percent-encoded and has become a blank."""
    assert range_of(text, "2023-02-01T00:00:00Z")[0] == moment(2023, 1, 1)
    assert range_of("2022-12-01T00:00:00Z", text)[1] == moment(2023, 1, 1)


def test_fractions_of_a_second_count():
    """To the microsecond."""
    begin, end = range_of("2023-01-01T00:00:00.25Z", "2023-01-01T00:00:00.250001Z")
    assert (begin - moment(2023, 1, 1), end - begin) == (250_000, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("abc", "2023-02-30T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01"),
        *("2023-01-01T00:00:00", "2023-01-01T00:00:00.5", "2023-01-01T00:00:00+01:00", "1672531200"),
        *("2023-01-01T00:00:00-00:30", "2023-01-01T00:00:00-00:00", "2023-01-01T00:00:00 01:00"),
        *("2023-01-01T00:00:00ZZ", "2023-01-01T00:00:00+00:00Z", "2023-01-01T00:00:00+01:00Z", "Z"),
        *("2023-1-1T00:00:00Z", "٢٠٢٣-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z"),
    ],
)
def test_anything_else_is_no_moment(text: str):
    """No date, a date alone, no zone, another zone."""
    for name, pairs in (("start", [("start", text), END]), ("end", [START, ("end", text)])):
        with pytest.raises(Malformed) as refusal:
            read_query([INSTRUMENT, *pairs])
        assert refusal.value.where == name
        assert name in refusal.value.why


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
        ("2024-02-29T12:00:00Z", "2025-02-28T12:00:00Z"),
        ("2023-02-28T00:00:00Z", "2024-02-28T00:00:00Z"),
        ("2023-01-01T00:00:00.000001Z", "2024-01-01T00:00:00.000001Z"),
        ("9999-01-02T00:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_range_of_a_calendar_year_is_taken_and_no_longer_one(start: str, end: str):
    """A leap year's 366 days are a year too."""
    begin, last = range_of(start, end)
    assert begin < last
    if not end.startswith("9999"):
        longer = end.replace("00.000001Z", "00.000002Z").replace("00Z", "00.000001Z")
        with pytest.raises(Malformed) as refusal:
            range_of(start, longer)
        assert refusal.value.why == "The maximum date range per request is 1 year."


def test_range_that_ends_before_it_begins_is_refused():
    """One that ends where it begins is empty, and a range."""
    begin, end = range_of("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z")
    assert begin == end
    with pytest.raises(Malformed):
        range_of("2023-01-01T00:00:00.000001Z", "2023-01-01T00:00:00Z")


def test_parameters_that_contradict_each_other_are_refused():
    """A start is one, and there are not more instruments than a query has room for."""
    with pytest.raises(Malformed) as refusal:
        read_query([INSTRUMENT, START, START, END])
    assert refusal.value.where == "start"
    many = ",".join(str(each) for each in range(MOST_INSTRUMENTS + 1))
    with pytest.raises(Malformed) as refusal:
        read_query([("instruments", many), START, END])
    assert refusal.value.where == "instruments"
    assert len(read_query([("instruments", many[:-4]), START, END]).instruments) == MOST_INSTRUMENTS


_NAMES = st.sampled_from(["instruments", "start", "end", "other"])
_VALUES = st.one_of(
    st.text(max_size=30),
    st.datetimes().map(lambda each: f"{each.isoformat()}Z"),
    st.datetimes().map(lambda each: f"{each.isoformat()}+00:00"),
)


@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=8))
def test_any_query_is_read_or_refused_by_the_name_of_a_parameter(pairs: list[tuple[str, str]]):
    """No query is an error of another kind."""
    try:
        asked = read_query(pairs)
    except (Missing, Malformed) as refusal:
        assert refusal.where in ("instruments", "start", "end")
        assert refusal.why.endswith(".")
    else:
        assert asked.begin <= asked.end
        assert all(each == each.strip() and each for each in asked.instruments)

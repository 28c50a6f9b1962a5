"""Dates as text are read exactly, or refused."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.errors import ConversionFailed, InvalidArguments, InvalidTimezone
from sensorium.model.moments import to_microseconds
from sensorium.plans.dates import LONGEST_PATTERN, compile_date
from sensorium.plans.zones import zone, zone_names

NILU = "yyyy/MM/dd HH:mm:ss"
STOCKHOLM = "Europe/Stockholm"
SECOND = 1_000_000

# A pattern, and how Python writes the same; each keeps the whole minute.
SPELLINGS = {
    "yyyy/MM/dd HH:mm:ss": "%Y/%m/%d %H:%M:%S",
    "yyyy-MM-ddTHH:mm:ss.ffffff": "%Y-%m-%dT%H:%M:%S.%f",
    "yyyy-MM-ddTHH:mm:ss.SSSSSS": "%Y-%m-%dT%H:%M:%S.%f",
    "dddd, dd MMMM yyyy hh:mm:ss tt": "%A, %d %B %Y %I:%M:%S %p",
    "ddd d MMM yyyy H:mm": "%a %d %b %Y %H:%M",
    "yyyyMMdd'at'HHmm": "%Y%m%dat%H%M",
    "EEEE dd.MM.yyyy \"o''clock\" h a mm": "%A %d.%m.%Y o''clock %I %p %M",
}
OFFSETS = {"XX": "%z", "'UTC'XX": "UTC%z"}


@pytest.mark.parametrize(
    ("pattern", "zone_name", "text", "seconds"),
    [
        pytest.param(
            NILU, STOCKHOLM, "2010/10/20 15:00:00", 1287579600, marks=pytest.mark.check("NI-193")
        ),
        pytest.param(
            "yyyy-MM-ddTHH:mm:ssZ", None, "2021-01-02T03:04:05Z", 1609556645,
            marks=pytest.mark.check("NI-145"),
        ),
        (NILU, None, "2010/10/20 15:00:00", 1287586800),
        (NILU, "Etc/GMT+5", "2010/10/20 15:00:00", 1287604800),
        ("M/d/yyyy H:mm", "Etc/GMT+5", "8/1/2019 7:11", 1564661460),
        ("M/d/yyyy H:mm", "Etc/GMT+5", "12/31/2019 23:59", 1577854740),
        ("yyyy-MM-ddTHH:mm:ss", None, "2018-02-01T00:01:43", 1517443303),
        ("yyyy-MM-dd", None, "2018-02-01", 1517443200),
        ("yyyy-MM-dd", STOCKHOLM, "2018-02-01", 1517439600),
        ("dd.MM.yy HH", None, "01.02.18 05", 1517461200),
        ("dd.MM.yy", None, "01.02.50", -628473600),
        ("yyyyMMddTHHmmss", None, "20180201T000143", 1517443303),
        ("d MMM yyyy h:mm tt", None, "1 feb 2018 12:05 AM", 1517443500),
        ("d MMM yyyy h:mm tt", None, "1 FEB 2018 12:05 pm", 1517486700),
        ("d MMMM yyyy hh t", None, "1 February 2018 01 P", 1517490000),
        ("dddd, d MMM yyyy", None, "thursday, 1 Feb 2018", 1517443200),
        ("EEE dd.MM.yyyy HH:mm a", None, "", None),
        ("yyyy-MM-ddTHH:mm:sszzz", STOCKHOLM, "2018-02-01T00:00:00-05:00", 1517461200),
        ("yyyy-MM-ddTHH:mm:sszz", None, "2018-02-01T00:00:00+01", 1517439600),
        ("yyyy-MM-ddTHH:mm:ssz", None, "2018-02-01T00:00:00+1", 1517439600),
        ("yyyy-MM-ddTHH:mm:ssX", None, "2018-02-01T00:00:00+0130", 1517437800),
        ("yyyy-MM-ddTHH:mm:ssX", None, "2018-02-01T00:00:00-01", 1517446800),
        ("yyyy-MM-ddTHH:mm:ssXX", None, "2018-02-01T00:00:00+0130", 1517437800),
        ("yyyy-MM-ddTHH:mm:ssXXX", STOCKHOLM, "2018-02-01T00:00:00Z", 1517443200),
        ("yyyy-MM-ddTHH:mm:ssK", STOCKHOLM, "2018-02-01T00:00:00", 1517439600),
        ("yyyy-MM-ddTHH:mm:ssK", STOCKHOLM, "2018-02-01T00:00:00Z", 1517443200),
        ("yyyy-MM-ddTHH:mm:ssK", STOCKHOLM, "2018-02-01T00:00:00+02:00", 1517436000),
        ("yyyy-MM-ddTHH:mm:ssZ", STOCKHOLM, "2018-02-01T00:00:00Z", 1517443200),
        ("yyyy-MM-dd'T'HH:mm:ss'Z'", STOCKHOLM, "2018-02-01T00:00:00Z", 1517439600),
        (r"\d\e\n dd/MM/yyyy 'kl. 'HH", None, "den 01/02/2018 kl. 05", 1517461200),
        ("yyyy-MM-dd HH 'o''clock'", None, "2018-02-01 05 o'clock", 1517461200),
        ("yyyy-MM-dd HH ''", None, "2018-02-01 05 '", 1517461200),
        ("yyyy年M月d日", None, "2018年2月1日", 1517443200),
        (NILU, "Africa/Monrovia", "1950/01/01 00:00:00", -631149330),
    ],
)  # fmt: skip
def test_date_is_the_moment_it_writes(pattern: str, zone_name: str | None, text: str, seconds: int | None):
    """Each letter, with exact answers; AM and PM beside a 24-hour clock are refused."""
    if seconds is None:
        with pytest.raises(InvalidArguments):
            compile_date(pattern, zone_name)
        return
    assert compile_date(pattern, zone_name)(text) == seconds * SECOND


@pytest.mark.parametrize(
    ("letters", "text", "microseconds"),
    [
        ("f", "1", 100_000),
        ("ff", "12", 120_000),
        ("fff", "123", 123_000),
        ("SSS", "123", 123_000),
        ("ffffff", "123456", 123_456),
        ("fffffff", "1234567", 123_456),
        ("fffffffff", "447941836", 447_941),
        ("SSSSSSSSS", "999999999", 999_999),
        ("FFF", "1", 100_000),
        ("FFFFFFFFF", "447941836", 447_941),
        ("FFFFFFFFF", "84844646", 848_446),
    ],
)
def test_fraction_of_1_to_9_digits_is_read(letters: str, text: str, microseconds: int):
    """What lies past the microsecond is cut, not rounded."""
    read = compile_date(f"yyyy-MM-dd HH:mm:ss.{letters}")
    assert read(f"1970-01-01 00:00:00.{text}") == microseconds


def test_optional_fraction_goes_with_its_point():
    """A clock that drops trailing zeros drops the point too, and nothing else."""
    read = compile_date("yyyy-MM-ddTHH:mm:ss.FFFFFFFFFZ")
    assert read("1970-01-01T00:00:01Z") == SECOND
    for text in ("1970-01-01T00:00:01.Z", "1970-01-01T00:00:01.1234567891Z"):
        with pytest.raises(ConversionFailed):
            read(text)
    assert compile_date("yyyy-MM-dd HH:mm:ss,F")("1970-01-01 00:00:00,") == 0


@pytest.mark.check("NI-202")
@pytest.mark.parametrize(
    "text",
    [
        "abc", "", "2010/10/20", "2010/10/20 15:00", "2010/10/20 15:00:00 ", " 2010/10/20 15:00:00",
        "2010/10/20 15:00:00Z", "2010-10-20 15:00:00", "10/10/20 15:00:00", "2010/1/20 15:00:00",
        "2010/02/30 15:00:00", "2010/02/29 15:00:00", "2010/13/01 00:00:00", "2010/00/01 00:00:00",
        "2010/01/00 00:00:00", "2010/10/20 24:00:00", "2010/10/20 15:60:00", "2010/10/20 15:00:60",
        "0000/01/01 00:00:00", "10000/01/01 00:00:00", "-010/01/01 00:00:00", "2010/10/20\t15:00:00",
        "２０１０/10/20 15:00:00", "\u0662\u0660\u0661\u0660/10/20 15:00:00", "2010/10/20 15:00:00\n",
        "2010/10/20 15:00:00\x00", "2010/10/20  15:00:00", "9" * 100_000,
    ],
)  # fmt: skip
def test_text_that_is_no_such_date_is_refused(text: str):
    """Junk around it, other digits, numbers out of range, days that do not exist."""
    with pytest.raises(ConversionFailed) as refused:
        compile_date(NILU, STOCKHOLM)(text)
    assert len(refused.value.why) < 200


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("d MMM yyyy h:mm tt", "1 Feb 2018 0:05 AM"),
        ("d MMM yyyy h:mm tt", "1 Feb 2018 13:05 PM"),
        ("d MMM yyyy", "1 \u017fep 2018"),
        ("d MMM yyyy", "1 Sept 2018"),
        ("ddd d MMM yyyy", "Wed 1 Feb 2018"),
        ("yyyy-MM-ddX", "2018-02-01+24"),
        ("yyyy-MM-ddXXX", "2018-02-01+01:60"),
        ("yyyy-MM-ddXXX", "2018-02-01z"),
        ("yyyy-MM-ddzzz", "2018-02-01Z"),
        ("yyyy-MM-ddzzz", "0001-01-01+01:00"),
        ("yyyy-MM-dd HHzzz", "9999-12-31 23-01:00"),
        ("yyyy-MM-dd", "2018-02-01T"),
    ],
)
def test_other_parts_are_checked_too(pattern: str, text: str):
    """Hours of a half day, names of months, the day of the week, offsets, the years 1 to 9999."""
    with pytest.raises(ConversionFailed):
        compile_date(pattern)(text)


@pytest.mark.check("NI-143")
@pytest.mark.parametrize(
    "pattern",
    [
        "", "abc", "HH:mm:ss", "yyyy-MM", "yyyy-MM-dd mm", "yyyy-MM-dd HH:ss", "yyyy-MM-dd HH:mm.fff",
        "yyyy-MM-dd hh:mm", "yyyy-MM-dd hh:mm HH tt", "yyyy-MM-dd HH tt", "yyyy-MM-dd d", "yyyy yyyy-MM-dd",
        "YYYY-MM-DD", "yyyy-MM-dd HH:mm:ss G", "yyyy-MM-ddTT", "yyyy-MM-ddZZ", "y-MM-dd", "yyyyy-MM-dd",
        "yyyy-MMMMM-dd", "%Y-%m-%d", "yyyy-MM-dd '", 'yyyy-MM-dd "', "yyyy-MM-dd \\", "yyyy-Mdd", "yyyyMd",
        "yyyy-MM-dd Hmm", "yyyy-MM-dd HH:mm:ss.ffffffffff", "yyyy-MM-dd zzzz", "yyyy-MM-dd XZ",
        "yyyy-MM-dd\n", "yyyy-MM-dd" + "-" * LONGEST_PATTERN, 'yyyy-MM-d""H', "yyyy-MM-d'1'H", "yyyy-MM-ddzH",
        "yyyy-MM-ddXHHmm",
    ],
)  # fmt: skip
def test_pattern_that_yields_no_date_is_refused(pattern: str):
    """Parts that are missing, double, unknown, or run into each other."""
    with pytest.raises(InvalidArguments):
        compile_date(pattern)


@pytest.mark.check("NI-144")
@pytest.mark.parametrize(
    "name",
    ["Europe/Atlantis", "", "europe/stockholm", "CEST", "+01:00", "../zones", "/etc/localtime", "a\x00"],
)
def test_unknown_zone_is_refused(name: str):
    """By its exact name only."""
    with pytest.raises(InvalidTimezone):
        compile_date(NILU, name)


@pytest.mark.parametrize(
    ("zone_name", "text"),
    [
        (STOCKHOLM, "2021/03/28 02:00:00"),
        (STOCKHOLM, "2021/03/28 02:59:59"),
        ("Australia/Lord_Howe", "2021/10/03 02:15:00"),
        ("Pacific/Apia", "2011/12/30 12:00:00"),
        ("America/Sao_Paulo", "2017/10/15 00:30:00"),
    ],
)
def test_time_that_clocks_skip_is_refused(zone_name: str, text: str):
    """There was no such time, be it an hour, half of one, or a whole day."""
    with pytest.raises(ConversionFailed, match="skip"):
        compile_date(NILU, zone_name)(text)


def test_time_that_occurs_twice_is_the_first():
    """02:30 on the day that summer ends is 02:30 of summer time."""
    read = compile_date(NILU, STOCKHOLM)
    assert read("2021/10/31 02:30:00") == 1635640200 * SECOND
    assert read("2021/10/31 03:00:00") == 1635645600 * SECOND
    assert read("2021/03/28 03:00:00") == 1616893200 * SECOND
    assert read("2021/03/28 01:59:59") == 1616893199 * SECOND


def test_last_days_of_time_are_read():
    """There is no day after to compare with."""
    assert compile_date(NILU, "Europe/Oslo")("9999/12/31 12:00:00") == 253402254000 * SECOND


def changes(rules: ZoneInfo) -> list[datetime]:
    """Days within three of which a zone's clocks change, of the years 1900 to 2040."""
    step = timedelta(days=3)
    days = [datetime(1900, 1, 1) + step * n for n in range(140 * 122)]  # noqa: DTZ001
    offsets = [rules.utcoffset(day) for day in days]
    return [day for day, one, next_ in zip(days, offsets, offsets[1:], strict=False) if one != next_]


@pytest.mark.parametrize("name", sorted(zone_names())[::7])
def test_every_change_of_clocks_is_seen(name: str):
    """In the days around it a date has the offset of the first such time, or is refused as skipped."""
    rules = zone(name)
    read = compile_date("yyyy-MM-dd HH:mm:ss", name)
    for day in changes(rules)[-40:]:
        for quarter in range(0, 4 * 24 * 5, 2):
            local = day + timedelta(minutes=15 * quarter, seconds=1)
            first, second = (local.replace(tzinfo=rules, fold=fold) for fold in (0, 1))
            skipped = first.utcoffset() < second.utcoffset()
            try:
                assert read(f"{local:%Y-%m-%d %H:%M:%S}") == to_microseconds(first.astimezone(UTC))
                assert not skipped
            except ConversionFailed:
                assert skipped


@given(
    st.sampled_from(sorted(SPELLINGS)),
    st.sampled_from(sorted(zone_names())),
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
)
def test_formatted_date_is_read_back(pattern: str, name: str, local: datetime):
    """Python's formatting and this reading agree, in every zone."""
    spelling = SPELLINGS[pattern]
    kept = local if "%f" in spelling else local.replace(microsecond=0)
    kept = kept if "%S" in spelling else kept.replace(second=0)
    first, second = (kept.replace(tzinfo=zone(name), fold=fold) for fold in (0, 1))
    text = kept.strftime(spelling).replace(str(kept.year), f"{kept.year:04}", 1)
    read = compile_date(pattern, name)
    if first.utcoffset() < second.utcoffset():
        with pytest.raises(ConversionFailed):
            read(text)
    else:
        assert read(text) == to_microseconds(first.astimezone(UTC))


@given(
    st.sampled_from(sorted(OFFSETS)),
    st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_offset_in_the_text_decides(letters: str, local: datetime, minutes: int):
    """Whatever zone the converter names."""
    moment = local.replace(microsecond=0) - timedelta(minutes=minutes)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    text = f"{local:%Y-%m-%d %H:%M:%S} " + OFFSETS[letters].replace("%z", f"{sign}{hours:02}{rest:02}")
    read = compile_date(f"yyyy-MM-dd HH:mm:ss {letters}", "Asia/Tokyo")
    assert read(text) == to_microseconds(moment.replace(tzinfo=UTC))


@given(
    st.text("yMdHhmsfFStaazKXZT'\"\\ -/:.,EG%", max_size=24), st.text("0123456789-/: TZ+.AMPn", max_size=24)
)
def test_any_pattern_and_text_are_read_or_refused(pattern: str, text: str):
    """Nothing but the declared refusals comes out."""
    with suppress(InvalidArguments, ConversionFailed):
        assert isinstance(compile_date(pattern, STOCKHOLM)(text), int)

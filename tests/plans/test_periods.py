"""When periods begin, by the clocks of zones that do odd things."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.model.statistics import Period
from sensorium.plans.periods import bounds
from sensorium.plans.zones import zone


def at(text: str) -> int:
    """Microseconds of a moment in UTC."""
    return to_microseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def found(begin: str, end: str, period: Period, name: str) -> list[str]:
    """The bounds of the periods, in UTC."""
    return [f"{from_microseconds(each):%d %H:%M}" for each in bounds(at(begin), at(end), period, name)]


@pytest.mark.parametrize("period", [Period.DAILY, Period.WEEKLY, Period.MONTHLY])
@pytest.mark.parametrize("name", ["America/Winnipeg", "America/Havana", "Europe/Oslo", "Asia/Kathmandu"])
def test_days_begin_when_the_clocks_of_the_data_we_carry_say_so(period: Period, name: str):
    """Also those that governments have changed their minds about since the engine was built."""
    begins = bounds(at("2026-10-20"), at("2027-04-20"), period, name)
    local = [from_microseconds(each).astimezone(zone(name)) for each in begins]
    assert {(each.hour, each.minute) for each in local} == {(0, 0)}
    assert period is not Period.WEEKLY or {each.weekday() for each in local} == {0}
    assert period is not Period.MONTHLY or {each.day for each in local} == {1}


@pytest.mark.parametrize(
    ("begin", "end", "period", "name", "expected"),
    [
        # moments within and on the bounds of a period
        ("2024-05-01 10:20", "2024-05-01 10:21", Period.HOURLY, "UTC", ["01 10:00", "01 11:00"]),
        ("2024-05-01 10:00", "2024-05-01 11:00", Period.HOURLY, "UTC", ["01 10:00", "01 11:00"]),
        ("2024-05-01 10:20", "2024-05-01 10:21", Period.MONTHLY, "UTC", ["01 00:00", "01 00:00"]),
        # clocks are put back and forward by half an hour on the hour
        *(
            (f"{day} 14:10", f"{day} 15:50", Period.HOURLY, "Australia/Lord_Howe", expected)
            for day, expected in (
                ("2020-04-04", ["04 14:00", "04 15:00", "04 15:30", "04 16:30"]),
                ("2020-10-03", ["03 13:30", "03 14:30", "03 15:30", "03 16:00"]),
            )
        ),
        # and in the middle of one
        (
            *("2018-05-04 14:40", "2018-05-04 15:20", Period.HOURLY, "Asia/Pyongyang"),
            ["04 14:30", "04 15:00", "04 16:00"],
        ),
        # at midnight: a day begins at one o'clock
        (
            "2024-03-30 12:00",
            "2024-03-31 12:00",
            Period.DAILY,
            "Asia/Beirut",
            ["29 22:00", "30 22:00", "31 21:00"],
        ),
        # a day that there was not
        (
            "2011-12-29 12:00",
            "2011-12-30 12:00",
            Period.DAILY,
            "Pacific/Apia",
            ["29 10:00", "30 10:00", "31 10:00"],
        ),
        # the last hour of a day comes again when the next one has begun
        (
            *("2009-11-01 02:40", "2009-11-01 02:50", Period.DAILY, "America/St_Johns"),
            ["01 02:30", "02 03:30"],
        ),
    ],
)
def test_periods_end_where_the_next_begins(
    begin: str, end: str, period: Period, name: str, expected: list[str]
):
    """And those with a part in the range are there, no other."""
    assert found(begin, end, period, name) == expected


@pytest.mark.parametrize("name", ["UTC", "Europe/Oslo", "Australia/Lord_Howe", "America/St_Johns"])
def test_hours_of_a_year_are_hours(name: str):
    """But for those in which clocks are put by a part of one."""
    begins = bounds(at("2026-01-01"), at("2027-01-01"), Period.HOURLY, name)
    spans = [(until - begin) // 60_000_000 for begin, until in pairwise(begins)]
    assert sorted(set(spans)) == ([30, 60] if name == "Australia/Lord_Howe" else [60])
    assert spans.count(30) == (2 if name == "Australia/Lord_Howe" else 0)

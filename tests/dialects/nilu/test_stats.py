"""Statistics are those of an independent computation, to the printed digit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import fsum
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import numpy as np
import pytest

from tests.dialects.nilu.api import MOVING, PLAIN, Provider, assert_error

HOUR = 3600
START = 1579521600  # 2020-01-20 12:00 UTC, a Monday
MEMBERS = [
    *("id", "timestamp_from_epoch", "timestamp_to_epoch", "component", "level", "unit", "qc", "n", "of"),
    *("res", "avg", "median", "min", "max", "std_dev", "var", "sem", "mse", "cv", "q1", "q3", "iqr"),
    *("epsg", "longitude", "latitude", "altitude"),
]
ONE: dict[str, Any] = {
    **PLAIN,
    "parameters": [{"name": "date", "type": "long"}, {"name": "pm25", "type": "double"}],
    "components": [PLAIN["components"][0]],
}
UNCHECKED: dict[str, Any] = {
    **ONE,
    "components": [{"componentid": 187, "unitid": 147, "binding-path": "/pm25", "level": 0}],
}


def stats(provider: Provider, sensor: int, address: str) -> list[dict[str, Any]]:
    """The rows at an address behind the sensor's data."""
    answer = provider.client.get(f"/api/data/id/{sensor}/{address}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def between(period: str, begin: int, end: int, query: str = "") -> str:
    """The address of a range."""
    first, last = (datetime.fromtimestamp(each, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for each in (begin, end))
    return f"{period}/stats/fromutc/{first}/toutc/{last}{query}"


def push(provider: Provider, sensor: int, values: Mapping[int, float]) -> None:
    """One value at each time."""
    packets = [{"date": at, "pm25": value} for at, value in values.items()]
    assert provider.client.post(f"/api/sensors/{sensor}/inbound", json=packets).status_code == 200


def rounded(number: float, digits: int) -> float:
    """To so many decimals; halves to the even digit, as the engine's floating point has them."""
    return float(np.round(number, digits))


def measures(values: Sequence[float]) -> dict[str, float | int | None]:
    """All measures, by numpy."""
    many = len(values) > 1
    deviation = float(np.std(values, ddof=1)) if many else None
    mean = rounded(fsum(values) / len(values), 2)
    q1, q3 = (rounded(float(np.quantile(values, p, method="median_unbiased")), 2) for p in (0.25, 0.75))
    std = None if deviation is None else rounded(deviation, 2)
    var = None if deviation is None else rounded(deviation**2, 3)
    return {
        "n": len(values),
        "avg": mean,
        "median": rounded(float(np.median(values)), 2),
        "min": rounded(min(values), 2),
        "max": rounded(max(values), 2),
        "std_dev": std,
        "var": var,
        "sem": None if deviation is None else rounded(deviation / len(values) ** 0.5, 3),
        "mse": None if var is None else var / len(values),
        "cv": None if std is None or mean == 0 else std / mean,
        "q1": q1,
        "q3": q3,
        "iqr": q3 - q1,
    }


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """The measures of a row."""
    return {name: row[name] for name in measures([1.0])}


@pytest.mark.check("NI-072", "NI-075", "NI-076", "NI-077", "NI-082", "NI-083", "NI-084", "NI-089")
def test_each_hour_is_that_of_another_computation(provider: Provider):
    """Every member in the document's order, for uneven hours of odd values."""
    sensor = provider.configure(UNCHECKED)
    random = np.random.default_rng(1)
    counts = (35, 60, 5, 2, 1, 17)
    values = {
        START + HOUR * hour + 60 * minute: rounded(random.normal(67, 1), 2)
        for hour, count in enumerate(counts)
        for minute in range(count)
    }
    push(provider, sensor, values)
    rows = stats(provider, sensor, between("hourly", START, START + 6 * HOUR))
    assert [list(row) for row in rows] == [MEMBERS] * 6
    for hour, row in enumerate(rows):
        begin = START + HOUR * hour
        assert (row["timestamp_from_epoch"], row["timestamp_to_epoch"]) == (begin, begin + HOUR)
        assert shown(row) == measures([value for at, value in values.items() if 0 <= at - begin < HOUR])
        assert (row["id"], row["res"], row["level"], row["epsg"]) == (sensor, 60, 0, 4326)
        assert (row["component"], row["unit"]) == ("Discharge", "m³/s")
        assert (row["longitude"], row["latitude"], row["altitude"]) == (5.312691, 60.395897, 3.0)
    assert type(rows[0]["qc"]) is int


@pytest.mark.check("NI-084")
def test_the_document_s_example_follows_from_its_own_numbers(provider: Provider):
    """Its second example: five values of which all but the hand-made members come out as printed."""
    sensor = provider.configure(UNCHECKED)
    push(
        provider, sensor, {START + 60 * at: value for at, value in enumerate([0.69, 0.75, 0.97, 1.30, 1.33])}
    )
    (row,) = stats(provider, sensor, "hourly/stats")
    printed = {"n": 5, "avg": 1.01, "median": 0.97, "min": 0.69, "max": 1.33, "std_dev": 0.3, "q1": 0.73}
    assert {name: row[name] for name in printed} == printed
    assert (row["q3"], row["iqr"], row["cv"]) == (1.31, 0.5800000000000001, 0.297029702970297)


@pytest.mark.check("NI-072", "NI-078")
@pytest.mark.parametrize(
    ("period", "begin", "end"),
    [
        ("daily", "2020-01-20", "2020-01-21"),
        ("weekly", "2020-01-20", "2020-01-27"),
        ("monthly", "2020-01-01", "2020-02-01"),
    ],
)
def test_a_period_begins_where_the_calendar_says(provider: Provider, period: str, begin: str, end: str):
    """At midnight, on Monday, on the first of the month, in UTC; a range takes in whole periods."""
    sensor = provider.configure(UNCHECKED)
    push(provider, sensor, {START: 1.0, START + HOUR: 3.0})
    for address in (f"{period}/stats", between(period, START + 30, START + 60)):
        (row,) = stats(provider, sensor, address)
        bounds = [datetime.fromisoformat(each).replace(tzinfo=UTC).timestamp() for each in (begin, end)]
        assert [row["timestamp_from_epoch"], row["timestamp_to_epoch"]] == bounds
        assert (row["n"], row["avg"]) == (2, 2.0)


@pytest.mark.check("NI-074")
def test_the_last_period_is_that_of_each_component(provider: Provider):
    """A component that was silent has its own last hour."""
    sensor = provider.configure()
    provider.push(sensor, {"date": START, "pm25": 1.5, "humidity": 50})
    provider.push(sensor, {"date": START + 5 * HOUR, "pm25": 2.5, "humidity": None})
    rows = stats(provider, sensor, "hourly/stats")
    assert [(row["component"], row["timestamp_from_epoch"]) for row in rows] == [
        ("Humidity", START),
        ("PM2.5", START + 5 * HOUR),
    ]


@pytest.mark.check("NI-079", "NI-080", "NI-081")
def test_values_that_failed_are_left_out_and_counted(provider: Provider):
    """Of a component under quality control; one that is not has no share."""
    sensor, plain = provider.configure(ONE), provider.configure(UNCHECKED)
    values = {START + 60 * at: 20.0 + at * 7 % 5 + at / 100 for at in range(60)}
    push(provider, sensor, values | {START + 600: -5.0, START + 1800: 500.0})
    push(provider, plain, values)
    (row,) = stats(provider, sensor, between("hourly", START, START + HOUR))
    left = [value for at, value in values.items() if at not in (START + 600, START + 1800)]
    assert (row["qc"], row["of"], shown(row)) == (1, 2 / 60, measures(left))
    (row,) = stats(provider, plain, between("hourly", START, START + HOUR))
    assert (row["qc"], row["of"], row["n"]) == (0, -1, 60)


def test_the_caller_may_choose_which_verdicts_leave_a_value_out(provider: Provider):
    """Those of range only, or none."""
    sensor = provider.configure(ONE)
    values = {START + 60 * at: 20.0 + at * 7 % 5 + at / 100 for at in range(60)}
    push(provider, sensor, values | {START + 600: -5.0, START + 1800: 500.0})
    hour = between("hourly", START, START + HOUR)
    assert [stats(provider, sensor, f"{hour}?leaveout={bits}")[0]["n"] for bits in (30, 2, 0)] == [58, 59, 60]


def test_a_period_of_failed_values_only_has_no_row(provider: Provider):
    """There is nothing to tell of it."""
    sensor = provider.configure(ONE)
    push(provider, sensor, {START: -5.0})
    assert stats(provider, sensor, "hourly/stats") == []


@pytest.mark.check("NI-085")
def test_one_value_has_no_spread_and_a_mean_of_zero_no_variation(provider: Provider):
    """Null, and no division by zero."""
    sensor = provider.configure(UNCHECKED)
    push(provider, sensor, {START: 7.125, START + HOUR: -1.0, START + HOUR + 60: 1.0})
    one, two = stats(provider, sensor, between("hourly", START, START + 2 * HOUR))
    assert [one[name] for name in ("std_dev", "var", "sem", "mse", "cv", "iqr")] == [None] * 5 + [0.0]
    assert (two["avg"], two["std_dev"], two["cv"]) == (0.0, 1.41, None)


@pytest.mark.check("NI-086", "NI-087")
def test_a_moving_sensor_has_a_row_for_each_place_or_one_for_all(provider: Provider):
    """With the mean position then."""
    sensor = provider.configure({**UNCHECKED, "location": None} | {"location": MOVING.get("location")})
    for at, place in enumerate(("10/60/0", "10/60/0", "13/63/30")):
        packet = {"date": START + 60 * at, "pm25": float(at)}
        assert provider.client.post(f"/api/sensors/{sensor}/{place}/inbound", json=packet).status_code == 200
    for query in ("", "?exclude=none"):
        rows = stats(provider, sensor, f"hourly/stats{query}")
        assert [(row["longitude"], row["n"]) for row in rows] == [(10.0, 2), (13.0, 1)]
    (row,) = stats(provider, sensor, "hourly/stats?exclude=position")
    assert (row["longitude"], row["latitude"], row["altitude"], row["n"]) == (11.0, 61.0, 10.0, 3)


def test_days_of_a_zone_are_as_long_as_its_clocks_make_them(provider: Provider):
    """23 hours when summer time begins, 25 when it ends; half hours are no matter."""
    sensor = provider.configure(UNCHECKED)
    spring = datetime(2020, 3, 29, 0, 0, tzinfo=ZoneInfo("Europe/Oslo")).timestamp()
    push(provider, sensor, {int(spring) + HOUR * at: float(at) for at in range(-2, 26)})
    rows = stats(provider, sensor, between("daily", int(spring), int(spring) + 10, "?tz=Europe/Oslo"))
    assert [(row["timestamp_from_epoch"], row["n"]) for row in rows] == [(spring, 23)]
    assert rows[0]["timestamp_to_epoch"] - spring == 23 * HOUR
    rows = stats(provider, sensor, between("hourly", int(spring), int(spring) + HOUR, "?tz=Asia/Kolkata"))
    assert {row["timestamp_from_epoch"] % HOUR for row in rows} == {1800}


@pytest.mark.parametrize("period", ["daily", "weekly", "monthly"])
def test_a_period_ends_where_the_next_begins(provider: Provider, period: str):
    """Also a day that begins at one o'clock, since summer time begins at midnight: 31 March in Beirut."""
    sensor = provider.configure(UNCHECKED)
    first = int(datetime(2024, 3, 29, tzinfo=UTC).timestamp())
    push(provider, sensor, {first + HOUR * at: float(at) for at in range(24 * 5)})
    rows = stats(provider, sensor, between(period, first, first + 120 * HOUR, "?tz=Asia/Beirut"))
    assert len(rows) > 1
    assert [row["timestamp_to_epoch"] for row in rows[:-1]] == [
        row["timestamp_from_epoch"] for row in rows[1:]
    ]


@pytest.mark.parametrize(
    ("day", "begins"),
    [  # minutes after 13:00 UTC: clocks there are put back, and forward, by half an hour at 15:00 and 15:30
        ("2020-04-04", [0, 60, 120, 150, 210, 270, 330]),
        ("2020-10-03", [-30, 30, 90, 150, 180, 240, 300]),
    ],
)
def test_hours_are_right_where_clocks_are_put_by_half_an_hour(
    provider: Provider, day: str, begins: list[int]
):
    """The hour in which they are put ends then, and those after it begin when the clocks show one."""
    first = int(datetime.fromisoformat(f"{day}T13:00Z").timestamp())
    sensor = provider.configure(UNCHECKED)
    sent = range(0, 360, 10)
    push(provider, sensor, {first + 60 * minute: float(minute) for minute in sent})
    query = "?tz=Australia/Lord_Howe"
    rows = stats(provider, sensor, between("hourly", first, first + 360 * 60, query))
    found = [(row["timestamp_from_epoch"] - first) // 60 for row in rows]
    assert found == begins
    assert [row["timestamp_to_epoch"] for row in rows[:-1]] == [
        row["timestamp_from_epoch"] for row in rows[1:]
    ]
    for row, begin, end in zip(rows, begins, [*begins[1:], 1000], strict=True):
        assert row["n"] == sum(begin <= each < end for each in sent)
    for row in rows:
        inside = row["timestamp_from_epoch"] + 60
        assert stats(provider, sensor, between("hourly", inside, inside + 60, query)) == [row]


def test_a_range_of_many_weeks_is_whole(provider: Provider):
    """However the work is cut, each hour is there once."""
    sensor = provider.configure(UNCHECKED)
    push(provider, sensor, {START + HOUR * at: float(at) for at in range(24 * 50)})
    rows = stats(provider, sensor, between("hourly", START, START + 50 * 24 * HOUR))
    assert [row["timestamp_from_epoch"] for row in rows] == [START + HOUR * at for at in range(24 * 50)]


def test_coverage_is_shown_and_asked_for(provider: Provider):
    """The share of the values that the resolution would have made."""
    sensor = provider.configure(UNCHECKED)
    push(provider, sensor, {START + 60 * at: float(at) for at in (*range(45), *range(60, 80))})
    hours = between("hourly", START, START + 2 * HOUR)
    assert [row["coverage"] for row in stats(provider, sensor, f"{hours}?coverage=0")] == [0.75, 1 / 3]
    assert [row["coverage"] for row in stats(provider, sensor, f"{hours}?coverage=0.75")] == [0.75]


@pytest.mark.check("NI-073", "NI-075", "NI-088", "NI-090")
@pytest.mark.parametrize(
    "address",
    [
        "yearly/stats",
        "hourly/stats?exclude=place",
        "hourly/stats?tz=Mars/Crater",
        "hourly/stats?leaveout=1",
        "hourly/stats?coverage=2",
        "hourly/stats?coverage=nan",
        "hourly/stats/fromutc/2020-01-01T00:00:00Z/toutc/2020-03-02T00:00:00Z",
        "hourly/stats/fromutc/2020-01-02T00:00:00Z/toutc/2020-01-01T00:00:00Z",
        "hourly/stats/fromutc/yesterday/toutc/2020-01-01T00:00:00Z",
    ],
)
def test_what_cannot_be_is_refused(provider: Provider, anyone: httpx2.Client, address: str):
    """A period, a query value or a range that there is not; before that, without a token."""
    sensor = provider.configure()
    assert_error(provider.client.get(f"/api/data/id/{sensor}/{address}"), 400, 1001)
    assert_error(anyone.get(f"/api/data/id/{sensor}/{address}"), 401, 500)
